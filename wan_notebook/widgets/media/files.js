/** Files and addresses of media: what kind they are, and their way to the kernel and back. */

const FILE_PIECE = 1024 * 1024; // bytes sent at once
const MEDIA_ENDINGS = { image: /\.(jpe?g|png|bmp|webp)$/i, video: /\.(mp4|mov)$/i, audio: /\.(mp3|wav)$/i };

/** Where an address leads: "web", "inline" (a data: address), "stored" (any other scheme), "local", or "". */
function addressPlace(url) {
  if (!url) return "";
  if (/^https?:\/\//i.test(url)) return "web";
  if (/^data:/i.test(url)) return "inline";
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(url) && !/^file:/i.test(url) ? "stored" : "local";
}

/** image, video or audio, as far as an address tells by itself; else null. */
function addressKind(url) {
  const inline = /^data:(image|video|audio)\//i.exec(url);
  if (inline) return inline[1].toLowerCase();
  const path = url.replace(/[?#].*$/, "");
  return Object.keys(MEDIA_ENDINGS).find((kind) => MEDIA_ENDINGS[kind].test(path)) ?? null;
}

/** The kind of a file of the browser's machine. */
function fileKind(file) {
  const kind = file.type.split("/")[0];
  return kind in MEDIA_ENDINGS ? kind : addressKind(file.name);
}

/** The kind a rule of the catalogue is about. */
function ruleKind(rule) {
  return rule.kind in MEDIA_ENDINGS ? rule.kind : addressKind(`.${rule.formats.split("/")[0]}`);
}

/** What a file dialog offers for these rules. */
function fileEndings(rules) {
  const formats = rules.flatMap((rule) => rule.formats.split("/"));
  return [...new Set(formats)].flatMap((format) => (format === "jpeg" ? [".jpg", ".jpeg"] : [`.${format}`])).join();
}

/**
 * Send a file to the kernel in pieces, each after the answer to the one before. Resolves with the last answer,
 * { path, kind, facts, thumbnail } or { error }, or with null when `signal` ended it.
 */
async function sendFile(ask, file, megabytes, progress, signal) {
  const message = { type: "file", upload: randomId(), name: file.name, size: file.size, megabytes };
  for (let start = 0; ; ) {
    const piece = await file.slice(start, start + FILE_PIECE).arrayBuffer();
    if (signal.aborted) {
      await ask({ ...message, cancel: true }, []);
      return null;
    }
    const answer = await ask({ ...message, start }, [piece]);
    if (signal.aborted && answer.path) return null;
    if (answer.error || answer.path) return answer;
    start += piece.byteLength;
    progress(start / file.size);
  }
}

/** Fetch a file of the kernel's machine; resolves with a Blob, or null when it cannot be shown. */
async function fetchFile(ask, url, signal) {
  const { blob } = await fetchPieces(ask, { type: "bytes", url }, () => signal.aborted);
  return blob ?? null;
}
