/** The end: thanks, and which was which for whoever asks for it. */

/** What a reveal tells: a sum for each two arms, and each pair as it stood. */
function revealTable({ sums, columns, rows }) {
  const cells = (tag, texts) => texts.map((each) => element(tag, {}, each));
  return element(
    "div",
    { class: "wan-vote-reveal" },
    element("ul", {}, ...cells("li", sums)),
    element(
      "table",
      {},
      element("thead", {}, element("tr", {}, ...cells("th", columns))),
      element("tbody", {}, ...rows.map((row) => element("tr", {}, ...cells("td", row)))),
    ),
  );
}
