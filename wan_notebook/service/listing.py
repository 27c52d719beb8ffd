"""What the service answers to a call for its list of tasks (protocol.md, section 5).

Lenient beside the ids, but never about how many tasks there are: a list that cannot be read must not look
like an empty one, from which it would follow that nothing was made.
"""

import math
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import AliasChoices, BeforeValidator, Field, ValidationError, model_validator

from wan_notebook.catalog import SettingError, Status, text
from wan_notebook.service.answers import SERVICE_ZONE, Answer, Count, Moment, TaskAnswer, TaskId, Text

LONGEST_SPAN = timedelta(hours=24)
"""How long a time one list may cover (BL-task)."""

PAGE_SIZE = 100
"""Tasks asked for per page; the documents name no most, and the answer says how many pages it made of it."""

_MILLISECONDS = 1e11  # a number above it counts milliseconds since 1970, one below it seconds
_STATUSES = frozenset({"PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED"})


def _since_1970(value: Any) -> Any:
    """Return the ISO time of a count since 1970, in milliseconds or seconds; other values as they are."""
    if isinstance(value, bool):
        return None
    try:
        number = float(value)
        seconds = number / 1000 if number > _MILLISECONDS else number
        return datetime.fromtimestamp(seconds, UTC).isoformat() if seconds > 0 else None
    except (TypeError, ValueError, OverflowError, OSError):
        return value


Listed = Annotated[Moment, BeforeValidator(_since_1970)]


class TaskRow(Answer):
    """One task as the list shows it: no video, no prompt.

    Attributes:
        task_id: its id.
        model: the model's id.
        raw_status: the service's own word.
        created, start, end: UTC; None while unknown.
    """

    task_id: TaskId
    model: Text = Field(default=None, validation_alias=AliasChoices("model_name", "model"))
    raw_status: Text = Field(default=None, validation_alias=AliasChoices("status", "task_status"))
    created: Listed = Field(default=None, validation_alias="gmt_create")
    start: Listed = Field(default=None, validation_alias="start_time")
    end: Listed = Field(default=None, validation_alias="end_time")

    @property
    def status(self) -> Status:
        """Where the task stands; UNKNOWN when the row does not say it in a word we know: then ask for it."""
        return Status(self.raw_status) if self.raw_status in _STATUSES else Status.UNKNOWN

    def answer(self) -> TaskAnswer:
        """Return what the row tells as the answer to a query; enough for a task that has not ended."""
        times = {"submit_time": self.created, "scheduled_time": self.start, "end_time": self.end}
        told = {name: moment.isoformat() for name, moment in times.items() if moment is not None}
        output = {"task_id": self.task_id, "task_status": str(self.status), **told}
        return TaskAnswer.model_validate({"output": output})


class TaskPage(Answer):
    """One page of the list.

    Attributes:
        rows: the tasks on it, as they came; the service sends the newest first.
        unread: how many more entries it has that are no tasks; nothing follows from what is missing then.
        page: its number, from 1.
        size: tasks per page.
        pages: how many pages there are.
        total: how many tasks there are.
    """

    rows: tuple[TaskRow, ...]
    unread: int
    page: Count = Field(default=None, validation_alias="page_no")
    size: Count = Field(default=None, validation_alias="page_size")
    pages: Count = Field(default=None, validation_alias="total_page")
    total: Count = None

    @model_validator(mode="before")
    @classmethod
    def _read_rows(cls, values: Any) -> Any:
        if not isinstance(values, dict) or not isinstance(values.get("data"), list):
            return None
        rows = [row for row in map(_row, values["data"]) if row is not None]
        return {**values, "rows": rows, "unread": len(values["data"]) - len(rows)}

    def last(self, page: int) -> bool:
        """Return whether no page follows this one, which was asked for as number `page`."""
        if not self.rows and not self.unread:
            return True
        if self.pages is not None:
            return page >= self.pages
        if self.total is not None and self.size:
            return page >= math.ceil(self.total / self.size)
        return False


def list_query(
    start: datetime, end: datetime, model: str | None, page: int, size: int
) -> dict[str, str | int]:
    """Return what a call for the list asks.

    Raises:
        SettingError: the time is not one the service lists.
    """
    if not timedelta(0) < end - start <= LONGEST_SPAN:
        raise SettingError(text("service.list.span", start=start, end=end))
    moments = {"start_time": start, "end_time": end}
    written = {name: f"{one.astimezone(SERVICE_ZONE):%Y%m%d%H%M%S}" for name, one in moments.items()}
    query: dict[str, str | int] = {**written, "page_no": page, "page_size": size}
    return query if model is None else {**query, "model_name": model}


def _row(value: Any) -> TaskRow | None:
    try:
        return TaskRow.model_validate(value)
    except ValidationError:
        return None
