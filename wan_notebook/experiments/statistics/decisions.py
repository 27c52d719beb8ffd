"""What the votes allow to say: a winner, no difference, or not enough yet."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from wan_notebook.catalog import text
from wan_notebook.experiments.statistics.corrections import holm
from wan_notebook.experiments.statistics.early import EARLY, leader
from wan_notebook.experiments.statistics.intervals import LEVEL, percent
from wan_notebook.experiments.statistics.preferences import Preference, between
from wan_notebook.experiments.statistics.sizes import FEWEST, POWER, TARGET, needed_blocks
from wan_notebook.experiments.statistics.win_rates import WinRate, rate_of


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
        kind: what can be said. An early winner stays one until the plan's votes name a winner.
        winner: the better arm, for a winner or early winner.
        more: for "not enough" about how many more blocks it takes: those of the plan still to vote on, or,
            when the plan's votes are all in, those by which the plan was too small; else None.
        win_rate: of `first` against `second`, from the votes of the plan.
        p_holm: p value corrected for the number of pairs; 1 as long as the plan's votes are not all in.
        planned: blocks of the plan in which both videos exist or may still come.
        complete: whether all the votes of the plan are in.
        later: votes beyond the planned size; they do not change the verdict.
        target: win rate a plan large enough would notice.
    """

    first: str
    second: str
    kind: Kind
    winner: str | None
    more: int | None
    win_rate: WinRate
    p_holm: float
    planned: int
    complete: bool
    later: int
    target: float

    def sentence(self) -> str:
        """Return it in words."""
        kind = self.kind.value
        if self.kind is Kind.NOT_ENOUGH:
            voted = "short" if self.win_rate.votes else "skipped"
            kind = voted if self.complete else "open" if self.planned else "nowhere"
        elif self.kind is Kind.EARLY_WINNER and self.complete:
            kind = "early_kept"
        said = text(f"statistics.verdict.{kind}", **self._words())
        return said + text("statistics.verdict.later", votes=self.later) if self.later else said

    def _words(self) -> dict[str, object]:
        """Return what the sentences may name, shares as the winner sees them if there is one."""
        rate, low, high = (
            share or 0.0 for share in (self.win_rate.rate, self.win_rate.low, self.win_rate.high)
        )
        better, other = self.first, self.second
        if self.winner == self.second:
            rate, low, high = 1 - rate, 1 - high, 1 - low
            better, other = self.second, self.first
        shares = {"rate": rate, "low": low, "high": high, "target": self.target, "power": POWER}
        words: dict[str, object] = {name: percent(share) for name, share in shares.items()}
        words.update(more=self.more, planned=self.planned, blocks=self.win_rate.blocks)
        words.update(first=better, second=other, level=percent(self.win_rate.level))
        return words


@dataclass(frozen=True, slots=True)
class Decision:
    """What can be said of all pairs of arms.

    Attributes:
        pairs: one entry a pair, in the order of the arms.
        blocks: how many blocks the plan has.
        voters: how many votes it plans on each pair in each block.
        level: confidence of the verdict.
    """

    pairs: tuple[PairDecision, ...]
    blocks: int
    voters: int
    level: float = LEVEL

    @property
    def complete(self) -> bool:
        """Whether all the votes of the plan are in."""
        return all(pair.complete for pair in self.pairs)

    @property
    def best(self) -> str | None:
        """The arm that won against every other, None as long as there is none."""
        arms = {arm: 0 for pair in self.pairs for arm in (pair.first, pair.second)}
        for pair in self.pairs:
            if pair.winner is not None:
                arms[pair.winner] += 1
        return next((arm for arm, won in arms.items() if won == len(arms) - 1), None)

    def sentence(self) -> str:
        """Return the verdict in words, a line a pair."""
        return "\n".join(pair.sentence() for pair in self.pairs)

    def method(self) -> str:
        """Return in words how it was decided."""
        size = {"blocks": self.blocks, "voters": self.voters, "fewest": FEWEST}
        error = {"level": percent(self.level), "error": percent(1 - self.level), "early": percent(EARLY)}
        said = text("statistics.method.one", **size, **error)
        return said + text("statistics.method.holm", pairs=len(self.pairs)) if len(self.pairs) > 1 else said


@dataclass(frozen=True, slots=True)
class Tally:
    """The votes on one pair as the plan sees them.

    Attributes:
        first: the arm the scores are of.
        second: the other arm.
        blocks: the scores of each block, at most as many as planned.
        firsts: the first score of each block, in the order they came.
        full: the mean score of each block that has all its answers, in the order they were completed.
        closed: blocks that have all their answers.
        planned: blocks of the plan in which both videos exist or may still come.
        voters: how many votes the plan has in each block.
        later: votes beyond the planned ones.
    """

    first: str
    second: str
    blocks: Mapping[str, Sequence[float]]
    firsts: Sequence[float]
    full: Sequence[float]
    closed: int
    planned: int
    voters: int
    later: int

    @property
    def complete(self) -> bool:
        """Whether every block of the plan has its answers."""
        return 0 < self.planned <= self.closed

    def leader(self, error: float) -> str | None:
        """Return the arm that may be named a winner before the plan's votes are in, None if neither may.

        Votes of one block go together, so each block counts once in a bet: in one bet with its first vote, in
        another with the mean of all its votes, once they are there. Each has half of the error; for one voter
        they are the same bet.
        """
        bets = [self.firsts] if self.voters == 1 else [self.firsts, self.full]
        sides = [leader(scores, error / len(bets)) for scores in bets]
        side = next((side for side in reversed(sides) if side), 0)
        return {1: self.first, -1: self.second}.get(side)


def decide(
    preferences: Iterable[Preference],
    arms: Sequence[str],
    blocks: int,
    voters: int,
    *,
    lost: Mapping[str, AbstractSet[str]] | None = None,
    skipped: Iterable[tuple[str, str, str]] = (),
    target: float = TARGET,
    level: float = LEVEL,
) -> Decision:
    """Return what the votes allow to say.

    The plan sets the size, blocks times voters, and the verdict is given when every block has its answers: a
    winner where the interval of `win_rate` leaves 1/2 out, for several pairs after Holm's correction (1979).
    It rests on the first `voters` votes of each block; later ones are counted and change nothing. Without a
    winner the verdict is "no difference" if the plan was large enough for `target`, else "not enough".

    Before, a winner is named only by a bet that may be watched after every vote (`early.leader`, Ville,
    1939), with an error of `EARLY`, shared by the pairs. So two equal arms get a winner in at most 6 % of all
    experiments, 1 - level at the end and `EARLY` before, whenever and however often one looks.

    Args:
        preferences: the votes on one question, oldest first.
        arms: the arms of the plan, in its order.
        blocks: how many blocks the plan has.
        voters: how many votes it plans on each pair in each block.
        lost: per arm the names of the blocks that have no video of it for good; nobody can vote there.
        skipped: block and the two arms of every skipped vote; a skip is an answer without a preference.
        target: win rate the plan should tell from 1/2.
        level: confidence of the verdict.
    """
    cast = list(preferences)
    skips = [(block, frozenset(pair)) for block, *pair in skipped]
    pairs = []
    for first, second in combinations(arms, 2):
        gone = set().union(*((lost or {}).get(arm, ()) for arm in (first, second)))
        passed = [block for block, pair in skips if pair == {first, second}]
        pairs.append(counted(between(cast, first, second), (first, second), blocks, voters, gone, passed))
    return Decision(tuple(verdicts(pairs, target, level)), blocks, voters, level)


def counted(
    votes: Iterable[Preference],
    pair: tuple[str, str],
    blocks: int,
    voters: int,
    gone: AbstractSet[str],
    passed: Sequence[str],
) -> Tally:
    """Return the votes on a pair as the plan sees them.

    Args:
        votes: on this pair, oldest first.
        pair: the two arms.
        blocks: how many blocks the plan has.
        voters: how many votes it plans in each.
        gone: blocks that lack one of the videos for good.
        passed: the block of each skipped vote.
    """
    scores: dict[str, tuple[float, ...]] = {}
    firsts: list[float] = []
    later = 0
    for vote in votes:
        held = scores.get(vote.block, ())
        if len(held) == voters:
            later += 1
            continue
        if not held:
            firsts.append(vote.of(pair[0]))
        scores.pop(vote.block, None)  # so that the blocks stand in the order of their last votes
        scores[vote.block] = (*held, vote.of(pair[0]))
    answers = Counter(passed) + Counter({block: len(held) for block, held in scores.items()})
    closed = {block for block, count in answers.items() if count >= voters}
    full = [sum(held) / len(held) for block, held in scores.items() if block in closed]
    planned = blocks - len(gone - scores.keys())
    return Tally(*pair, scores, firsts, full, len(closed), planned, voters, later)


def verdicts(pairs: Sequence[Tally], target: float, level: float) -> Iterator[PairDecision]:
    """Yield what can be said of each pair, all pairs sharing the errors."""
    needed = needed_blocks(target, level=level, comparisons=len(pairs))
    rates = [rate_of(pair.blocks, pair.first, pair.second, level) for pair in pairs]
    corrected = holm([rate.p if pair.complete else 1.0 for pair, rate in zip(pairs, rates, strict=True)])
    for pair, rate, p in zip(pairs, rates, corrected, strict=True):
        kind, winner, more = verdict(
            pair, rate, differs=p < 1 - level, error=EARLY / len(pairs), needed=needed
        )
        rest = (p, pair.planned, pair.complete, pair.later, target)
        yield PairDecision(pair.first, pair.second, kind, winner, more, rate, *rest)


def verdict(
    pair: Tally, rate: WinRate, *, differs: bool, error: float, needed: int
) -> tuple[Kind, str | None, int | None]:
    """Return what can be said of a pair, its winner if any, and the blocks it lacks if it does.

    Args:
        pair: its votes.
        rate: the win rate of its first arm.
        differs: whether the votes of the plan are all in and the rate is surely not 1/2.
        error: how often all early looks together may be wrong about this pair.
        needed: blocks a plan needs for the target.
    """
    if differs and rate.rate is not None and rate.blocks >= FEWEST:
        return Kind.WINNER, pair.first if rate.rate > 1 / 2 else pair.second, None
    if early := pair.leader(error):
        return Kind.EARLY_WINNER, early, None
    if pair.complete and rate.blocks >= needed:
        return Kind.NO_DIFFERENCE, None, None
    if pair.planned and not pair.complete:
        return Kind.NOT_ENOUGH, None, pair.planned - pair.closed
    return Kind.NOT_ENOUGH, None, needed - rate.blocks
