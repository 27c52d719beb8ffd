/** The videos of one comparison: their bytes, their elements, their clock. */

/**
 * Load videos and put them on a clock. `said(index, sentence)` is told what is to be read over a video: that it is
 * loading, why it cannot be shown, nothing. `stop()` frees all they held.
 */
function videoDeck(list, ask, words, said) {
  const opening = new AbortController();
  const urls = [];
  const videos = list.map(({ name }) => element("video", { preload: "auto", muted: true, playsInline: true, disablePictureInPicture: true, "aria-label": name }));
  const clock = videosTogether(videos, { fps: list.map(({ fps }) => fps) });
  const load = async (video, index) => {
    said(index, words.loading);
    const file = await fetchFile(ask, list[index].key, opening.signal).catch(() => null);
    if (opening.signal.aborted) return;
    if (!file) return void said(index, words.broken);
    video.addEventListener("error", () => said(index, words.broken));
    video.addEventListener("loadeddata", () => said(index, ""));
    urls.push(URL.createObjectURL(file));
    video.src = urls.at(-1);
  };
  const loading = Promise.all(videos.map(load));
  return {
    videos,
    clock,
    loading,
    stop() {
      opening.abort();
      clock.stop();
      for (const video of videos) {
        video.removeAttribute("src");
        video.load();
      }
      urls.forEach((url) => URL.revokeObjectURL(url));
    },
  };
}
