"""Places at the service: as many as it has, and to who came first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.records.rows import BEGIN, Add
from wan_notebook.catalog import Status
from wan_notebook.records import Owner, Store
from wan_notebook.records.places import LONGEST, SENT, Place

SECOND = timedelta(seconds=1)


@pytest.fixture
def owner(store: Store) -> Iterator[str]:
    """Return the id of a living owner."""
    opened = Owner.open(store)
    yield opened.id
    opened.close()


def test_as_many_are_sent_as_there_are_places(store: Store, add: Add, owner: str) -> None:
    """A row with its place says when it was sent; one that ends leaves its place to the next."""
    rows = [add(owner=owner).row for _ in range(4)]
    assert [store.take_place(row, 2, BEGIN) for row in rows] == [True, True, False, False]
    sent, waiting = store.get(rows[0]), store.get(rows[2])
    assert (sent.status, sent.submitted_at) == (Status.SUBMITTING, BEGIN)
    assert (waiting.status, waiting.submitted_at) == (Status.QUEUED, None)
    store.update(rows[0], status=Status.FAILED)
    assert [store.take_place(row, 2, BEGIN) for row in rows[2:]] == [True, False]


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.QUEUED])
def test_a_task_the_service_may_run_has_a_place(store: Store, add: Add, status: Status) -> None:
    """Also one whose answer was lost; no other has."""
    add(status=status, submitted_at=BEGIN)
    assert store.take_place(add().row, 1, BEGIN) is (status not in SENT)


def test_a_task_sent_too_long_ago_has_no_place(store: Store, add: Add) -> None:
    """The service gave it up by then."""
    add(status=Status.UNCONFIRMED, submitted_at=BEGIN)
    row = add().row
    assert not store.take_place(row, 1, BEGIN + LONGEST - SECOND)
    assert store.take_place(row, 1, BEGIN + LONGEST)
    assert timedelta(hours=3) < LONGEST < timedelta(hours=4)


def test_who_came_first_is_first(store: Store, add: Add, owner: str) -> None:
    """The younger waits although a place is free, as it is the older one's."""
    older, younger = add(owner=owner).row, add(owner=owner).row
    assert not store.take_place(younger, 1, BEGIN)
    assert store.take_place(younger, 2, BEGIN)
    assert not store.take_place(older, 1, BEGIN)
    assert store.take_place(older, 2, BEGIN)


def test_who_waits_for_nobody_is_passed(store: Store, add: Add) -> None:
    """A task of no owner or of a dead one waits for somebody to resume it."""
    add()
    dead = Owner.open(store)
    add(owner=dead.id)
    row = add().row
    assert not store.take_place(row, 1, BEGIN)
    dead.close()
    assert store.place(row, 1, BEGIN) == Place(number=1, free=True)
    assert store.take_place(row, 1, BEGIN)


@pytest.mark.parametrize(
    "other", [{"model": "wan2.5"}, {"account": "b"}, {"base_url": "https://b"}, {"account": None}]
)
def test_other_models_and_accounts_have_places_of_their_own(
    store: Store, add: Add, owner: str, other: dict[str, Any]
) -> None:
    """Neither what they run nor who waits there counts."""
    mine = {"model": "wan2.7-t2v", "account": "a", "base_url": "https://a"}
    add(**{**mine, **other}, status=Status.RUNNING, submitted_at=BEGIN)
    add(**{**mine, **other}, owner=owner)
    row = add(**mine).row
    assert store.place(row, 1, BEGIN) == Place(number=1, free=True)
    assert store.take_place(row, 1, BEGIN)


def test_without_a_limit_everybody_is_sent(store: Store, add: Add, owner: str) -> None:
    """In any order."""
    rows = [add(owner=owner).row for _ in range(9)]
    assert all(store.take_place(row, None, BEGIN) for row in reversed(rows))


def test_only_a_waiting_row_of_its_own_takes_a_place(store: Store, add: Add, owner: str) -> None:
    """Neither one that was canceled or claimed meanwhile, nor one there is not."""
    canceled, own = add(status=Status.CANCELED, owner=owner).row, add(owner=owner).row
    assert not store.take_place(canceled, 5, BEGIN, owner)
    assert not store.take_place(own, 5, BEGIN, "somebody else")
    assert not store.take_place(99, 5, BEGIN)
    assert store.get(canceled).status is Status.CANCELED
    assert store.take_place(own, 5, BEGIN, owner)
    assert not store.take_place(own, 5, BEGIN, owner)


def test_the_place_counts_who_waits_before(store: Store, add: Add, owner: str) -> None:
    """The next is 1; who does not wait any longer is 0. Free is a place that would be given."""
    rows = [add(owner=owner).row for _ in range(3)]

    def places(limit: int | None) -> list[tuple[int, bool]]:
        found = [store.place(row, limit, BEGIN) for row in rows]
        return [(place.number, place.free) for place in found]

    assert places(2) == [(1, True), (2, True), (3, False)]
    store.take_place(rows[0], 2, BEGIN)
    assert places(2) == [(0, False), (1, True), (2, False)]
    assert places(1) == [(0, False), (1, False), (2, False)]
    assert places(None) == [(0, False), (1, True), (2, True)]


def test_threads_that_ask_at_once_get_no_place_too_many(store: Store, add: Add) -> None:
    """Each looks and takes in one transaction."""
    rows = [add().row for _ in range(40)]
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda row: store.take_place(row, 5, BEGIN), rows))
    assert sum(taken) == 5
    assert [record.row for record in store.select(status="SUBMITTING")] == [
        row for row, sent in zip(rows, taken, strict=True) if sent
    ]
