"""The description of a record: one table from which the rest is made."""

from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest

from tests.builders import START, a_record
from wan_notebook.catalog import Status
from wan_notebook.records.record import COLUMNS, DEFAULTS, REQUIRED


def test_seconds_are_worked_out_from_the_times() -> None:
    """Queue and run are the service's own times, and the total is both."""
    record = a_record(
        submitted_at=START,
        scheduled_at=START + timedelta(seconds=1.5),
        finished_at=START + timedelta(seconds=61.75),
    )
    assert (record.queue_s, record.run_s, record.total_s) == (1.5, 60.25, 61.75)


def test_seconds_are_unknown_while_a_time_is_missing() -> None:
    """Unknown is None, not 0."""
    record = a_record(finished_at=None)
    assert (record.queue_s, record.run_s, record.total_s) == (1.0, None, None)


def test_a_record_is_a_snapshot() -> None:
    """It cannot be changed behind the store's back."""
    with pytest.raises(FrozenInstanceError):
        a_record().status = Status.FAILED  # type: ignore[misc] # the fault under test


def test_a_record_comes_back_from_its_stored_values() -> None:
    """Encoding and decoding follow the same order."""
    record = a_record(tags=("a", "b"), facts={"fps": 30}, prompt_extend=False)
    stored = [column.encode(getattr(record, name)) for name, column in COLUMNS.items()]
    assert type(record).decoded(stored) == record


def test_only_what_every_task_has_is_required() -> None:
    """All else may come later."""
    assert {"status", "model", "mode", "simulated", "click_id", "body"} == REQUIRED


def test_optional_columns_default_to_unknown() -> None:
    """A column that may be None is None until someone knows better; the others are never None."""
    assert all((DEFAULTS[name] is None) is COLUMNS[name].optional for name in DEFAULTS)
