/** Two to four videos on one clock. All that is done with them stays in the page; the kernel only brings them. */

const COMPARE_STEP = { second: 1, mix: 0.05, gain: 1 };

function render({ model, el }) {
  const words = model.get("words");
  const { ask, stop: stopAsking } = kernelQuestions(model);
  const view = { mode: "side", mix: Object.fromEntries(Object.entries(STAGE_MIX).map(([mode, { begin }]) => [mode, begin])), pair: [0, 1], heard: -1 };
  let [deck, list, speed, loop] = [null, [], 1, false];

  const stage = videoStage(words, (name) => act(name), (value) => setMix(value));
  const time = timeLine(words, (moment) => deck.clock.seek(moment));
  const change = {
    speed: (value) => deck.clock.setSpeed((speed = value)),
    sound: (index) => hear(index),
    pair: (role, index) => choosePair(role, index),
    mix: (value) => setMix(value),
  };
  const tools = compareTools(words, (name) => act(name), change, time.text);
  const captions = compareCaptions(words, (block, arms) => choose(block, arms));
  const said = element("div", { class: "wan-compare-said", role: "status" });
  const keys = element("div", { class: "wan-compare-keys", hidden: true });
  const root = element(
    "div",
    { class: "wan-form wan-compare", tabIndex: 0, role: "group", "aria-label": words.title },
    captions.head,
    tools.views,
    stage.root,
    time.root,
    tools.root,
    keys,
    said,
    captions.root,
  );
  el.append(root);

  const draw = () => {
    stage.draw(view);
    tools.draw(view, list);
    captions.draw(view);
  };
  const tick = () => {
    time.draw(deck.clock);
    tools.tick(deck.clock);
    deck.videos.forEach((video, index) => stage.hold(index, deck.clock.time > video.duration + 0.02));
  };
  const setMode = (mode) => {
    view.mode = mode;
    draw();
  };
  const setMix = (value) => {
    if (view.mode === "side") return;
    const { min, max } = STAGE_MIX[view.mode];
    view.mix[view.mode] = Math.min(Math.max(value, min), max);
    draw();
  };
  const mixBy = (way) => setMix(view.mix[view.mode] + way * (view.mode === "difference" ? COMPARE_STEP.gain : COMPARE_STEP.mix));
  const hear = (index) => {
    view.heard = index;
    deck.videos.forEach((video, place) => (video.muted = place !== index));
    draw();
  };
  const hearNext = () => {
    const loud = [-1, ...list.flatMap(({ sound }, index) => (sound ? [index] : []))];
    hear(loud[(loud.indexOf(view.heard) + 1) % loud.length]);
  };
  const choosePair = (role, index) => {
    if (view.pair[1 - role] === index) view.pair.reverse();
    else view.pair[role] = index;
    draw();
  };
  const nextOfPair = (role) => choosePair(role, (view.pair[role] + 1) % list.length);
  const speedBy = (way) => {
    const place = COMPARE_SPEEDS.indexOf(deck.clock.speed) + way;
    if (place in COMPARE_SPEEDS) change.speed(COMPARE_SPEEDS[place]);
  };
  const full = () => {
    if (document.fullscreenElement) document.exitFullscreen();
    else if (document.fullscreenEnabled) root.requestFullscreen();
  };
  const help = () => {
    keys.hidden = !keys.hidden;
    tools.help.setAttribute("aria-expanded", String(!keys.hidden));
  };
  const tell = (sentence, bad = false) => {
    said.textContent = sentence;
    said.classList.toggle("wan-compare-bad", bad);
  };
  const choose = async (block, arms) => {
    tell(words.loading);
    const { error } = await ask({ type: "choose", block, arms });
    tell(error ?? "", Boolean(error));
    if (error) captions.show(list, model.get("chooser"));
  };
  const blockBy = (way) => {
    const { blocks = [], block } = model.get("chooser");
    if (block + way in blocks) choose(block + way, null);
  };
  const actions = {
    play: () => deck.clock.toggle(),
    frame_back: () => deck.clock.step(-1),
    frame_on: () => deck.clock.step(1),
    second_back: () => deck.clock.seek(deck.clock.time - COMPARE_STEP.second),
    second_on: () => deck.clock.seek(deck.clock.time + COMPARE_STEP.second),
    start: () => deck.clock.seek(deck.clock.from),
    end: () => deck.clock.seek(deck.clock.to),
    slower: () => speedBy(-1),
    faster: () => speedBy(1),
    loop: () => deck.clock.setLoop((loop = !loop)),
    in: () => deck.clock.setIn(deck.clock.time),
    out: () => deck.clock.setOut(deck.clock.time),
    clear: () => {
      deck.clock.setIn(null);
      deck.clock.setOut(null);
    },
    ...Object.fromEntries(STAGE_MODES.map((mode) => [mode, () => setMode(mode)])),
    less: () => mixBy(-1),
    more: () => mixBy(1),
    first: () => nextOfPair(0),
    second: () => nextOfPair(1),
    sound: hearNext,
    full,
    block_back: () => blockBy(-1),
    block_on: () => blockBy(1),
    help,
  };
  const act = (name) => actions[name]();
  // A click on a button leaves the keys to the player, so that the space bar plays.
  root.addEventListener("click", (event) => event.detail && event.target.closest("button, .wan-stage-boxes") && root.focus({ preventScroll: true }));

  const show = () => {
    deck?.stop();
    list = model.get("videos");
    deck = videoDeck(list, ask, words, stage.say);
    const mine = deck;
    stage.show(deck.videos, list);
    captions.show(list, model.get("chooser"));
    keys.replaceChildren(compareKeyList(words, (name) => !name.startsWith("block_") || (model.get("chooser").blocks ?? []).length > 1));
    if (view.pair.some((index) => index >= list.length)) view.pair = [0, 1];
    deck.clock.setSpeed(speed);
    deck.clock.setLoop(loop);
    deck.clock.onTick(tick);
    hear(list[view.heard]?.sound ? view.heard : -1);
    tick();
    deck.clock.ready.then(() => deck === mine && time.measure(mine.clock, mine.videos.map((video) => video.duration)));
  };
  const release = compareKeys(root, act);
  model.on("change:videos", show);
  show();
  return () => {
    model.off("change:videos", show);
    deck.stop();
    release();
    stopAsking();
  };
}

export default { render };
