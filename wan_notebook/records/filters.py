"""Which rows are asked for: filters by name, turned into SQL."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import TypedDict

from sqlalchemy import ColumnElement

from wan_notebook.catalog import SettingError, Status, text
from wan_notebook.records.kinds import MOMENT
from wan_notebook.records.migrations import TASKS

Words = str | Collection[str] | None
Since = date | timedelta | str | None


class Filters(TypedDict, total=False):
    """Filters of the records; what is left out or None does not filter.

    Attributes:
        model, experiment: one name, or several.
        status: one status, or several.
        since: rows made at or after this: a day or a time without zone is local, a timedelta counts back
            from now, a text is in ISO form ("2026-01-20", "2026-01-20 11:00").
        simulated: only the simulator's, or only the real ones.
    """

    model: Words
    status: Words
    experiment: Words
    since: Since
    simulated: bool | None


def conditions(
    now: datetime,
    *,
    model: Words = None,
    status: Words = None,
    experiment: Words = None,
    since: Since = None,
    simulated: bool | None = None,
) -> list[ColumnElement[bool]]:
    """Return the SQL conditions of `Filters`.

    Raises:
        SettingError: a status there is not, or a `since` that is no time.
    """
    for word in several(status or ()):
        if word not in list(Status):
            raise SettingError(text("records.error.status", value=repr(word), known=", ".join(Status)))
    wanted = {"model": model, "experiment": experiment, "status": status}
    found: list[ColumnElement[bool]] = [
        TASKS.c[name].in_(several(value)) for name, value in wanted.items() if value is not None
    ]
    if since is not None:
        found.append(MOMENT.encode(earliest(since, now)) <= TASKS.c.created_at)
    if simulated is not None:
        found.append(TASKS.c.simulated.is_(simulated))
    return found


def several(words: str | Collection[str]) -> tuple[str, ...]:
    """Return one word, or several, as plain texts."""
    return (str(words),) if isinstance(words, str) else tuple(map(str, words))


def earliest(since: date | timedelta | str, now: datetime) -> datetime:
    """Return the UTC time `since` means.

    Raises:
        SettingError: it is no time.
    """
    try:
        if isinstance(since, timedelta):
            return now - since
        if isinstance(since, str):
            return datetime.fromisoformat(since).astimezone(UTC)
        if isinstance(since, datetime):
            return since.astimezone(UTC)
        return datetime.combine(since, time()).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        raise SettingError(text("records.error.since", value=repr(since))) from None
