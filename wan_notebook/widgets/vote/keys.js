/** What can be done on the vote page, and with which key. */

const VOTE_KEYS = [
  { name: "left", keys: ["ArrowLeft"], sign: "←" },
  { name: "tie", keys: ["ArrowDown"], sign: "↓" },
  { name: "right", keys: ["ArrowRight"], sign: "→" },
  { name: "both_bad", keys: ["b"], sign: "B" },
  { name: "skip", keys: ["s"], sign: "S" },
  { name: "undo", keys: ["u", "Backspace"], sign: "U" },
  { name: "next", keys: ["Enter", "n"], sign: "↵" },
  { name: "play", keys: [" ", "k"], sign: "␣" },
  { name: "replay", keys: ["r", "Home"], sign: "R" },
  { name: "loop", keys: ["l"], sign: "L" },
  { name: "sound", keys: ["m"], sign: "M" },
  { name: "help", keys: ["?", "h"], sign: "?" },
];
const ANSWERS = ["left", "tie", "right", "both_bad", "skip"];

/** Give keys pressed in `root` to `act(name)`; a button that has the focus keeps Enter and the space bar. */
function voteKeys(root, act) {
  const release = keepKeys(root);
  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("button, a, summary") && ["Enter", " "].includes(event.key)) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const found = VOTE_KEYS.find(({ keys }) => keys.includes(key));
    if (!found) return;
    event.preventDefault();
    event.stopPropagation();
    if (!event.repeat) act(found.name);
  });
  return release;
}

/** A button that does what a key does, and names it. */
function keyButton(name, words, act, style = "wan-again") {
  const { sign, keys } = VOTE_KEYS.find((each) => each.name === name);
  const shortcuts = keys.map((key) => (key === " " ? "Space" : key)).join(" ");
  return element(
    "button",
    { type: "button", class: `${style} wan-vote-do wan-vote-do-${name}`, onclick: (event) => event.detail < 2 && act(name), "aria-keyshortcuts": shortcuts },
    element("span", { class: "wan-vote-label" }, words[name]),
    element("kbd", { ariaHidden: "true" }, sign),
  );
}

/** The list of all keys. */
function keyList(words) {
  const shown = (key) => VOTE_KEYS.find(({ keys }) => keys[0] === key)?.sign ?? (key.length === 1 ? key.toUpperCase() : words[`key_${key}`] ?? key);
  const lines = VOTE_KEYS.map(({ name, keys }) =>
    element("li", {}, element("span", {}, ...keys.map((key) => element("kbd", {}, shown(key)))), words[`does_${name}`]),
  );
  return element("ul", { class: "wan-vote-keys", hidden: true }, ...lines);
}
