"""Whether the side a video stood on moved the votes."""

from collections.abc import Iterable
from dataclasses import dataclass

from wan_notebook.experiments.statistics.intervals import Share
from wan_notebook.experiments.statistics.preferences import Preference


@dataclass(frozen=True, slots=True)
class PositionBias:
    """How often the left video was preferred, of the votes that preferred one.

    Attributes:
        left: the share for the left, with its interval.
        p: two-sided p value of "the side does not matter"; None without a vote.
    """

    left: Share
    p: float | None

    def sentence(self) -> str:
        """Return it in words."""
        raise NotImplementedError


def position_bias(preferences: Iterable[Preference]) -> PositionBias:
    """Return how often the left video was preferred, and whether that is more than chance."""
    raise NotImplementedError
