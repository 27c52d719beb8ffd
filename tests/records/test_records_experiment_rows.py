"""The rows of an experiment, from one store into another."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.experiments.outcomes import Made
from wan_notebook.records import Experiments, RecordsError, Store, Votes
from wan_notebook.records.experiment_rows import PRIVATE, ExperimentRows, read_rows, write_rows


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Give an experiment that was run."""
    made = Made(tmp_path / "old").run()
    yield made
    made.store.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Give an empty store."""
    store = Store.open(tmp_path / "new")
    yield store
    store.close()


def test_rows_arrive_as_they_were(made: Made, store: Store) -> None:
    """All but what is private, and the number of the row, which the new store counts."""
    rows = read_rows(made.vote_all("right").store, made.stored)
    assert write_rows(store, rows) == made.stored
    assert Experiments(store).find(made.plan.name) == made.stored
    assert read_rows(store, made.stored) == rows
    assert Votes(store).of(made.stored.uid) == Votes(made.store).of(made.stored.uid)
    assert all(getattr(record, name) is None for record in store.select() for name in PRIVATE)


def test_all_rows_are_written_or_none(made: Made, store: Store) -> None:
    """One that is there twice stops the rest."""
    rows = read_rows(made.store, made.stored)
    with pytest.raises(RecordsError):
        write_rows(store, ExperimentRows(rows.experiment, [*rows.tasks, rows.tasks[0]], rows.votes))
    with pytest.raises(ValueError, match="surprise"):
        write_rows(store, ExperimentRows(rows.experiment, [{**rows.tasks[0], "surprise": 1}], rows.votes))
    assert store.select() == []
    assert Experiments(store).names() == []
