"""How long a finished video takes until it can be played, in a browser."""

from dataclasses import dataclass
from pathlib import Path

from tests.bench.browsing import opened
from tests.bench.figures import Figure, in_turn, medians
from tests.browser.harness import NotebookPage

TIMES = 25
CONNECT = """
import wan_notebook as wan
from IPython.display import HTML, display
from tests.bench.example import MODEL, VALUES
from tests.bench.in_kernel import made_at, shown_bare_at
wan.demo(run_seconds=(0, 0))
"""
FORM = "form = wan.form(MODEL, **VALUES)\nform"
BARE = "display(HTML(''), display_id='bare')"
WATCH = """() => {
    const now = () => performance.timeOrigin + performance.now();
    const inserted = new WeakMap();
    window.played = [];
    new MutationObserver(records => {
        for (const added of records.flatMap(record => [...record.addedNodes]))
            for (const part of [added, ...(added.querySelectorAll?.("video") ?? [])])
                inserted.set(part, now());
    }).observe(document, {childList: true, subtree: true});
    const heard = ({target}) => window.played.push({inserted: inserted.get(target), canplay: now()});
    document.addEventListener('canplay', heard, true);
}"""


@dataclass(frozen=True)
class Moments:
    """When a video was on disk, in the page, and ready to play, in ms since 1970."""

    on_disk: float
    inserted: float
    canplay: float


def canplay(folder: Path) -> tuple[Figure, Figure]:
    """Show finished videos as cards of a form and as bare `<video src>`, and wait until each can play.

    The first figure begins when the output is in the page. The second begins when ours has its name on disk,
    so that reading it back, logging it and drawing its card count, and when the kernel shows the bare one.
    """
    with opened(folder, CONNECT, FORM, BARE) as notebook:
        notebook.run_cell(0)
        notebook.page.evaluate(WATCH)
        runs = in_turn(
            lambda: moments(notebook, 1, "made_at(form)"),
            lambda: moments(notebook, 2, "shown_bare_at('bare')"),
            TIMES,
        )
    in_page = medians((one.canplay - one.inserted, other.canplay - other.inserted) for one, other in runs)
    in_all = medians((one.canplay - one.on_disk, other.canplay - other.on_disk) for one, other in runs)
    return in_page, in_all


def moments(notebook: NotebookPage, cell: int, show: str) -> Moments:
    """Run the cell with the place for a video, have the kernel fill it, and return when what happened."""
    notebook.run_cell(cell)
    notebook.page.evaluate("() => { window.played = []; }")
    notebook.execute(f"on_disk = {show}")
    on_disk = float(notebook.execute("print(on_disk)"))
    notebook.page.wait_for_function("() => window.played.length > 0")
    return Moments(on_disk=on_disk, **notebook.page.evaluate("() => window.played[0]"))
