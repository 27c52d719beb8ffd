"""Places at the service: how many tasks an account runs at once, and who is next, across all processes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from wan_notebook.catalog import Status
from wan_notebook.records.file import RecordsFile
from wan_notebook.records.kinds import MOMENT
from wan_notebook.records.migrations import TASKS
from wan_notebook.records.owners import living

SENT = (Status.SUBMITTING, Status.UNCONFIRMED, Status.PENDING, Status.RUNNING)
"""States in which a task takes a place at the service, or may."""
LONGEST = timedelta(hours=3, minutes=10)
"""The service gives a task up after 3 h; with a margin, a row that was sent before that takes no place."""
_SHARED = ("model", "account", "base_url")


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a row stands.

    Attributes:
        number: its place among those that wait: 1 is next, 0 does not wait.
        free: whether the service has a place for it by now.
    """

    number: int
    free: bool


def take(file: RecordsFile, row: int, limit: int | None, now: datetime, owner: str | None = None) -> bool:
    """Turn a QUEUED row into a SUBMITTING one if the service has a place for it, in one transaction.

    A place is free for it when the tasks sent and the older ones that wait together are fewer than the limit:
    so the first come has the first place, and one that still uploads its files keeps its own.

    Args:
        file: the records.
        row: number of the row.
        limit: tasks of one model and account the service takes at once; None for no limit.
        now: the time, which becomes `submitted_at`.
        owner: who asks; a row that is somebody else's by now is left alone. None asks nobody.

    Returns:
        Whether the row has its place; also False when it is not QUEUED any longer, or not this owner's.

    Raises:
        RecordsError: nothing was written, with the reason.
    """
    with file.writing() as connection:
        mine = _queued(connection, row)
        if mine is None or owner not in {None, mine.owner}:
            return False
        if not _fits(connection, mine, _older(connection, file, mine), limit, now):
            return False
        changes = {"status": Status.SUBMITTING.value, "submitted_at": MOMENT.encode(now)}
        connection.execute(TASKS.update().where(TASKS.c.row == row).values(changes))
        return True


def look(file: RecordsFile, row: int, limit: int | None, now: datetime) -> Place:
    """Return the place of a row among those that wait for the same model and account, and whether it is free.

    Args:
        file: the records.
        row: number of the row.
        limit: as for `take`, which may find it otherwise by then.
        now: the time.

    Raises:
        RecordsError: the file could not be read, with the reason.
    """
    with file.writing() as connection:
        mine = _queued(connection, row)
        if mine is None:
            return Place(number=0, free=False)
        older = _older(connection, file, mine)
        return Place(number=1 + older, free=_fits(connection, mine, older, limit, now))


def _queued(connection: Connection, row: int) -> Row[Any] | None:
    columns = (TASKS.c[name] for name in ("row", "owner", *_SHARED))
    queued = select(*columns).where(TASKS.c.row == row, TASKS.c.status == Status.QUEUED)
    return connection.execute(queued).one_or_none()


def _fits(connection: Connection, mine: Row[Any], older: int, limit: int | None, now: datetime) -> bool:
    """Return whether a row, the older ones that wait, and those sent are no more than the limit."""
    return limit is None or _sent(connection, mine, now) + older < limit


def _sent(connection: Connection, mine: Row[Any], now: datetime) -> int:
    """Count the tasks that take a place of the same model and account."""
    young = TASKS.c.submitted_at > MOMENT.encode(now - LONGEST)
    sent = select(func.count()).where(TASKS.c.status.in_(SENT), young, *_same(mine))
    return connection.scalar(sent) or 0


def _older(connection: Connection, file: RecordsFile, mine: Row[Any]) -> int:
    """Count the tasks of living owners that have waited longer for the same model and account."""
    waiting = (TASKS.c.status == Status.QUEUED, TASKS.c.row < mine.row, TASKS.c.owner.is_not(None))
    counted = (
        select(TASKS.c.owner, func.count().label("waiting"))
        .where(*waiting, *_same(mine))
        .group_by(TASKS.c.owner)
    )
    by_owner: dict[str, int] = {row.owner: row.waiting for row in connection.execute(counted)}
    return sum(by_owner[name] for name in living(connection, file, by_owner))


def _same(mine: Row[Any]) -> list[ColumnElement[bool]]:
    return [TASKS.c[name].is_not_distinct_from(getattr(mine, name)) for name in _SHARED]
