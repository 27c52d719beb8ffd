"""When to ask again, and how long a task is likely to take: pure functions.

A query too many costs a call, one too few makes the video late. Where a task that still runs ends within the
next second with the likelihood h, pauses of √(2 λ / h) make the sum of both least, λ being the seconds of
lateness that one query is worth. So there are few queries before the earliest likely end, many around the
usual one, more and more as fewer like tasks took longer, and few again for one that has outlasted them all.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from wan_notebook.catalog import text

ENOUGH_HISTORY = 3
"""Like tasks needed before their median says more than the published time."""


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


SOONEST = 3.0
"""Seconds from submit to the first query, which finds what is refused at once."""
SHORTEST_GAP = 1.0
LONGEST_GAP = 60.0
"""Seconds between two queries of one task, at least and at most (QW suggests to let them grow to 60 s)."""

_WORTH = 0.18
"""Seconds of lateness one query is worth, where like tasks tell when to ask: measured (tests/bench)."""
_WORTH_UNKNOWN = 0.045
"""The same where only the published time is known, and pauses are short over a wide range."""
_PRIOR = 0.5
"""How many like tasks the published time counts for."""
_TAIL = 2.0
"""Beyond everything known, half of the tasks that still run at t have ended by t × 2^(1/_TAIL)."""

_FEWEST = 3.0
"""Like tasks that a line of the curve must stand for before it is halved."""
_FINEST = 0.001
"""Seconds that points of the curve lie apart at least."""

Curve = list[tuple[float, float]]
"""Falling points (age in seconds, share of tasks that take longer), straight lines between them."""


class Timetable:
    """When to ask for one kind of task, by its age in seconds since submit.

    Args:
        history: seconds that like tasks took, in any order.
        typical: published seconds, low and high.
    """

    def __init__(self, history: Sequence[float], typical: tuple[float, float]) -> None:
        known = len(history) >= ENOUGH_HISTORY
        published = _published(typical)
        self._curve = _mixed(history, published) if known else published
        self._gap = math.sqrt(2 * (_WORTH if known else _WORTH_UNKNOWN))
        self._asked = [0.0]
        """Queries up to each point of the curve."""
        for (_, start), (_, end), density in self._lines():
            spent = 2 * (math.sqrt(start) - math.sqrt(end)) / (self._gap * math.sqrt(density))
            self._asked.append(self._asked[-1] + spent)

    def after(self, age: float) -> float:
        """Return the age at which to ask next, for a task that still ran when it was this old."""
        if age < SOONEST:
            return SOONEST
        likely = self._age(self._queries(age) + 1)
        return min(max(likely, age + SHORTEST_GAP), age + LONGEST_GAP)

    def _lines(self) -> Iterator[tuple[tuple[float, float], tuple[float, float], float]]:
        """Yield both ends of each line of the curve, and the share of tasks that ends per second on it."""
        for start, end in pairwise(self._curve):
            yield start, end, (start[1] - end[1]) / (end[0] - start[0])

    def _queries(self, age: float) -> float:
        """Return how many queries the law spends up to an age."""
        for before, ((start, longer), (end, _), density) in zip(self._asked, self._lines(), strict=False):
            if age <= end:
                left = longer - density * (age - start)
                return before + 2 * (math.sqrt(longer) - math.sqrt(left)) / (self._gap * math.sqrt(density))
        beyond = math.sqrt(age) - math.sqrt(self._curve[-1][0])
        return self._asked[-1] + 2 * math.sqrt(_TAIL) * beyond / self._gap

    def _age(self, queries: float) -> float:
        """Return the age up to which the law spends so many queries: `_queries` the other way round."""
        for (before, upto), ((start, longer), _, density) in zip(
            pairwise(self._asked), self._lines(), strict=True
        ):
            if queries <= upto:
                root = math.sqrt(longer) - (queries - before) * self._gap * math.sqrt(density) / 2
                return start + (longer - root * root) / density
        beyond = (queries - self._asked[-1]) * self._gap / (2 * math.sqrt(_TAIL))
        return (math.sqrt(self._curve[-1][0]) + beyond) ** 2


def _published(typical: tuple[float, float]) -> Curve:
    """Return the curve of the published range: eight of ten tasks end in it, one before, one after."""
    low = max(typical[0], SHORTEST_GAP)
    high = max(typical[1], low * 1.2)
    return [(0.0, 1.0), (low / 2, 0.97), (low, 0.9), (high, 0.1)]


def _mixed(history: Sequence[float], published: Curve) -> Curve:
    """Return the curve of like tasks and the published range together."""
    told = _told(sorted(max(seconds, 0.0) for seconds in history))
    count = len(history)
    mixed = [(0.0, 1.0)]
    for age in sorted({age for age, _ in (*told, *published)}):
        share = count * _share(told, age, 0.0) + _PRIOR * _share(published, age, _TAIL)
        if age - mixed[-1][0] >= _FINEST:
            mixed.append((age, share / (count + _PRIOR)))
    return mixed


def _told(history: Sequence[float]) -> Curve:
    """Return the curve of like tasks in rising order.

    It goes through their quartiles, and closer ones among the slowest, so that one that took very long
    flattens the end of the curve only; at both ends it reaches as far as two tasks of that half lie apart.
    """
    shortest, middle, longest = history[0], median(history), history[-1]
    least = max(middle / 50, SHORTEST_GAP / 4)
    before, after = (max(2 * half / len(history), least) for half in (middle - shortest, longest - middle))
    shares = [0.75, 0.5]
    while shares[-1] * len(history) >= _FEWEST:
        shares.append(shares[-1] / 2)
    curve = [(max(0.0, shortest - before), 1.0)]
    for share in shares:
        age = _quantile(history, 1 - share)
        if age > curve[-1][0]:
            curve.append((age, share))
    return [*curve, (longest + after, 0.0)]


def _quantile(rising: Sequence[float], share: float) -> float:
    place = share * (len(rising) - 1)
    below = int(place)
    above = min(below + 1, len(rising) - 1)
    return rising[below] + (rising[above] - rising[below]) * (place - below)


def _share(curve: Curve, age: float, tail: float) -> float:
    """Return the share of tasks that take longer than an age; beyond the curve it falls as age^-tail."""
    if age <= curve[0][0]:
        return 1.0
    for (start, longer), (end, shorter) in pairwise(curve):
        if age <= end:
            return longer + (shorter - longer) * (age - start) / (end - start)
    end, left = curve[-1]
    return left * float((end / age) ** tail)
