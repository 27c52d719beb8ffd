/**
 * Above the fields: which model, where its requests go, examples, and what a change of many values has done.
 *
 * `act(message)` has the kernel change the form and resolves with its reply.
 */
function formHeading(model, words, act, mend) {
  const chooser = modelChooser(model, words, act);
  const badges = element("span", { class: "wan-badges" });
  const move = element("button", { type: "button", class: "wan-again wan-move", onclick: () => act({ type: "migrate" }) });
  const chips = element("div", { class: "wan-chips" });
  const examples = element("details", { class: "wan-examples" }, element("summary", {}, words.heading_examples), chips);
  const problem = element("div", { class: "wan-problem", role: "alert", hidden: true });
  const remarks = remarkList(words, mend);
  const dispute = element("div", {});
  const said = element("div", { class: "wan-changed", role: "status", hidden: true });
  const root = element(
    "div",
    {},
    element("div", { class: "wan-heading" }, chooser.root, badges, move),
    problem,
    remarks.root,
    dispute,
    examples,
    said,
  );
  const badge = (words, kind = "", title = null) => element("span", { class: `wan-badge ${kind}`, title }, words);
  const chip = (example) => {
    const fillIn = () => {
      examples.open = false;
      act({ type: "example", choice: example.id });
    };
    return element("button", { type: "button", class: "wan-again", onclick: fillIn }, example.title);
  };
  const draw = () => {
    const heading = model.get("heading");
    chooser.show(heading);
    const simulated = heading.simulated ? [badge(words.simulated, "wan-badge-simulated", words.simulated_title)] : [];
    badges.replaceChildren(badge(heading.place), ...simulated);
    move.textContent = heading.move;
    move.hidden = !heading.move;
    chips.replaceChildren(...heading.examples.map(chip));
    examples.hidden = !heading.examples.length;
    dispute.replaceChildren(...[disputeLine(words, heading.dispute)].filter(Boolean));
  };
  const showSaid = () => {
    const { title, lines = [], undo } = model.get("said");
    said.hidden = !title;
    if (!title) return said.replaceChildren();
    const close = () => {
      model.set("said", {});
      model.save_changes();
    };
    const button = (label, onclick) => element("button", { type: "button", class: "wan-link", onclick }, label);
    said.replaceChildren(
      element("div", { class: "wan-changed-line" }, element("strong", {}, title), undo ? button(words.heading_undo, () => act({ type: "undo" })) : null, button(words.heading_close, close)),
      ...(lines.length ? [element("ul", {}, ...lines.map((line) => element("li", {}, line)))] : []),
    );
  };
  draw();
  showSaid();
  return {
    root,
    draw,
    showSaid,
    reset: () => chooser.show(model.get("heading")),
    show(check, notices) {
      problem.textContent = check.problems.model || "";
      problem.hidden = !check.problems.model;
      remarks.show(notices);
    },
  };
}

/** The models by family, and a line for the id of one that is not among them. */
function modelChooser(model, words, act) {
  const OTHER = "";
  const select = element("select", { class: "wan-model", "aria-label": words.heading_model });
  const id = element("input", { type: "text", "aria-label": words.heading_other_label, placeholder: words.heading_other_label, spellcheck: false });
  const use = element("button", { type: "button", class: "wan-again" }, words.heading_use);
  const other = element("span", { class: "wan-inline wan-other-model", hidden: true }, id, use);
  const option = (value, label) => element("option", { value }, label);
  const groups = model.get("models").map(({ family, models }) =>
    element("optgroup", { label: family }, ...models.map((one) => option(one.id, one.label))),
  );
  const choose = (choice) => choice && act({ type: "model", choice });
  select.onchange = () => {
    other.hidden = select.value !== OTHER;
    if (other.hidden) choose(select.value);
    else id.focus();
  };
  use.onclick = () => choose(id.value.trim());
  id.onkeydown = (event) => {
    if (event.key === "Enter") choose(id.value.trim());
    if (event.key === "Escape") show(model.get("heading"));
  };
  const show = (heading) => {
    const known = model.get("models").some(({ models }) => models.some((one) => one.id === heading.model));
    const own = known ? [] : [option(heading.model, `${heading.model} · ${heading.mode}`)];
    select.replaceChildren(...own, ...groups, option(OTHER, words.heading_other));
    select.value = heading.model;
    other.hidden = true;
  };
  return { root: element("span", { class: "wan-chooser" }, select, other), show };
}
