"""Charts drawn as SVG elements: rows of intervals, and points with intervals both ways.

Colours are classes of `report.css`, so that a chart follows the page from light to dark; labels of rows are
cells of a table, so that long names wrap and a reader's program reads them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from wan_notebook.experiments.report.elements import Markup, element, joined
from wan_notebook.experiments.report.words import percent

WIDE, HIGH, MARGIN = 420, 30, 14
"""Pixels of the picture in a row, with room at both sides for a marker that lies on the edge."""
MOST_STEPS = 7
ROOM = 1.04
"""The axis goes on a little beyond the last point."""
TICKS = (0.0, 0.25, 0.5, 0.75, 1.0)
PLOT_WIDE, PLOT_HIGH = 720, 380
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 16, 54
"""Room around the plot for what is written there."""
LINE = 15
"""Pixels between labels, so that none lies on another."""
LABEL = 22
"""Letters of a label in the plot; the whole name is its title."""


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A share with its interval, from 0 to 1.

    Attributes:
        label: what it is the share of.
        value, low, high: the share and the ends of its interval.
        words: the same in words.
        clear: whether it goes with a winner.
    """

    label: Any
    value: float
    low: float
    high: float
    words: str
    clear: bool = False


@dataclass(frozen=True, kw_only=True)
class Point:
    """A point with intervals both ways.

    Attributes:
        label: its name.
        across: lowest, middle and highest value across.
        up: the same upwards, from 0 to 1.
    """

    label: str
    across: tuple[float, float, float]
    up: tuple[float, float, float]


def forest(rows: Sequence[Interval], caption: str) -> Markup:
    """Return a table with one interval a row, all on one scale, and a line at one half."""
    head = element("tr", element("td"), element("td", _axis()), element("td"))
    body = [
        element(
            "tr",
            element("th", row.label, scope="row"),
            element("td", _row(row)),
            element("td", row.words, class_="figure"),
        )
        for row in rows
    ]
    return element("table", element("caption", caption), head, body, class_="forest")


def _across(share: float) -> float:
    return round(MARGIN + share * (WIDE - 2 * MARGIN), 1)


def _row(row: Interval) -> Markup:
    low, value, high = (_across(share) for share in (row.low, row.value, row.high))
    half, middle = _across(0.5), HIGH / 2
    return _svg(
        HIGH,
        element("line", x1=half, x2=half, y1=0, y2=HIGH, class_="half"),
        element("line", x1=low, x2=high, y1=middle, y2=middle, class_="span clear" if row.clear else "span"),
        [element("line", x1=x, x2=x, y1=middle - 4, y2=middle + 4, class_="end") for x in (low, high)],
        element("circle", cx=value, cy=middle, r=6, class_="dot clear" if row.clear else "dot"),
    )


def _axis() -> Markup:
    return _svg(
        16,
        [element("text", percent(tick), x=_across(tick), y=12, text_anchor="middle") for tick in TICKS],
    )


def _svg(high: int, *children: Any) -> Markup:
    return element("svg", *children, viewBox=f"0 0 {WIDE} {high}", aria_hidden="true", class_="row")


def scatter(points: Sequence[Point], *, across: str, up: str, title: str) -> Markup:
    """Return a plot of points; the vertical axis goes from 0 to 1, the other from 0 to what is needed.

    Args:
        points: what is shown.
        across: name of the horizontal axis, with its unit.
        up: name of the vertical one.
        title: said to those who do not see it.
    """
    steps = scale(ROOM * max(point.across[2] for point in points))
    frame = _Frame(steps[-1])
    return element(
        "svg",
        frame.grid(steps, across, up),
        [frame.marker(point) for point in points],
        frame.labels(points),
        viewBox=f"0 0 {PLOT_WIDE} {PLOT_HIGH}",
        role="img",
        aria_label=title,
        class_="scatter",
    )


def scale(highest: float) -> list[float]:
    """Return round numbers from 0 to at least `highest`, four to nine of them, in even steps."""
    if highest <= 0:
        return [0.0, 1.0]
    power = 10.0 ** floor(log10(highest))
    step = next(
        power * size for size in (0.1, 0.2, 0.25, 0.5, 1, 2, 2.5) if highest / (power * size) <= MOST_STEPS
    )
    count = -int(-highest / step // 1)
    return [round(step * number, 12) for number in range(count + 1)]


@dataclass(frozen=True)
class _Frame:
    """The plot's place on the picture.

    Attributes:
        widest: value at the right edge.
    """

    widest: float

    def x(self, value: float) -> float:
        return round(LEFT + value / self.widest * (PLOT_WIDE - LEFT - RIGHT), 1)

    def y(self, share: float) -> float:
        return round(PLOT_HIGH - BOTTOM - share * (PLOT_HIGH - BOTTOM - TOP), 1)

    def grid(self, steps: Iterable[float], across: str, up: str) -> Markup:
        right, low, middle = PLOT_WIDE - RIGHT, PLOT_HIGH - BOTTOM, (PLOT_HIGH - BOTTOM + TOP) / 2
        return joined(
            [_line(LEFT, self.y(tick), right, self.y(tick), _kind(tick)) for tick in TICKS],
            [_words(percent(tick), LEFT - 8, self.y(tick) + 4, "end") for tick in TICKS],
            [_line(self.x(step), low, self.x(step), low + 5, "grid") for step in steps],
            [_words(f"{step:g}", self.x(step), low + 20, "middle") for step in steps],
            _words(across, (LEFT + right) / 2, PLOT_HIGH - 10, "middle"),
            element("text", up, x=16, y=middle, text_anchor="middle", transform=f"rotate(-90 16 {middle:g})"),
        )

    def marker(self, point: Point) -> Markup:
        (left, x, right), (low, y, high) = point.across, point.up
        return joined(
            _line(self.x(left), self.y(y), self.x(right), self.y(y), "span"),
            _line(self.x(x), self.y(low), self.x(x), self.y(high), "span"),
            element("circle", element("title", point.label), cx=self.x(x), cy=self.y(y), r=6, class_="dot"),
        )

    def labels(self, points: Sequence[Point]) -> Markup:
        """Return the names beside their points, from the top down, each below the last."""
        placed, last = [], -float(LINE)
        for point in sorted(points, key=lambda point: -point.up[1]):
            last = max(self.y(point.up[1]) - 9, last + LINE)
            placed.append(_words(cut(point.label), self.x(point.across[1]) + 9, last, "start", "name"))
        return joined(placed)


def cut(label: str, letters: int = LABEL) -> str:
    """Return a label of at most so many letters."""
    return label if len(label) <= letters else f"{label[: letters - 1]}…"


def _kind(tick: float) -> str:
    return "half" if tick == TICKS[2] else "grid"


def _line(x1: float, y1: float, x2: float, y2: float, kind: str) -> Markup:
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=kind)


def _words(words: str, x: float, y: float, anchor: str, kind: str | None = None) -> Markup:
    return element("text", words, x=x, y=y, text_anchor=anchor, class_=kind)
