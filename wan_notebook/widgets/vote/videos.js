/**
 * The videos of the pairs, which come as bytes under an id that says nothing: the left one first, always.
 *
 * `get(showing)` is the promise of both, asked for once; `keep(showings)` lets all others go.
 */
function voteVideos(ask) {
  const held = new Map();
  const one = async (showing, side) => {
    const { blob, error } = await fetchPieces(ask, { type: "video", showing, side });
    if (!blob) throw new Error(error);
    return blob;
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
