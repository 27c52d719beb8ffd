/** The table of the grid: blocks below each other, arms beside each other; arrows move, Enter opens. */

/** Make the table; returns its element and its cells, row by row. `open(cell)` opens a video. */
function runTable(model, words, open) {
  const arms = model.get("arms");
  const blocks = model.get("blocks");
  const cells = [];
  const head = element("tr", { role: "row" }, element("th", { class: "wan-run-corner", role: "columnheader" }, words.block));
  for (const arm of arms) head.append(element("th", { scope: "col", role: "columnheader", title: arm.title }, arm.name));
  const body = element("tbody");
  for (const block of blocks) {
    const row = element("tr", { role: "row" }, element("th", { scope: "row", role: "rowheader", title: block }, block));
    for (const arm of arms) {
      const cell = runCell(cells.length, `${arm.name} · ${block}`, words);
      cells.push(cell);
      row.append(cell.root);
    }
    body.append(row);
  }
  const table = element(
    "table",
    { class: "wan-run-table", role: "grid", "aria-label": words.grid, "aria-readonly": "true" },
    element("thead", {}, head),
    body,
  );
  let current = 0;
  const enter = (number, focus) => {
    cells[current].root.tabIndex = -1;
    current = Math.min(Math.max(number, 0), cells.length - 1);
    cells[current].root.tabIndex = 0;
    if (focus) cells[current].root.focus();
  };
  const across = arms.length;
  const steps = {
    ArrowLeft: () => (current % across ? current - 1 : current),
    ArrowRight: () => ((current + 1) % across ? current + 1 : current),
    ArrowUp: () => (current >= across ? current - across : current),
    ArrowDown: () => (current + across < cells.length ? current + across : current),
    Home: () => current - (current % across),
    End: () => current - (current % across) + across - 1,
  };
  const of = (event) => cells[event.target.closest?.("[data-number]")?.dataset.number];
  table.addEventListener("keydown", (event) => {
    if (!of(event) || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in steps) enter(steps[event.key](), true);
    else if (event.key === "Enter" || event.key === " ") open(cells[current]);
    else return;
    event.preventDefault();
  });
  table.addEventListener("click", (event) => {
    const cell = of(event);
    if (!cell) return;
    enter(cell.number, true);
    open(cell);
  });
  enter(0, false);
  return { root: element("div", { class: "wan-run-scroll" }, table), cells };
}
