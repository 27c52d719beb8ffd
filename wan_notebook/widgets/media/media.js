/** The controls of media files: a list of items, a list of addresses, one address. */

/** A list of items with types, as wan2.7 takes them. */
CONTROLS.media = (field, changed) => {
  const list = mediaList(field, changed);
  return {
    ...list,
    read: () => (list.read().length ? list.read() : null),
    write: (value) => list.write(Array.isArray(value) ? value.filter((item) => item && typeof item === "object") : []),
  };
};

/** A list of addresses, as wan2.6 takes them. */
CONTROLS.urls = (field, changed) => {
  const list = mediaList(field, changed);
  const kinds = field.rules.map(ruleKind);
  const typed = (url) => ({ type: kinds.includes(addressKind(url)) ? addressKind(url) : kinds[0], ...(url && { url }) });
  return {
    ...list,
    read: () => (list.read().length ? list.read().map((item) => item.url ?? "") : null),
    write: (value) => list.write(Array.isArray(value) ? value.map((url) => typed(String(url ?? ""))) : []),
  };
};

/** One address. */
CONTROLS.url = (field, changed) => {
  const { words } = field;
  const emptied = () => (clear.hidden = !source.read());
  const source = mediaSource(field, {
    id: field.id,
    label: field.label,
    rules: () => field.rules,
    changed: () => {
      emptied();
      changed();
    },
  });
  const clear = signButton("×", words.media_remove, () => {
    source.write("");
    source.box.focus();
    emptied();
    changed();
  });
  const root = element(
    "div",
    { class: "wan-media-single" },
    source.preview.root,
    element("div", { class: "wan-media-body" }, source.row, source.state, source.preview.stage),
  );
  source.row.append(clear);
  ownKeys(root);
  watchDrops(root, (files, address) => {
    if (files.length) source.take(files[0]);
    else if (address) {
      source.write(address);
      emptied();
      changed();
    }
  });
  return {
    root,
    focus: source.box,
    read: () => source.read() || null,
    write: (value) => {
      source.write(typeof value === "string" ? value : "");
      emptied();
    },
    stop: source.stop,
    name: () => undefined,
    complain_items: () => undefined,
  };
};
