"""The records of one folder: rows are committed before anything depends on them."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, Unpack

from sqlalchemy import ColumnElement, Connection, Engine, Executable, Row, and_, or_
from sqlalchemy import select as sql_select

from wan_notebook.catalog import FINAL, SettingError, Status, VideoState, text
from wan_notebook.records.errors import RecordsError, in_words
from wan_notebook.records.filters import Filters, conditions
from wan_notebook.records.kinds import MICROSECOND
from wan_notebook.records.migrations import TASKS, migrate
from wan_notebook.records.record import COLUMNS, DEFAULTS, REQUIRED, SPANS, Record
from wan_notebook.records.sqlite import MOUNTS, network_kind, reading_engine, set_journal, writing_engine
from wan_notebook.records.sums import SUMS, Sum

FILE_NAME = "wan_runs.sqlite"
TO_FETCH = (VideoState.NONE, VideoState.DOWNLOADING, VideoState.FAILED)
"""States of the video of a finished task that has still to be fetched."""


def utc_now() -> datetime:
    """Return the time by this machine's clock."""
    return datetime.now(UTC)


class Store:
    """The records of one folder; may be used by several threads, and several processes may open one each.

    `Store.open` makes it. Whatever a method returned is on disk, also after a power cut.

    Attributes:
        home: the folder, absolute.
        file: the database in it.
        journal: SQLite's journal mode in force, "wal" or "delete".
        notice: one sentence when that is not the usual "wal", else None.
    """

    def __init__(self, file: Path, engine: Engine, clock: Callable[[], datetime]) -> None:
        self.home = file.parent
        self.file = file
        self.journal = ""
        self.notice: str | None = None
        self._reading = engine
        self._writing = writing_engine(engine)
        self._clock = clock

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
        migrate(self._writing, self._clock())
        if network:
            self.notice = text("records.notice.network", file=self.file, kind=network, journal=self.journal)
        elif self.journal != "wal":
            self.notice = text("records.notice.refused", file=self.file)

    def close(self) -> None:
        """Close the file; may be called twice."""
        self._reading.dispose()

    def add(self, **values: Any) -> tuple[Record, bool]:
        """Commit a new row, once for each `click_id`.

        Args:
            **values: columns of `Record`; all of `REQUIRED`.

        Returns:
            The row, and whether it is new; the row of an earlier call with this click_id comes unchanged.

        Raises:
            TypeError: a column there is not, or a required one is missing.
            RecordsError: nothing was written, with the reason.
        """
        if missing := REQUIRED - values.keys():
            raise TypeError(text("records.error.missing", columns=", ".join(sorted(missing))))
        values = self._encoded({**DEFAULTS, "created_at": self._clock(), **values})
        same_click = TASKS.c.click_id == values["click_id"]
        with self.writing() as connection:
            earlier = connection.execute(TASKS.select().where(same_click)).one_or_none()
            if earlier is not None:
                return Record.decoded(earlier), False
            key: Any = connection.execute(TASKS.insert(), values).inserted_primary_key
        return Record.decoded({**values, "row": key.row}[name] for name in COLUMNS), True

    def update(self, row: int, **changes: Any) -> Record:
        """Commit changes of a row and return it as it is now.

        Raises:
            TypeError: a column there is not.
            RecordsError: there is no such row, or nothing was written, with the reason.
        """
        changes = self._encoded(changes)
        this = TASKS.c.row == row
        with self.writing() as connection:
            if changes:
                connection.execute(TASKS.update().where(this).values(changes))
            found = connection.execute(TASKS.select().where(this)).one_or_none()
        return self._existing(found, row)

    def get(self, row: int) -> Record:
        """Return a row by its number.

        Raises:
            RecordsError: there is no such row.
        """
        found = self.read(TASKS.select().where(TASKS.c.row == row))
        return self._existing(found[0] if found else None, row)

    def find(self, task_id: str) -> Record | None:
        """Return the newest row of a task of the service."""
        return self._newest(TASKS.c.task_id == task_id)

    def find_click(self, click_id: str) -> Record | None:
        """Return the row of a click."""
        return self._newest(TASKS.c.click_id == click_id)

    def select(self, **filters: Unpack[Filters]) -> list[Record]:
        """Return rows, oldest first.

        Raises:
            SettingError: a filter has a value it cannot have.
        """
        return self._records(*self.conditions(**filters))

    def unfinished(self) -> list[Record]:
        """Return rows that still need work, oldest first: not final, or a video still to be fetched."""
        open_task = TASKS.c.status.not_in(FINAL)
        open_video = and_(TASKS.c.status == Status.SUCCEEDED, TASKS.c.video_state.in_(TO_FETCH))
        return self._records(or_(open_task, open_video))

    def run_seconds(
        self,
        model: str,
        resolution: str | None,
        duration: int | None,
        *,
        simulated: bool,
        limit: int = 50,
    ) -> list[float]:
        """Return how long like tasks that succeeded took from submit to end, in seconds, newest first."""
        like = {"model": model, "resolution": resolution, "duration": duration, "simulated": simulated}
        start, end = (TASKS.c[name] for name in SPANS["total_s"])
        rows = self.read(
            sql_select(end - start)
            .where(TASKS.c.status == Status.SUCCEEDED, start.is_not(None), end.is_not(None))
            .where(*(TASKS.c[name] == value for name, value in like.items()))
            .order_by(end.desc())
            .limit(limit),
        )
        return [(row[0] * MICROSECOND).total_seconds() for row in rows]

    def sums(self, **filters: Unpack[Filters]) -> list[Sum]:
        """Return what was spent, each currency and the simulator's play money apart, exactly.

        Spent today is ``sums(since=date.today(), simulated=False)``.
        """
        rows = self.read(SUMS.where(*self.conditions(**filters)))
        return [Sum.decoded(row) for row in rows]

    def conditions(self, **filters: Unpack[Filters]) -> list[ColumnElement[bool]]:
        """Return filters as SQL conditions, by this store's clock."""
        return conditions(self._clock(), **filters)

    def read(self, statement: Executable) -> Sequence[Row[Any]]:
        """Return the rows of a statement that only reads.

        Raises:
            RecordsError: the file could not be read, with the reason.
        """
        with in_words(self.file, RecordsError), self._reading.begin() as connection:
            return connection.execute(statement).all()

    def path(self, record: Record) -> Path | None:
        """Return where a record's video lies, absolute; None while there is none."""
        return None if record.video is None else self.home / record.video

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Open a transaction that writes; it is committed at its end, or not at all.

        Raises:
            RecordsError: nothing was written, with the reason.
        """
        with in_words(self.file, RecordsError), self._writing.begin() as connection:
            yield connection

    def _records(self, *where: ColumnElement[bool]) -> list[Record]:
        return [Record.decoded(row) for row in self.read(TASKS.select().where(*where).order_by(TASKS.c.row))]

    def _newest(self, where: ColumnElement[bool]) -> Record | None:
        rows = self.read(TASKS.select().where(where).order_by(TASKS.c.row.desc()).limit(1))
        return Record.decoded(rows[0]) if rows else None

    def _existing(self, found: Row[Any] | None, row: int) -> Record:
        if found is None:
            raise RecordsError(text("records.error.row", file=self.file, row=row))
        return Record.decoded(found)

    def _encoded(self, values: dict[str, Any]) -> dict[str, Any]:
        if unknown := values.keys() - COLUMNS.keys():
            raise TypeError(text("records.error.column", columns=", ".join(sorted(unknown))))
        if values.get("video") is not None:
            values = {**values, "video": self._shortened(Path(values["video"]))}
        return {name: COLUMNS[name].encode(value) for name, value in values.items()}

    def _shortened(self, video: Path) -> str:
        """Return a path relative to the home folder when it lies in it."""
        return (video.relative_to(self.home) if video.is_relative_to(self.home) else video).as_posix()


def _made(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingError(text("records.error.folder", folder=folder, reason=error.strerror)) from error
    return folder
