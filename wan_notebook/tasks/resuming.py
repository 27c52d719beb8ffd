"""What a new kernel takes up of what the last one left, and what it says about the rest."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from wan_notebook.catalog import Status, VideoState, text
from wan_notebook.records import Record, Store
from wan_notebook.tasks.carrier import Carrier
from wan_notebook.tasks.task import Task


class Resumed(list[Task]):
    """The tasks that are carried on. Shown, it says what that means, and what became of the others.

    Attributes:
        sentences: what is done, what waits and what is gone, each with its reason.
    """

    def __init__(self, tasks: Iterable[Task], sentences: Iterable[str]) -> None:
        super().__init__(tasks)
        self.sentences = tuple(sentences)

    def __repr__(self) -> str:
        return "\n".join(self.sentences)


@dataclass(frozen=True, kw_only=True)
class Unfinished:
    """What is left to do in a log.

    Attributes:
        free: tasks of this connection that nobody here carries.
        away: how many belong to another address or account.
    """

    free: list[Record]
    away: int

    @classmethod
    def of(cls, store: Store, carrier: Carrier, ours: Callable[[Record], bool], now: datetime) -> Self:
        """Look through a log: unfinished tasks, and videos whose file is gone while their link lives.

        Raises:
            RecordsError: the log cannot be read.
        """
        unfinished = store.unfinished()
        mine = [record for record in unfinished if ours(record)]
        gone = [record for record in store.linked(now) if ours(record) and carrier.needs(record)]
        free = [record for record in (*mine, *gone) if carrier.handle(record).done]
        return cls(free=free, away=len(unfinished) - len(mine))


def taken(carrier: Carrier, wanted: list[Record]) -> tuple[list[Record], int]:
    """Claim tasks; return those to carry, and how many another open notebook carries.

    Raises:
        RecordsError: the log cannot be written.
    """
    claimed = carrier.claimed(wanted)
    others = {record.row for record in wanted} - {record.row for record in claimed}
    return [record for record in claimed if carrier.needs(record)], len(others)


def unsent(records: Iterable[Record]) -> list[Record]:
    """Return the tasks that never were sent, which only go out when their user says so."""
    return [record for record in records if record.status is Status.QUEUED]


def told(taken: Iterable[Record], waiting: int, others: int, away: int, now: datetime) -> list[str]:
    """Return the sentences about unfinished tasks.

    Args:
        taken: those this kernel carries on.
        waiting: how many were never sent and are left to wait.
        others: how many another open kernel carries.
        away: how many belong to another address or account.
        now: the time.
    """
    kinds = Counter(_kind(record, now) for record in taken)
    counts = {
        **{kind: kinds[kind] for kind in _KINDS},
        "waiting": waiting,
        "others": others,
        "away": away,
    }
    said = [text(f"tasks.resume.{kind}", count=count) for kind, count in counts.items() if count]
    return said or [text("tasks.resume.nothing")]


_KINDS = ("followed", "sent", "lost", "video", "late")


def _kind(record: Record, now: datetime) -> str:
    """Return what is done for a task that is taken up."""
    if record.status in {Status.SUBMITTING, Status.UNCONFIRMED}:
        return "lost"
    if record.status is Status.QUEUED:
        return "sent"
    if record.status is not Status.SUCCEEDED:
        return "followed"
    ended = record.url_expires_at is not None and record.url_expires_at <= now
    return "late" if ended and record.video_state is not VideoState.SAVED else "video"
