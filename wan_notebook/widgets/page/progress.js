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

/** Buttons for a lost answer: one for each task it may have made, and one for none. */
function candidateButtons(task, words, act) {
  const button = (label, id) =>
    element(
      "button",
      { type: "button", class: "wan-again", onclick: () => act({ type: "settle", row: task.row, task_id: id }) },
      label,
    );
  return [...task.candidates.map((id) => button(fill(words.this_one, { id }), id)), button(words.none_of_them, null)];
}

/** One row; returns its element and how to show a new state and a new time. `act(message)` asks the kernel. */
function progressRow(words, act) {
  const state = element("strong", { class: "wan-progress-state" });
  const clock = element("span", { class: "wan-progress-clock" });
  const basis = element("span", { class: "wan-muted" });
  const prompt = element("div", { class: "wan-progress-prompt" });
  const fillBar = element("div", { class: "wan-bar-fill progress-bar" });
  const bar = element("div", { class: "wan-bar", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, fillBar);
  const id = element("code", { class: "wan-id" });
  const copy = element("button", { type: "button", class: "wan-link", title: words.copy_title }, words.copy);
  const identity = element("span", { class: "wan-progress-id" }, id, " ", copy);
  const trouble = element("div", { role: "status" });
  const cancel = element("button", { type: "button", class: "wan-link wan-cancel", title: words.cancel_title }, words.cancel);
  const choice = element("div", { class: "wan-candidates" });
  let offered = "";
  const root = element(
    "div",
    { class: "wan-progress" },
    element("div", { class: "wan-progress-line" }, state, clock, basis, cancel, identity),
    bar,
    prompt,
    trouble,
    choice,
  );
  let task = null;
  copy.onclick = async () => {
    await copyText(task.task_id, root);
    copy.textContent = words.copied;
    setTimeout(() => (copy.textContent = words.copy), 1500);
  };
  cancel.onclick = async () => {
    cancel.disabled = true;
    await act({ type: "cancel", row: task.row });
    cancel.disabled = false;
  };
  const showChoice = () => {
    const wanted = JSON.stringify(task.candidates);
    if (wanted === offered) return; // a button must not be taken away under the pointer
    offered = wanted;
    choice.replaceChildren(...(task.candidates ? candidateButtons(task, words, act) : []));
  };
  return {
    root,
    show(next) {
      task = next;
      cancel.hidden = !task.cancel;
      for (const part of [clock, basis, bar]) part.hidden = Boolean(task.candidates);
      showChoice();
      state.textContent = task.state;
      basis.textContent = task.basis;
      prompt.textContent = task.prompt;
      prompt.title = task.prompt;
      id.textContent = task.task_id || "";
      identity.hidden = !task.task_id;
      trouble.textContent = task.trouble || "";
      trouble.hidden = !task.trouble;
      trouble.className = task.calm ? "wan-muted" : "wan-problem";
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
  const said = element("div", { class: "wan-muted wan-said", role: "status", hidden: true });
  root.append(list, said);
  const kernel = kernelQuestions(model);
  const act = async (message) => {
    const reply = await kernel.ask(message);
    said.textContent = reply.said || reply.error || "";
    said.className = reply.error ? "wan-problem wan-said" : "wan-muted wan-said";
    said.hidden = !said.textContent;
  };
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
        rows.set(task.row, progressRow(words, act));
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
    kernel.stop();
    model.off("change:tasks", show);
    model.off("msg:custom", hear);
  };
}
