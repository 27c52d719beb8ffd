"""The SQLite file: safe against power loss, several processes and network folders.

A write begins with BEGIN IMMEDIATE, so that what it reads first still holds when it writes. For that the
driver's own transaction control is off, and SQLAlchemy says BEGIN (its SQLite page, "transactional
behaviour").
"""

import re
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import OperationalError

NETWORK = frozenset(
    {
        "9p",
        "afs",
        "beegfs",
        "ceph",
        "cifs",
        "fuse.sshfs",
        "glusterfs",
        "gpfs",
        "lustre",
        "nfs",
        "nfs4",
        "smb3",
    },
)
"""File systems several machines may share; a write-ahead log works on one machine only (sqlite.org/wal)."""

MOUNTS = Path("/proc/self/mountinfo")
"""The kernel's table of mounts (Linux, proc(5))."""

WRITE = "BEGIN IMMEDIATE"
"""How a transaction begins that holds the write lock from its first statement."""

_ATTEMPTS = 3


def reading_engine(file: Path, patience: float) -> Engine:
    """Return an engine whose transactions read.

    Args:
        file: the database, made when missing.
        patience: seconds to wait for another process's lock.
    """
    url = URL.create("sqlite", database=str(file))
    engine = create_engine(url, connect_args={"timeout": patience}, hide_parameters=True)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def writing_engine(engine: Engine) -> Engine:
    """Return the same engine, but its transactions hold the write lock from their first statement."""
    return engine.execution_options(wan_begin=WRITE)


def _prepare(connection: Any, _record: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA synchronous=FULL")


def _begin(connection: Connection) -> None:
    begin = connection.get_execution_options().get("wan_begin", "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)


def set_journal(engine: Engine, wanted: str) -> str:
    """Ask for a journal mode ("wal" or "delete") and return the one in force.

    While another process opens the same fresh file the change may be refused at once, without the usual
    waiting; so a refusal is followed by waiting for the write lock and asking again.
    """
    outside_transactions = engine.execution_options(wan_begin=None)
    for _ in range(_ATTEMPTS):
        try:
            with outside_transactions.connect() as connection:
                return str(connection.exec_driver_sql(f"PRAGMA journal_mode={wanted}").scalar())
        except OperationalError:
            with writing_engine(engine).connect() as connection:
                connection.begin().rollback()
    with outside_transactions.connect() as connection:
        return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())


def network_kind(folder: Path, mounts: Path = MOUNTS) -> str | None:
    """Return the kind of network file system a folder lies on, None for a local one.

    Known where the kernel publishes its table of mounts (Linux, proc(5)); elsewhere it is None too.
    """
    if not mounts.exists():
        return None
    deepest, kind = Path("/"), ""
    for line in mounts.read_text(errors="surrogateescape").splitlines():
        before, _, after = line.partition(" - ")
        place = Path(_unescaped(before.split()[4]))
        if folder.is_relative_to(place) and len(place.parts) >= len(deepest.parts):
            deepest, kind = place, after.split()[0]
    return kind if kind in NETWORK else None


def _unescaped(field: str) -> str:
    """Undo the kernel's octal escapes of blanks and backslashes."""
    return re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), field)
