/** Call `took(files, address)` with what is dropped or pasted on an element; it shows where that is possible. */
function watchDrops(root, took) {
  const carries = (event) => ["Files", "text/uri-list"].some((type) => event.dataTransfer?.types.includes(type));
  let depth = 0; // elements entered and not left: every child sends its own events
  const mark = (step) => {
    depth = Math.max(0, depth + step);
    root.classList.toggle("wan-media-over", depth > 0);
  };
  root.addEventListener("dragenter", (event) => carries(event) && mark(1));
  root.addEventListener("dragleave", (event) => carries(event) && mark(-1));
  root.addEventListener("dragover", (event) => carries(event) && event.preventDefault());
  root.addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    event.stopPropagation();
    mark(-depth);
    took([...event.dataTransfer.files], event.dataTransfer.getData("text/uri-list").split(/\r?\n/)[0]);
  });
  root.addEventListener("paste", (event) => {
    const files = [...event.clipboardData.files];
    if (!files.length) return;
    event.preventDefault();
    took(files, "");
  });
}
