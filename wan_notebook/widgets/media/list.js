/** Items in an order; knows what fits, and keeps page, focus and announcements right when they change. */
function mediaList(field, changed) {
  const { words } = field;
  const shape = mediaShape(field);
  const rows = element("ol", { class: "wan-media-list", ariaLabel: field.label });
  const empty = element("div", { class: "wan-media-empty" }, words.media_empty);
  const note = element("div", { class: "wan-media-note", role: "status" });
  const spoken = element("div", { class: "wan-offscreen", ariaLive: "polite" });
  let items = [];

  const fits = (types) => typesFit(shape.sets, types);
  const typesBut = (item) => items.filter((one) => one !== item).map((one) => one.type);
  const free = (kind) => shape.types.find((type) => ruleKind(type) === kind && fits([...typesBut(null), type.name]));
  const say = (sentence, item, place) => (spoken.textContent = fill(sentence, { name: item.name(), place: place + 1, count: items.length }));

  const settle = () => {
    items.sort((one, other) => (one.root.compareDocumentPosition(other.root) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    const told = new Set();
    items.forEach((item, place) => {
      item.settle(place, items.length, !told.has(item.type));
      told.add(item.type);
    });
    for (const [type, button] of buttons) button.disabled = !fits([...typesBut(null), type.name]);
    empty.hidden = items.length > 0;
  };
  const settled = () => {
    note.textContent = "";
    settle();
    changed();
  };

  const list = {
    ...shape,
    sortable: shape.types.some((type) => type.named),
    changed,
    type: (name) => shape.types.find((type) => type.name === name),
    /** Types an item may be: of its file's kind, and either free or held by one that would take its own. */
    choices(item) {
      const kind = item.kind();
      const others = items.filter((one) => one !== item);
      const possible = shape.types.filter(({ name, ...rule }) => {
        if (kind && ruleKind(rule) !== kind) return false;
        if (fits([...typesBut(item), name])) return true;
        return others.some((one) => one.type === name) && ruleKind(rule) === ruleKind(list.type(item.type) ?? rule);
      });
      const named = possible.some((type) => type.name === item.type);
      return named ? possible : [list.type(item.type) ?? { name: item.type, label: item.type }, ...possible];
    },
    /** Give an item another type; one that holds the last place of that type gets this one's in return. */
    retype(item, name) {
      if (!fits([...typesBut(item), name])) {
        const holder = items.find((one) => one !== item && one.type === name);
        if (holder) holder.type = item.type;
      }
      item.type = name;
      settled();
    },
    /** A file turned out to be of another kind than its item's type: take the type that suits it. */
    settle(item, kind) {
      const type = list.type(item.type);
      const better = shape.types.find((one) => ruleKind(one) === kind && fits([...typesBut(item), one.name]));
      if (better && type && ruleKind(type) !== kind) list.retype(item, better.name);
      else settle();
    },
    move(item, way) {
      if (!moveItem(item.root, way)) return;
      settled();
      say(words.media_moved, item, items.indexOf(item));
    },
    reordered(item, moved) {
      if (!moved) return;
      settled();
      say(words.media_moved, item, items.indexOf(item));
    },
    remove(item) {
      const place = items.indexOf(item);
      items.splice(place, 1);
      say(words.media_removed, item, place);
      item.stop();
      item.root.remove();
      settled();
      const next = items[Math.min(place, items.length - 1)];
      if (next) next.remove.focus();
      else [...buttons.values()].find((button) => !button.disabled)?.focus();
    },
  };

  const insert = (value) => {
    const item = mediaItem(field, list, value);
    items.push(item);
    rows.append(item.root);
    return item;
  };
  const add = (type, url) => {
    const item = insert({ type: type.name, ...(url && { url }) });
    item.fresh = true;
    settled();
    return item;
  };
  const takeFile = (file) => {
    const kind = fileKind(file);
    const waiting = items.find((item) => item.source.empty() && ruleKind(list.type(item.type) ?? {}) === kind);
    const type = free(kind);
    if (waiting) waiting.source.take(file);
    else if (type) add(type).source.take(file);
    else return fill(kind ? words.media_no_place : words.media_no_kind, { name: file.name, kind: words[`media_${kind}`] });
    return "";
  };
  const take = (files, address) => {
    const told = files.map(takeFile).filter(Boolean);
    if (!files.length && address) {
      const type = free(addressKind(address)) ?? shape.types.find((one) => fits([...typesBut(null), one.name]));
      if (type) add(type, address);
      else told.push(fill(words.media_no_place, { name: address, kind: "" }));
    }
    note.textContent = told.join(" ");
  };

  const buttons = new Map(
    shape.types.map((type) => {
      const label = fill(words.media_add, { type: type.label });
      const pressed = () => add(type).source.box.focus();
      return [type, element("button", { type: "button", class: "wan-media-button", title: type.help, onclick: pressed }, label)];
    }),
  );
  const root = element(
    "div",
    { id: field.id, class: "wan-media", role: "group", tabIndex: -1, ariaLabel: field.label },
    rows,
    element("div", { class: "wan-media-adds" }, empty, ...buttons.values(), ...fileButton(words.media_choose_many, true, () => fileEndings(shape.types), (files) => take(files, ""))),
    note,
    spoken,
  );
  ownKeys(root);
  watchDrops(root, take);
  settle();
  return {
    root,
    focus: root,
    read: () => items.map((item) => item.read()),
    /** Show these items; those that are there already stay as they are, players and focus with them. */
    write(values) {
      const old = items;
      items = [];
      for (const value of values) {
        const same = old.findIndex((item) => JSON.stringify(item.read()) === JSON.stringify(value));
        const item = same < 0 ? insert(value) : old.splice(same, 1)[0];
        if (same >= 0) items.push(item);
        rows.append(item.root);
      }
      for (const item of old) {
        item.stop();
        item.root.remove();
      }
      settle();
    },
    stop: () => items.forEach((item) => item.stop()),
    name: (names) => items.forEach((item, place) => item.named(names?.[place])),
    complain_items: (sentences) => items.forEach((item, place) => item.complain(sentences?.[place])),
  };
}
