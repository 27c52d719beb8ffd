"""How far voters agree."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from wan_notebook.catalog import text
from wan_notebook.experiments.statistics.intervals import percent
from wan_notebook.experiments.statistics.preferences import Preference

WORDS = ((0.8, "strong"), (0.667, "fair"), (0.2, "some"))
"""From which alpha which word is used; the first two bounds are Krippendorff's own (2004)."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far voters agree on the pairs of videos that at least two of them judged.

    Attributes:
        voters: voters among them.
        judged: pairs of videos with at least two votes.
        pairs: pairs of votes on the same two videos.
        share: share of those that are equal, 0 to 1.
        alpha: Krippendorff's alpha: 1 always equal, 0 as by chance, below 0 worse than that; None when for
            each pair of arms all votes are the same, for then chance cannot be told from agreement.
    """

    voters: int
    judged: int
    pairs: int
    share: float
    alpha: float | None

    def sentence(self) -> str:
        """Return it in words."""
        said = text(
            "statistics.agreement.share", share=percent(self.share), voters=self.voters, judged=self.judged
        )
        if self.alpha is None:
            return said + text("statistics.agreement.same")
        word = next((word for bound, word in WORDS if self.alpha >= bound), "chance")
        return said + text(f"statistics.agreement.{word}", alpha=f"{self.alpha:.2f}")


def agreement(preferences: Iterable[Preference]) -> Agreement | None:
    """Return how far the voters agree; None when no two votes are on the same pair of videos.

    Equal is: the same arm preferred, or neither by both. Alpha is Krippendorff's for categories without order
    (1970; Content Analysis, 2004), one less the disagreement seen over the disagreement expected by chance.
    With more than two arms both are summed over the pairs of arms, what is expected following each pair's own
    votes, so that no name of a category matters.
    """
    units: dict[tuple[tuple[str, str], str], list[Preference]] = {}
    for each in preferences:
        units.setdefault((each.pair, each.block), []).append(each)
    shared = {key: votes for key, votes in units.items() if len(votes) > 1}
    if not shared:
        return None
    pairs = equal = 0
    seen, totals = 0.0, dict[tuple[str, str], Counter[float]]()
    for (pair, _), votes in shared.items():
        counts = Counter(vote.of(pair[0]) for vote in votes)
        both = len(votes) * (len(votes) - 1)
        same = sum(count * (count - 1) for count in counts.values())
        pairs, equal = pairs + both // 2, equal + same // 2
        seen += (both - same) / (len(votes) - 1)
        totals.setdefault(pair, Counter()).update(counts)
    expected = sum(by_chance(counts) for counts in totals.values())
    alpha = 1 - seen / expected if expected else None
    voters = len({vote.voter for votes in shared.values() for vote in votes})
    return Agreement(voters, len(shared), pairs, equal / pairs, alpha)


def by_chance(counts: Counter[float]) -> float:
    """Return the disagreement expected if these votes met at random, in votes."""
    total = counts.total()
    return (total * total - sum(count * count for count in counts.values())) / (total - 1)
