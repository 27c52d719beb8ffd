/** The grid of an experiment: what was offered, how far each cell is, what it cost, its picture and its video. */

const POSTER_PAUSE = 1500; // ms between two questions for pictures: each brings all there are by then

/** Ask for the pictures of all cells that have one we lack. */
function posterAsker(ask, cells) {
  let timer = 0;
  let last = -POSTER_PAUSE;
  let underway = false;
  const send = async () => {
    timer = 0;
    const wanted = cells.filter((cell) => cell.wants).map((cell) => cell.number);
    if (!wanted.length) return;
    underway = true;
    last = performance.now();
    const answer = await ask({ type: "posters", cells: wanted });
    (answer.cells ?? []).forEach((number, place) => {
      cells[number].picture(new Blob([answer.buffers[place]], { type: "image/jpeg" }));
    });
    for (const number of wanted) cells[number].wants = false; // what cannot be had now is not asked for again
    underway = false;
    soon();
  };
  const soon = () => {
    if (timer || underway || !cells.some((cell) => cell.wants)) return;
    timer = setTimeout(send, Math.max(0, last + POSTER_PAUSE - performance.now()));
  };
  return { soon, stop: () => clearTimeout(timer) };
}

/** The bar of counts: one part for each stage, as wide as its share. */
function countBar(words) {
  const root = element("div", { class: "wan-run-bar", role: "img" });
  const show = (counts, sentence) => {
    root.setAttribute("aria-label", sentence);
    root.replaceChildren(
      ...Object.entries(counts).map(([stage, count]) => {
        const part = element("span", { title: `${count} ${words.stages[stage]}` });
        part.dataset.stage = stage;
        part.style.flexGrow = count;
        return part;
      }),
    );
  };
  return { root, show };
}

/** A button that asks the kernel once: it locks itself at once, for the kernel may hear of a second click too late. */
function onceButton(label, kind, act) {
  const button = element("button", { type: "button", class: kind }, label);
  button.onclick = async () => {
    if (button.disabled) return;
    button.disabled = true;
    await act();
    button.disabled = false;
  };
  return button;
}

function render({ model, el }) {
  const words = model.get("words");
  const questions = kernelQuestions(model);
  const said = element("div", { class: "wan-run-said", role: "status" });
  const ask = async (message) => {
    const answer = await questions.ask(message);
    if (message.type === "start" || message.type === "stop") said.textContent = answer.error ?? answer.said ?? "";
    return answer;
  };
  const film = filmOverlay(words, async (number) => {
    const answer = await ask({ type: "video", cell: number });
    return answer.error ? answer : { blob: new Blob([answer.buffers[0]], { type: "video/mp4" }) };
  });
  const table = runTable(model, words, (cell) => cell.openable && film.open(cell.number, cell.name, cell.root));
  const posters = posterAsker(ask, table.cells);
  const bar = countBar(words);
  const offer = element("span", { class: "wan-run-question" });
  const start = onceButton(words.start, "wan-run-start", () => ask({ type: "start" }));
  const stop = onceButton(words.stop, "wan-run-stop", () => ask({ type: "stop" }));
  stop.title = words.stop_title;
  const lines = element("div", { class: "wan-run-lines" });
  const failures = element("details", { class: "wan-run-failed" });
  const { title, sentence } = model.get("heading");
  const root = element(
    "div",
    { class: "wan-form wan-run" },
    element("div", { class: "wan-run-head" }, element("strong", {}, title), element("span", { class: "wan-run-quiet" }, sentence), stop),
    element("div", { class: "wan-run-offer" }, start, offer),
    bar.root,
    table.root,
    lines,
    failures,
    said,
    film.root,
  );
  const show = () => {
    model.get("cells").forEach((told, number) => table.cells[number].show(told));
    const totals = model.get("totals");
    bar.show(totals.counts, totals.lines[0]);
    lines.replaceChildren(...totals.lines.map((line) => element("div", {}, line)));
    offer.textContent = model.get("offer");
    offer.parentElement.hidden = !model.get("offer");
    stop.hidden = !model.get("going");
    const failed = model.get("failed");
    failures.hidden = !failed.length;
    failures.replaceChildren(
      element("summary", {}, fill(words.failed, { count: failed.length })),
      element("ul", {}, ...failed.map((one) => element("li", {}, element("strong", {}, one.name), ` ${one.reason}`))),
    );
    posters.soon();
  };
  let drawing = 0;
  const soon = () => {
    if (!drawing) drawing = requestAnimationFrame(() => ((drawing = 0), show()));
  };
  show();
  model.on("change", soon);
  const stopKeys = keepKeys(root);
  const stopSlot = watchSlot(model, () => {});
  el.append(root);
  return () => {
    model.off("change", soon);
    cancelAnimationFrame(drawing);
    posters.stop();
    film.stop();
    questions.stop();
    stopKeys();
    stopSlot();
  };
}

export default { render };
