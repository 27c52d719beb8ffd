/**
 * The list of running tasks. The kernel sends changes of state only; clock and bar run here.
 *
 * The service reports no percentage, so the bar is an estimate, says so, and stays below its end until the task
 * has ended: it reaches 90 % when the expected time is over and creeps on from there.
 */

const TICK = 250; // ms

/** Share of the bar after `elapsed` of `expected` seconds; always below 1. */
function barShare(elapsed, expected) {
  const share = elapsed / Math.max(expected, 0.1);
  return share <= 1 ? 0.9 * share : 0.9 + 0.09 * (1 - Math.exp(1 - share));
}

/** One row; returns its element and how to show a new state and a new time. */
function progressRow(words) {
  const state = element("strong", { class: "wan-progress-state" });
  const clock = element("span", { class: "wan-progress-clock" });
  const basis = element("span", { class: "wan-muted" });
  const prompt = element("div", { class: "wan-progress-prompt" });
  const fillBar = element("div", { class: "wan-bar-fill progress-bar" });
  const bar = element("div", { class: "wan-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, fillBar);
  const id = element("code", { class: "wan-id" });
  const copy = element("button", { type: "button", class: "wan-link", title: words.copy_title }, words.copy);
  const identity = element("span", { class: "wan-progress-id" }, id, " ", copy);
  const trouble = element("div", { class: "wan-problem", role: "status" });
  const root = element(
    "div",
    { class: "wan-progress" },
    element("div", { class: "wan-progress-line" }, state, clock, basis, identity),
    bar,
    prompt,
    trouble,
  );
  let task = null;
  copy.onclick = async () => {
    await copyText(task.task_id, root);
    copy.textContent = words.copied;
    setTimeout(() => (copy.textContent = words.copy), 1500);
  };
  return {
    root,
    show(next) {
      task = next;
      state.textContent = task.state;
      basis.textContent = task.basis;
      prompt.textContent = task.prompt;
      prompt.title = task.prompt;
      id.textContent = task.task_id || "";
      identity.hidden = !task.task_id;
      trouble.textContent = task.trouble || "";
      trouble.hidden = !task.trouble;
      bar.setAttribute("aria-label", `${task.state} ${task.basis}`);
    },
    tick(now) {
      const elapsed = Math.max(0, now - task.since);
      const share = 100 * barShare(elapsed, task.expected);
      clock.textContent = clockText(elapsed, words.seconds);
      fillBar.style.width = `${share.toFixed(1)}%`;
      bar.setAttribute("aria-valuenow", Math.round(share));
    },
  };
}

/** Show `model.get("tasks")` inside `root`. Returns how to stop. */
function watchProgress(model, root) {
  const words = model.get("words");
  const rows = new Map();
  const list = element("div", { class: "wan-progress-list", "aria-live": "polite" });
  root.append(list);
  let ahead = 0; // seconds by which this browser's clock is ahead of the kernel's
  const now = () => Date.now() / 1000 - ahead;
  const tick = () => rows.forEach((row) => row.tick(now()));
  const show = () => {
    const tasks = model.get("tasks");
    const present = new Set(tasks.map((task) => task.row));
    let added = null;
    for (const [row, shown] of rows) {
      if (present.has(row)) continue;
      shown.root.remove();
      rows.delete(row);
    }
    for (const task of tasks) {
      if (!rows.has(task.row)) {
        rows.set(task.row, progressRow(words));
        list.append(rows.get(task.row).root);
        added = rows.get(task.row).root;
      }
      rows.get(task.row).show(task);
    }
    tick();
    // Right after a click on Generate its new row may lie below the window.
    if (root.closest(".wan-form")?.contains(document.activeElement)) added?.scrollIntoView({ block: "nearest" });
  };
  const hear = (message) => {
    if (message.type !== "time") return;
    ahead = Date.now() / 1000 - message.now;
    tick();
  };
  const timer = setInterval(tick, TICK);
  model.on("change:tasks", show);
  model.on("msg:custom", hear);
  show();
  model.send({ type: "time" });
  return () => {
    clearInterval(timer);
    model.off("change:tasks", show);
    model.off("msg:custom", hear);
  };
}
