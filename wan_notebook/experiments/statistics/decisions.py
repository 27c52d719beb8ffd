"""What the votes allow to say: a winner, no difference, or not enough yet."""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum

from wan_notebook.experiments.statistics.preferences import Preference
from wan_notebook.experiments.statistics.win_rates import WinRate


class Kind(StrEnum):
    """What can be said of a pair of arms."""

    WINNER = "winner"
    NO_DIFFERENCE = "no_difference"
    EARLY_WINNER = "early_winner"
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True, slots=True)
class PairDecision:
    """What can be said of two arms.

    Attributes:
        first: an arm.
        second: the other arm.
        kind: what can be said.
        winner: the better arm, for a winner.
        more: for "not enough": about how many more blocks it takes; else None.
        win_rate: of `first` against `second`, from the votes of the plan.
        p_holm: p value corrected for the number of pairs; 1 as long as the plan's votes are not all in.
        later: votes beyond the planned size; they do not change the verdict.
        complete: whether all the votes of the plan are in.
    """

    first: str
    second: str
    kind: Kind
    winner: str | None
    more: int | None
    win_rate: WinRate
    p_holm: float
    later: int
    complete: bool

    def sentence(self) -> str:
        """Return it in words."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Decision:
    """What can be said of all pairs of arms, in the order of the arms."""

    pairs: tuple[PairDecision, ...]
    blocks: int
    voters: int

    @property
    def complete(self) -> bool:
        """Whether all the votes of the plan are in."""
        return all(pair.complete for pair in self.pairs)

    @property
    def best(self) -> str | None:
        """The arm that won against every other, None as long as there is none."""
        raise NotImplementedError

    def sentence(self) -> str:
        """Return the verdict in words, a line a pair."""
        raise NotImplementedError

    def method(self) -> str:
        """Return in words how it was decided."""
        raise NotImplementedError


def decide(
    preferences: Iterable[Preference],
    arms: Sequence[str],
    blocks: int,
    voters: int,
    *,
    lost: Mapping[str, Set[str]] | None = None,
    skipped: Iterable[tuple[str, str, str]] = (),
    target: float = 0.75,
    level: float = 0.95,
) -> Decision:
    """Return what the votes allow to say.

    Args:
        preferences: the votes on one question, oldest first.
        arms: the arms of the plan, in its order.
        blocks: how many blocks the plan has.
        voters: how many votes it plans on each pair in each block.
        lost: per arm the names of the blocks that have no video of it for good; nobody can vote there.
        skipped: block and the two arms of every vote that was skipped; a skip is an answer without a preference.
        target: win rate the plan should tell from 1/2.
        level: confidence of the verdict.
    """
    raise NotImplementedError
