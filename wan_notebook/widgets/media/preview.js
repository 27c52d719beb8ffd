/** A small picture of a media file, which opens the file itself: a larger picture, a video, a sound. */

const MEDIA_SIGNS = { image: "▣", video: "▶", audio: "♪" };

/** An element that plays or shows an address; sound stays off at first where there is a picture. */
function mediaPlayer(kind, source, failed) {
  const settings = { class: `wan-media-player wan-media-player-${kind}`, src: source, onerror: failed };
  if (kind === "image") return element("img", { referrerPolicy: "no-referrer", alt: "", ...settings });
  return element(kind, { controls: true, autoplay: true, muted: kind === "video", ...settings });
}

/**
 * A video or sound of the web, in a frame of its own: only a document can be told not to name the page it is
 * on, a player cannot. No script runs in the frame.
 */
function framedPlayer(kind, source, failed) {
  const frame = element("iframe", { class: `wan-media-player wan-media-frame-${kind}`, sandbox: "allow-same-origin" });
  frame.srcdoc = '<meta name="referrer" content="no-referrer"><style>body{margin:0}video,audio{display:block;width:100%;height:100vh}video{background:#000}</style>';
  frame.onload = () => {
    const player = frame.contentDocument.createElement(kind);
    Object.assign(player, { controls: true, muted: kind === "video", src: source });
    player.addEventListener("error", failed);
    frame.contentDocument.body.append(player);
    player.play().catch(() => undefined); // a browser may leave this to the person
  };
  return frame;
}

/**
 * The preview of one address: `root` is a button with the small picture, `stage` the place where it opens.
 * `show(url, kind, thumbnail)` changes what it is about, `stop()` closes it and frees what it held.
 */
function mediaPreview(field) {
  const { words } = field;
  const stage = element("div", { class: "wan-media-stage", hidden: true });
  const root = element("button", { type: "button", class: "wan-media-thumb" });
  let [shown, kind, opening, blob] = ["", null, new AbortController(), null];

  const failed = () => stage.replaceChildren(element("span", { class: "wan-muted" }, words.media_no_preview));
  const stop = () => {
    opening.abort();
    URL.revokeObjectURL(blob);
    blob = null;
    stage.replaceChildren();
    stage.hidden = true;
    root.setAttribute("aria-expanded", "false");
  };
  const open = async () => {
    opening = new AbortController();
    const signal = opening.signal;
    stage.hidden = false;
    root.setAttribute("aria-expanded", "true");
    if (addressPlace(shown) !== "local") {
      const framed = kind !== "image" && addressPlace(shown) === "web";
      return stage.replaceChildren((framed ? framedPlayer : mediaPlayer)(kind, shown, failed));
    }
    stage.replaceChildren(element("span", { class: "wan-muted" }, words.media_loading));
    const file = await fetchFile(field.ask, shown, signal).catch(() => null);
    if (signal.aborted) return undefined;
    if (!file) return failed();
    blob = URL.createObjectURL(file);
    return stage.replaceChildren(mediaPlayer(kind, blob, failed));
  };
  root.onclick = () => (stage.hidden ? open() : stop());

  const picture = (source) => {
    const sign = element("span", { class: "wan-media-sign" }, MEDIA_SIGNS[kind] ?? "");
    const image = source && element("img", { src: source, alt: "", loading: "lazy", referrerPolicy: "no-referrer" });
    if (image) image.onerror = () => image.replaceWith(element("span", { class: "wan-media-none" }, words.media_no_preview));
    root.replaceChildren(...(image ? [image] : []), ...(image && kind === "image" ? [] : [sign]));
    return image;
  };
  return {
    root,
    stage,
    stop,
    show(url, newKind, thumbnail = null) {
      if (url !== shown) stop();
      [shown, kind] = [url, newKind];
      const seen = thumbnail ?? (kind === "image" && ["web", "inline"].includes(addressPlace(url)) ? url : null);
      root.disabled = !kind || !url || addressPlace(url) === "stored";
      root.title = root.disabled ? "" : words[`media_open_${kind}`];
      root.setAttribute("aria-label", root.title || words.media_no_preview);
      return picture(seen);
    },
  };
}
