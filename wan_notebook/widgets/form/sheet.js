/**
 * The part of a form that hangs on its model: heading, fields, storyboard. The kernel decides what they hold; what
 * is typed here goes to it after a pause, everything at once.
 *
 * `tell(sentence)` shows an error in the box under the form; `busy(count)` is told how many changes of the form the
 * kernel is about to make.
 */
function formSheet(model, tell, busy) {
  const words = model.get("words");
  const kernel = kernelQuestions(model);
  const touched = new Set();
  const root = element("div", {});
  const prefix = `wan-${randomId()}`;
  let sheet = null;
  let acting = 0;

  const current = () => ({ model: model.get("heading").model, values: sheet.read(), shots: shots.unsent() });
  const prompt = () => sheet.fields.get("prompt");
  const shots = shotEditor(words, () => prompt()?.read() ?? "", () => typing.soon());
  const typing = typingTeller(kernel.ask, current, shots, (error) => {
    write(false);
    if (error) tell(error);
  });

  /** Write values the kernel has changed; not over what is being typed, but with `force`. */
  const write = (force) => {
    const values = model.get("values");
    for (const [name, field] of sheet.fields) {
      if (typing.ahead(name) || (!force && field.holdsFocus())) continue;
      if (!same(values[name] ?? null, field.read())) field.write(values[name]);
    }
  };
  /** Have the kernel change the form. */
  const act = async (message) => {
    const sent = { ...message, ...current() };
    typing.forget();
    busy((acting += 1));
    const reply = await kernel.ask(sent);
    busy((acting -= 1));
    tell(reply.error);
    heading.reset();
    write(true);
  };
  const mend = async (notice) => {
    await act({ type: "mend", message: notice.message });
    sheet.fields.get(notice.field)?.focus.focus();
  };
  const heading = formHeading(model, words, act, mend);

  const make = (description) => {
    const insert = (name) => prompt()?.insert(name);
    const field = { ...description, id: `${prefix}-${description.name}`, words, ask: kernel.ask, insert };
    const changed = () => {
      touched.add(field.name);
      if (field.name === "prompt") shots.forget();
      typing.changed(field.name);
    };
    return formField(field, changed, mend);
  };
  const stopFields = () => [...(sheet?.fields.values() ?? [])].forEach((field) => field.stop?.());
  const draw = () => {
    const open = sheet?.more.open;
    const controls = model.get("controls");
    const values = model.get("values");
    stopFields();
    typing.forget();
    sheet = fieldSheet(controls, words, make);
    sheet.more.open = Boolean(open);
    for (const { name, default: usual } of controls) {
      sheet.fields.get(name).write(values[name]);
      if (!same(values[name] ?? null, usual ?? null)) touched.add(name);
    }
    shots.allow(model.get("heading").shots, controls.find((field) => field.name === "duration")?.maximum);
    root.replaceChildren(sheet.shown, sheet.more);
    prompt()?.root.after(shots.root);
  };
  const show = (unfold = false) => {
    const check = model.get("check");
    sheet.show(check, touched, unfold);
    heading.show(check, check.notices.filter((notice) => !sheet.fields.has(notice.field)));
    shots.show(check.shots, check.duration);
  };
  const showHeading = () => {
    heading.draw();
    draw();
    show();
  };
  const watched = { heading: showHeading, values: () => write(false), said: heading.showSaid };
  draw();
  for (const [name, react] of Object.entries(watched)) model.on(`change:${name}`, react);
  return {
    heading: heading.root,
    root,
    current,
    show,
    /** Send at once what would be sent after a pause. */
    flush: typing.send,
    used: (drawn) => Object.entries(drawn).forEach(([name, value]) => sheet.fields.get(name)?.used?.(value)),
    touchAll: () => [...sheet.fields.keys()].forEach((name) => touched.add(name)),
    stop() {
      typing.forget();
      kernel.stop();
      stopFields();
      for (const [name, react] of Object.entries(watched)) model.off(`change:${name}`, react);
    },
  };
}
