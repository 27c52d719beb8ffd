/**
 * The videos of the pairs, which come as bytes under an id that says nothing: the left one first, always.
 *
 * `get(showing)` is the promise of both, asked for once; `keep(showings)` lets all others go.
 */
function voteVideos(ask) {
  const held = new Map();
  const one = async (showing, side) => {
    const pieces = [];
    let [have, size] = [0, 1];
    while (have < size) {
      const reply = await ask({ type: "video", showing, side, start: have });
      const [piece] = reply.buffers ?? [];
      if (reply.error || !piece?.byteLength) throw new Error(reply.error ?? "");
      pieces.push(piece);
      have += piece.byteLength;
      size = reply.size;
    }
    return new Blob(pieces, { type: "video/mp4" });
  };
  const both = async (showing) => [await one(showing, "left"), await one(showing, "right")];
  return {
    get(showing) {
      if (!held.has(showing)) held.set(showing, both(showing));
      return held.get(showing);
    },
    keep(showings) {
      for (const showing of held.keys()) if (!showings.includes(showing)) held.delete(showing);
    },
  };
}
