/** All that can be done with the player, and with which keys; the list on "?" is made of this table. */

const COMPARE_KEYS = [
  { name: "play", keys: [" ", "k"] },
  { name: "frame_back", keys: ["ArrowLeft", ","] },
  { name: "frame_on", keys: ["ArrowRight", "."] },
  { name: "second_back", keys: ["Shift+ArrowLeft"] },
  { name: "second_on", keys: ["Shift+ArrowRight"] },
  { name: "start", keys: ["Home"] },
  { name: "end", keys: ["End"] },
  { name: "slower", keys: ["-"] },
  { name: "faster", keys: ["+", "="] },
  { name: "loop", keys: ["l"] },
  { name: "in", keys: ["i"] },
  { name: "out", keys: ["o"] },
  { name: "clear", keys: ["x"] },
  { name: "side", keys: ["1"] },
  { name: "wipe", keys: ["2"] },
  { name: "overlay", keys: ["3"] },
  { name: "difference", keys: ["4"] },
  { name: "less", keys: ["["] },
  { name: "more", keys: ["]"] },
  { name: "first", keys: ["a"] },
  { name: "second", keys: ["b"] },
  { name: "sound", keys: ["s"] },
  { name: "full", keys: ["f"] },
  { name: "block_back", keys: ["p"] },
  { name: "block_on", keys: ["n"] },
  { name: "help", keys: ["?"] },
];
const KEY_SIGNS = { " ": "␣", ArrowLeft: "←", ArrowRight: "→", "-": "−" };

/** A key for people: "Shift ←". */
function keySign(key) {
  const sign = (part) => KEY_SIGNS[part] ?? (part.length === 1 ? part.toUpperCase() : part);
  return key.length > 1 ? key.split("+").map(sign).join(" ") : sign(key);
}

/** Keys that what has the focus needs for itself: a list all plain ones, a slider of its own arrows, a button ␣ and ↵. */
function keyIsTaken(target, key) {
  if (target.matches("select, summary")) return key !== "?";
  if (target.matches("button")) return key === " " || key === "Enter";
  return target.matches(".wan-own-arrows") && /^(Shift\+)?(Arrow|Home|End|Page)/.test(key);
}

/** Give keys pressed in `root` to `act(name)`. Returns how to stop. */
function compareKeys(root, act) {
  const release = keepKeys(root);
  const pressed = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const plain = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const key = event.shiftKey && plain.startsWith("Arrow") ? `Shift+${plain}` : plain;
    const found = COMPARE_KEYS.find(({ keys }) => keys.includes(key));
    if (!found || keyIsTaken(event.target, key)) return;
    event.preventDefault();
    event.stopPropagation();
    act(found.name);
  };
  root.addEventListener("keydown", pressed);
  return () => {
    release();
    root.removeEventListener("keydown", pressed);
  };
}

/** A button that does what a key does and names both. */
function compareButton(name, words, act, icon = null) {
  const { keys } = COMPARE_KEYS.find((each) => each.name === name);
  const button = element("button", {
    type: "button",
    class: `wan-compare-button wan-compare-do-${name}`,
    title: `${words[`do_${name}`]} (${keySign(keys[0])})`,
    "aria-label": words[`do_${name}`],
    "aria-keyshortcuts": keys.map((key) => (key === " " ? "Space" : key)).join(" "),
    onclick: () => act(name),
  });
  button.append(icon ? compareIcon(icon) : words[`short_${name}`]);
  return button;
}

/** The list of all keys; those without use are left out. */
function compareKeyList(words, used) {
  const lines = COMPARE_KEYS.filter(({ name }) => used(name)).map(({ name, keys }) =>
    element("li", {}, element("span", {}, ...keys.map((key) => element("kbd", {}, keySign(key)))), words[`do_${name}`]),
  );
  return element("ul", {}, ...lines);
}
