/**
 * What can be done with a finished task: a line of buttons, each with its price.
 *
 * `press(message)` sends a click with an id of its own; it is the one the form's own button uses.
 */
function watchAgain(model, root, press) {
  const words = model.get("words");
  const list = element("div", { class: "wan-again-list" });
  root.append(list);
  let free = true;
  const button = (task, choice) =>
    element(
      "button",
      {
        type: "button",
        class: "wan-again",
        disabled: !free,
        onclick: (event) => event.detail < 2 && press({ type: "again", row: task.row, choice: choice.name }),
      },
      choice.label,
    );
  const show = () => {
    const lines = model.get("finished").map((task) =>
      element(
        "div",
        { class: "wan-again-line" },
        element("span", { class: "wan-muted wan-again-title", title: task.title }, words.again, " ", task.title),
        ...task.choices.map((choice) => button(task, choice)),
      ),
    );
    list.replaceChildren(...lines);
  };
  model.on("change:finished", show);
  show();
  return {
    allow(allowed) {
      free = allowed;
      for (const each of list.querySelectorAll("button")) each.disabled = !free;
    },
    stop: () => model.off("change:finished", show),
  };
}
