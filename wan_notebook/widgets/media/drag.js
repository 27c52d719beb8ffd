/**
 * Order of a list's items by pointer. An item is never taken out of the page: its neighbours go round it, so
 * that focus, the pointer and a playing video stay where they are.
 */

/** Move an item one place up (-1) or down (1); returns whether there was a place. */
function moveItem(item, way) {
  const neighbour = way < 0 ? item.previousElementSibling : item.nextElementSibling;
  if (!neighbour) return false;
  if (way < 0) item.after(neighbour);
  else item.before(neighbour);
  return true;
}

/** Let a handle drag its item through the list; `dropped(moved)` is called at the end. Escape puts it back. */
function dragItem(handle, item, dropped) {
  let [grip, places] = [0, 0]; // where in the item it is held, in pixels; places it has gone down
  const follow = (pointer) => {
    item.style.transform = "";
    const home = item.getBoundingClientRect().top;
    item.style.transform = `translateY(${pointer - grip - home}px)`;
  };
  const step = (pointer) => {
    for (const way of [-1, 1]) {
      const neighbour = way < 0 ? item.previousElementSibling : item.nextElementSibling;
      if (!neighbour) continue;
      const { top, height } = neighbour.getBoundingClientRect();
      const passed = way < 0 ? pointer < top + height / 2 : pointer > top + height / 2;
      if (passed && moveItem(item, way)) places += way;
    }
    follow(pointer);
  };
  const end = (keep) => {
    handle.onpointermove = handle.onpointerup = handle.onpointercancel = null;
    document.removeEventListener("keydown", escape, true);
    item.classList.remove("wan-media-dragged");
    item.style.transform = "";
    while (!keep && places) {
      const way = -Math.sign(places);
      moveItem(item, way);
      places += way;
    }
    dropped(places !== 0);
  };
  const escape = (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    end(false);
  };
  handle.onpointerdown = (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    [grip, places] = [event.clientY - item.getBoundingClientRect().top, 0];
    handle.setPointerCapture(event.pointerId);
    item.classList.add("wan-media-dragged");
    handle.onpointermove = (move) => step(move.clientY);
    handle.onpointerup = () => end(true);
    handle.onpointercancel = () => end(false);
    document.addEventListener("keydown", escape, true);
  };
}
