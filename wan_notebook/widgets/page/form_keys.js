/**
 * Keys pressed in the form belong to the form. Lab and Notebook take plain keys on buttons, lists and sliders for
 * their own, such as Enter, arrows, or "dd", which deletes the cell; keys with Ctrl or Cmd stay theirs, and so does
 * Shift+Enter. Returns how to stop.
 */
function keepKeys(root) {
  // Theirs is a listener on the document, asked before the element; the window is asked before the document.
  const mark = (event) => {
    if (!root.contains(event.target)) return;
    const theirs = event.ctrlKey || event.metaKey || (event.shiftKey && event.key === "Enter");
    event.target.toggleAttribute("data-lm-suppress-shortcuts", !theirs);
  };
  window.addEventListener("keydown", mark, true);
  return () => window.removeEventListener("keydown", mark, true);
}
