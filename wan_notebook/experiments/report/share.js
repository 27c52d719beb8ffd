/** The bar of a block's page: all its videos play in step; without a script each has its own controls. */

(() => {
  const page = document.querySelector(".together");
  const videos = [...page.querySelectorAll("video")];
  const bar = page.querySelector(".bar");
  const [play, back, scrub, time, speed, sound] = ["play", "back", "scrub", "time", "speed", "sound"].map((name) =>
    bar.querySelector(`[data-part="${name}"]`),
  );
  const clock = videosTogether(videos);
  const seconds = (value) => `${value.toFixed(1)} s`;

  function draw() {
    const words = clock.playing ? "pause" : "play";
    play.textContent = play.dataset[words];
    if (document.activeElement !== scrub || clock.playing) scrub.value = clock.time;
    time.textContent = `${seconds(clock.time)} / ${seconds(clock.duration)}`;
  }

  function hear() {
    videos.forEach((video, index) => {
      video.muted = String(index) !== sound.value;
    });
    clock.setSpeed(clock.speed); // a video that is not heard runs a little faster, for the clock's sake
  }

  videos.forEach((video) => {
    video.controls = false;
    video.addEventListener("click", () => clock.toggle());
  });
  hear();
  bar.hidden = false;
  play.addEventListener("click", () => clock.toggle());
  back.addEventListener("click", () => clock.seek(0));
  scrub.addEventListener("input", () => clock.seek(Number(scrub.value)));
  speed.addEventListener("change", () => clock.setSpeed(Number(speed.value)));
  sound.addEventListener("change", hear);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.target.closest("button, select, input, a, summary")) return;
    const act = { " ": () => clock.toggle(), ",": () => clock.step(-1), ".": () => clock.step(1) }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
  clock.onTick(draw);
  clock.ready.then(() => {
    scrub.max = clock.duration;
    draw();
  });
})();
