/**
 * The storyboard: the shots a prompt tells, on a time line and one by one. The kernel writes the prompt and reads it
 * back, so what is typed there shows here too.
 */

/** A text under a label; what is being typed in it is not overwritten. */
function shotText(label, changed, rows) {
  const box = element("textarea", { rows, spellcheck: true, "aria-label": label });
  box.oninput = () => changed(box.value);
  return {
    root: box,
    write: (value) => {
      if (box !== document.activeElement && box.value !== value) box.value = value;
    },
  };
}

/**
 * The editor, folded away until it is wanted.
 *
 * `prompt()` is what the prompt holds; `changed()` is called when there is something to send: `unsent()`.
 */
function shotEditor(words, prompt, changed) {
  let board = null;
  let duration = null;
  let longest = 15;
  let version = 0; // counts changes made here, `known` those the kernel has
  let known = 0;
  let pending = null; // the board as changed here, also one without shots
  const edit = (next) => {
    board = next.shots.length ? next : null;
    pending = next;
    version += 1;
    draw();
    changed();
  };
  const choose = (index) => texts[index].root.focus();
  const line = shotLine(words, (index, end) => edit(boards.moved(board, index, end)), choose);
  const intro = shotText(words.shots_intro, (text) => edit({ ...board, intro: text }), 1);
  const list = element("div", { class: "wan-shots-list" });
  const total = element("span", { class: "wan-shots-total" });
  const begin = element("button", { type: "button", class: "wan-again" }, words.shots_begin);
  const add = element("button", { type: "button", class: "wan-again" }, words.shots_add);
  const empty = element("div", { class: "wan-shots-empty" }, begin, element("span", { class: "wan-help" }, words.shots_begin_help));
  const introRow = element("label", { class: "wan-shot wan-shot-intro" }, element("span", { class: "wan-muted" }, words.shots_intro), intro.root);
  const filled = element("div", {}, line.root, introRow, list, element("div", { class: "wan-shots-foot" }, add, element("span", { class: "wan-help" }, words.shots_help)));
  const root = element("details", { class: "wan-shots", hidden: true }, element("summary", {}, words.shots_title, " ", total), empty, filled);
  let texts = [];
  let spans = [];
  begin.onclick = () => {
    edit(boards.first(prompt(), duration));
    choose(0);
  };
  add.onclick = () => {
    edit(boards.added(board, duration));
    choose(texts.length - 1);
  };
  const row = (index) => {
    const number = index + 1;
    const text = shotText(fill(words.shots_text, { number }), (typed) => edit(boards.with(board, index, { text: typed })), 2);
    const span = element("span", { class: "wan-muted" });
    const label = fill(words.shots_remove, { number });
    const remove = () => {
      edit(boards.removed(board, index));
      (board ? texts[Math.min(index, texts.length - 1)].root : begin).focus();
    };
    const cross = element("button", { type: "button", class: "wan-link wan-shot-remove", title: label, "aria-label": label, onclick: remove }, "✕");
    const head = element("div", { class: "wan-shot-head" }, element("b", {}, fill(words.shots_shot, { number })), span, cross);
    return { root: element("div", { class: "wan-shot" }, head, text.root), text, span };
  };
  const rebuild = () => {
    const rows = board.shots.map((_, index) => row(index));
    texts = rows.map(({ text }) => text);
    spans = rows.map(({ span }) => span);
    list.replaceChildren(...rows.map((one) => one.root));
  };
  const draw = () => {
    empty.hidden = Boolean(board);
    filled.hidden = !board;
    const end = board ? Math.max(...board.shots.map((shot) => shot.end)) : 0;
    const sums = { end: seconds(end), duration };
    total.textContent = board ? fill(duration === null ? words.shots_total : words.shots_total_of, sums) : "";
    total.classList.toggle("wan-shots-off", Boolean(board) && duration !== null && end !== duration);
    if (!board) return void (texts = []);
    if (texts.length !== board.shots.length) rebuild();
    line.show(board, duration, Math.max(longest, end));
    intro.write(board.intro);
    board.shots.forEach((shot, index) => {
      texts[index].write(shot.text);
      spans[index].textContent = fill(words.shots_span, { start: seconds(shot.start), end: seconds(shot.end) });
    });
  };
  draw();
  return {
    root,
    /** Show the editor for a model that is told its shots, with the longest video it makes. */
    allow(allowed, limit) {
      root.hidden = !allowed;
      longest = limit ?? longest;
      known = version;
    },
    /** Show what the kernel reads in the prompt, unless there are changes it does not know. */
    show(read, wanted) {
      duration = wanted;
      if (version === known) board = read;
      draw();
    },
    unsent: () => (version === known ? null : pending),
    /** Say that the changes are on their way; call what it returns when they have arrived. */
    sending() {
      const sent = version;
      return () => (known = Math.max(known, sent));
    },
    /** The prompt was changed by hand: it counts. */
    forget: () => (known = version),
  };
}
