/**
 * The connect panel. The key goes to the kernel in a message of its own and is in no widget state, so that it
 * cannot end up in a notebook; the box is emptied at once.
 */
function render({ model, el }) {
  const words = model.get("words");
  const regions = model.get("regions").map((region) => element("option", { value: region }, region));
  const prefix = `wan-${randomId()}`;
  const region = element("select", { id: `${prefix}-region` }, ...regions);
  const workspace = element("input", { id: `${prefix}-workspace`, type: "text", autocomplete: "off", spellcheck: false });
  const address = element("input", { id: `${prefix}-address`, type: "url", placeholder: "https://" });
  const key = element("input", { id: `${prefix}-key`, type: "password", autocomplete: "new-password", placeholder: "sk-…" });
  const field = (box, label, help, wide) =>
    element(
      "div",
      { class: `wan-field${wide ? " wan-field-text" : ""}` },
      element("label", { htmlFor: box.id, class: "wan-label" }, label),
      box,
      element("div", { class: "wan-help" }, help),
    );
  const said = element("div", { class: "wan-said", role: "status", hidden: true });
  const send = (type) => {
    const message = { type, region: region.value, workspace: workspace.value.trim(), address: address.value.trim() };
    model.send({ ...message, key: key.value });
    if (type !== "check") key.value = "";
    busy(true);
  };
  const button = (type, label, main) =>
    element("button", { type: "button", class: main ? "wan-generate" : "wan-again", onclick: () => send(type) }, label);
  const buttons = [button("connect", words.connect, true), button("check", words.check), button("demo", words.demo)];
  const busy = (now) => buttons.forEach((each) => (each.disabled = now));
  const sheet = element(
    "div",
    {},
    element("div", { class: "wan-heading" }, element("strong", {}, words.title)),
    element(
      "div",
      { class: "wan-fields" },
      field(key, words.key, words.key_help, true),
      field(region, words.region, words.region_help),
      field(workspace, words.workspace, words.workspace_help),
    ),
    element("details", {}, element("summary", {}, words.more), field(address, words.address, words.address_help)),
    element("div", { class: "wan-actions" }, ...buttons),
  );
  const root = element("div", { class: "wan-form wan-connect" }, sheet, said);
  el.append(root);
  key.onkeydown = (event) => event.key === "Enter" && send("connect");

  const show = () => {
    const answer = model.get("answer");
    said.textContent = answer.sentence || "";
    said.className = `wan-said wan-said-${answer.tone || "none"}`;
    said.hidden = !answer.sentence;
    sheet.hidden = Boolean(answer.connected);
    if (answer.connected) key.value = "";
    busy(false);
  };
  model.on("change:answer", show);
  show();
  return () => model.off("change:answer", show);
}

export default { render };
