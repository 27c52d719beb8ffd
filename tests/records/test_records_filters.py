"""Filters run in SQL, and say what they cannot mean."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone

import pandas as pd
import pytest

from tests.records.rows import BEGIN, Add
from wan_notebook.catalog import SettingError, Status
from wan_notebook.records import Store
from wan_notebook.records.filters import earliest

NOON = datetime(2026, 1, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put this process eight hours east of UTC."""
    old = os.environ.get("TZ")
    os.environ["TZ"] = "UTC-8"
    time.tzset()
    yield
    del os.environ["TZ"]
    if old is not None:
        os.environ["TZ"] = old
    time.tzset()


def test_without_filters_all_rows_come_oldest_first(store: Store, add: Add) -> None:
    """A filter that is None does not filter either."""
    rows = [add(), add(), add()]
    assert store.select() == rows
    assert store.select(model=None, status=None, experiment=None, since=None, simulated=None) == rows


def test_each_filter_keeps_its_own_rows(store: Store, add: Add) -> None:
    """Model, status, experiment and simulated compare for equality."""
    add()
    model = add(model="wan2.7-i2v")
    status = add(status="FAILED")
    experiment = add(experiment="fox-light")
    real = add(simulated=False)
    assert store.select(model="wan2.7-i2v") == [model]
    assert store.select(status="FAILED") == [status]
    assert store.select(experiment="fox-light") == [experiment]
    assert store.select(simulated=False) == [real]
    assert real not in store.select(simulated=True)


def test_filters_together_must_all_hold(store: Store, add: Add) -> None:
    """More filters, fewer rows."""
    add(status="FAILED", model="a")
    add(status="RUNNING", model="b")
    both = add(status="FAILED", model="b")
    assert store.select(status="FAILED", model="b") == [both]


def test_a_filter_takes_several_words(store: Store, add: Add) -> None:
    """One of them must fit; of none, none fits."""
    failed, running = add(status="FAILED"), add(status=Status.RUNNING)
    add(status="QUEUED")
    assert store.select(status=["FAILED", Status.RUNNING]) == [failed, running]
    assert store.select(status={Status.RUNNING}) == [running]
    assert store.select(status=[]) == []


def test_since_keeps_rows_made_then_or_later(store: Store, add: Add) -> None:
    """The bound itself belongs to it."""
    add()
    second, third = add(), add()
    assert store.select(since=second.created_at) == [second, third]
    assert store.select(since=second.created_at + timedelta(microseconds=1)) == [third]


def test_since_a_while_ago_counts_from_now(store: Store, add: Add) -> None:
    """The store's own clock says when now is."""
    add(created_at=BEGIN - timedelta(hours=3))
    young = add(created_at=BEGIN - timedelta(hours=1))
    assert store.select(since=timedelta(hours=2)) == [young]


@pytest.mark.parametrize(
    ("since", "meant"),
    [
        (timedelta(hours=2), NOON - timedelta(hours=2)),
        (date(2026, 1, 20), datetime(2026, 1, 19, 16, tzinfo=UTC)),
        ("2026-01-20", datetime(2026, 1, 19, 16, tzinfo=UTC)),
        ("2026-01-20 11:00", datetime(2026, 1, 20, 3, tzinfo=UTC)),
        ("2026-01-20T11:00:00Z", datetime(2026, 1, 20, 11, tzinfo=UTC)),
        (datetime(2026, 1, 20, 11), datetime(2026, 1, 20, 3, tzinfo=UTC)),  # noqa: DTZ001 - local on purpose
        (
            datetime(2026, 1, 20, 11, tzinfo=timezone(timedelta(hours=9))),
            datetime(2026, 1, 20, 2, tzinfo=UTC),
        ),
        (pd.Timestamp("2026-01-20 11:00", tz="UTC"), datetime(2026, 1, 20, 11, tzinfo=UTC)),
    ],
)
def test_since_without_a_zone_is_local(
    in_shanghai: None, since: date | timedelta | str, meant: datetime
) -> None:
    """A day begins when it begins for the user."""
    assert earliest(since, NOON) == meant


@pytest.mark.parametrize("since", ["yesterday", "", 5, "0001-01-01T00:00:00+14:00", timedelta.max])
def test_a_since_that_is_no_time_is_refused(store: Store, since: str) -> None:
    """The sentence shows the value and what would do."""
    with pytest.raises(SettingError, match=r"since is .*; it must be a date"):
        store.select(since=since)


def test_a_status_there_is_not_is_refused(store: Store) -> None:
    """The sentence lists those there are."""
    with pytest.raises(SettingError, match=r"no status 'DONE'; choose one of QUEUED, .*EXPIRED"):
        store.select(status=["FAILED", "DONE"])


def test_a_filter_there_is_not_is_refused(store: Store) -> None:
    """A misspelt filter does not pass as no filter."""
    with pytest.raises(TypeError, match="modle"):
        store.select(modle="x")  # type: ignore[call-arg] # the fault under test
