/**
 * One control for each kind of catalogue field, those of media files apart (`media.js`). Each returns
 * { root, read(), write(value), focus }.
 */

const CONTROLS = {
  text(field, changed) {
    const box = element("textarea", { id: field.id, rows: field.lines, spellcheck: true, class: "wan-text" });
    box.style.setProperty("--wan-lines", field.lines);
    const count = element("span", { class: "wan-count" });
    const recount = () => {
      const length = Array.from(box.value).length; // code points, as the service counts
      count.textContent = `${length} / ${field.maximum}`;
      count.classList.toggle("wan-count-over", length > field.maximum);
    };
    box.oninput = () => {
      recount();
      changed();
    };
    return {
      root: element("div", { class: "wan-textbox" }, box, count),
      focus: box,
      read: () => box.value || null,
      write: (value) => {
        box.value = value ?? "";
        recount();
      },
      /** Put a word where the cursor is or was, set off by spaces from letters beside it. */
      insert: (word) => {
        const [before, after] = [box.value.slice(0, box.selectionStart), box.value.slice(box.selectionEnd)];
        const start = /[\w.,;:!?)\]]$/.test(before) ? " " : "";
        const end = /^\w/.test(after) ? " " : "";
        box.focus();
        box.setRangeText(`${start}${word}${end}`, box.selectionStart, box.selectionEnd, "end");
        box.oninput();
      },
    };
  },

  choice(field, changed) {
    const option = (value, label = value) => element("option", { value }, label);
    const open = field.default === null ? [option("", field.words.open)] : [];
    const box = element("select", { id: field.id, onchange: changed }, ...open, ...field.options.map((one) => option(one)));
    return {
      root: box,
      focus: box,
      read: () => box.value || null,
      write: (value) => {
        const wanted = String(value ?? field.default ?? "");
        // A value from code that is none of the options stays, so that it is complained about and not replaced.
        if (![...box.options].some((one) => one.value === wanted)) box.append(option(wanted));
        box.value = wanted;
      },
    };
  },

  boolean(field, changed) {
    const box = element("input", { id: field.id, type: "checkbox", onchange: changed });
    return { root: box, focus: box, read: () => box.checked, write: (value) => (box.checked = value ?? field.default) };
  },

  integer(field, changed) {
    return field.drawn ? drawnInteger(field, changed) : sliderInteger(field, changed);
  },
};

/** A number as the kernel should judge it: a number when it is one, else the text as typed. */
function typedNumber(box) {
  const typed = box.value.trim();
  if (typed === "") return box.validity.badInput ? "?" : null;
  return Number.isFinite(Number(typed)) ? Number(typed) : typed;
}

/** A number on a slider; one more that is allowed below the smallest (`besides`) is the slider's left end. */
function sliderInteger(field, changed) {
  const besides = field.besides ?? field.minimum;
  const bounds = { min: Math.min(besides, field.minimum), max: field.maximum, step: 1 };
  const slider = element("input", { type: "range", ...bounds, tabIndex: -1 });
  slider.setAttribute("aria-hidden", "true");
  const box = element("input", { id: field.id, type: "number", ...bounds });
  slider.oninput = () => {
    const chosen = Number(slider.value);
    const allowed = chosen === besides || chosen >= field.minimum;
    box.value = allowed ? chosen : Number(box.value) > chosen ? besides : field.minimum;
    slider.value = box.value;
    changed();
  };
  box.oninput = () => {
    slider.value = box.value;
    changed();
  };
  return {
    root: element("div", { class: "wan-number" }, slider, box, element("span", {}, field.unit)),
    focus: box,
    read: () => typedNumber(box),
    write: (value) => {
      box.value = value ?? field.default;
      slider.value = box.value;
    },
  };
}

/** A number that may be left to chance: a box that is open only while the number is kept. */
function drawnInteger(field, changed) {
  const box = element("input", { id: field.id, type: "number", min: field.minimum, max: field.maximum, step: 1 });
  const fresh = element("input", { type: "checkbox", checked: true });
  let last = null;
  const show = () => {
    box.disabled = fresh.checked;
    box.placeholder = fresh.checked ? (last === null ? field.words.random : fill(field.words.last, { last })) : "";
  };
  fresh.onchange = () => {
    box.value = fresh.checked ? "" : (last ?? Math.floor(Math.random() * (field.maximum + 1)));
    show();
    changed();
  };
  box.oninput = changed;
  show();
  return {
    root: element("div", { class: "wan-number" }, box, element("label", { class: "wan-inline" }, fresh, field.words.fresh)),
    focus: box,
    read: () => (fresh.checked ? null : typedNumber(box)),
    write: (value) => {
      fresh.checked = value === null || value === undefined;
      box.value = value ?? "";
      show();
    },
    used: (value) => {
      last = value;
      show();
    },
  };
}
