"""How far apart two videos get that play on one clock, in a browser."""

from pathlib import Path

from tests.bench.browsing import opened
from tests.bench.example import MODEL
from tests.bench.figures import Figure
from tests.browser.player import WATCH, shown

SECONDS = 10
CELL = f"""
import wan_notebook as wan
wan.demo(run_seconds=(0, 0))
tasks = [wan.generate({MODEL!r}, prompt=prompt, duration={SECONDS}, resolution="720P", seed=7)
    for prompt in ("A fox in a forest", "A fox in the snow")]
for task in tasks: task.wait(progress=False)
wan.compare(*tasks)
"""


def drift(folder: Path) -> tuple[Figure]:
    """Play two videos of the simulator from beginning to end; return the largest drift in milliseconds.

    Raises:
        RuntimeError: they did not both play to their end; no drift says nothing then.
    """
    with opened(folder, CELL) as notebook:
        shown(notebook, 0)
        notebook.page.keyboard.press("k")
        samples = notebook.page.evaluate(WATCH, SECONDS + 0.5)
    together = [last for playing, _, last in samples if playing == 2]
    if max(together, default=0) < SECONDS - 0.2:
        message = f"the videos played together until {max(together, default=0):.1f} s only"
        raise RuntimeError(message)
    return (Figure(1000 * max(apart for _, apart, _ in samples)),)
