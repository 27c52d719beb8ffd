"""When to ask again, and how long a task is likely to take: pure functions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from wan_notebook.catalog import text

FIRST_QUERY = 2.0
"""Seconds from submit to the first query."""
LONGEST_PAUSE = 15.0
"""Seconds between queries of a long task: the interval the service advises (S003)."""
GROWTH = 1.5
ENOUGH_HISTORY = 3
"""Like tasks needed before their median says more than the published time."""


def query_pauses() -> Iterator[float]:
    """Yield the seconds to wait before each query, without end: 2, 3, 4.5 … 15, 15."""
    pause = FIRST_QUERY
    while True:
        yield pause
        pause = min(pause * GROWTH, LONGEST_PAUSE)


@dataclass(frozen=True, slots=True)
class Expectation:
    """How long a task is likely to take.

    Attributes:
        seconds: from submit to end.
        basis: where the figure comes from, in words.
    """

    seconds: float
    basis: str


def expectation(history: Sequence[float], typical: tuple[float, float]) -> Expectation:
    """Return the median of like tasks, or the middle of the published range when there are too few.

    Args:
        history: seconds that like tasks took.
        typical: published seconds, low and high.
    """
    if len(history) >= ENOUGH_HISTORY:
        middle = median(history)
        words = text("tasks.expectation.history", seconds=spoken(middle), count=len(history))
        return Expectation(middle, words)
    low, high = map(spoken, typical)
    key = "typical" if low == high else "typical_range"
    return Expectation(sum(typical) / 2, text(f"tasks.expectation.{key}", low=low, high=high))


def spoken(seconds: float) -> str:
    """Return a length of time for people: "6 s", "1:30 min", "2:05 h"."""
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004 - seconds in a minute
        return text("tasks.time.seconds", seconds=whole)
    minutes, rest = divmod(whole, 60)
    if minutes < 60:  # noqa: PLR2004 - minutes in an hour
        return text("tasks.time.minutes", minutes=minutes, seconds=f"{rest:02}")
    return text("tasks.time.hours", hours=minutes // 60, minutes=f"{minutes % 60:02}")
