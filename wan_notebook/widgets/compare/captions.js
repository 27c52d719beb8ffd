/** What is said under each video, and, in an experiment, which block and which arms are shown. */

/** One video's words: its number and name, or a list of arms to choose from; its facts; what makes it differ. */
function compareCaption(video, index, words, choosing) {
  const name = choosing ? choosing.arm.root : element("strong", { title: video.name }, video.name);
  const remove = choosing?.remove && element("button", { type: "button", class: "wan-compare-remove", title: words.remove, "aria-label": `${words.remove}: ${video.name}`, onclick: choosing.remove }, "×");
  return element(
    "div",
    { class: "wan-compare-caption", role: "group", "aria-label": `${index + 1} · ${video.name}` },
    element("div", { class: "wan-compare-name" }, element("span", { class: "wan-compare-number" }, index + 1), name, remove),
    video.prompt && video.prompt !== video.name ? element("div", { class: "wan-compare-prompt", title: video.prompt }, video.prompt) : null,
    element("div", { class: "wan-muted" }, video.line),
    element("div", { class: "wan-muted" }, video.facts),
    ...video.notes.map((note) => element("div", { class: "wan-compare-note" }, note)),
  );
}

/** All of them. `choose(block, arms)` asks for other videos. */
function compareCaptions(words, choose) {
  const root = element("div", { class: "wan-compare-captions" });
  const block = chooserList(words.block, (value) => choose(Number(value), null));
  const add = element("button", { type: "button", class: "wan-compare-button" }, words.add);
  const head = element("div", { class: "wan-compare-chooser" }, element("label", { class: "wan-inline" }, element("span", { class: "wan-label" }, words.block), block.root), add);
  return {
    root,
    head,
    show(list, chooser) {
      const { blocks = [], arms = [], most = 4 } = chooser;
      const [now, shown] = [chooser.block, list.map(({ arm }) => arm)];
      head.hidden = !blocks.length;
      block.fill(blocks.map((name, index) => [index, name]), now);
      const free = arms.find((arm) => !shown.includes(arm));
      add.hidden = !free || shown.length >= most;
      add.onclick = () => choose(now, [...shown, free]);
      const choosing = (index) => {
        const arm = chooserList(words.arm, (value) => choose(now, shown.map((one, place) => (place === index ? value : one === value ? shown[index] : one))));
        arm.fill(arms.map((one) => [one, one]), shown[index]);
        return { arm, remove: shown.length > 2 ? () => choose(now, shown.filter((_one, place) => place !== index)) : null };
      };
      root.style.setProperty("--columns", stageColumns(list.length));
      root.replaceChildren(...list.map((video, index) => compareCaption(video, index, words, blocks.length ? choosing(index) : null)));
    },
    /** Two videos in one place leave the words of the others out. */
    draw({ mode, pair }) {
      [...root.children].forEach((caption, index) => (caption.hidden = mode !== "side" && !pair.includes(index)));
    },
  };
}
