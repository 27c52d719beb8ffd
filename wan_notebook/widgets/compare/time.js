/** The line of time: where the clock is, what plays of it, where shorter videos end. */

/** Minutes, seconds and hundredths: 0:03.27. */
function timeText(seconds) {
  const hundredths = Math.floor(seconds * 100 + 0.5);
  const [minutes, rest] = [Math.floor(hundredths / 6000), hundredths % 6000];
  return `${minutes}:${String(Math.floor(rest / 100)).padStart(2, "0")}.${String(rest % 100).padStart(2, "0")}`;
}

/** Make it; `draw(clock)` shows where the clock is, `measure(clock, seconds)` how long it all is. */
function timeLine(words, seek) {
  const slider = element("input", { type: "range", class: "wan-time-slider", min: 0, max: 1, step: "any", value: 0, "aria-label": words.time });
  const range = element("span", { class: "wan-time-range" });
  const ends = element("span", { class: "wan-time-ends" });
  const root = element("div", { class: "wan-time" }, element("span", { class: "wan-time-track" }, range, ends), slider);
  const text = element("span", { class: "wan-time-text" });
  const frame = element("span", { class: "wan-time-frame wan-muted" });
  slider.oninput = () => seek(Number(slider.value));
  const share = (moment, whole) => `${whole ? (100 * moment) / whole : 0}%`;
  return {
    root,
    text: element("span", { class: "wan-time-told" }, text, frame),
    measure(clock, lengths) {
      slider.max = clock.duration || 1;
      const short = lengths.filter((length) => length > 0 && length < clock.duration - 0.05);
      ends.replaceChildren(
        ...short.map((length) => {
          const end = element("i", { title: fill(words.ends_at, { time: timeText(length) }) });
          end.style.left = share(length, clock.duration);
          return end;
        }),
      );
    },
    draw(clock) {
      const { time, duration } = clock;
      slider.value = time;
      root.style.setProperty("--at", share(Math.min(time, duration), duration));
      range.style.left = share(clock.from, duration);
      range.style.right = share(duration - clock.to, duration);
      range.classList.toggle("wan-time-marked", clock.in !== null || clock.out !== null);
      const told = `${timeText(time)} / ${timeText(duration)}`;
      if (text.textContent !== told) text.textContent = told;
      const number = fill(words.frame, { number: Math.floor(Math.min(time, Math.max(0, duration - 0.5 / clock.fps)) * clock.fps + 1e-3) });
      if (frame.textContent !== number) frame.textContent = number;
      slider.setAttribute("aria-valuetext", `${told}, ${number}`);
    },
  };
}
