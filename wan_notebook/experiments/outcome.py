"""What an experiment has brought so far, gathered once for everything that tells of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

from wan_notebook.catalog import SettingError, text
from wan_notebook.experiments.planning.plan import Block, Cell, Plan
from wan_notebook.experiments.running.cells import CellState, Stage, states
from wan_notebook.experiments.statistics import (
    Agreement,
    Decision,
    Interval,
    PositionBias,
    Preference,
    Share,
    Strengths,
    WinRate,
    against_others,
    agreement,
    cost_per_preferred,
    decide,
    mean_interval,
    position_bias,
    share_interval,
    strengths,
)
from wan_notebook.records import Choice, Record, Store, Stored, Vote, Votes


@dataclass(frozen=True, kw_only=True)
class Arm:
    """What one arm has brought.

    Attributes:
        name: of the arm.
        videos: how many are saved.
        failed: cells without a video for good, of those that have ended.
        cost: of a video, on average; None while no cost is known.
        currency: of the cost; None when it is not known or not one.
        spent: sum of all costs known.
        seconds: for which the service worked on a video, on average.
        rate: how often it was preferred to any other arm.
    """

    name: str
    videos: int
    failed: Share
    cost: Interval | None
    currency: str | None
    spent: float | None
    seconds: Interval | None
    rate: WinRate

    @property
    def per_preferred(self) -> Interval | None:
        """What one preferred video costs."""
        return None if self.cost is None else cost_per_preferred(self.cost, self.rate)


@dataclass(frozen=True, kw_only=True, repr=False)
class Outcome:
    """Plan, videos and votes of an experiment at one time; what follows from them is worked out when asked.

    Attributes:
        plan: what is compared.
        stored: what the records keep of it; None before its first run.
        states: the state of every cell.
        votes: all votes that count, on any question, oldest first.
        question: the question asked about; "" while there was none.
        criterion: the criterion asked about, "" for the question itself.
        now: when this was gathered.
        home: folder of the records.
    """

    plan: Plan
    stored: Stored | None
    states: Mapping[Cell, CellState]
    votes: Sequence[Vote]
    question: str
    criterion: str
    now: datetime
    home: Path

    @cached_property
    def counted(self) -> list[Vote]:
        """The votes that count: of two by one voter on one pair and one question only the first does."""
        first: dict[tuple[str | int | frozenset[str], ...], Vote] = {}
        for vote in self.votes:
            seen = (vote.case, vote.seed, frozenset({vote.left, vote.right}))
            first.setdefault((vote.voter, vote.question, vote.criterion, *seen), vote)
        return list(first.values())

    @cached_property
    def judged(self) -> list[Vote]:
        """Those of them on this question and criterion."""
        asked = (self.question, self.criterion)
        return [vote for vote in self.counted if (vote.question, vote.criterion) == asked]

    @cached_property
    def preferences(self) -> list[Preference]:
        """What these votes say; a skip says nothing."""
        return [self.preference(vote) for vote in self.judged if vote.choice is not Choice.SKIP]

    @cached_property
    def planned(self) -> list[Preference]:
        """Those of the plan's size: what the verdict and the arms rest on."""
        return [self.preference(vote) for vote in self._planned]

    @cached_property
    def _planned(self) -> list[Vote]:
        """The votes that say something, as many as planned: the first on each two videos."""
        seen: Counter[tuple[str, int, frozenset[str]]] = Counter()
        kept = []
        for vote in self.judged:
            if vote.choice is not Choice.SKIP:
                videos = (vote.case, vote.seed, frozenset({vote.left, vote.right}))
                seen[videos] += 1
                if seen[videos] <= self.plan.voters:
                    kept.append(vote)
        return kept

    def preference(self, vote: Vote) -> Preference:
        """Return what a vote says that is no skip."""
        score = {Choice.LEFT: 1.0, Choice.RIGHT: 0.0}.get(vote.choice, 0.5)
        return Preference(self._block_of(vote), vote.voter, vote.left, vote.right, score, vote.left)

    @cached_property
    def decision(self) -> Decision:
        """What the votes allow to say."""
        skipped = [
            (self._block_of(vote), vote.left, vote.right)
            for vote in self.judged
            if vote.choice is Choice.SKIP
        ]
        return decide(
            self.preferences,
            list(self.plan.arms),
            len(self.plan.blocks),
            self.plan.voters,
            lost=self.lost,
            skipped=skipped,
        )

    @cached_property
    def strengths(self) -> Strengths:
        """All arms on one scale."""
        return strengths(self.planned, list(self.plan.arms))

    @cached_property
    def position(self) -> PositionBias:
        """Whether the side mattered."""
        return position_bias(self.preferences)

    @cached_property
    def agreement(self) -> Agreement | None:
        """How far voters agree; None with one voter."""
        return agreement(self.preferences)

    def __repr__(self) -> str:
        made = self.count(Stage.DONE)
        words = {"name": self.plan.name, "made": made, "videos": len(self.states), "votes": len(self.votes)}
        return text("report.outcome.sentence", **words)

    def agreement_of(self, voter: str) -> tuple[int, int]:
        """Return how often a voter said the same as another of the same two videos, and of how many times."""
        mine = {_seen(one): one for one in self.preferences if one.voter == voter}
        others = [one for one in self.preferences if one.voter != voter and _seen(one) in mine]
        equal = [one for one in others if one.of(one.first) == mine[_seen(one)].of(one.first)]
        return len(equal), len(others)

    @cached_property
    def arms(self) -> list[Arm]:
        """What each arm has brought, in the order of the plan."""
        return [self._arm(name) for name in self.plan.arms]

    @property
    def lost(self) -> dict[str, set[str]]:
        """Per arm the blocks without a video of it, where there will be none unless it is sent again."""
        return {
            arm: {state.cell.block.name for state in self.states_of(arm) if state.stage is Stage.FAILED}
            for arm in self.plan.arms
        }

    @property
    def records(self) -> list[Record]:
        """The newest record of every cell that has one, in the order of the plan."""
        found = (self.states[cell].record for cell in self.plan.cells)
        return [record for record in found if record is not None]

    @property
    def simulated(self) -> bool:
        """Whether any video is the simulator's."""
        return any(record.simulated for record in self.records)

    @property
    def criteria(self) -> list[str]:
        """The criteria asked for besides the question, in the order they were voted on."""
        asked = (vote.criterion for vote in self.votes if vote.question == self.question and vote.criterion)
        return list(dict.fromkeys(asked))

    def both_bad(self, first: str, second: str) -> int:
        """Return how many votes on a pair found both videos bad, of those the decision counts."""
        bad = (vote for vote in self._planned if vote.choice is Choice.BOTH_BAD)
        return sum({vote.left, vote.right} == {first, second} for vote in bad)

    def states_of(self, arm: str) -> list[CellState]:
        """Return the states of an arm's cells, block by block."""
        return [self.states[cell] for cell in self.plan.cells if cell.arm == arm]

    def count(self, stage: Stage) -> int:
        """Return how many cells are at a stage."""
        return sum(state.stage is stage for state in self.states.values())

    def _block_of(self, vote: Vote) -> str:
        return self._blocks[vote.case, vote.seed].name

    @cached_property
    def _blocks(self) -> dict[tuple[str, int], Block]:
        return {(block.case, block.seed): block for block in self.plan.blocks}

    def _arm(self, name: str) -> Arm:
        cells = self.states_of(name)
        records = [cell.record for cell in cells if cell.record is not None]
        lost = sum(cell.stage is Stage.FAILED for cell in cells)
        saved = sum(cell.stage is Stage.DONE for cell in cells)
        costs = [float(record.cost) for record in records if record.cost is not None]
        currencies = {record.currency for record in records if record.cost is not None}
        one = len(currencies) == 1
        return Arm(
            name=name,
            videos=saved,
            failed=share_interval(lost, lost + saved),
            cost=mean_interval(costs) if one else None,
            currency=currencies.pop() if one else None,
            spent=sum(costs) if one else None,
            seconds=mean_interval([each.run_s for each in records if each.run_s is not None]),
            rate=against_others(self.planned, name),
        )


def _seen(preference: Preference) -> tuple[str, frozenset[str]]:
    """Return the two videos it is about."""
    return preference.block, frozenset({preference.first, preference.second})


def gather(
    plan: Plan, store: Store, stored: Stored | None, *, criterion: str = "", question: str | None = None
) -> Outcome:
    """Return what an experiment has brought.

    Args:
        plan: its plan.
        store: the records that keep it.
        stored: what they keep; None before its first run.
        criterion: a further criterion that was voted on; "" for the question itself.
        question: which question, where several were asked; else the one with the most votes.

    Raises:
        SettingError: nothing of the kind was asked; the sentence names what was.
        RecordsError: the records could not be read.
    """
    votes = [] if stored is None else _known(plan, Votes(store).of(stored.uid))
    asked = _question(votes, question)
    outcome = Outcome(
        plan=plan,
        stored=stored,
        states=states(store, plan, None if stored is None else stored.uid),
        votes=votes,
        question=asked,
        criterion=criterion,
        now=store.now(),
        home=store.home,
    )
    if criterion and criterion not in outcome.criteria:
        raise SettingError(_unknown("criterion", criterion, outcome.criteria))
    return outcome


def _known(plan: Plan, votes: Sequence[Vote]) -> list[Vote]:
    """Return the votes on what the plan has."""
    blocks = {(block.case, block.seed) for block in plan.blocks}
    return [
        vote for vote in votes if (vote.case, vote.seed) in blocks and {vote.left, vote.right} <= {*plan.arms}
    ]


def _question(votes: Sequence[Vote], wanted: str | None) -> str:
    """Return the question meant: the one named, else the one with the most votes, the first of several."""
    asked = [vote.question for vote in votes if not vote.criterion]
    if wanted is None:
        return max(dict.fromkeys(asked), key=asked.count, default="")
    if wanted not in asked:
        raise SettingError(_unknown("question", wanted, list(dict.fromkeys(asked))))
    return wanted


def _unknown(key: str, wanted: str, known: Sequence[str]) -> str:
    listed = ", ".join(map(repr, known)) or text("report.error.none")
    return text(f"report.error.{key}", wanted=repr(wanted), known=listed)
