"""What can go wrong with the records file, in one sentence each."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from wan_notebook.catalog import SettingError, WanError, text


class RecordsError(WanError):
    """The records could not be read or written; what was committed before is safe."""


class TakenError(RecordsError):
    """The row is carried by another open studio by now; nothing was written."""


_CAUSES = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_IOERR: "disk",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "not_sqlite",
}
"""SQLite's primary result codes (the lowest byte of the extended ones) and our sentences for them."""


def _sentence(error: BaseException | None, file: Path) -> str:
    code = getattr(error, "sqlite_errorcode", None)
    cause = "other" if code is None else _CAUSES.get(code & 0xFF, "other")
    return text(f"records.error.{cause}", file=file, reason=error)


@contextmanager
def in_words(file: Path, kind: type[RecordsError | SettingError]) -> Iterator[None]:
    """Turn what the database says into an error of this package; statements and values are left out."""
    try:
        yield
    except DBAPIError as error:
        raise kind(_sentence(error.orig, file)) from error
    except sqlite3.Error as error:
        raise kind(_sentence(error, file)) from error
