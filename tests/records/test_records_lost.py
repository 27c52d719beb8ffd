"""Rows in question: they change only from the state they were seen in, and each has a task of its own."""

from datetime import timedelta
from typing import Any

import pytest

from tests.records.rows import BEGIN, Add
from wan_notebook.catalog import Status, VideoState
from wan_notebook.records import Owner, RecordsError, Store

ACCOUNT: dict[str, Any] = {"base_url": "https://a", "account": "a"}


def test_a_row_changes_from_the_state_it_was_seen_in(store: Store, add: Add) -> None:
    """The change is in the file when it returns."""
    row = add(status=Status.UNCONFIRMED).row
    changed = store.change_from(row, Status.UNCONFIRMED, status=Status.PENDING, task_id="abc")
    assert changed is not None
    assert (changed.status, changed.task_id) == (Status.PENDING, "abc")
    assert store.get(row) == changed


def test_a_row_somebody_changed_before_is_left_alone(store: Store, add: Add) -> None:
    """Who saw an older state learns that it is over."""
    added = add(status=Status.NOT_CREATED)
    assert store.change_from(added.row, Status.UNCONFIRMED, status=Status.PENDING, task_id="abc") is None
    assert store.get(added.row) == added


def test_a_task_is_never_given_to_two_rows(store: Store, add: Add) -> None:
    """The second keeps its state; a change without an id asks for none."""
    add(status=Status.RUNNING, task_id="abc")
    lost = add(status=Status.UNCONFIRMED)
    assert store.change_from(lost.row, Status.UNCONFIRMED, status=Status.PENDING, task_id="abc") is None
    assert store.get(lost.row) == lost
    changed = store.change_from(lost.row, Status.UNCONFIRMED, status=Status.NOT_CREATED)
    assert changed is not None
    assert changed.status is Status.NOT_CREATED


def test_a_change_of_no_row_or_column_is_refused(store: Store, add: Add) -> None:
    """As any other change is."""
    row = add().row
    with pytest.raises(RecordsError, match="no row 9"):
        store.change_from(9, Status.QUEUED, seed=1)
    with pytest.raises(TypeError, match="no such column: sed"):
        store.change_from(row, Status.QUEUED, sed=1)


def test_rows_are_found_by_the_ids_of_their_tasks(store: Store, add: Add) -> None:
    """In whatever state, and of whomever; ids nobody knows are left out."""
    running, failed = add(task_id="a"), add(task_id="b", status=Status.FAILED)
    add()
    assert store.rows_of(["a", "b", "c"]) == {"a": running.row, "b": failed.row}
    assert store.rows_of([]) == {}


def test_in_question_are_lost_answers_and_those_awaited(store: Store, add: Add) -> None:
    """What a living owner is sending is awaited; what a dead one or nobody was sending is lost."""
    owner, dead = Owner.open(store), Owner.open(store)
    lost = add(status=Status.UNCONFIRMED, owner=owner.id, **ACCOUNT)
    awaited = add(status=Status.SUBMITTING, owner=owner.id, **ACCOUNT)
    left = [add(status=Status.SUBMITTING, owner=name, **ACCOUNT) for name in (dead.id, None)]
    for status in set(Status) - {Status.UNCONFIRMED, Status.SUBMITTING}:
        add(status=status, owner=owner.id, **ACCOUNT)
    for other in ({"base_url": "https://b"}, {"account": "b"}):
        add(status=Status.UNCONFIRMED, **{**ACCOUNT, **other})
    dead.close()
    expected = [(lost, False), (awaited, True), *((record, False) for record in left)]
    assert store.in_question("https://a", "a") == expected
    owner.close()


def test_linked_are_saved_videos_whose_link_lives(store: Store, add: Add) -> None:
    """A link that ends now is dead."""
    link: dict[str, Any] = {"status": Status.SUCCEEDED, "video_state": VideoState.SAVED}
    living = add(**link, url_expires_at=BEGIN + timedelta(seconds=1))
    add(**link, url_expires_at=BEGIN)
    add(**link)
    add(status=Status.SUCCEEDED, video_state=VideoState.NONE, url_expires_at=BEGIN + timedelta(days=1))
    assert store.linked(BEGIN) == [living]
