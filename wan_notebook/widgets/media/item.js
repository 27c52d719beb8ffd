/** One item of a media list: preview, type, address, name in the prompt, voice, place in the list. */

/** A round button with a sign; told to those who do not see it by `label`. */
function signButton(sign, label, pressed) {
  const button = element("button", { type: "button", class: "wan-media-sign-button", title: label, onclick: pressed }, sign);
  button.setAttribute("aria-label", label);
  return button;
}

/** An object without the keys that hold nothing. */
function filledKeys(object) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== null && value !== undefined && value !== ""));
}

/** The voice of a reference: a button until there is one, then a source of its own. */
function mediaVoice(field, id, rule, changed) {
  const { words } = field;
  const open = element("button", { type: "button", class: "wan-media-button wan-media-add-voice" }, words.media_add_voice);
  const source = mediaSource(field, { id, label: words.media_voice, rules: () => [rule()], changed });
  const close = signButton("×", words.media_remove_voice, () => {
    source.write("");
    show(false);
    open.focus();
    changed();
  });
  const line = element(
    "div",
    { class: "wan-media-voice", hidden: true },
    element("label", { htmlFor: id, class: "wan-media-label" }, words.media_voice),
    source.preview.root,
    element("div", { class: "wan-media-body" }, source.row, source.state, source.preview.stage),
    close,
  );
  const show = (shown) => {
    line.hidden = !shown;
    open.hidden = shown || !rule();
  };
  open.onclick = () => {
    show(true);
    source.box.focus();
  };
  return {
    open,
    line,
    read: () => (rule() && source.read()) || null,
    stop: source.stop,
    write(url) {
      source.write(url);
      show(Boolean(url && rule()));
    },
    settle: () => show(!line.hidden && Boolean(rule())),
  };
}

/**
 * An item. `list` is what it needs of the list it is in: types, type(name), choices(item), sortable, plain, and
 * changed(), retype(item, name), remove(item), move(item, way), reordered(item, moved).
 */
function mediaItem(field, list, value) {
  const { words } = field;
  const id = `${field.id}-${randomId()}`;
  const item = { type: value.type, fresh: false };
  const rule = () => list.type(item.type) ?? list.types[0];
  const source = mediaSource(field, {
    id,
    label: words.media_address_label,
    rules: () => [rule()],
    changed: list.changed,
    seen: (kind) => list.settle(item, kind),
  });
  const voice = mediaVoice(field, `${id}-voice`, () => rule().voice, list.changed);
  const chooser = element("select", { class: "wan-media-type", onchange: () => list.retype(item, chooser.value) });
  chooser.setAttribute("aria-label", words.media_type);
  const kindName = element("span", { class: "wan-media-label" });
  const chip = element("button", { type: "button", class: "wan-media-chip", hidden: true });
  chip.onclick = () => field.insert(chip.textContent);
  const up = signButton("↑", words.media_up, () => list.move(item, -1));
  const down = signButton("↓", words.media_down, () => list.move(item, 1));
  const remove = signButton("×", words.media_remove, () => list.remove(item));
  const handle = element("span", { class: "wan-media-handle", title: words.media_drag, ariaHidden: "true" }, "⠿");
  const problem = element("div", { class: "wan-problem", id: `${id}-problem`, hidden: true });
  const help = element("div", { class: "wan-help", id: `${id}-help` });
  source.box.setAttribute("aria-describedby", `${id}-problem ${id}-help`);
  const root = element(
    "li",
    { class: "wan-media-item" },
    handle,
    source.preview.root,
    element(
      "div",
      { class: "wan-media-body" },
      element("div", { class: "wan-media-head" }, list.plain ? kindName : chooser, chip, voice.open, element("span", { class: "wan-media-moves" }, up, down, remove)),
      source.row,
      source.state,
      problem,
      source.preview.stage,
      voice.line,
      help,
    ),
  );
  let complaint = "";
  const showProblem = () => {
    const held = item.fresh && source.empty();
    problem.textContent = held ? "" : complaint;
    problem.hidden = !problem.textContent;
    source.box.setAttribute("aria-invalid", problem.hidden ? "false" : "true");
  };
  root.addEventListener("focusout", (event) => {
    if (root.contains(event.relatedTarget)) return;
    item.fresh = false;
    showProblem();
  });
  root.addEventListener("keydown", (event) => {
    const way = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!event.altKey || !way || !list.sortable) return;
    event.preventDefault();
    list.move(item, way);
  });
  if (list.sortable) dragItem(handle, root, (moved) => list.reordered(item, moved));
  source.write(value.url);
  voice.write(value.reference_voice);

  return Object.assign(item, {
    root,
    source,
    remove,
    kind: () => source.kind(),
    name: () => chip.textContent || rule().label,
    stop() {
      source.stop();
      voice.stop();
    },
    /** The item as the request has it, its keys in the order they came in; what has no box here is kept. */
    read: () => filledKeys({ ...value, type: item.type, url: source.read(), reference_voice: voice.read() }),
    /** Show what depends on the other items: the types that fit, the place, whose help is told here. */
    settle(place, count, helped) {
      const choices = list.choices(item);
      chooser.replaceChildren(...choices.map((one) => element("option", { value: one.name, selected: one.name === item.type }, one.label)));
      chooser.disabled = choices.length < 2;
      kindName.textContent = rule().label;
      root.dataset.type = item.type;
      help.textContent = helped ? rule().help ?? "" : "";
      help.hidden = !help.textContent;
      for (const part of [handle, up, down]) part.hidden = !list.sortable || count < 2;
      up.setAttribute("aria-disabled", String(place === 0));
      down.setAttribute("aria-disabled", String(place === count - 1));
      voice.settle();
    },
    named(name) {
      chip.textContent = name ?? "";
      chip.hidden = !name;
      chip.title = name ? fill(words.media_insert, { name }) : "";
    },
    complain(sentence) {
      complaint = sentence ?? "";
      showProblem();
    },
  });
}
