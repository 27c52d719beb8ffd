/**
 * Where videos are compared: beside each other, or two of them in one place: parted by a line that can be moved,
 * one through the other, or their difference. Only style changes with the mode: a video that is moved in the page stops.
 */

const STAGE_MODES = ["side", "wipe", "overlay", "difference"];
const STAGE_MIX = {
  wipe: { min: 0, max: 1, step: 0.01, begin: 0.5 },
  overlay: { min: 0, max: 1, step: 0.01, begin: 0.5 },
  difference: { min: 1, max: 16, step: 1, begin: 1 },
};
const STAGE_STEPS = { Arrow: 1, Shift: 10 }; // hundredths a key moves the line

/** Columns for so many videos beside each other. */
function stageColumns(count) {
  return count === 4 ? 2 : count;
}

/**
 * Make the stage. `act(name)` does what a key does, `mix(value)` is told where the line was moved to.
 *
 * `show(videos, list)` puts videos on it; `draw(view)` shows them as `view` says: { mode, mix, pair }; `say(index,
 * sentence)` writes over a video; `hold(index, whether)` marks one that has ended.
 */
function videoStage(words, act, mix) {
  const boxes = element("div", { class: "wan-stage-boxes" });
  const names = ["first", "second"].map((place) => element("span", { class: `wan-stage-name wan-stage-${place}` }));
  const handle = element("div", { class: "wan-stage-handle wan-own-arrows", role: "slider", tabIndex: 0, "aria-label": words.line, "aria-valuemin": 0, "aria-valuemax": 100 });
  const frame = element("div", { class: "wan-stage-frame" }, boxes, ...names, handle);
  const root = element("div", { class: "wan-stage" }, frame);
  let [list, view, dragged] = [[], null, null];

  const place = (event) => {
    const { left, width } = boxes.getBoundingClientRect();
    mix(Math.min(Math.max((event.clientX - left) / width, 0), 1));
  };
  boxes.onclick = () => view.mode !== "wipe" && act("play");
  frame.onpointerdown = (event) => {
    if (view.mode !== "wipe" || event.button !== 0) return;
    dragged = event.pointerId;
    frame.setPointerCapture(dragged);
    handle.focus({ preventScroll: true });
    event.preventDefault();
    place(event);
  };
  frame.onpointermove = (event) => event.pointerId === dragged && place(event);
  frame.onpointerup = frame.onpointercancel = () => (dragged = null);
  handle.onkeydown = (event) => {
    const ends = { Home: 0, End: 1 };
    const way = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!way && !(event.key in ends)) return;
    event.preventDefault();
    mix(way ? view.mix.wipe + (way * (event.shiftKey ? STAGE_STEPS.Shift : STAGE_STEPS.Arrow)) / 100 : ends[event.key]);
  };
  return {
    root,
    show(videos, shown) {
      list = shown;
      const shape = Math.max(...list.map(({ width, height }) => width / height));
      root.style.setProperty("--shape", shape);
      boxes.replaceChildren(
        ...videos.map((video, index) => {
          const name = element("span", { class: "wan-stage-name wan-stage-own" }, `${index + 1} · ${list[index].name}`);
          const held = element("span", { class: "wan-stage-held", hidden: true }, words.held);
          return element("div", { class: "wan-stage-box" }, video, name, held, element("span", { class: "wan-stage-said", role: "status" }));
        }),
      );
    },
    draw(now) {
      view = now;
      const stacked = view.mode !== "side";
      const columns = stacked ? 1 : stageColumns(list.length);
      root.dataset.mode = view.mode;
      root.style.setProperty("--columns", columns);
      root.style.setProperty("--rows", stacked ? 1 : Math.ceil(list.length / columns));
      root.style.setProperty("--mix", stacked ? view.mix[view.mode] : 0);
      [...boxes.children].forEach((box, index) => {
        const role = view.pair.indexOf(index);
        if (stacked && role >= 0) box.dataset.place = ["first", "second"][role];
        else delete box.dataset.place;
      });
      names.forEach((name, role) => (name.textContent = `${view.pair[role] + 1} · ${list[view.pair[role]]?.name ?? ""}`));
      handle.setAttribute("aria-valuenow", Math.round(view.mix.wipe * 100));
    },
    say(index, sentence) {
      const said = boxes.children[index]?.querySelector(".wan-stage-said");
      if (said) said.textContent = sentence;
    },
    hold(index, whether) {
      const held = boxes.children[index]?.querySelector(".wan-stage-held");
      if (held && held.hidden === whether) held.hidden = !whether;
    },
  };
}
