"""The rows of an experiment, from one store into another."""

from pathlib import Path

import pytest

from tests.experiments.outcomes import Made
from wan_notebook.records import Experiments, RecordsError, Store, Votes
from wan_notebook.records.experiment_rows import PRIVATE, ExperimentRows, read_rows, write_rows


def test_rows_arrive_as_they_were(tmp_path: Path) -> None:
    """All but what is private, and the number of the row, which the new store counts."""
    made = Made(tmp_path / "old").run().vote_all("right")
    rows = read_rows(made.store, made.stored)
    store = Store.open(tmp_path / "new")
    assert write_rows(store, rows) == made.stored
    assert Experiments(store).find(made.plan.name) == made.stored
    assert read_rows(store, made.stored) == rows
    assert Votes(store).of(made.stored.uid) == Votes(made.store).of(made.stored.uid)
    assert all(getattr(record, name) is None for record in store.select() for name in PRIVATE)


def test_all_rows_are_written_or_none(tmp_path: Path) -> None:
    """One that is there twice stops the rest."""
    made = Made(tmp_path / "old").run()
    rows = read_rows(made.store, made.stored)
    store = Store.open(tmp_path / "new")
    with pytest.raises(RecordsError):
        write_rows(store, ExperimentRows(rows.experiment, [*rows.tasks, rows.tasks[0]], rows.votes))
    with pytest.raises(ValueError, match="surprise"):
        write_rows(store, ExperimentRows(rows.experiment, [{**rows.tasks[0], "surprise": 1}], rows.votes))
    assert store.select() == []
    assert Experiments(store).names() == []
