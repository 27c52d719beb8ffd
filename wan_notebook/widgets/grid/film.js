/** A video over the page: opened from a cell, closed by Esc, by its button, or by a click beside it. */

/**
 * Make the overlay. `load(number)` brings `{ blob, title }` or `{ error }`. Returns the element, `open(number, from)`
 * and `stop()`; the focus goes back to where it came from.
 */
function filmOverlay(words, load) {
  const title = element("strong", { class: "wan-film-title" });
  const close = element("button", { type: "button", class: "wan-film-close", title: words.close, "aria-label": words.close }, "×");
  const place = element("div", { class: "wan-film-place" });
  const said = element("div", { class: "wan-film-said", role: "status" });
  const box = element("div", { class: "wan-film-box" }, element("div", { class: "wan-film-head" }, title, close), place, said);
  const root = element("dialog", { class: "wan-film", "aria-label": words.film }, box);
  let url = null;
  let back = null;
  let asked = 0;
  const clear = () => {
    asked += 1;
    place.replaceChildren();
    if (url) URL.revokeObjectURL(url);
    url = null;
  };
  root.addEventListener("close", () => {
    clear();
    back?.focus();
  });
  close.onclick = () => root.close();
  root.onclick = (event) => event.target === root && root.close();
  return {
    root,
    stop: clear,
    async open(number, name, from) {
      clear();
      back = from;
      const mine = asked;
      title.textContent = name;
      said.textContent = words.loading;
      if (!root.open) root.showModal();
      const answer = await load(number);
      if (mine !== asked || !root.open) return;
      said.textContent = answer.error ?? "";
      if (answer.error) return;
      url = URL.createObjectURL(answer.blob);
      place.replaceChildren(
        element("video", { src: url, controls: true, loop: true, autoplay: true, playsInline: true, "aria-label": name }),
      );
      place.firstChild.focus();
    },
  };
}
