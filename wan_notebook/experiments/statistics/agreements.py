"""How far voters agree."""

from collections.abc import Iterable
from dataclasses import dataclass

from wan_notebook.experiments.statistics.preferences import Preference


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far voters agree on the pairs that at least two of them judged.

    Attributes:
        voters: voters among them.
        judged: pairs of videos with at least two votes.
        pairs: pairs of votes by two voters on the same two videos.
        share: share of those that are equal, 0 to 1.
        alpha: Krippendorff's alpha for categories: 1 always equal, 0 as by chance, below 0 worse; None when
            all votes are the same, for then chance cannot be told from agreement.
    """

    voters: int
    judged: int
    pairs: int
    share: float
    alpha: float | None

    def sentence(self) -> str:
        """Return it in words."""
        raise NotImplementedError


def agreement(preferences: Iterable[Preference]) -> Agreement | None:
    """Return how far the voters agree; None when no two voters judged the same pair of videos."""
    raise NotImplementedError
