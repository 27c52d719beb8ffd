"""A lease that was lost: the task is another studio's now, and only one of both carries it."""

import fcntl
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_record
from tests.patient import House, a_house
from tests.tasks.scripted import a_scripted_studio, api_error
from wan_notebook.catalog import MODELS, Request, Status, VideoState
from wan_notebook.records import LEASE, Owner, Store
from wan_notebook.simulator import Disturbance, Settings
from wan_notebook.simulator.making.workshop import in_thread
from wan_notebook.tasks import Studio, Task
from wan_notebook.tasks.carrier import _rests

FOX = Request("wan2.7-t2v", prompt="A fox in the rain", duration=2, resolution="720P", seed=7)
SMALL = {"720P": {"16:9": (320, 180)}}
SAID = "Another open notebook follows this task now"


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the system refuse file locks, so that owners live by a lease."""

    def refuse(_descriptor: int, _how: int) -> None:
        raise OSError

    monkeypatch.setattr(fcntl, "flock", refuse)


def until(task: Task, reached: Callable[[], bool]) -> None:
    """Wait until something holds of a task."""
    while not reached():
        task.wait(0.002, progress=False)


def says_so(task: Task) -> bool:
    """Return whether a handle says that another notebook follows its task."""
    return SAID in str(task.trouble)


def calls_of(studio: Studio) -> list[str]:
    """Return a list that grows with every call of a studio."""
    calls: list[str] = []
    reply = studio._client._reply

    async def counted(*given: Any, **named: Any) -> Any:
        calls.append(str(given))
        return await reply(*given, **named)

    studio._client._reply = counted  # type: ignore[method-assign]
    return calls


def overslept(house: House, task: Task, reached: Callable[[], bool]) -> Studio:
    """Let the lease on a task run out as soon as something holds, and another studio take it."""
    until(task, reached)
    house.clock.longest = 0.0
    other = house.studio()
    with closing(sqlite3.connect(other.store.file)) as log, log:
        log.execute("UPDATE owners SET expires_at = 0 WHERE owner = ?", (task.record.owner,))
    (taken,) = other.resume()
    assert taken.record.owner != task.record.owner
    house.clock.longest = 1e9
    return other


@pytest.mark.usefixtures("no_locks")
def test_one_follows_the_other_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who slept asks no more and fetches nothing; its handle says why, and goes on to the saved video."""
    monkeypatch.setitem(MODELS, FOX.model.id, replace(FOX.model, pixels=SMALL))
    settings = Settings(run_seconds=(60, 60), queue_seconds=(0, 0))
    with a_house(tmp_path, settings, executor=in_thread) as house:
        studio = house.studio()
        task = studio.submit(FOX)
        overslept(house, task, lambda: task.status is Status.RUNNING)
        until(task, lambda: says_so(task))
        calls = calls_of(studio)
        assert task.wait(60, progress=False).done
        assert (task.status, task.record.video_state, task.trouble) == ("SUCCEEDED", "saved", None)
        assert task.video is not None
        assert calls == []
        assert house.simulator.counters["download"] == 1
        assert house.simulator.tasks_made == 1


@pytest.mark.usefixtures("no_locks")
def test_a_search_goes_over_too(tmp_path: Path) -> None:
    """It has nothing to write yet, and ends all the same: the other studio finds what the call has made."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        house.lose("reset-after")
        house.simulator.disturb(Disturbance("list", "503-before"))
        told: list[datetime] = []
        task = studio.submit(FOX)
        task.on_change(lambda changed: told.append(house.clock.now()) if says_so(changed) else None)
        other = overslept(house, task, lambda: task.status is Status.UNCONFIRMED)
        taken = house.clock.now()
        until(task, lambda: bool(told))
        calls = calls_of(studio)
        assert told[0] - taken < LEASE / 2
        house.calm()
        assert task.wait(60, progress=False).done
        assert task.status is Status.SUCCEEDED
        assert task.record.owner == other._carrier.owner
        assert (calls, house.simulator.counters["create"]) == ([], 1)


@pytest.mark.usefixtures("no_locks")
def test_what_the_other_leaves_is_carried_on_here(tmp_path: Path) -> None:
    """A task is never left between two notebooks while one of them is open."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        task = studio.submit(FOX)
        other = overslept(house, task, lambda: task.status is Status.RUNNING)
        until(task, lambda: says_so(task))
        other.close()
        assert task.wait(60, progress=False).done
        assert (task.status, task.trouble) == (Status.SUCCEEDED, None)
        assert task.record.owner == studio._carrier.owner


@pytest.mark.usefixtures("no_locks")
def test_a_lease_is_kept_from_the_first_task_on(tmp_path: Path) -> None:
    """However long the studio was open before: another one finds the row carried."""
    with a_house(tmp_path) as house:
        studio, other = house.studio(), house.studio()
        with closing(sqlite3.connect(studio.store.file)) as log, log:
            log.execute("UPDATE owners SET expires_at = 0 WHERE owner = ?", (studio._carrier.owner,))
        house.clock.longest = 0.0
        task = studio.submit(FOX)
        until(task, lambda: leased(studio.store, studio._carrier.owner))
        assert "another open notebook" in repr(other.resume(submit=True))


def leased(store: Store, owner: str) -> bool:
    """Return whether an owner has a lease that still runs."""
    with store.looking() as connection:
        asked = "SELECT 1 FROM owners WHERE owner = ? AND expires_at > 0"
        return connection.exec_driver_sql(asked, (owner,)).scalar() is not None


def test_an_id_that_comes_when_the_row_is_another_s_is_not_lost(tmp_path: Path) -> None:
    """The new owner looks for the task: it is told the id. Nothing else is written over its row."""
    with a_scripted_studio(tmp_path) as (studio, service, _):
        other = Owner.open(studio.store)

        def take() -> None:
            studio.store.update(1, owner=other.id, status=Status.UNCONFIRMED)

        service.hooks["create"] = take
        task = studio.submit(FOX)
        until(task, lambda: says_so(task))
        record = studio.store.get(task.row)
        assert (record.task_id, record.status, record.owner) == ("t-1", Status.PENDING, other.id)
        assert task.id == "t-1"
        other.close()
        assert task.wait(30, progress=False).done
        assert (task.status, service.calls["create"]) == (Status.FAILED, 1)


def test_a_refusal_that_comes_when_the_row_is_another_s_is_not_written(tmp_path: Path) -> None:
    """Its new owner finds out itself what became of the call."""
    with a_scripted_studio(tmp_path) as (studio, service, _):
        other = Owner.open(studio.store)

        def take() -> None:
            studio.store.update(1, owner=other.id, status=Status.UNCONFIRMED)

        service.hooks["create"] = take
        service.ends["create"] = [api_error(400, "InvalidParameter")]
        task = studio.submit(FOX)
        until(task, lambda: says_so(task))
        record = studio.store.get(task.row)
        assert (record.status, record.owner, record.error_code) == (Status.UNCONFIRMED, other.id, None)
        studio.store.update(1, remark="Which is it?")
        assert task.wait(30, progress=False).done
        other.close()


def test_what_rests_with_its_user() -> None:
    """A question and a video that could not be fetched; nobody waits for these by himself."""
    lost = {"status": Status.UNCONFIRMED}
    assert not _rests(a_record(**lost))
    assert _rests(a_record(**lost, remark="Which is it?"))
    assert _rests(a_record(status=Status.SUCCEEDED, video_state=VideoState.FAILED))
    assert not _rests(a_record(status=Status.RUNNING, remark="Noticed."))
