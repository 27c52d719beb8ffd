"""The records of one folder: rows are committed before anything depends on them."""

from collections.abc import Collection, Iterable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, Unpack

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy import select as sql_select

from wan_notebook.catalog import FINAL, Status, VideoState, text
from wan_notebook.records.budget import Budget, Left, Per, Scope, check, drop, keep, stored_budgets, used
from wan_notebook.records.errors import RecordsError, TakenError
from wan_notebook.records.file import RecordsFile
from wan_notebook.records.filters import Filters, conditions
from wan_notebook.records.kinds import MICROSECOND, MOMENT
from wan_notebook.records.lost import in_question
from wan_notebook.records.migrations import TASKS
from wan_notebook.records.owners import claim
from wan_notebook.records.places import Place, look, take
from wan_notebook.records.prepared import INSERT_TASK, TASK_OF_CLICK, TASK_OF_ID, TASK_OF_ROW, change_task
from wan_notebook.records.record import COLUMNS, DEFAULTS, REQUIRED, SPANS, Record
from wan_notebook.records.sums import SUMS, Sum

TO_SEND = frozenset({Status.QUEUED, Status.SUBMITTING})
"""States of a new row that will cost something; any other tells of a task the service already has."""
TO_FETCH = (VideoState.NONE, VideoState.DOWNLOADING, VideoState.FAILED)
"""States of the video of a finished task that has still to be fetched."""
UNFINISHED = or_(
    TASKS.c.status.not_in(FINAL),
    and_(TASKS.c.status == Status.SUCCEEDED, TASKS.c.video_state.in_(TO_FETCH)),
)
"""Which rows still need work."""
_STORED_DEFAULTS = {name: COLUMNS[name].encode(value) for name, value in DEFAULTS.items()}


class Store(RecordsFile):
    """The records of one folder: its rows, whose they are, and what they may cost.

    Whatever a method returned is on disk, also after a power cut.
    """

    def add(
        self, *, within: Iterable[Budget] = (), unpriced: bool = False, **values: Any
    ) -> tuple[Record, bool]:
        """Commit a new row, once for each `click_id`, and for each `task_id` it may have.

        A row that has still to be sent is refused when it could pass a budget.

        Args:
            within: budgets it must keep besides those of `budgets`.
            unpriced: whether it may be made without a price in a budget's currency.
            **values: columns of `Record`; all of `REQUIRED`.

        Returns:
            The row, and whether it is new; an earlier one with this click_id or task_id comes unchanged.

        Raises:
            TypeError: a column there is not, or a required one is missing.
            BudgetError: it could pass a budget; nothing was written.
            RecordsError: nothing was written, with the reason.
        """
        if missing := REQUIRED - values.keys():
            raise TypeError(text("records.error.missing", columns=", ".join(sorted(missing))))
        stored = {**_STORED_DEFAULTS, **self._encoded({"created_at": self.now(), **values})}
        with self.committing() as cursor:
            earlier = TASK_OF_CLICK.one(cursor, stored)
            if earlier is None and stored["task_id"] is not None:
                earlier = TASK_OF_ID.one(cursor, stored)
            if earlier is not None:
                return Record.decoded(earlier), False
            if stored["status"] in TO_SEND:
                check(cursor, stored, self.now(), within, unpriced=unpriced)
            stored["row"] = INSERT_TASK.run(cursor, stored).lastrowid
        return Record.decoded(stored[name] for name in COLUMNS), True

    def update(self, row: int, *, by: str | None = None, **changes: Any) -> Record:
        """Commit changes of a row and return it as it is now.

        Args:
            row: its number.
            by: the owner who asks; None asks nobody.
            **changes: columns of `Record`.

        Raises:
            TypeError: a column there is not.
            TakenError: the row is another owner's; nothing was written.
            RecordsError: there is no such row, or nothing was written, with the reason.
        """
        stored = {**self._encoded(changes), "this_row": row}
        with self.committing() as cursor:
            if changes:
                change_task(tuple(changes)).run(cursor, stored)
            fresh = self._existing(TASK_OF_ROW.one(cursor, stored), row)
            if by not in {None, fresh.owner}:
                raise TakenError(text("records.error.taken", row=row))
        return fresh

    def change_from(
        self, row: int, status: Status, /, *, by: str | None = None, **changes: Any
    ) -> Record | None:
        """Commit changes of a row that is still in a state; a task id it gets must be no other row's.

        Args:
            row: its number.
            status: the state.
            by: the owner who asks; None asks nobody.
            **changes: columns of `Record`.

        Returns:
            The row as it is now; None when it was in another state, or another owner's, or the id was taken:
            nothing was written.

        Raises:
            TypeError: a column there is not.
            RecordsError: there is no such row, or nothing was written, with the reason.
        """
        stored = {**self._encoded(changes), "this_row": row}
        with self.committing() as cursor:
            found = self._existing(TASK_OF_ROW.one(cursor, stored), row)
            if found.status is not status or by not in {None, found.owner}:
                return None
            if changes.get("task_id") is not None and TASK_OF_ID.one(cursor, stored) is not None:
                return None
            change_task(tuple(changes)).run(cursor, stored)
            return self._existing(TASK_OF_ROW.one(cursor, stored), row)

    def rows_of(self, task_ids: Collection[str]) -> dict[str, int]:
        """Return the numbers of the rows that have these ids of tasks, by id; unknown ids are missing."""
        found = self.read(sql_select(TASKS.c.task_id, TASKS.c.row).where(TASKS.c.task_id.in_(task_ids)))
        return {one.task_id: one.row for one in found}

    def in_question(self, base_url: str, account: str) -> list[tuple[Record, bool]]:
        """Return the rows whose call may have made a task, and of each whether its answer is still awaited.

        Both are rows of one account: those whose answer was lost, and those being sent. What a dead owner was
        sending is lost.

        Raises:
            RecordsError: the file could not be read, with the reason.
        """
        return in_question(self, base_url, account)

    def claim(self, rows: Iterable[int], owner: str) -> list[Record]:
        """Give rows to an owner, except those another living one has; see `owners.claim`."""
        return claim(self, rows, owner)

    def take_place(self, row: int, limit: int | None, now: datetime, owner: str | None = None) -> bool:
        """Turn a QUEUED row into a SUBMITTING one if the service has a place for it; see `places.take`."""
        return take(self, row, limit, now, owner)

    def place(self, row: int, limit: int | None, now: datetime) -> Place:
        """Return where a QUEUED row stands among those that wait; see `places.look`."""
        return look(self, row, limit, now)

    def budgets(self) -> list[Budget]:
        """Return the budgets of these records, at most one for each span.

        Raises:
            RecordsError: the file could not be read, with the reason.
        """
        with self.looking() as connection, closing(connection.connection.cursor()) as cursor:
            return stored_budgets(cursor)

    def set_budget(self, budget: Budget) -> None:
        """Put a budget in force, for all who share these records; it replaces one of the same span.

        Raises:
            RecordsError: nothing was written, with the reason.
        """
        with self.committing() as cursor:
            keep(cursor, budget)

    def drop_budget(self, per: Per) -> None:
        """Put the budget of a span out of force, if there is one.

        Raises:
            RecordsError: nothing was written, with the reason.
        """
        with self.committing() as cursor:
            drop(cursor, per)

    def left(
        self,
        *,
        simulated: bool,
        notebook: str | None = None,
        experiment: str | None = None,
        within: Iterable[Budget] = (),
    ) -> list[Left]:
        """Return how far each budget is used that would hold for such a task.

        Raises:
            RecordsError: the file could not be read, with the reason.
        """
        scope = Scope(simulated=simulated, notebook=notebook, experiment=experiment, now=self.now())
        with self.looking() as connection, closing(connection.connection.cursor()) as cursor:
            return used(cursor, scope, within)

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
        return self._records(UNFINISHED)

    def linked(self, now: datetime) -> list[Record]:
        """Return rows whose video is saved and could be had once more, oldest first."""
        saved = TASKS.c.video_state == VideoState.SAVED
        return self._records(saved, TASKS.c.url_expires_at > MOMENT.encode(now))

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
        return conditions(self.now(), **filters)

    def path(self, record: Record) -> Path | None:
        """Return where a record's video lies, absolute; None while there is none."""
        return None if record.video is None else self.home / record.video

    def _records(self, *where: ColumnElement[bool]) -> list[Record]:
        return [Record.decoded(row) for row in self.read(TASKS.select().where(*where).order_by(TASKS.c.row))]

    def _newest(self, where: ColumnElement[bool]) -> Record | None:
        rows = self.read(TASKS.select().where(where).order_by(TASKS.c.row.desc()).limit(1))
        return Record.decoded(rows[0]) if rows else None

    def _existing(self, found: Any, row: int) -> Record:
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
