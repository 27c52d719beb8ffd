"""Whether the side a video stood on moved the votes."""

from collections.abc import Iterable
from dataclasses import dataclass

from wan_notebook.catalog import text
from wan_notebook.experiments.statistics.intervals import LEVEL, Share, exact, exact_p, percent
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
        share, low, high = self.left.share, self.left.low, self.left.high
        if share is None or low is None or high is None:
            return text("statistics.position.none")
        return text(
            "statistics.position.balanced" if low <= 1 / 2 <= high else "statistics.position.biased",
            share=percent(share),
            low=percent(low),
            high=percent(high),
            votes=self.left.total,
        )


def position_bias(preferences: Iterable[Preference], level: float = LEVEL) -> PositionBias:
    """Return how often the left video was preferred, and whether that is more or less than chance.

    The exact binomial test and interval (Clopper and Pearson, 1934) over all votes that preferred one. Sides
    are drawn for each voter and pair, each arm left equally often: if the side does not matter, the count
    varies no more than that of independent tosses of a fair coin, also where voters agree on the videos of a
    block.
    """
    chosen = [each for each in preferences if each.score in {0, 1}]
    count, total = sum(each.of(each.left) == 1 for each in chosen), len(chosen)
    if not total:
        return PositionBias(Share(0, 0, None, None, None), None)
    return PositionBias(
        Share(count, total, count / total, *exact(count, total, level)), exact_p(count, total)
    )
