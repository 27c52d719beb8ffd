/** One control for each kind of catalogue field. Each returns { root, read(), write(value), focus }. */

const CONTROLS = {
  text(field, changed) {
    const box = element("textarea", { id: field.id, rows: field.lines, spellcheck: true, class: "wan-text" });
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
    };
  },

  url(field, changed) {
    const box = element("input", { id: field.id, type: "url", placeholder: "https://", oninput: changed });
    return { root: box, focus: box, read: () => box.value.trim() || null, write: (value) => (box.value = value ?? "") };
  },

  choice(field, changed) {
    const options = field.options.map((option) => element("option", { value: option }, option));
    const box = element("select", { id: field.id, onchange: changed }, ...options);
    return { root: box, focus: box, read: () => box.value, write: (value) => (box.value = value ?? field.default) };
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

function sliderInteger(field, changed) {
  const slider = element("input", { type: "range", min: field.minimum, max: field.maximum, step: 1, tabIndex: -1 });
  slider.setAttribute("aria-hidden", "true");
  const box = element("input", { id: field.id, type: "number", min: field.minimum, max: field.maximum, step: 1 });
  slider.oninput = () => {
    box.value = slider.value;
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
