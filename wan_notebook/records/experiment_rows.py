"""The rows of one experiment, out of one store and into another, as SQL holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table

from wan_notebook.records.experiments import Stored
from wan_notebook.records.migrations import TASKS
from wan_notebook.records.record import COLUMNS, DEFAULTS, REQUIRED, Record
from wan_notebook.records.schema import EXPERIMENTS, VOTES
from wan_notebook.records.store import Store
from wan_notebook.records.votes import KINDS, Choice, Vote

Row = Mapping[str, Any]
PRIVATE = ("video_url", "url_expires_at", "base_url", "account", "notebook", "owner")
"""Columns of a task that stay at home: links that open the video, and where and by whom it was asked for."""


@dataclass(frozen=True)
class ExperimentRows:
    """All the records hold of an experiment; every value is one of JSON.

    Attributes:
        experiment: its row.
        tasks: the rows of its tasks, oldest first, without what is private.
        votes: the rows of its votes, oldest first, those taken back too.
    """

    experiment: Row
    tasks: Sequence[Row]
    votes: Sequence[Row]


def read_rows(store: Store, stored: Stored) -> ExperimentRows:
    """Return the rows of an experiment.

    Raises:
        RecordsError: the file could not be read, with the reason.
    """
    with store.looking() as connection:

        def rows(table: Table, order: str, column: str, value: str) -> list[dict[str, Any]]:
            wanted = table.select().where(table.c[column] == value).order_by(table.c[order])
            return [dict(row) for row in connection.execute(wanted).mappings()]

        (experiment,) = rows(EXPERIMENTS, "uid", "uid", stored.uid)
        tasks = rows(TASKS, "row", "experiment", stored.name)
        votes = rows(VOTES, "id", "experiment", stored.uid)
    kept = [{name: value for name, value in task.items() if name not in {*PRIVATE, "row"}} for task in tasks]
    return ExperimentRows(experiment, kept, [{name: vote[name] for name in KINDS} for vote in votes])


def write_rows(store: Store, rows: ExperimentRows) -> Stored:
    """Commit the rows of an experiment, all or none, and return it.

    Raises:
        ValueError: they are not such rows; nothing was written.
        RecordsError: nothing was written, with the reason.
    """
    tasks = [_task(row) for row in rows.tasks]
    votes = [_vote(row) for row in rows.votes]
    with store.writing() as connection:
        connection.execute(EXPERIMENTS.insert().values(dict(rows.experiment)))
        for table, values in ((TASKS, tasks), (VOTES, votes)):
            if values:
                connection.execute(table.insert(), values)
        kept = connection.execute(EXPERIMENTS.select()).one()
    return Stored.decoded(kept)


def _task(row: Row) -> dict[str, Any]:
    """Return a row of tasks, whole.

    Raises:
        ValueError: it holds columns there are not, lacks some, or one of its values is no such value.
    """
    if row.keys() - COLUMNS.keys() or (REQUIRED | {"created_at"}) - row.keys():
        raise ValueError(sorted(row.keys() ^ (REQUIRED | {"created_at"})))
    values = {name: COLUMNS[name].encode(value) for name, value in DEFAULTS.items()} | {**row, "row": 0}
    try:
        record = Record.decoded(values[name] for name in COLUMNS)
        again = {name: column.encode(getattr(record, name)) for name, column in COLUMNS.items()}
    except (TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(str(error)) from error
    if again != values:
        raise ValueError([name for name in values if values[name] != again[name]])
    return {name: value for name, value in values.items() if name != "row"}


def _vote(row: Row) -> dict[str, Any]:
    """Return a row of votes, whole.

    Raises:
        ValueError: it is none.
    """
    try:
        vote = Vote.decoded(row)
        again = vote.encoded()
    except (TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ValueError(str(error)) from error
    if again != dict(row) or vote.choice not in Choice or vote.left == vote.right:
        raise ValueError(row["vote_id"])
    return again
