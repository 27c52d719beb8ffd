"""The one call that costs money: in its place, in its turn, and again only when nothing was made."""

import contextlib
import socket
import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.files import picture
from tests.patient import House, a_house
from wan_notebook.catalog import Request, Status
from wan_notebook.records import Owner
from wan_notebook.simulator import Disturbance, Settings
from wan_notebook.tasks import Studio, Task
from wan_notebook.tasks.sending import CREATE_TRIES, LONGEST_PLACE_PAUSE, REACH_TRIES, WRITE_PAUSE

FOX = Request("wan2.7-t2v", prompt="A fox in the rain", duration=2, resolution="720P", seed=7)
SENT = {Status.SUBMITTING, Status.UNCONFIRMED, Status.PENDING, Status.RUNNING}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a simulator whose tasks run for ten seconds, and studios on it."""
    with a_house(tmp_path, Settings(run_seconds=(10, 10), queue_seconds=(0, 0))) as opened:
        yield opened


def ended(*tasks: Task) -> None:
    """Wait until nothing more happens to any."""
    for task in tasks:
        assert task.wait(60, progress=False).done, task


def submitted(studio: Studio, count: int) -> list[Task]:
    """Submit so many requests."""
    return [studio.submit(FOX.changed(seed=seed)) for seed in range(count)]


def until(task: Task, status: Status) -> None:
    """Wait until a task is in a state."""
    while task.status is not status:
        task.wait(0.002, progress=False)


def test_five_run_and_the_others_wait_in_order(house: House) -> None:
    """First come, first sent; each that waits is told its place, and the service never says "too many"."""
    studio = house.studio()
    most, told = [0], set()

    def look(changed: Task) -> None:
        most[0] = max(most[0], sum(task.status in SENT for task in studio.tasks()))
        told.add(changed.trouble)

    house.clock.longest = 0.5
    tasks = submitted(studio, 8)
    for task in tasks:
        task.on_change(look)
    for task in tasks[:5]:
        until(task, Status.PENDING)
    house.clock.longest = 1e9
    ended(*tasks)
    assert most == [5]
    assert {task.status for task in tasks} == {Status.SUCCEEDED}
    sent = [row.submitted_at.timestamp() for row in studio.store.select() if row.submitted_at]
    pauses = 2 * LONGEST_PLACE_PAUSE  # several places may come free at once: each takes its own when it looks
    assert all(earlier - later < pauses for earlier, later in pairwise(sent))
    assert max(sent[:5]) < min(sent[5:])
    assert any(words and "which makes 5 at once: number 1 in line" in words for words in told)
    assert any(words and "number 3 in line" in words for words in told)
    assert house.simulator.counters["create"] == house.simulator.counters["create.accepted"] == 8


def test_who_waits_can_still_be_canceled(house: House) -> None:
    """For nothing, while those behind move up."""
    studio = house.studio()
    house.clock.longest = 1.0
    tasks = submitted(studio, 7)
    for task in tasks[:5]:
        until(task, Status.PENDING)
    assert "costs nothing" in tasks[5].cancel()
    house.clock.longest = 1e9
    ended(*tasks)
    assert [task.status for task in tasks[4:]] == [Status.SUCCEEDED, Status.CANCELED, Status.SUCCEEDED]
    assert house.simulator.tasks_made == 6


def test_who_has_become_another_kernels_is_let_go(house: House) -> None:
    """A row that somebody else has claimed meanwhile is not sent here, unless its new owner leaves it."""
    studio = house.studio()
    other = Owner.open(studio.store)
    house.clock.longest = 1.0
    tasks = submitted(studio, 6)
    for task in tasks[:5]:
        until(task, Status.PENDING)
    studio.store.update(tasks[5].row, owner=other.id)
    house.clock.longest = 1e9
    ended(*tasks[:5])
    while tasks[5].trouble is None or "Another open notebook follows" not in tasks[5].trouble:
        tasks[5].wait(0.002, progress=False)
    assert (tasks[5].status, tasks[5].done) == (Status.QUEUED, False)
    assert house.simulator.tasks_made == 5
    other.close()
    ended(*tasks)
    assert (house.simulator.tasks_made, tasks[5].status) == (6, Status.SUCCEEDED)


def test_too_many_is_heeded(house: House) -> None:
    """As long as the service says; meanwhile nothing is sent, and the row does not say that it is."""
    studio = house.studio()
    house.simulator.disturb(Disturbance.read("create:429-before=30:next2"))
    task = studio.submit(FOX)
    begun, told = task.record.created_at, []
    task.on_change(lambda changed: told.append((changed.status, changed.trouble)))
    ended(task)
    record = task.record
    assert record.submitted_at is not None
    assert record.submitted_at - begun >= timedelta(seconds=60)
    assert any(status is Status.QUEUED and "Not accepted yet" in str(words) for status, words in told)
    assert (record.status, task.trouble) == (Status.SUCCEEDED, None)
    assert (house.simulator.counters["create"], house.simulator.tasks_made) == (3, 1)


def test_too_many_for_ever_is_a_refusal(house: House) -> None:
    """After some minutes the row says why, and that nothing was made."""
    studio = house.studio()
    house.simulator.disturb(Disturbance("create", "429-before"))
    task = studio.submit(FOX)
    ended(task)
    assert (task.status, task.id) == (Status.REFUSED, None)
    assert (house.simulator.counters["create"], house.simulator.tasks_made) == (CREATE_TRIES, 0)


def test_a_refusal_is_final_at_once(house: House) -> None:
    """The same call would be refused again."""
    studio = house.studio()
    house.simulator.disturb(Disturbance("create", "refused"))
    task = studio.submit(FOX)
    ended(task)
    assert task.status is Status.REFUSED
    assert house.simulator.counters["create"] == 1


def test_an_id_that_cannot_be_written_is_shown_and_tried_again(house: House) -> None:
    """It is the only trace of what was paid for."""
    studio = house.studio()
    file = sqlite3.connect(studio.store.file, isolation_level=None, check_same_thread=False)
    file.execute(
        "CREATE TRIGGER full BEFORE UPDATE OF task_id ON tasks WHEN NEW.task_id IS NOT NULL "
        "BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    told: list[str] = []

    def look(changed: Task) -> None:
        if changed.trouble and "keep this id" in changed.trouble:
            told.append(changed.trouble)
            if len(told) == 3:
                file.execute("DROP TRIGGER full")

    task = studio.submit(FOX)
    task.on_change(look)
    ended(task)
    file.close()
    assert (task.status, task.trouble, house.simulator.tasks_made) == (Status.SUCCEEDED, None, 1)
    assert task.id is not None
    assert all(task.id in words and "disk full" in words for words in told)
    assert task.record.submitted_at is not None
    assert house.clock.now() - task.record.submitted_at >= timedelta(seconds=3 * WRITE_PAUSE)


def nowhere() -> str:
    """Return an address where nobody listens."""
    with contextlib.closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/api/v1"


def test_a_connection_that_was_never_made_is_tried_again(house: House) -> None:
    """Nothing can have been created, so the same call is made once more: the Wi-Fi was away."""
    studio = house.studio()
    ended(studio.submit(FOX))
    there, studio._client.base_url = studio._client.base_url, nowhere()
    task = studio.submit(FOX.changed(seed=8))
    told = []

    def look(changed: Task) -> None:
        told.append(changed.trouble)
        if sum("Not accepted yet" in str(words) for words in told) == 3:
            studio._client.base_url = there

    task.on_change(look)
    ended(task)
    assert task.status is Status.SUCCEEDED
    assert house.simulator.counters["create"] == house.simulator.tasks_made == 2


def test_a_service_nobody_reaches_is_told_before_anything_is_sent(house: House) -> None:
    """The call without cost comes first, and is tried a few times."""
    studio = house.studio()
    house.simulator.disturb(Disturbance("query", "503-before", times=REACH_TRIES - 1))
    ended(studio.submit(FOX))
    assert house.simulator.counters["create"] == 1
    other = house.studio()
    other._client.base_url = nowhere()
    task = other.submit(FOX)
    ended(task)
    assert task.status is Status.NOT_CREATED
    assert house.simulator.counters["create"] == 1


def test_who_is_canceled_while_its_file_is_sent_stays_so(house: House, tmp_path: Path) -> None:
    """The file is up, and nothing is made of it."""
    studio = house.studio()
    first = [{"type": "first_frame", "url": str(picture(tmp_path))}]
    task = studio.submit(Request("wan2.7-i2v", media=first, seed=7))

    def cancel(changed: Task) -> None:
        if "Uploading" in str(changed.trouble):
            stop()
            changed.cancel()

    stop = task.on_change(cancel)
    ended(task)
    assert (task.status, house.simulator.counters["create"]) == (Status.CANCELED, 0)


def test_one_call_at_a_time_whatever_the_models(house: House) -> None:
    """A kernel that is killed leaves one call in question, not one for each model it was sending for."""
    studio = house.studio()
    most = [0]

    def look(_changed: Task) -> None:
        most[0] = max(most[0], sum(task.status is Status.SUBMITTING for task in studio.tasks()))

    house.clock.longest = 0.1
    house.simulator.disturb(Disturbance.read("create:drip=0.05"))
    other = Request("wan2.6-t2v", prompt="An owl", duration=2, size="1280*720")
    tasks = [studio.submit(request.changed(seed=seed)) for seed in range(2) for request in (FOX, other)]
    for task in tasks:
        task.on_change(look)
    house.clock.longest = 1e9
    ended(*tasks)
    assert {task.status for task in tasks} == {Status.SUCCEEDED}
    assert most == [1]
