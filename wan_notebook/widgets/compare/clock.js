/**
 * Several videos on one clock.
 *
 * A leader (one that sounds, else the longest) plays as it likes. The others follow it: a small difference is made
 * up for by playing a little faster or slower, which nobody sees; a large one by stopping all, seeking, and starting
 * all together, as after every seek and every stall. A video that has ended holds its last picture.
 *
 * A follower never plays at exactly its speed: Chromium stretches sound by another way there, and each change of way
 * moves the video by up to 40 ms.
 */

/**
 * Put videos on one clock. `fps[i]` is what the i-th video has, `CLOCK.fps` where it is not given.
 *
 * Times are seconds. `duration` is that of the longest, `shortest` that of the shortest, 0 before `ready`, which
 * resolves to whether every video can be shown. `from` and `to` are what plays: the in and out points (`in`, `out`,
 * null where not set), else the whole. `onTick(f)` calls `f` while the clock goes and after each change; it returns
 * how to stop that. `drift()` is the largest distance between two videos that run, 0 while fewer than two do.
 */
function videosTogether(videos, { fps = [] } = {}) {
  const members = videos.map((video, index) => clockMember(video, fps[index] || CLOCK.fps));
  const listeners = new Set();
  const marks = { in: null, out: null };
  const finest = Math.max(...members.map((member) => member.fps));
  let [at, speed, loop, playing, round, frame, stopped] = [0, 1, false, false, 0, 0, false];
  let calmUntil = 0; // ms of the page's clock
  let lead; // the member the others follow
  let together = false; // all were started and nothing has stopped them since

  const lengths = () => members.map((member) => member.length()).filter((length) => length > 0);
  const duration = () => Math.max(0, ...lengths());
  const from = () => marks.in ?? 0;
  const to = () => Math.min(marks.out ?? Infinity, duration());
  const running = () => members.filter((member) => member.running());
  /** Who leads of some: who sounds, else the longest. */
  const leading = (some) => {
    const sorted = [...some].sort((one, other) => other.length() - one.length());
    return sorted.find(({ video }) => !video.muted && video.volume > 0) ?? sorted[0];
  };
  /** Who leads: whoever did when all were started, as long as it runs. */
  const leader = () => {
    if (!lead?.running()) lead = leading(running());
    return lead;
  };
  const time = () => (together && leader() ? leader().video.currentTime : at);
  const tell = () => listeners.forEach((listen) => listen());
  const bounded = (moment) => Math.min(Math.max(moment, 0), duration());

  /** Stop all where the clock stands, so that each shows the same moment. */
  const rest = () => {
    together = false;
    round += 1; // whoever waits for the videos waits in vain
    for (const { video } of members) video.pause();
    for (const member of members) member.aim(at);
  };
  /** Resolves once every video shows the clock's moment; false when something else was wanted meanwhile. */
  const settled = async () => {
    const mine = round;
    while (mine === round && !members.every((member) => member.settled(at))) await nextOf(members);
    return mine === round;
  };
  const start = async () => {
    rest();
    if (!(await settled()) || !playing) return;
    const mine = round;
    const forbidden = () => mine === round && api.pause(); // a browser may want a click before there is sound
    const playable = members.filter((member) => member.plays(at)).sort((one, other) => one.head() - other.head());
    lead = leading(playable);
    setRates();
    let waited = playable[0]?.head();
    for (const member of playable) {
      if (member.head() > waited) await pause(member.head() - waited);
      if (mine !== round) return;
      waited = member.head();
      member.video.play().catch(forbidden);
    }
    together = true;
    calmUntil = performance.now() + CLOCK.calm * 1000;
    watch();
  };
  const watch = () => {
    cancelAnimationFrame(frame);
    if (stopped || !playing) return;
    frame = requestAnimationFrame(watch);
    if (together) step();
    tell();
  };
  /** One look at the running videos: at the end, too far apart, or to be brought closer. */
  const step = () => {
    if (leader()) at = lead.video.currentTime;
    if (!lead || at >= to()) return finish();
    const others = running().filter((member) => member !== lead);
    if (others.some(({ video }) => Math.abs(video.currentTime - at) > CLOCK.far)) return void start();
    if (performance.now() < calmUntil) return undefined;
    for (const { video } of others) follow(video, video.currentTime - at, speed);
    return undefined;
  };
  const setRates = () => {
    for (const { video } of members) video.playbackRate = video.muted ? speed * (1 + CLOCK.least) : speed;
  };
  const finish = () => {
    at = to();
    if (loop) {
      at = from();
      return void start();
    }
    playing = false;
    return rest();
  };
  const stall = ({ target }) => playing && together && !target.ended && target.readyState < 3 && start();
  /** Something else than the clock has stopped a video: a media key, the browser. */
  const stopOthers = ({ target }) => playing && together && target.paused && !target.ended && api.pause();
  for (const video of videos) {
    video.addEventListener("waiting", stall);
    video.addEventListener("pause", stopOthers);
  }

  const api = {
    play() {
      if (playing || stopped) return;
      if (at < from() || at >= to() - CLOCK.edge) at = from();
      playing = true;
      start();
      watch();
    },
    pause() {
      at = bounded(time());
      playing = false;
      rest();
      tell();
    },
    toggle: () => (playing ? api.pause() : api.play()),
    seek(moment) {
      at = bounded(moment);
      if (playing) start();
      else rest();
      tell();
    },
    /** Stop, and go on or back by frames of the video that has most of them a second. */
    step(frames) {
      playing = false;
      const last = Math.ceil(duration() * finest - 1e-3) - 1;
      const next = Math.floor(Math.min(time(), duration()) * finest + 1e-3) + frames;
      at = (Math.min(Math.max(next, 0), Math.max(last, 0)) + 0.5) / finest;
      rest();
      tell();
    },
    setSpeed(wanted) {
      speed = Math.min(Math.max(wanted, CLOCK.slow), CLOCK.fast);
      setRates();
      tell();
    },
    setLoop(wanted) {
      loop = Boolean(wanted);
      tell();
    },
    setIn(moment) {
      marks.in = moment === null ? null : bounded(moment);
      if (marks.in !== null && marks.out !== null && marks.out <= marks.in) marks.out = null;
      tell();
    },
    setOut(moment) {
      marks.out = moment === null ? null : bounded(moment);
      if (marks.in !== null && marks.out !== null && marks.out <= marks.in) marks.in = null;
      tell();
    },
    get time() { return time(); },
    get duration() { return duration(); },
    get shortest() { return Math.min(duration(), ...lengths()); },
    get fps() { return finest; },
    get playing() { return playing; },
    get speed() { return speed; },
    get loop() { return loop; },
    get in() { return marks.in; },
    get out() { return marks.out; },
    get from() { return from(); },
    get to() { return to(); },
    drift() {
      const times = running().map(({ video }) => video.currentTime);
      return times.length > 1 ? Math.max(...times) - Math.min(...times) : 0;
    },
    onTick(listen) {
      listeners.add(listen);
      return () => listeners.delete(listen);
    },
    ready: loaded(members).then((whole) => {
      if (playing) start();
      else if (!stopped) rest();
      tell();
      return whole;
    }),
    stop() {
      [stopped, playing] = [true, false];
      cancelAnimationFrame(frame);
      listeners.clear();
      round += 1;
      for (const member of members) {
        member.stop();
        member.video.pause();
        member.video.removeEventListener("waiting", stall);
        member.video.removeEventListener("pause", stopOthers);
      }
    },
  };
  return api;
}
