"""Votes on the videos of experiments: each is committed before the page is told that it counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from sqlalchemy.dialects.sqlite import insert

from wan_notebook.records.kinds import MOMENT, SECONDS, TEXT, WHOLE, Kind, one_of
from wan_notebook.records.schema import VOTES
from wan_notebook.records.store import Store

MOST = 1000
"""Ids asked for in one statement; SQLite takes 32 766."""


class Choice(StrEnum):
    """What a voter can say of two videos."""

    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"
    BOTH_BAD = "both_bad"
    SKIP = "skip"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """One answer of one voter about the two videos of a block.

    Attributes:
        vote_id: made at random where the vote was given, so that one sent twice is stored once.
        experiment: uid of the experiment.
        voter: name of who voted.
        question: what was asked of each pair.
        criterion: the further criterion this is about, "" for the question itself.
        case: label of the block's case, "" without cases.
        seed: seed of the block.
        left: arm whose video stood left.
        right: arm whose video stood right.
        choice: the answer.
        shown_at: when the pair could be seen (UTC).
        voted_at: when the answer was given (UTC).
        watch_s: seconds for which the videos played before the answer.
        undone_at: when the voter took it back; None while it counts.
    """

    vote_id: str
    experiment: str
    voter: str
    question: str
    criterion: str
    case: str
    seed: int
    left: str
    right: str
    choice: Choice
    shown_at: datetime
    voted_at: datetime
    watch_s: float
    undone_at: datetime | None = None

    @classmethod
    def decoded(cls, stored: Mapping[str, Any]) -> Self:
        """Return the vote of a stored row."""
        return cls(**{name: _decoded(kind, stored[name]) for name, kind in KINDS.items()})

    def encoded(self) -> dict[str, Any]:
        """Return what SQL stores."""
        return {name: _encoded(kind, getattr(self, name)) for name, kind in KINDS.items()}


_OTHERS: Mapping[str, Kind] = {
    "seed": WHOLE,
    "choice": one_of(Choice),
    "shown_at": MOMENT,
    "voted_at": MOMENT,
    "watch_s": SECONDS,
    "undone_at": MOMENT,
}
KINDS: Mapping[str, Kind] = {field.name: _OTHERS.get(field.name, TEXT) for field in fields(Vote)}
"""How each field of a vote is stored and shown, in their order."""


@dataclass(frozen=True)
class Votes:
    """The votes in a store; may be used by several kernels at once.

    Attributes:
        store: the records that keep them.
    """

    store: Store

    def add(self, *votes: Vote) -> int:
        """Commit votes, all or none; one whose id is there already is left as it is.

        Returns:
            How many are new.

        Raises:
            RecordsError: nothing was written, with the reason.
        """
        with self.store.writing() as connection:
            return sum(
                connection.execute(insert(VOTES).values(vote.encoded()).on_conflict_do_nothing()).rowcount
                for vote in votes
            )

    def undo(self, vote_ids: Iterable[str], now: datetime) -> int:
        """Take votes back; they stay in the file, and one that was taken back before keeps that time.

        Returns:
            How many counted until now.

        Raises:
            RecordsError: nothing was written, with the reason.
        """
        counting = VOTES.c.vote_id.in_(list(vote_ids)), VOTES.c.undone_at.is_(None)
        with self.store.writing() as connection:
            changed = VOTES.update().where(*counting).values(undone_at=MOMENT.encode(now))
            return connection.execute(changed).rowcount

    def of(self, experiment: str, *, voter: str | None = None, undone: bool = False) -> list[Vote]:
        """Return the votes of an experiment, oldest first.

        Args:
            experiment: its uid.
            voter: whose; all voters' by default.
            undone: whether those that were taken back come too.

        Raises:
            RecordsError: the file could not be read, with the reason.
        """
        where = [VOTES.c.experiment == experiment]
        if voter is not None:
            where.append(VOTES.c.voter == voter)
        if not undone:
            where.append(VOTES.c.undone_at.is_(None))
        return self._votes(*where)

    def known(self, vote_ids: Sequence[str]) -> list[Vote]:
        """Return those of these votes that are stored, of any experiment, taken back or not.

        Raises:
            RecordsError: the file could not be read, with the reason.
        """
        parts = (vote_ids[start : start + MOST] for start in range(0, len(vote_ids), MOST))
        return [vote for part in parts for vote in self._votes(VOTES.c.vote_id.in_(part))]

    def _votes(self, *where: Any) -> list[Vote]:
        rows = self.store.read(VOTES.select().where(*where).order_by(VOTES.c.id))
        return [Vote.decoded(row._asdict()) for row in rows]


def _decoded(kind: Kind, value: Any) -> Any:
    return None if value is None else kind.decode(value)


def _encoded(kind: Kind, value: Any) -> Any:
    return None if value is None else kind.encode(value)
