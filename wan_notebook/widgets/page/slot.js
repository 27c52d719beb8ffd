/**
 * Keeps the slot, the notebook output with finished cards, equal to what the kernel knows.
 *
 * The kernel changes the slot by its display id. After the page is loaded again that no longer arrives
 * (jupyter.md, "The slot", 2), so the widget looks for the output in the notebook and writes it there.
 */

const SLOT_PATIENCE = 600; // ms for the kernel's own change to arrive first

/** Every output of the notebook that holds this slot, as [list of outputs, position]; null without a notebook. */
function slotPlaces(model, id) {
  const cells = model.widget_manager?.context?.model?.cells;
  if (!cells) return null;
  const mark = `data-wan-slot="${id}"`;
  const places = [];
  for (let index = 0; index < cells.length; index += 1) {
    const outputs = cells.get(index).outputs;
    for (let place = 0; outputs && place < outputs.length; place += 1) {
      const html = outputs.get(place).toJSON().data?.["text/html"];
      const whole = Array.isArray(html) ? html.join("") : html || "";
      if (whole.includes(mark)) places.push([outputs, place, whole]);
    }
  }
  return places;
}

/** Watch the slot of a widget; call `lost()` where the notebook cannot be written. Returns how to stop. */
function watchSlot(model, lost) {
  let timer = 0;
  const write = () => {
    const html = model.get("slot_html");
    const places = slotPlaces(model, model.get("slot_id"));
    if (!places) return void lost();
    for (const [outputs, place, present] of places) {
      if (present.trim() === html.trim()) continue;
      const output = outputs.get(place).toJSON();
      outputs.set(place, { ...output, data: { ...output.data, "text/html": html } });
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(write, SLOT_PATIENCE);
  };
  model.on("change:slot_html", soon);
  soon();
  return () => {
    clearTimeout(timer);
    model.off("change:slot_html", soon);
  };
}
