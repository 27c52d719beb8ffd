/** Small tools for making page elements. Text always goes in as text, never as HTML. */

/** Make an element with properties (or attributes, where there is no such property) and children. */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name === "class") made.className = value;
    else if (name in made) made[name] = value;
    else made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Fill "{name}" places of a sentence. */
function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

/** A random id; `crypto.randomUUID` is missing on plain-http hosts, `getRandomValues` is not. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Copy text; the clipboard API is missing on plain-http hosts, so fall back to a selection. */
async function copyText(text, near) {
  if (navigator.clipboard && window.isSecureContext) return navigator.clipboard.writeText(text);
  const box = element("textarea", { value: text, class: "wan-offscreen", readOnly: true });
  near.append(box);
  box.select();
  document.execCommand("copy");
  box.remove();
}

/** Length of time for people: 7 s (in words of the language), 1:05, 1:02:03. */
function clockText(seconds, words) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  if (hours) return `${hours}:${String(minutes).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
  return minutes ? `${minutes}:${String(rest).padStart(2, "0")}` : fill(words, { count: rest });
}
