"""From any earlier version of the records to this one, step by step.

A step and its mark are committed together or not at all. A step is never changed once released: a new
column of a record says ``{"since": n}`` and step n adds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, func, select

from wan_notebook.catalog import SettingError, text
from wan_notebook.records.kinds import MOMENT
from wan_notebook.records.schema import STEPS_TAKEN, tasks_table


@dataclass(frozen=True)
class Step:
    """One change of the schema.

    Attributes:
        version: the version a file has after it, counted from 1 without gaps.
        what: what it does, in words, for whoever looks into the file.
        apply: does it, inside the open transaction.
    """

    version: int
    what: str
    apply: Callable[[Connection], None]


def _create_tasks(connection: Connection) -> None:
    tasks_table(version=1).create(connection)


STEPS = (Step(1, "table of tasks", _create_tasks),)
"""All steps, oldest first."""

TASKS = tasks_table(version=STEPS[-1].version)
"""The table of tasks as it is after every step."""


def migrate(engine: Engine, now: datetime, steps: Sequence[Step] = STEPS) -> None:
    """Bring the records to the newest version; `engine` must begin every transaction as a writer.

    Raises:
        SettingError: a newer version of this package made them.
    """
    known = steps[-1].version
    with engine.begin() as connection:
        STEPS_TAKEN.create(connection, checkfirst=True)
        found = _version(connection)
    if found > known:
        raise SettingError(text("records.error.newer", file=engine.url.database, found=found, known=known))
    for step in steps:
        _take(engine, step, now)


def _take(engine: Engine, step: Step, now: datetime) -> None:
    """Apply one step and its mark, unless this or another process did."""
    with engine.begin() as connection:
        if _version(connection) < step.version:
            step.apply(connection)
            taken = {"version": step.version, "what": step.what, "applied_at": MOMENT.encode(now)}
            connection.execute(STEPS_TAKEN.insert().values(taken))


def _version(connection: Connection) -> int:
    return connection.scalar(select(func.coalesce(func.max(STEPS_TAKEN.c.version), 0))) or 0
