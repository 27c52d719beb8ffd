/** What the page says to the kernel, but for clicks that cost money. */

const TYPING_PAUSE = 150; // ms without a key before the kernel checks

/** Questions to the kernel: each message bears an id, and the reply with that id settles its promise. */
function kernelQuestions(model) {
  const waiting = new Map();
  const hear = (message, buffers) => {
    if (message.type !== "reply") return;
    waiting.get(message.id)?.({ ...message, buffers });
    waiting.delete(message.id);
  };
  model.on("msg:custom", hear);
  return {
    ask: (message, buffers = []) =>
      new Promise((resolve) => {
        const id = randomId();
        waiting.set(id, resolve);
        model.send({ ...message, id }, undefined, buffers);
      }),
    stop: () => model.off("msg:custom", hear),
  };
}

/**
 * Fetch what the kernel gives in pieces. Resolves with a `blob`, or with an `error` (a sentence, or "") when it cannot
 * be had, or when `ended()` says that nobody wants it any more.
 */
async function fetchPieces(ask, message, ended = () => false) {
  const pieces = [];
  for (let start = 0; ; ) {
    const answer = await ask({ ...message, start });
    const piece = answer.buffers?.[0];
    if (ended() || answer.error || !piece?.byteLength) return { error: answer.error ?? "" };
    pieces.push(piece);
    start += piece.byteLength;
    if (start >= answer.size) return { blob: new Blob(pieces, { type: answer.mime }) };
  }
}

/**
 * Tells the kernel what was typed, after a pause and never twice at once. It goes as a message, not as a change of
 * state: ipywidgets holds those back while the kernel is busy, and they would arrive behind what was asked later.
 *
 * `now()` is all that stands in the form, `answered(sentence)` is called with each answer, an error or none.
 */
function typingTeller(ask, now, shots, answered) {
  const unsent = new Set(); // names of the fields changed since the last message
  let flying = new Set(); // names in a message that is not answered yet
  let timer = 0;
  let underway = false;
  const left = () => unsent.size > 0 || shots.unsent() !== null;
  const send = async () => {
    clearTimeout(timer);
    if (underway || !left()) return;
    underway = true;
    flying = new Set(unsent);
    unsent.clear();
    const arrived = shots.sending();
    const { error } = await ask({ type: "typed", ...now() });
    arrived();
    flying = new Set();
    underway = false;
    answered(error);
    if (left()) soon();
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(send, TYPING_PAUSE);
  };
  return {
    soon,
    send,
    changed(name) {
      unsent.add(name);
      soon();
    },
    /** Whether the kernel does not know yet what a field holds. */
    ahead: (name) => unsent.has(name) || flying.has(name),
    /** Everything was sent in another message, or does not matter any more. */
    forget() {
      clearTimeout(timer);
      unsent.clear();
      shots.forget();
    },
  };
}
