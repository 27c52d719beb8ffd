"""All arms on one scale, from votes on pairs (Bradley-Terry)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wan_notebook.experiments.statistics.intervals import LEVEL
from wan_notebook.experiments.statistics.preferences import Preference


@dataclass(frozen=True, slots=True)
class Strength:
    """Where an arm stands: log-strength, the mean of all arms being 0; None where it cannot be told."""

    arm: str
    score: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Strengths:
    """All arms on one scale.

    Attributes:
        arms: one entry an arm, in the order asked for.
        connected: whether the votes put all arms on one scale; if not, every score is None.
        groups: sets of arms that can be compared among each other; one group when connected.
        blocks: blocks with a vote.
    """

    arms: tuple[Strength, ...]
    connected: bool
    groups: tuple[tuple[str, ...], ...]
    blocks: int

    def sentence(self) -> str:
        """Return it in words."""
        raise NotImplementedError


def strengths(preferences: Iterable[Preference], arms: Sequence[str], level: float = LEVEL) -> Strengths:
    """Return every arm's Bradley-Terry strength with an interval by block."""
    raise NotImplementedError
