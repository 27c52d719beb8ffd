"""A look at the records that opens nothing for writing and leaves no file."""

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from wan_notebook.records.migrations import TASKS
from wan_notebook.records.store import UNFINISHED


def glance(file: Path) -> frozenset[int]:
    """Return the numbers of unfinished rows; none where the file is missing or cannot be read as it is.

    SQLite makes files beside a database with a write-ahead log even to read it, but not when they are there,
    and not for one that is said never to change: without a log of writes beside it, it is whole.
    """
    file = file.absolute()
    if not file.is_file():
        return frozenset()
    logged = all(file.with_name(file.name + end).exists() for end in ("-wal", "-shm"))
    address = f"{file.as_uri()}?mode=ro" + ("" if logged else "&immutable=1")
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=PATIENCE)) as connection:
            return frozenset(row for (row,) in connection.execute(_STATEMENT))
    except sqlite3.Error:  # damaged, older, locked: opening it properly will tell
        return frozenset()


PATIENCE = 0.5
"""Seconds to wait for a writer."""
_STATEMENT = str(
    select(TASKS.c.row)
    .where(UNFINISHED)
    .compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
)
