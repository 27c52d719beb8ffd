"""Who carries a task: each open studio is an owner, and what a dead owner left behind another may claim.

An owner holds the lock of a file of its own beside the records. The system lets go of it when the process
ends, however it ends, so a killed kernel's tasks are free at once and a living one's never. Where the folder
has no file locks the owner keeps a lease in the table `owners` instead, and renews it as long as it lives.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Self
from uuid import uuid4

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from wan_notebook.records.file import RecordsFile
from wan_notebook.records.kinds import MOMENT
from wan_notebook.records.migrations import TASKS
from wan_notebook.records.record import Record
from wan_notebook.records.schema import LEASES

if TYPE_CHECKING:
    from filelock import BaseFileLock

FOLDER = ".wan_owners"
"""Folder of the lock files, beside the records."""
LEASE = timedelta(seconds=60)
"""How long a lease holds; an owner renews it several times in that span."""
_PATIENCE = 5.0
"""Seconds an owner tries to lock its own new file, which somebody may be looking at just then."""


@dataclass(frozen=True, kw_only=True)
class Owner:
    """One open studio as the owner of its tasks; `open` makes it.

    Attributes:
        id: its unique id, which the rows it carries bear.
        file: the records.
        lock: its lock while it is open, None where it lives by a lease.
    """

    id: str
    file: RecordsFile
    lock: "BaseFileLock | None"

    @classmethod
    def open(cls, file: RecordsFile, *, locks: bool = True) -> Self:
        """Make an owner, and tidy away what dead ones left.

        Args:
            file: the records.
            locks: whether to try a file lock; without, or where that does not work, it lives by a lease.

        Raises:
            RecordsError: the lease could not be written, with the reason.
        """
        name = uuid4().hex
        lock = _locked(_path(file, name)) if locks else None
        owner = cls(id=name, file=file, lock=lock)
        if owner.leased:
            owner.renew()
        _tidy(file)
        return owner

    @property
    def leased(self) -> bool:
        """Whether it lives by a lease, which `renew` must prolong."""
        return self.lock is None

    def renew(self) -> bool:
        """Prolong the lease, and return whether nobody claimed its tasks in between.

        After False, as after a laptop slept, tasks may be somebody else's: their rows tell. With a lock there
        is nothing to do.

        Raises:
            RecordsError: the lease could not be written, with the reason.
        """
        if not self.leased:
            return True
        until = MOMENT.encode(self.file.now() + LEASE)
        mine = LEASES.c.owner == self.id
        with self.file.writing() as connection:
            held = connection.execute(LEASES.update().where(mine).values(expires_at=until)).rowcount > 0
            values = {"owner": self.id, "expires_at": until}
            connection.execute(insert(LEASES).values(values).on_conflict_do_nothing())
        return held

    def close(self) -> None:
        """Own nothing any longer; its unfinished tasks are free for others. May be called twice.

        Raises:
            RecordsError: the lease could not be given up; it runs out by itself.
        """
        if self.lock is None:
            with self.file.writing() as connection:
                _forget(connection, self.id)
        elif self.lock.is_locked:
            _removed(_path(self.file, self.id))
            self.lock.release()


def claim(file: RecordsFile, rows: Iterable[int], owner: str) -> list[Record]:
    """Give rows to an owner, except those another living owner has, and return those that are now its own.

    Who of several processes claims first has a row; it is looked at and written in one transaction.

    Args:
        file: the records.
        rows: numbers of rows; one there is not is passed over.
        owner: id of the new owner.

    Raises:
        RecordsError: nothing was claimed, with the reason.
    """
    asked = TASKS.c.row.in_(tuple(rows))
    with file.writing() as connection:
        owners = connection.scalars(select(TASKS.c.owner).where(asked).distinct()).all()
        foreign = {name for name in owners if name is not None} - {owner}
        dead = foreign - living(connection, file, foreign)
        for name in dead:
            _forget(connection, name)
        free = TASKS.c.owner.is_(None) | TASKS.c.owner.in_(dead)
        connection.execute(TASKS.update().where(asked, free).values(owner=owner))
        own = TASKS.select().where(asked, TASKS.c.owner == owner).order_by(TASKS.c.row)
        return [Record.decoded(row) for row in connection.execute(own)]


def living(connection: Connection, file: RecordsFile, names: Iterable[str]) -> set[str]:
    """Return which owners live; those with a lease by it, the others by their lock.

    Looking takes the lock of a dead owner for a moment, which another looker would take for a living owner's:
    so ask inside a transaction that writes, where nobody else looks.
    """
    leases = {row.owner: row.expires_at for row in connection.execute(LEASES.select())}
    now = MOMENT.encode(file.now())
    return {name for name in names if _lives(_path(file, name), leases.get(name), now)}


def _lives(path: Path, lease: int | None, now: int) -> bool:
    return not _free(path) if lease is None else lease > now


def _path(file: RecordsFile, name: str) -> Path:
    return file.home / FOLDER / f"{name}.lock"


def _forget(connection: Connection, name: str) -> None:
    connection.execute(LEASES.delete().where(LEASES.c.owner == name))


def _tidy(file: RecordsFile) -> None:
    """Remove the lock files of dead owners; each was left by a process that was killed."""
    with file.writing():
        for path in _path(file, "").parent.glob("*.lock"):
            _free(path)


def _locked(path: Path) -> "BaseFileLock | None":
    """Return the lock of a new file, None where locks do not work: none can be had, or two at once."""
    lock = _lock(path)
    try:
        path.parent.mkdir(exist_ok=True)
        lock.acquire(timeout=_PATIENCE)
    except OSError:
        _removed(path)  # else it would look like the file of somebody who lives
        return None
    if _free(path):
        lock.release()
        return None
    return lock


def _free(path: Path) -> bool:
    """Return whether nobody holds a lock, and remove its file then: ids of owners never return."""
    if not path.exists():
        return True
    lock = _lock(path)
    try:
        lock.acquire(timeout=0)
    except OSError:
        return False
    _removed(path)
    lock.release()
    return True


def _removed(path: Path) -> None:
    """Remove a lock file by who holds its lock, so that nobody gets a lock on a file that is gone."""
    with suppress(OSError):
        path.unlink()


def _lock(path: Path) -> "BaseFileLock":
    from filelock import FileLock  # noqa: PLC0415 - 15 ms, and only a studio needs it

    return FileLock(path, fallback_to_soft=False, thread_local=False)
