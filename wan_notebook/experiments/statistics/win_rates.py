"""How often one arm is preferred to another, with an interval that knows votes of one block belong together."""

from collections.abc import Iterable
from dataclasses import dataclass

from wan_notebook.experiments.statistics.intervals import LEVEL
from wan_notebook.experiments.statistics.preferences import Preference


@dataclass(frozen=True, slots=True)
class WinRate:
    """How often `first` is preferred to `second`; ties count half.

    Attributes:
        first: the arm whose wins are counted.
        second: the other arm; "" for all others together.
        rate: mean of the block means, 0 to 1; None without a vote.
        low: lower end of the interval; None without a vote.
        high: upper end of the interval; None without a vote.
        blocks: blocks with a vote on the pair.
        votes: votes on the pair.
        wins: votes that preferred `first`.
        ties: votes that preferred neither.
        losses: votes that preferred `second`.
        effective: how many independent votes these are worth; between `blocks` and about `votes`.
        p: two-sided p value of "no difference"; below 1 - level exactly when the interval leaves 1/2 out.
        level: confidence of the interval.
    """

    first: str
    second: str
    rate: float | None
    low: float | None
    high: float | None
    blocks: int
    votes: int
    wins: int
    ties: int
    losses: int
    effective: float
    p: float
    level: float = LEVEL

    def sentence(self) -> str:
        """Return it in words."""
        raise NotImplementedError


def win_rate(preferences: Iterable[Preference], first: str, second: str, level: float = LEVEL) -> WinRate:
    """Return how often `first` is preferred to `second`; other pairs among the preferences are passed over."""
    raise NotImplementedError


def against_others(preferences: Iterable[Preference], arm: str, level: float = LEVEL) -> WinRate:
    """Return how often `arm` is preferred to any other arm it met; `second` of the answer is ""."""
    raise NotImplementedError
