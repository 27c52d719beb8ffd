/** The form: controls from the catalogue, a check by the kernel as you type, one click for one task. */

const TYPING_PAUSE = 150; // ms without a key before the kernel checks
const CLICK_PAUSE = 1500; // ms in which a second click is taken for a double click

/** A labelled field with its help and its problem. */
function formField(field, changed) {
  const control = CONTROLS[field.kind](field, changed);
  const problem = element("div", { class: "wan-problem", id: `${field.id}-problem`, role: "alert", hidden: true });
  const help = element("div", { class: "wan-help", id: `${field.id}-help` }, field.help);
  const label = element("label", { htmlFor: field.id, class: "wan-label" }, field.label);
  control.focus.setAttribute("aria-describedby", `${field.id}-help ${field.id}-problem`);
  const line = field.kind === "boolean" ? [element("div", { class: "wan-inline" }, control.root, label)] : [label, control.root];
  return {
    ...control,
    root: element("div", { class: `wan-field wan-field-${field.kind} wan-field-${field.name}` }, ...line, problem, help),
    complain(sentence) {
      problem.textContent = sentence || "";
      problem.hidden = !sentence;
      control.focus.setAttribute("aria-invalid", sentence ? "true" : "false");
    },
  };
}

/** Remembers a click the kernel has not answered yet, over a reload of the page too. */
function pendingClick(model) {
  const key = `wan-click-${model.get("slot_id")}`;
  return {
    get: () => sessionStorage.getItem(key),
    set: (id) => sessionStorage.setItem(key, id),
    clear: () => sessionStorage.removeItem(key),
  };
}

function render({ model, el }) {
  const words = model.get("words");
  const heading = model.get("heading");
  const touched = new Set();
  const fields = new Map();
  const prefix = `wan-${randomId()}`;
  let typing = 0;

  const read = () => Object.fromEntries([...fields].map(([name, field]) => [name, field.read()]));
  const send = () => {
    model.set("values", read());
    model.save_changes();
  };
  const changed = (name) => {
    touched.add(name);
    clearTimeout(typing);
    typing = setTimeout(send, TYPING_PAUSE);
  };

  for (const description of model.get("controls")) {
    const field = { ...description, id: `${prefix}-${description.name}`, words };
    fields.set(field.name, formField(field, () => changed(field.name)));
  }
  const placed = (advanced) => model.get("controls").filter((field) => field.advanced === advanced).map((field) => fields.get(field.name).root);

  const button = element("button", { type: "button", class: "wan-generate" });
  const note = element("div", { class: "wan-muted wan-price-note" });
  const preview = element("pre", { class: "wan-preview" });
  const error = element("div", { class: "wan-error", role: "alert", hidden: true });
  const badge = heading.simulated ? element("span", { class: "wan-badge wan-badge-simulated", title: words.simulated_title }, words.simulated) : null;
  const running = element("div", {});
  const sheet = element(
    "div",
    { class: "wan-sheet" },
    element("div", { class: "wan-heading" }, element("strong", {}, heading.model), element("span", { class: "wan-muted" }, heading.mode), element("span", { class: "wan-badge" }, heading.place), badge),
    element("div", { class: "wan-fields" }, ...placed(false)),
    element("details", {}, element("summary", {}, words.advanced), element("div", { class: "wan-fields" }, ...placed(true))),
    element("details", {}, element("summary", {}, words.preview), preview),
    element("div", { class: "wan-actions" }, button, note),
  );
  const root = element("div", { class: "wan-form" }, sheet, error, running);
  el.append(root);

  const pending = pendingClick(model);
  let held = false; // the moment after a click, in which a double click must not count twice
  const waiting = () => pending.get() !== null && model.get("answered").click_id !== pending.get();
  const showButton = () => {
    const check = model.get("check");
    const label = [check.generate, element("span", { class: "wan-dated" }, check.dated)];
    button.replaceChildren(...(waiting() ? [words.waiting] : label));
    button.disabled = held || waiting();
    again.allow(!button.disabled);
  };
  const showCheck = () => {
    const check = model.get("check");
    for (const [name, field] of fields) field.complain(touched.has(name) ? check.problems[name] : "");
    note.textContent = check.note;
    preview.textContent = check.preview;
    showButton();
  };
  const showValues = () => {
    const values = model.get("values");
    if (JSON.stringify(values) === JSON.stringify(read())) return;
    for (const [name, field] of fields) if (!field.root.contains(document.activeElement)) field.write(values[name]);
    if (!sheet.contains(document.activeElement)) sheet.scrollIntoView({ block: "nearest" });
  };
  const showAnswer = () => {
    const answer = model.get("answered");
    if (answer.click_id !== pending.get()) return;
    pending.clear();
    error.textContent = answer.error || "";
    error.hidden = !answer.error;
    if (answer.error) for (const name of fields.keys()) touched.add(name);
    for (const [name, value] of Object.entries(answer.drawn || {})) fields.get(name)?.used?.(value);
    showCheck();
  };
  const showError = () => {
    if (!model.get("error")) return;
    error.textContent = model.get("error");
    error.hidden = false;
  };

  const press = (message) => {
    if (held || waiting()) return;
    const click = randomId();
    pending.set(click);
    held = true;
    error.hidden = true;
    clearTimeout(typing);
    showButton();
    model.send({ ...message, click_id: click });
    setTimeout(() => {
      held = false;
      showButton();
    }, CLICK_PAUSE);
  };
  button.onclick = (event) => event.detail < 2 && press({ type: "generate", values: read() });
  const showSheet = () => {
    sheet.hidden = !model.get("unfolded");
    root.classList.toggle("wan-folded", sheet.hidden);
  };

  for (const [name, field] of fields) field.write(model.get("values")[name]);
  const again = watchAgain(model, running, press);
  const watched = { check: showCheck, values: showValues, answered: showAnswer, error: showError, unfolded: showSheet };
  for (const [name, show] of Object.entries(watched)) model.on(`change:${name}`, show);
  showAnswer();
  showCheck();
  showError();
  showSheet();
  const stopProgress = watchProgress(model, running);
  const stopSlot = watchSlot(model, () => root.append(element("div", { class: "wan-muted wan-lost" }, words.slot_lost)));
  return () => {
    clearTimeout(typing);
    stopProgress();
    again.stop();
    stopSlot();
    for (const [name, show] of Object.entries(watched)) model.off(`change:${name}`, show);
  };
}

export default { render };
