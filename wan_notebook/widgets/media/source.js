/** Where one media file comes from: an address that is typed, or a file that is chosen and sent to the kernel. */

const LOOK_PAUSE = 300; // ms without a key before the kernel looks at a path

/** A button that opens the browser's file dialog, with its unseen file input. */
function fileButton(label, multiple, endings, chosen) {
  const input = element("input", { type: "file", multiple, hidden: true, tabIndex: -1 });
  input.onchange = () => {
    const files = [...input.files];
    input.value = ""; // so that the same file may be chosen again
    if (files.length) chosen(files);
  };
  const open = () => {
    input.accept = endings();
    input.click();
  };
  return [element("button", { type: "button", class: "wan-media-button", onclick: open }, label), input];
}

/** The bar of a file on its way, with a button that ends it. */
function sendingLine(words, file, stop) {
  const bar = element("progress", { max: 1, value: 0, class: "wan-media-bar" });
  const share = element("span", { class: "wan-media-share" }, "0 %");
  const end = element("button", { type: "button", class: "wan-media-button", onclick: stop }, words.media_stop);
  return {
    root: element("div", { class: "wan-media-sending" }, element("span", { class: "wan-media-file" }, file.name), bar, share, end),
    progress(part) {
      bar.value = part;
      share.textContent = `${Math.floor(part * 100)} %`;
    },
  };
}

/**
 * One file's source. `options`: id and label of the box, rules() that hold for the file, changed().
 * Parts to be placed by the caller: preview (with root and stage), row (box and button), state (facts, progress).
 */
function mediaSource(field, options) {
  const { words } = field;
  const box = element("input", { id: options.id, type: "text", class: "wan-media-address", placeholder: words.media_address, spellcheck: false });
  box.setAttribute("aria-label", options.label);
  const preview = mediaPreview(field);
  const facts = element("div", { class: "wan-media-facts" });
  const state = element("div", { class: "wan-media-state" }, facts);
  let [url, kind, looking, sending] = ["", null, 0, null];

  /** Show what is known. An address without an ending is asked for only when `whole`: not while it is typed. */
  const see = (answer, whole) => {
    kind = answer.kind ?? addressKind(url);
    facts.textContent = answer.facts ?? "";
    const image = preview.show(url, kind ?? (whole && url ? ruleKind(options.rules()[0]) : null), answer.thumbnail);
    if (image && !answer.thumbnail)
      image.onload = () => {
        facts.textContent = `${image.naturalWidth}×${image.naturalHeight}`;
      };
  };
  const look = async (whole) => {
    clearTimeout(looking);
    see({}, whole);
    if (addressPlace(url) !== "local") return;
    const asked = url;
    const answer = await field.ask({ type: "look", url }, []).catch(() => ({}));
    if (asked !== url) return;
    see(answer, whole);
    if (answer.kind) options.seen?.(answer.kind);
  };
  const set = (address) => {
    url = address;
    const inline = addressPlace(url) === "inline";
    box.value = inline ? fill(words.media_inline, { size: Math.ceil((url.length * 3) / 4096) }) : url;
    box.readOnly = inline;
  };
  const complain = (sentence) => state.replaceChildren(facts, element("div", { class: "wan-problem", role: "alert" }, sentence));
  const stop = () => {
    clearTimeout(looking);
    sending?.abort();
    sending = null;
    preview.stop();
  };
  const take = async (file) => {
    stop();
    const limit = Math.max(...options.rules().map((rule) => rule.megabytes));
    if (file.size > limit * 2 ** 20) return complain(fill(words.media_too_large_here, { name: file.name, maximum: limit }));
    const own = (sending = new AbortController());
    const line = sendingLine(words, file, () => {
      stop();
      state.replaceChildren(facts);
      box.focus();
    });
    state.replaceChildren(line.root);
    const answer = await sendFile(field.ask, file, limit, line.progress, own.signal).catch(() => ({ error: fill(words.media_unsent, { name: file.name }) }));
    if (sending !== own) return undefined;
    sending = null;
    state.replaceChildren(facts);
    if (!answer) return undefined;
    if (answer.error) return complain(answer.error);
    set(answer.path);
    see(answer, true);
    options.seen?.(answer.kind);
    return options.changed();
  };
  box.oninput = () => {
    if (box.readOnly) return;
    url = box.value.trim();
    state.replaceChildren(facts);
    clearTimeout(looking);
    looking = setTimeout(() => {
      look(false);
      const told = addressKind(url);
      if (told) options.seen?.(told);
    }, LOOK_PAUSE);
    options.changed();
  };
  box.onchange = () => kind ?? look(true);
  const [choose, input] = fileButton(words.media_choose, false, () => fileEndings(options.rules()), ([file]) => take(file));
  set("");
  see({}, false);
  return {
    box,
    preview,
    state,
    take,
    stop,
    row: element("div", { class: "wan-media-row" }, box, choose, input),
    read: () => url,
    kind: () => kind,
    empty: () => !url && !sending,
    write(address) {
      stop();
      state.replaceChildren(facts);
      set(address ?? "");
      look(true);
    },
  };
}
