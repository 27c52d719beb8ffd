/**
 * The time line of a storyboard: a block for each shot, its end a handle that is dragged or moved with the arrow keys.
 */

const SHOT_STEP = 0.5; // s by which a border moves
const FINE_STEP = 0.1; // s with the shift key, and the shortest shot
const USUAL_LENGTH = 5; // s of a first shot when the duration is not known

const seconds = (value) => String(Math.round(value * 10) / 10);
const snapped = (value, step) => Math.round(Math.round(value / step) * step * 10) / 10;

/** Changes of a board, `{intro, shots: [{start, end, text}]}`; each returns a new one. */
const boards = {
  first: (prompt, duration) => ({ intro: "", shots: [{ start: 0, end: duration || USUAL_LENGTH, text: prompt.trim() }] }),
  with: (board, index, change) => ({ ...board, shots: board.shots.map((shot, at) => (at === index ? { ...shot, ...change } : shot)) }),
  /** Move the end of a shot; the next one begins there. */
  moved(board, index, end) {
    const changed = boards.with(board, index, { end });
    return index + 1 < board.shots.length ? boards.with(changed, index + 1, { start: end }) : changed;
  },
  /** How far the end of a shot can be moved. */
  bounds(board, index, longest) {
    const next = board.shots[index + 1];
    return [board.shots[index].start + FINE_STEP, next ? next.end - FINE_STEP : longest];
  },
  /** Add a shot in what is left of the video, else in the second half of the last one. */
  added(board, duration) {
    const last = board.shots[board.shots.length - 1];
    if (last.end < (duration || 0)) return { ...board, shots: [...board.shots, { start: last.end, end: duration, text: "" }] };
    const middle = snapped((last.start + last.end) / 2, last.end - last.start > 2 * SHOT_STEP ? SHOT_STEP : FINE_STEP);
    const halved = boards.with(board, board.shots.length - 1, { end: middle });
    return { ...halved, shots: [...halved.shots, { start: middle, end: last.end, text: "" }] };
  },
  /** Remove a shot; the one beside it takes its time. The text of the only one becomes the prompt. */
  removed(board, index) {
    const { start, end, text } = board.shots[index];
    if (board.shots.length === 1) return { intro: [board.intro, text].filter(Boolean).join("\n"), shots: [] };
    const beside = index ? boards.with(board, index - 1, { end }) : boards.with(board, 1, { start });
    return { ...beside, shots: beside.shots.filter((_, at) => at !== index) };
  },
};

/** The time line: a block for each shot, and its end as a handle. `move(index, end)` is called on a change. */
function shotLine(words, move, choose) {
  const root = element("div", { class: "wan-shots-line" });
  let board = { intro: "", shots: [] };
  let longest = 15;
  let span = 1; // s the whole line stands for
  let dragging = false;
  let handles = [];
  let blocks = [];
  const place = (value) => `${Math.min(100, (100 * value) / span)}%`;
  const moveTo = (index, end, step) => {
    const [least, most] = boards.bounds(board, index, longest);
    move(index, Math.max(least, Math.min(most, snapped(end, step))));
  };
  const keys = (index) => (event) => {
    const direction = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 }[event.key];
    if (!direction || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    const step = event.shiftKey ? FINE_STEP : SHOT_STEP;
    moveTo(index, board.shots[index].end + direction * step, FINE_STEP);
  };
  const drag = (index) => (event) => {
    event.preventDefault();
    const handle = handles[index];
    handle.focus();
    handle.setPointerCapture(event.pointerId);
    dragging = true;
    const box = root.getBoundingClientRect();
    handle.onpointermove = ({ clientX }) => moveTo(index, (span * (clientX - box.left)) / box.width, SHOT_STEP);
    handle.onpointerup = handle.onpointercancel = () => {
      handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
      dragging = false;
      draw();
    };
  };
  const rebuild = () => {
    blocks = board.shots.map((_, index) =>
      element("button", { type: "button", class: "wan-shot-block", tabIndex: -1, onclick: () => choose(index) }),
    );
    handles = board.shots.map((_, index) =>
      element("div", { class: "wan-shot-end", role: "slider", tabIndex: 0, onkeydown: keys(index), onpointerdown: drag(index), "aria-label": fill(words.shots_border, { number: index + 1 }) }),
    );
    root.replaceChildren(...blocks, ...handles);
  };
  const draw = (duration = draw.duration) => {
    draw.duration = duration;
    if (blocks.length !== board.shots.length) rebuild();
    // While an end is dragged the scale stays: else it would run away from the pointer.
    if (!dragging) span = Math.max(duration || 0, ...board.shots.map((shot) => shot.end), FINE_STEP);
    board.shots.forEach((shot, index) => {
      const times = fill(words.shots_span, { start: seconds(shot.start), end: seconds(shot.end) });
      const [least, most] = boards.bounds(board, index, longest);
      blocks[index].replaceChildren(element("b", {}, String(index + 1)), " ", times);
      blocks[index].title = [fill(words.shots_shot, { number: index + 1 }), times, shot.text].join(" · ");
      Object.assign(blocks[index].style, { left: place(shot.start), width: `calc(${place(shot.end)} - ${place(shot.start)})` });
      handles[index].style.left = place(shot.end);
      const range = { valuemin: seconds(least), valuemax: seconds(most), valuenow: seconds(shot.end), valuetext: fill(words.seconds, { count: seconds(shot.end) }) };
      for (const [name, value] of Object.entries(range)) handles[index].setAttribute(`aria-${name}`, value);
    });
  };
  return {
    root,
    show(next, duration, limit) {
      [board, longest] = [next, limit];
      draw(duration);
    },
  };
}
