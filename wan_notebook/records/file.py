"""The file of the records: opened, read and written in transactions, with what goes wrong put into words."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

from sqlalchemy import Connection, Engine, Executable, Row
from sqlalchemy.engine.interfaces import DBAPICursor

from wan_notebook.catalog import SettingError, text
from wan_notebook.records.errors import RecordsError, in_words
from wan_notebook.records.migrations import migrate
from wan_notebook.records.sqlite import (
    MOUNTS,
    WRITE,
    network_kind,
    reading_engine,
    set_journal,
    writing_engine,
)

FILE_NAME = "wan_runs.sqlite"


def utc_now() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.now(UTC)


class RecordsFile:
    """The database of one folder; may be used by several threads, and several processes may open one each.

    `open` makes it. What a transaction wrote is on disk when it ends, also after a power cut.

    Attributes:
        home: the folder, absolute.
        file: the database in it.
        journal: SQLite's journal mode in force, "wal" or "delete".
        notice: one sentence when that is not the usual "wal", else None.
        now: tells the time in UTC.
    """

    def __init__(self, file: Path, engine: Engine, clock: Callable[[], datetime]) -> None:
        self.home = file.parent
        self.file = file
        self.journal = ""
        self.notice: str | None = None
        self.now = clock
        self._reading = engine
        self._writing = writing_engine(engine)

    @classmethod
    def open(
        cls,
        home: Path | str,
        *,
        name: str = FILE_NAME,
        patience: float = 10.0,
        clock: Callable[[], datetime] = utc_now,
        mounts: Path = MOUNTS,
    ) -> Self:
        """Open the records of a folder; folder and file are made when missing.

        Args:
            home: the folder.
            name: name of the file in it.
            patience: seconds to wait while another process writes.
            clock: tells the time in UTC.
            mounts: the kernel's table of mounts, which tells a network folder.

        Raises:
            SettingError: folder or file cannot be used, with the reason.
        """
        file = _made(Path(home).expanduser().absolute()) / name
        store = cls(file, reading_engine(file, patience), clock)
        try:
            with in_words(store.file, SettingError):
                store._prepare(mounts)
        except SettingError:
            store.close()
            raise
        return store

    def _prepare(self, mounts: Path) -> None:
        network = network_kind(self.home.resolve(), mounts)
        self.journal = set_journal(self._reading, "delete" if network else "wal")
        migrate(self._writing, self.now())
        if network:
            self.notice = text("records.notice.network", file=self.file, kind=network, journal=self.journal)
        elif self.journal != "wal":
            self.notice = text("records.notice.refused", file=self.file)

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._reading.dispose()

    def read(self, statement: Executable) -> Sequence[Row[Any]]:
        """Return the rows of a statement that only reads.

        Raises:
            RecordsError: the file could not be read, with the reason.
        """
        with self.looking() as connection:
            return connection.execute(statement).all()

    def read_stored(self, statement: Executable) -> list[tuple[Any, ...]]:
        """Return the same as plain tuples of what SQL stores: for many rows, a third of the time.

        Raises:
            RecordsError: the file could not be read, with the reason.
        """
        with self.looking() as connection:
            cursor: Any = connection.execute(statement).cursor
            return list(cursor.fetchall())

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """Open a transaction that reads: all its statements see the same rows.

        Raises:
            RecordsError: the file could not be read, with the reason.
        """
        with in_words(self.file, RecordsError), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes; it is committed at its end, or not at all.

        Raises:
            RecordsError: nothing was written, with the reason.
        """
        with in_words(self.file, RecordsError), self._writing.begin() as connection:
            yield connection

    @contextmanager
    def committing(self) -> Iterator[DBAPICursor]:
        """Open the same for `Prepared` statements, without SQLAlchemy's work on each, and quicker by far.

        Raises:
            RecordsError: nothing was written, with the reason.
        """
        with in_words(self.file, RecordsError), closing(self._writing.raw_connection()) as connection:
            cursor = connection.cursor()
            cursor.execute(WRITE)
            yield cursor
            connection.commit()


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(text("records.error.folder", folder=folder, reason=error.strerror)) from error
    return folder
