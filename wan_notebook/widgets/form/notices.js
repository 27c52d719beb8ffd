/** Remarks on what can be sent all the same: a line each, with a button where one click mends it. */
function remarkList(words, mend) {
  const root = element("div", { class: "wan-remarks", "aria-live": "polite", hidden: true });
  let shown = "";
  const line = (notice) => {
    const button = notice.mend
      ? element("button", { type: "button", class: "wan-again wan-mend", onclick: () => mend(notice) }, words.mend)
      : null;
    return element("div", { class: "wan-remark" }, element("span", {}, notice.message), button);
  };
  return {
    root,
    show(notices) {
      const wanted = JSON.stringify(notices.map((notice) => [notice.message, notice.mend]));
      if (wanted === shown) return; // a screen reader must not hear them again
      shown = wanted;
      root.replaceChildren(...notices.map(line));
      root.hidden = !notices.length;
    },
  };
}

/** A line that says where documents disagree, folded away; null where they agree. */
function disputeLine(words, sentence) {
  if (!sentence) return null;
  return element("details", { class: "wan-dispute" }, element("summary", {}, words.disputed), sentence);
}
