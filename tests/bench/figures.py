"""What a row measured, and how: medians of several runs, both sides in turn, after a warm-up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Figure:
    """What a row measured, in the unit of its goal.

    Attributes:
        ours: the figure of this package.
        peer: that of what it is held against, None for a row without a peer.
    """

    ours: float
    peer: float | None = None

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of the peer's, None without a peer."""
        return None if self.peer is None else self.ours / self.peer


def in_turn(ours: Callable[[], T], peer: Callable[[], T], times: int) -> list[tuple[T, T]]:
    """Run both in turn, so that a drift of the machine meets both alike; once before that, to warm up."""
    return [(ours(), peer()) for _ in range(times + 1)][1:]


def medians(pairs: Iterable[tuple[float, float]]) -> Figure:
    """Return the median of either side."""
    ours, peer = zip(*pairs, strict=True)
    return Figure(median(ours), median(peer))


def alone(ours: Callable[[], float], times: int) -> Figure:
    """Return the median of ours, which has no peer, after a warm-up."""
    return Figure(median([ours() for _ in range(times + 1)][1:]))
