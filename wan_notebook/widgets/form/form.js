/** The form: controls from the catalogue, a check by the kernel as you type, one click for one task. */

const CLICK_PAUSE = 1500; // ms in which a second click is taken for a double click

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
  const button = element("button", { type: "button", class: "wan-generate" });
  const note = element("div", { class: "wan-muted wan-price-note" });
  const consent = element("input", { type: "checkbox" });
  const yes = element("label", { class: "wan-inline wan-yes", hidden: true }, consent, words.unpriced);
  const budget = element("div", { class: "wan-muted wan-budget", role: "status" });
  const preview = element("pre", { class: "wan-preview" });
  const error = element("div", { class: "wan-error", role: "alert", hidden: true });
  const running = element("div", {});
  const tell = (sentence) => {
    error.textContent = sentence || "";
    error.hidden = !sentence;
  };

  const pending = pendingClick(model);
  let held = false; // the moment after a click, in which a double click must not count twice
  let acting = false; // the kernel is changing the form: what is shown is not what would be sent
  const waiting = () => pending.get() !== null && model.get("answered").click_id !== pending.get();
  const showButton = () => {
    const check = model.get("check");
    const label = [check.generate, element("span", { class: "wan-dated" }, check.dated)];
    button.replaceChildren(...(waiting() || acting ? [words.waiting] : label));
    const free = !held && !waiting() && !acting;
    button.disabled = !free || check.refused;
    again.allow(free);
  };
  const sheet = formSheet(model, tell, (count) => {
    acting = count > 0;
    showButton();
  });
  const sheetRoot = element(
    "div",
    { class: "wan-sheet" },
    sheet.heading,
    sheet.root,
    element("details", {}, element("summary", {}, words.preview), preview),
    element("div", { class: "wan-actions" }, button, yes, note),
    budget,
  );
  const root = element("div", { class: "wan-form" }, sheetRoot, error, running);
  el.append(root);
  const releaseKeys = keepKeys(root);

  const showCheck = () => {
    const check = model.get("check");
    sheet.show();
    note.textContent = check.note;
    preview.textContent = check.preview;
    showBudget();
    showButton();
  };
  /** What is left, and whether a price that does not count in a budget asks for a yes of its own. */
  const showBudget = () => {
    const { lines = [], currencies = [] } = model.get("budget");
    const { currency, problems, items } = model.get("check");
    const whole = ![problems, items].some((found) => Object.keys(found).length);
    budget.replaceChildren(...lines.map((line) => element("div", {}, line)));
    yes.hidden = !whole || currencies.every((one) => one === currency);
    if (yes.hidden) consent.checked = false;
  };
  const showFilled = () => {
    if (!root.contains(document.activeElement)) sheetRoot.scrollIntoView({ block: "nearest" });
  };
  const showAnswer = () => {
    const answer = model.get("answered");
    if (answer.click_id !== pending.get()) return;
    pending.clear();
    tell(answer.error);
    if (answer.error) sheet.touchAll();
    else consent.checked = false;
    sheet.used(answer.drawn || {});
    sheet.show(Boolean(answer.error));
    showButton();
  };
  const showError = () => model.get("error") && tell(model.get("error"));

  const press = (message) => {
    if (held || acting || waiting()) return;
    const click = randomId();
    pending.set(click);
    held = true;
    tell("");
    sheet.flush();
    showButton();
    model.send({ ...message, click_id: click });
    setTimeout(() => {
      held = false;
      showButton();
    }, CLICK_PAUSE);
  };
  button.onclick = (event) => event.detail < 2 && press({ type: "generate", unpriced: consent.checked, ...sheet.current() });
  const showSheet = () => {
    sheetRoot.hidden = !model.get("unfolded");
    root.classList.toggle("wan-folded", sheetRoot.hidden);
  };

  const again = watchAgain(model, running, press);
  const watched = {
    check: showCheck,
    budget: showBudget,
    values: showFilled,
    answered: showAnswer,
    error: showError,
    unfolded: showSheet,
  };
  for (const [name, show] of Object.entries(watched)) model.on(`change:${name}`, show);
  showAnswer();
  showCheck();
  showError();
  showSheet();
  const stopProgress = watchProgress(model, running);
  const stopSlot = watchSlot(model, () => root.append(element("div", { class: "wan-muted wan-lost" }, words.slot_lost)));
  return () => {
    sheet.stop();
    releaseKeys();
    stopProgress();
    again.stop();
    stopSlot();
    for (const [name, show] of Object.entries(watched)) model.off(`change:${name}`, show);
  };
}

export default { render };
