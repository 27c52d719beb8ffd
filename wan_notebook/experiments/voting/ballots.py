"""What one voter has answered, what is asked next, and what can be taken back. Pure: votes in, answers out.

All of it follows from the stored votes: whoever starts again, after a reload or in another kernel, goes on
where the voter was.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from wan_notebook.experiments.planning.plan import Cell
from wan_notebook.experiments.voting.pairs import Key, Order, Pair
from wan_notebook.records import Choice, Vote

QUESTION = ""
"""The criterion of votes about the question itself."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a voter is asked now.

    Attributes:
        pair: the two videos.
        criterion: what about, "" for the question itself.
        begun: whether something about this pair was answered, taken back or not: then it was seen.
    """

    pair: Pair
    criterion: str
    begun: bool


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a voter is.

    Attributes:
        done: pairs with nothing left to answer.
        total: pairs that can be shown, or were.
        waiting: pairs whose videos are not there yet.
    """

    done: int
    total: int
    waiting: int


@dataclass(frozen=True)
class Ballot:
    """The votes of one voter on one question, and the criteria that go with it.

    A skipped pair is done, with its criteria. What was taken back is asked again first, as it stood.

    Attributes:
        order: in which the voter sees the pairs.
        criteria: further criteria, asked after the question.
        votes: this voter's on this question, those taken back too, oldest first.
        cells: whose videos are there.
        announced: pairs the page was told of in this session, first one first; they keep place and sides.
    """

    order: Order
    criteria: tuple[str, ...]
    votes: Sequence[Vote]
    cells: Collection[Cell]
    announced: Sequence[Pair] = ()

    @cached_property
    def asked(self) -> Asked | None:
        """What is asked now, None when there is nothing."""
        return self._asked(self._queue[0]) if self._queue else None

    @property
    def following(self) -> Pair | None:
        """The pair after that, to be loaded ahead; None when there is none."""
        return self._queue[1] if len(self._queue) > 1 else None

    @cached_property
    def last(self) -> Vote | None:
        """The vote an undo takes back: the latest of those that count."""
        counting = [vote for vote in self._known if vote.undone_at is None]
        return max(reversed(counting), key=lambda vote: vote.voted_at, default=None)

    @cached_property
    def complete(self) -> list[Pair]:
        """Pairs with nothing left to answer, in the order they were begun."""
        return [pair for key, pair in self._answered.items() if self._missing(key) is None]

    @property
    def progress(self) -> Progress:
        """How far the voter is."""
        total = len({*self._ready, *self._answered})
        return Progress(len(self.complete), total, len(self.order) - total)

    def choice(self, pair: Pair, criterion: str) -> Choice | None:
        """Return what was answered about a pair, None when nothing was."""
        vote = self._answers.get(pair.key, {}).get(criterion)
        return None if vote is None else vote.choice

    def is_complete(self, vote: Vote) -> bool:
        """Whether nothing is left to answer about the pair of a vote."""
        return self._missing(self._pair(vote).key) is None

    @cached_property
    def _ready(self) -> dict[Key, None]:
        """The pairs that can be shown, in the order's own order."""
        return dict.fromkeys(self.order.ready(self.cells))

    @cached_property
    def _known(self) -> list[Vote]:
        """The votes on pairs of this experiment."""
        return [
            vote
            for vote in self.votes
            if (vote.case, vote.seed) in self.order.blocks and self._pair(vote).key in self.order
        ]

    @cached_property
    def _answers(self) -> Mapping[Key, dict[str, Vote]]:
        found: defaultdict[Key, dict[str, Vote]] = defaultdict(dict)
        for vote in self._known:
            if vote.undone_at is None:
                found[self._pair(vote).key].setdefault(vote.criterion, vote)
        return found

    @cached_property
    def _answered(self) -> dict[Key, Pair]:
        """Pairs with an answer that counts, as they stood, in the order they were begun."""
        return self._stood(undone=False)

    @cached_property
    def _taken_back(self) -> list[Pair]:
        """Pairs with no answer but ones that were taken back, in the order they were begun."""
        return [pair for key, pair in self._stood(undone=True).items() if key not in self._answered]

    def _stood(self, *, undone: bool) -> dict[Key, Pair]:
        found: dict[Key, Pair] = {}
        for vote in self._known:
            if (vote.undone_at is not None) is undone:
                pair = self._pair(vote)
                found.setdefault(pair.key, pair)
        return found

    @cached_property
    def _queue(self) -> list[Pair]:
        """The next two pairs, or as many as there are."""
        begun = [pair for key, pair in self._answered.items() if self._missing(key) is not None]
        told = [pair for pair in self.announced if pair.key not in self._answered]
        shown = {pair.key: pair for pair in (*self._answered.values(), *self._taken_back, *told)}
        queue = {pair.key: pair for pair in (*begun, *self._taken_back, *told) if pair.key in self._ready}
        while len(queue) < 2 and (fresh := self.order.next(list(shown.values()), self._ready)):  # noqa: PLR2004 - two
            queue[fresh.key] = shown[fresh.key] = fresh
        return list(queue.values())[:2]

    def _asked(self, pair: Pair) -> Asked:
        return Asked(
            pair,
            self._missing(pair.key) or QUESTION,
            begun=any(self._pair(vote).key == pair.key for vote in self._known),
        )

    def _missing(self, key: Key) -> str | None:
        """Return the first criterion with no answer, None when nothing is left to answer."""
        answers = self._answers.get(key, {})
        main = answers.get(QUESTION)
        if main is not None and main.choice is Choice.SKIP:
            return None
        return next((one for one in (QUESTION, *self.criteria) if one not in answers), None)

    def _pair(self, vote: Vote) -> Pair:
        return Pair(self.order.blocks[vote.case, vote.seed], vote.left, vote.right)
