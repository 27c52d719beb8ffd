/** The buttons and lists of the player. */

const COMPARE_SPEEDS = [0.25, 0.5, 0.75, 1, 1.25, 1.5, 2];

/** A list to choose from with its label; `fill([[value, label], …], value)` shows what there is. */
function chooserList(label, changed, style = "") {
  const box = element("select", { "aria-label": label, title: label, class: style, onchange: () => changed(box.value) });
  return {
    root: box,
    fill(options, value) {
      const wanted = JSON.stringify(options);
      if (box.dataset.options !== wanted) {
        box.replaceChildren(...options.map(([one, name]) => element("option", { value: one }, name)));
        box.dataset.options = wanted;
      }
      box.value = value;
    },
  };
}

/** Everything under the line of time. `act(name)` does what a key does; `change` is told of what lists choose. */
function compareTools(words, act, change, told) {
  const button = (name, icon = name) => compareButton(name, words, act, icon);
  const play = button("play");
  const modes = Object.fromEntries(STAGE_MODES.map((mode) => [mode, compareButton(mode, words, act)]));
  const speed = chooserList(words.speed, (value) => change.speed(Number(value)));
  const sound = chooserList(words.sound, (value) => change.sound(Number(value)));
  const pair = ["first", "second"].map((place, role) => chooserList(words[place], (value) => change.pair(role, Number(value))));
  const mix = element("input", { type: "range", class: "wan-own-arrows", oninput: () => change.mix(Number(mix.value)) });
  const mixed = element("span", { class: "wan-muted wan-compare-mixed" });
  const mixing = element("label", { class: "wan-compare-mix" }, mixed, mix);
  const [loop, full, clear] = [button("loop"), button("full"), button("clear")];
  const help = compareButton("help", words, act);
  const group = (label, ...children) => element("div", { class: "wan-compare-group", role: "group", "aria-label": label }, ...children);
  const pairs = group(words.pair, pair[0].root, element("span", { class: "wan-muted" }, words.with), pair[1].root);
  full.hidden = !document.fullscreenEnabled;
  const root = element(
    "div",
    { class: "wan-compare-tools" },
    group(words.playing, button("start"), button("frame_back"), play, button("frame_on"), button("end")),
    told,
    group(words.part, loop, button("in"), button("out"), clear),
    group(words.speed, speed.root),
    group(words.sound, sound.root),
    group("", full, help),
  );
  const views = element("div", { class: "wan-compare-tools wan-compare-views" }, group(words.view, ...Object.values(modes)), pairs, mixing);
  const press = (made, whether) => made.setAttribute("aria-pressed", String(whether));
  const sign = (name, label) => {
    if (play.dataset.sign === name) return;
    play.dataset.sign = name;
    play.replaceChildren(compareIcon(name));
    play.setAttribute("aria-label", label);
  };
  return {
    root,
    views,
    help,
    /** What changes while it plays. */
    tick(clock) {
      sign(clock.playing ? "pause" : "play", clock.playing ? words.do_pause : words.do_play);
      press(loop, clock.loop);
      clear.disabled = clock.in === null && clock.out === null;
      speed.fill(COMPARE_SPEEDS.map((one) => [one, `${one}×`]), clock.speed);
    },
    draw(view, list) {
      const numbered = list.map((one, index) => [index, `${index + 1} · ${one.name}`]);
      for (const mode of STAGE_MODES) press(modes[mode], mode === view.mode);
      sound.fill([[-1, words.silent], ...numbered.filter(([index]) => list[index].sound)], view.heard);
      pair.forEach((chooser, role) => chooser.fill(numbered, view.pair[role]));
      const stacked = view.mode !== "side";
      pairs.hidden = !stacked || list.length < 3;
      mixing.hidden = !stacked;
      if (!stacked) return;
      const { min, max, step } = STAGE_MIX[view.mode];
      const value = view.mix[view.mode];
      Object.assign(mix, { min, max, step, value });
      const amount = view.mode === "difference" ? `×${value}` : `${Math.round(value * 100)} %`;
      mixed.textContent = fill(words[`mix_${view.mode}`], { amount });
      mix.setAttribute("aria-valuetext", amount);
    },
  };
}
