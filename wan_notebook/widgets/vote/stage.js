/** The two videos on one clock, what plays them, and how much of them was seen. */

const STAGE = { rest: 0.25, gap: 0.5, shape: 16 / 9 }; // s of a video that may be missed; s between two ticks; width to height
const SOUNDS = ["off", "left", "right"];

/** Seconds of a video that were played, each counted once. */
function playedSeconds(video) {
  let sum = 0;
  for (let index = 0; index < video.played.length; index += 1) sum += video.played.end(index) - video.played.start(index);
  return sum;
}

/**
 * The stage. `show(blobs)` puts two videos on it and plays them, `blank()` takes them away, `changed()` is called
 * while they play. `seen()` tells whether each has played once, `watched()` for how many seconds they played.
 */
function voteStage(words, changed) {
  const caption = (side) => element("figcaption", {}, element("strong", {}, words[`side_${side}`]), element("span", { class: "wan-vote-arm" }));
  const places = ["left", "right"].map((side) => element("figure", { class: `wan-vote-place wan-vote-${side}` }, caption(side)));
  const fill = element("div", { class: "wan-vote-time" });
  const line = element("div", { class: "wan-vote-line", "aria-hidden": "true" }, fill);
  const button = (name, act) => element("button", { type: "button", class: "wan-again", onclick: act }, words[name]);
  let [clock, videos, urls, last, watched, loop, sound] = [null, [], [], null, 0, true, "off"];

  const play = button("play", () => actions.play());
  const replay = button("replay", () => actions.replay());
  const looping = button("loop", () => actions.loop());
  const sounds = SOUNDS.map((side) => button(`sound_${side}`, () => hear(side)));
  const controls = element(
    "div",
    { class: "wan-vote-controls" },
    play,
    replay,
    looping,
    element("span", { class: "wan-vote-sound", role: "group", ariaLabel: words.sound }, element("span", { class: "wan-muted" }, words.sound), ...sounds),
  );

  const hear = (side) => {
    sound = side;
    videos.forEach((video, index) => (video.muted = SOUNDS[index + 1] !== sound));
    showControls();
  };
  const actions = {
    play: () => clock?.toggle(),
    replay() {
      clock?.seek(0);
      clock?.play();
    },
    loop() {
      loop = !loop;
      clock?.setLoop(loop);
      showControls();
    },
    sound: () => hear(SOUNDS[(SOUNDS.indexOf(sound) + 1) % SOUNDS.length]),
  };
  const showControls = () => {
    const label = clock?.playing ? words.pause : words.play;
    if (play.textContent !== label) play.textContent = label;
    looping.setAttribute("aria-pressed", String(loop));
    sounds.forEach((each, index) => each.setAttribute("aria-pressed", String(SOUNDS[index] === sound)));
    for (const each of [play, replay]) each.disabled = !clock;
  };
  /** Seconds count while the videos play; a page nobody looks at gets no ticks. */
  const tick = () => {
    const now = performance.now() / 1000;
    if (last !== null && clock.playing) watched += Math.min(now - last, STAGE.gap);
    last = clock.playing ? now : null;
    fill.style.width = `${clock.duration ? (100 * clock.time) / clock.duration : 0}%`;
    showControls();
    changed();
  };
  const blank = () => {
    clock?.stop();
    for (const video of videos) {
      video.removeAttribute("src");
      video.load(); // lets go of the bytes
      video.remove();
    }
    urls.forEach((url) => URL.revokeObjectURL(url));
    [clock, videos, urls, last, watched] = [null, [], [], null, 0];
    fill.style.width = "0";
    name(null);
    showControls();
  };
  /** Name the arms, or nothing. */
  const name = (arms) => places.forEach((place, index) => (place.querySelector(".wan-vote-arm").textContent = arms?.[index] ?? ""));
  const shape = () => {
    const shapes = videos.filter((video) => video.videoHeight).map((video) => video.videoWidth / video.videoHeight);
    root.style.setProperty("--wan-vote-shape", shapes.length ? Math.max(...shapes) : STAGE.shape);
  };
  const root = element("div", { class: "wan-vote-stage" }, element("div", { class: "wan-vote-places" }, ...places), line, controls);
  blank();
  return {
    root,
    actions,
    blank,
    name,
    show(blobs) {
      blank();
      urls = blobs.map((blob) => URL.createObjectURL(blob));
      videos = urls.map((src, index) => element("video", { src, muted: SOUNDS[index + 1] !== sound, playsInline: true, preload: "auto", ariaLabel: words[`side_${SOUNDS[index + 1]}`] }));
      videos.forEach((video, index) => {
        video.onclick = actions.play;
        places[index].prepend(video);
      });
      clock = videosTogether(videos);
      clock.setLoop(loop);
      clock.onTick(tick);
      const mine = clock;
      return clock.ready.then((whole) => {
        if (mine !== clock) return whole;
        shape();
        if (!matchMedia("(prefers-reduced-motion: reduce)").matches) clock.play();
        return whole;
      });
    },
    pause: () => clock?.playing && clock.pause(),
    seen: () => videos.length > 0 && videos.every((video) => video.error || (video.duration > 0 && playedSeconds(video) >= video.duration - STAGE.rest)),
    watched: () => Math.round(watched * 1000) / 1000,
  };
}
