/** Whether two values are the same to the kernel. */
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** A labelled field with its help, its problem, its remarks, and the line on documents that disagree. */
function formField(field, changed, mend) {
  const control = CONTROLS[field.kind](field, changed);
  const problem = element("div", { class: "wan-problem", id: `${field.id}-problem`, role: "alert", hidden: true });
  const help = element("div", { class: "wan-help", id: `${field.id}-help` }, field.help);
  const label = element("label", { htmlFor: field.id, class: "wan-label" }, field.label);
  const remarks = remarkList(field.words, mend);
  control.focus.setAttribute("aria-describedby", `${field.id}-help ${field.id}-problem`);
  const line = field.kind === "boolean" ? [element("div", { class: "wan-inline" }, control.root, label)] : [label, control.root];
  const complain = (sentence) => {
    problem.textContent = sentence || "";
    problem.hidden = !sentence;
    control.focus.setAttribute("aria-invalid", sentence ? "true" : "false");
  };
  return {
    ...control,
    root: element(
      "div",
      { class: `wan-field wan-field-${field.kind} wan-field-${field.name}` },
      ...line,
      problem,
      remarks.root,
      help,
      disputeLine(field.words, field.dispute),
    ),
    holdsFocus: () => control.root.contains(document.activeElement),
    /** Show what a check says; what is wrong only once the field was touched. */
    show(check, touched) {
      const notices = check.notices.filter((notice) => notice.field === field.name);
      const items = (touched && check.items[field.name]) || {};
      const sentence = touched ? check.problems[field.name] : "";
      complain(sentence);
      control.complain_items?.(items);
      control.name?.(check.names[field.name] || []);
      remarks.show(notices);
      return Boolean(sentence || Object.keys(items).length || notices.length);
    },
  };
}

/** The fields of a model: those always shown, and those folded away with a mark when there is a remark. */
function fieldSheet(controls, words, make) {
  const fields = new Map(controls.map((field) => [field.name, make(field)]));
  const placed = (advanced) => controls.filter((field) => field.advanced === advanced).map((field) => fields.get(field.name).root);
  const summary = element("summary", {}, words.advanced);
  const more = element("details", {}, summary, element("div", { class: "wan-fields" }, ...placed(true)));
  return {
    fields,
    shown: element("div", { class: "wan-fields" }, ...placed(false)),
    more,
    read: () => Object.fromEntries([...fields].map(([name, field]) => [name, field.read()])),
    /** Show a check; with `unfold`, fields with a remark do not stay folded away. */
    show(check, touched, unfold) {
      const remarked = controls.filter((field) => fields.get(field.name).show(check, touched.has(field.name)) && field.advanced);
      summary.classList.toggle("wan-remarked", remarked.length > 0);
      if (unfold && remarked.length) more.open = true;
    },
  };
}
