/** One cell of the grid. The kernel tells [stage, cost, whether there is a picture, remark]. */

const STAGE_MARKS = { missing: "·", waiting: "…", running: "▶", asked: "?", saving: "↓", done: "✓", failed: "✕" };

/** Make a cell; returns its element, how to show what the kernel tells, and how to show its picture. */
function runCell(number, name, words) {
  const picture = element("img", { class: "wan-run-poster", alt: "", hidden: true, draggable: false });
  const mark = element("span", { class: "wan-run-mark", "aria-hidden": "true" });
  const state = element("span", { class: "wan-run-state" });
  const cost = element("span", { class: "wan-run-cost" });
  const frame = element("div", { class: "wan-run-frame" }, picture, mark);
  const root = element(
    "td",
    { class: "wan-run-cell", role: "gridcell", tabIndex: -1 },
    frame,
    element("div", { class: "wan-run-line" }, state, cost),
  );
  root.dataset.number = number;
  const cell = { root, number, name, openable: false, wants: false, told: "" };
  cell.show = ([stage, money, pictured, remark]) => {
    const told = JSON.stringify([stage, money, pictured, remark]);
    if (told === cell.told) return;
    cell.told = told;
    cell.openable = stage === "done";
    cell.wants = Boolean(pictured) && picture.hidden;
    root.dataset.stage = stage;
    mark.textContent = STAGE_MARKS[stage] ?? "";
    state.textContent = words.stages[stage];
    cost.textContent = money;
    const words_ = [name, words.stages[stage], money, remark].filter(Boolean).join(", ");
    root.title = remark ? `${name}: ${remark}` : name;
    root.setAttribute("aria-label", cell.openable ? `${words_}, ${words.open}` : words_);
  };
  cell.picture = (blob) => {
    const url = URL.createObjectURL(blob);
    picture.onload = () => URL.revokeObjectURL(url);
    picture.src = url;
    picture.hidden = false;
    cell.wants = false;
  };
  return cell;
}
