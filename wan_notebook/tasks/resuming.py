"""What a new kernel takes up of what the last one left, and what it says about the rest."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime

from wan_notebook.catalog import Status, VideoState, text
from wan_notebook.records import Record
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
