"""Progress as text, for scripts and terminals: one line that moves, or a line a state where none can move."""

import sys
from typing import TextIO

from wan_notebook.catalog import text
from wan_notebook.tasks.schedule import Expectation, spoken

CLEAR = "\r\x1b[K"
"""Back to the start of the line, and empty it."""
WIDTH = 100
"""Characters of a line; a longer one would wrap and could not be cleared."""


def in_notebook() -> bool:
    """Return whether this runs in a Jupyter kernel, where widgets show progress."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    return getattr(shell, "kernel", None) is not None


class ProgressLine:
    """Writes how a task gets on.

    Args:
        stream: a terminal gets one line that moves; anything else a line for each new state.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._moves = stream.isatty()
        self._state = ""

    def show(self, state: str, elapsed: float, expected: Expectation) -> None:
        """Say where a task stands after `elapsed` seconds."""
        if not self._moves and state == self._state:
            return
        self._state = state
        words = {"state": state, "elapsed": spoken(elapsed), "basis": expected.basis}
        line = text("tasks.progress.line", **words)[:WIDTH]
        self._write(f"{CLEAR}{line}" if self._moves else f"{line}\n")

    def end(self, sentence: str) -> None:
        """Say how it ended, on a line that stays."""
        self._write(f"{CLEAR if self._moves else ''}{sentence}\n")

    def _write(self, words: str) -> None:
        self._stream.write(words)
        self._stream.flush()
