/** One video on a clock that several share (`clock.js`): its frames, its seeks, its small changes of speed. */

const CLOCK = {
  fps: 30, // frames a second where none are given
  slow: 0.25, // speeds the clock knows
  fast: 2,
  close: 0.001, // s; closer needs no correction
  far: 0.2, // s; farther apart they stop and start anew
  patience: 0.25, // s in which a difference is to be made up for
  most: 0.2, // largest change of a follower's speed
  grain: 0.01, // changes of it are multiples of this
  least: 0.0025, // or this, where they would be none
  head: { heard: 0, muted: 0.015, silent: 0.075 }, // s to wait at a start, since sound takes longer to begin
  calm: 0.12, // s after a start in which nothing is corrected: each begins in its own time
  edge: 0.03, // s before a video's end where it is not started any more
};

/** Time in the middle of the frame that shows at `time`; seeking to a frame's edge may show either neighbour. */
function frameMiddle(time, fps) {
  return (Math.floor(time * fps + 1e-3) + 0.5) / fps;
}

/** A video's own side of the clock: its length, its frames, and seeks that never pile up. */
function clockMember(video, fps = CLOCK.fps) {
  let wanted = null; // where to go once the seek under way has arrived
  const length = () => (Number.isFinite(video.duration) && !video.error ? video.duration : 0);
  const last = () => frameMiddle(Math.max(0, length() - 1 / fps), fps);
  const arrive = () => {
    if (wanted === null) return;
    [video.currentTime, wanted] = [wanted, null];
  };
  video.addEventListener("seeked", arrive);
  return {
    video,
    fps,
    length,
    /** Seconds to wait before it is started, so that it begins together with the others. */
    head: () => {
      const sounds = video.mozHasAudio ?? video.webkitAudioDecodedByteCount !== 0;
      return CLOCK.head[sounds ? (video.muted ? "muted" : "heard") : "silent"];
    },
    /** Whether there is something left to play at a time. */
    plays: (time) => time < length() - CLOCK.edge,
    running: () => !video.paused && !video.ended && length() > 0,
    aim(time) {
      const place = Math.min(frameMiddle(time, fps), last());
      if (video.seeking) wanted = place;
      else if (Math.abs(video.currentTime - place) > 1e-4) video.currentTime = place;
    },
    /** Whether it shows what it was sent to, with enough data to go on. */
    settled: (time) => !length() || (!video.seeking && wanted === null && video.readyState >= (video.duration - time > 0.1 ? 3 : 2)),
    stop: () => video.removeEventListener("seeked", arrive),
  };
}

/** Let a video that is `ahead` seconds before the leader (behind it, below 0) play a little slower or faster. */
function follow(video, ahead, speed) {
  if (Math.abs(ahead) < CLOCK.close) return;
  const share = Math.min(Math.max(ahead / CLOCK.patience, -CLOCK.most), CLOCK.most);
  const change = Math.round(share / CLOCK.grain) * CLOCK.grain || Math.sign(ahead) * CLOCK.least;
  const rate = speed * (1 - change);
  if (Math.abs(video.playbackRate - rate) > 1e-4) video.playbackRate = rate;
}

function pause(seconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
  });
}

/** Resolves at the next sign of life of one of the videos. */
function nextOf(members) {
  const signs = ["seeked", "canplay", "loadeddata", "error", "emptied"];
  return new Promise((resolve) => {
    const heard = () => {
      for (const { video } of members) for (const sign of signs) video.removeEventListener(sign, heard);
      resolve();
    };
    for (const { video } of members) for (const sign of signs) video.addEventListener(sign, heard);
  });
}

/** Resolves once each video can show a picture or has failed; true when none has failed. */
async function loaded(members) {
  const known = ({ video }) => video.error || video.readyState >= 2;
  while (!members.every(known)) await nextOf(members);
  return members.every(({ video }) => !video.error);
}
