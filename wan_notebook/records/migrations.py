"""From any earlier version of the records to this one, step by step.

A step and its mark are committed together or not at all. A step is never changed once released: a new
column of a record says ``{"since": n}`` and step n adds it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, func, inspect, select
from sqlalchemy.schema import CreateColumn

from wan_notebook.catalog import SettingError, text
from wan_notebook.records.kinds import MOMENT
from wan_notebook.records.schema import (
    BUDGETS,
    EXPERIMENTS,
    LEASES,
    STEPS_TAKEN,
    UPLOADS,
    VOTES,
    tasks_table,
)
from wan_notebook.records.tallies import create_tallies


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


def _add_columns(connection: Connection, version: int) -> None:
    """Add the columns of tasks a version brought."""
    known = tasks_table(version - 1).columns.keys()
    for column in tasks_table(version).columns:
        if column.name not in known:
            definition = CreateColumn(column).compile(dialect=connection.dialect)
            connection.exec_driver_sql(f"ALTER TABLE tasks ADD COLUMN {definition}")


def _add_uploads(connection: Connection) -> None:
    UPLOADS.create(connection)
    _add_columns(connection, version=2)


def _add_owners(connection: Connection) -> None:
    BUDGETS.create(connection)
    LEASES.create(connection)
    _add_columns(connection, version=3)


def _add_experiments(connection: Connection) -> None:
    EXPERIMENTS.create(connection)
    VOTES.create(connection)


STEPS = (
    Step(1, "table of tasks", _create_tasks),
    Step(2, "table of uploads; remarks on tasks", _add_uploads),
    Step(3, "owners of tasks, and how lost answers were settled; tables of budgets and owners", _add_owners),
    Step(4, "sums of what tasks cost, kept by triggers", create_tallies),
    Step(5, "tables of experiments and votes", _add_experiments),
)
"""All steps, oldest first."""

TASKS = tasks_table(version=STEPS[-1].version)
"""The table of tasks as it is after every step."""


def migrate(engine: Engine, now: datetime, steps: Sequence[Step] = STEPS) -> None:
    """Bring the records to the newest version.

    `engine` must begin every transaction as a writer: so a file that cannot be written is noticed here.

    Raises:
        SettingError: a newer version of this package made them.
    """
    known = steps[-1].version
    with engine.connect() as looking:
        found = _version(looking)
    if found > known:
        raise SettingError(text("records.error.newer", file=engine.url.database, found=found, known=known))
    for step in steps[found:]:
        _take(engine, step, now)


def _take(engine: Engine, step: Step, now: datetime) -> None:
    """Apply one step and its mark, unless another process just did."""
    with engine.begin() as connection:
        if _version(connection) < step.version:
            STEPS_TAKEN.create(connection, checkfirst=True)
            step.apply(connection)
            taken = {"version": step.version, "what": step.what, "applied_at": MOMENT.encode(now)}
            connection.execute(STEPS_TAKEN.insert().values(taken))


def _version(connection: Connection) -> int:
    """Return the highest step taken, 0 for a fresh file."""
    if not inspect(connection).has_table(STEPS_TAKEN.name):
        return 0
    return connection.scalar(select(func.max(STEPS_TAKEN.c.version))) or 0
