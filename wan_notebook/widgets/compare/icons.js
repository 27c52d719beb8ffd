/** The signs on the player's buttons, drawn so that no font or emoji changes them. */

const COMPARE_ICONS = {
  play: "M5 3l9 5-9 5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  start: "M3 3h2v10H3zM13 3v10L6 8z",
  end: "M11 3h2v10h-2zM3 3v10l7-5z",
  frame_back: "M11 3v10L4 8z",
  frame_on: "M5 3v10l7-5z",
  loop: "M4 5h6V3l4 3-4 3V7H5v3H3V6q0-1 1-1zM12 11H6v2l-4-3 4-3v2h5V6h2v4q0 1-1 1z",
  in: "M4 2h4v2H6v8h2v2H4zM9 7h5v2H9z",
  out: "M12 2H8v2h2v8H8v2h4zM2 7h5v2H2z",
  clear: "M4 3l4 4 4-4 1 1-4 4 4 4-1 1-4-4-4 4-1-1 4-4-4-4z",
  full: "M2 2h5v2H4v3H2zM9 2h5v5h-2V4H9zM2 9h2v3h3v2H2zM12 9h2v5H9v-2h3z",
};

/** An icon as wide as a letter is high; it says nothing to a screen reader. */
function compareIcon(name) {
  const space = "http://www.w3.org/2000/svg";
  const root = document.createElementNS(space, "svg");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", COMPARE_ICONS[name]);
  for (const [key, value] of Object.entries({ viewBox: "0 0 16 16", width: 16, height: 16, fill: "currentColor", "aria-hidden": "true" })) {
    root.setAttribute(key, value);
  }
  root.append(path);
  return root;
}
