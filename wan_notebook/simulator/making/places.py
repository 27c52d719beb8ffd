"""Where the references stand in a picture: rows of frames, as large as there is room for."""

import math
from dataclasses import dataclass
from itertools import pairwise

NARROWEST, WIDEST = 0.66, 1.6
"""Shapes a frame may have, width by height; what sticks out of it is cut away."""
MAT, STRIP, GAP = 0.045, 0.2, 0.13
"""Margin, label and distance of the frames, in heights of the framed picture."""


@dataclass(frozen=True, slots=True)
class Room:
    """The part of a picture that frames may take.

    Attributes:
        across, down: its shares of the picture's width and height; it lies in the middle.
        largest: height of a framed picture when there is room to spare, as a share of the picture's size
            (root of its area).
        anchor: where in it the frames stand: 0, 0 in the upper left corner, 1, 1 in the lower right one.
    """

    across: float
    down: float
    largest: float
    anchor: tuple[float, float]


CENTRE = Room(0.9, 0.76, 0.36, (0.5, 0.5))
"""Where references are the subject."""
ASIDE = Room(0.93, 0.88, 0.15, (1.0, 0.0))
"""Where a given clip is the subject."""


@dataclass(frozen=True, slots=True)
class Stand:
    """Where one framed picture stands, in pixels; all numbers are even.

    Attributes:
        x, y: upper left corner of its frame.
        width, height: size of the picture inside.
        mat: margin around it.
        strip: height of the label under it.
    """

    x: int
    y: int
    width: int
    height: int
    mat: int
    strip: int

    @property
    def outer(self) -> tuple[int, int]:
        """Width and height of the whole frame."""
        return self.width + 2 * self.mat, self.height + 2 * self.mat + self.strip


def stands(aspects: list[float], width: int, height: int, room: Room = CENTRE) -> list[Stand]:
    """Return a stand for each picture, in order.

    Args:
        aspects: shape of each picture, width by height.
        width: width of the video.
        height: its height.
        room: where in it they may stand.
    """
    shapes = [min(max(aspect, NARROWEST), WIDEST) for aspect in aspects]
    ways = [_rows(shapes, count) for count in range(1, len(shapes) + 1)]
    rows = max(ways, key=lambda way: _tallest(way, width, height, room), default=[])
    tall = _tallest(rows, width, height, room) if rows else 0
    mat, strip, gap = (_even(tall * share) for share in (MAT, STRIP, GAP))
    inner = _even(tall - 2)
    step = inner + 2 * mat + strip + gap
    y = _start(height, room.down, step * len(rows) - gap, room.anchor[1])
    found = []
    for number, row in enumerate(rows):
        sizes = [_even(inner * shape - 2) for shape in row]
        taken = sum(sizes) + 2 * mat * len(row) + gap * (len(row) - 1)
        x = _start(width, room.across, taken, room.anchor[0])
        for size in sizes:
            found.append(Stand(x, y + number * step, size, inner, mat, strip))
            x += size + 2 * mat + gap
    return found


def _rows(shapes: list[float], count: int) -> list[list[float]]:
    """Return the shapes in this many rows, the upper ones not shorter than the lower."""
    short, longer = divmod(len(shapes), count)
    ends = [0]
    for index in range(count):
        ends.append(ends[-1] + short + (index < longer))
    return [shapes[first:last] for first, last in pairwise(ends)]


def _tallest(rows: list[list[float]], width: int, height: int, room: Room) -> float:
    """Return how tall the pictures can be in these rows."""
    across = min(width * room.across / (sum(row) + (2 * MAT + GAP) * len(row) - GAP) for row in rows)
    down = height * room.down / (len(rows) * (1 + 2 * MAT + STRIP + GAP) - GAP)
    return min(across, down, room.largest * math.sqrt(width * height))


def _start(size: int, share: float, taken: int, anchor: float) -> int:
    """Return where in a size something begins that takes part of a share of it."""
    return _even(size * (1 - share) / 2 + (size * share - taken) * anchor)


def _even(size: float) -> int:
    return max(2, round(size / 2) * 2)
