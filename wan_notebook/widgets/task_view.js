/** One task on its own: its progress while it runs; afterwards the slot beside it holds the card. */
function render({ model, el }) {
  const root = element("div", { class: "wan-task" });
  el.append(root);
  const stopProgress = watchProgress(model, root);
  const stopSlot = watchSlot(model, () => root.append(element("div", { class: "wan-muted wan-lost" }, model.get("words").slot_lost)));
  return () => {
    stopProgress();
    stopSlot();
  };
}

export default { render };
