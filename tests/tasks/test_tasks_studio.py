"""A studio from click to saved video, against the simulator's real protocol."""

import json
import threading
from decimal import Decimal
from pathlib import Path

import pytest

from tests.studio import a_studio
from wan_notebook.catalog import Request, RequestError, SettingError, Status, VideoState
from wan_notebook.service import ApiKey
from wan_notebook.simulator import Settings
from wan_notebook.tasks import Folders, NoTaskError, Studio, StudioClosedError, Task, read_facts

REQUEST = Request("wan2.7-t2v", prompt="A fox in the rain", duration=2, resolution="720P", seed=7)


def test_a_request_becomes_a_saved_video_and_a_row(tmp_path: Path) -> None:
    """The whole way: submitted, followed, downloaded, read back, settled, logged."""
    with a_studio(tmp_path) as (studio, simulator):
        task = studio.submit(REQUEST).wait(60)
        assert (task.status, task.record.video_state) == (Status.SUCCEEDED, VideoState.SAVED)
        assert task.video is not None
        facts = read_facts(task.video)
        counters = simulator.counters
    assert (facts.width, facts.height, facts.fps) == (1280, 720, 30)
    assert (facts.video_codec, facts.audio_codec) == ("h264", "aac")
    assert facts.seconds == pytest.approx(2, abs=0.1)
    assert task.cost == Decimal("1.2")
    assert task.error is None
    assert counters["create"] == 1
    assert task.record.simulated
    assert task.record.video == f"wan_videos/{task.video.name}"
    sidecar = json.loads(task.video.with_suffix(".json").read_text())
    assert (sidecar["prompt"], sidecar["seed"]) == ("A fox in the rain", 7)
    assert Decimal(sidecar["cost"]) == Decimal("1.2")
    assert "A-fox-in-the-rain_seed7" in task.video.name


def test_the_row_is_committed_before_the_service_hears_of_it(tmp_path: Path) -> None:
    """When `submit` returns the log holds the task, whole and with its body."""
    with a_studio(tmp_path) as (studio, _):
        task = studio.submit(REQUEST)
        row = studio.store.find_click(task.record.click_id)
        task.wait(60)
    assert row is not None
    assert row.body["input"]["prompt"] == "A fox in the rain"
    assert row.body["parameters"]["watermark"] is False


def test_one_click_is_one_task_from_any_number_of_threads(tmp_path: Path) -> None:
    """The same click id, however often and from wherever, is submitted once."""
    with a_studio(tmp_path) as (studio, simulator):
        threads = [
            threading.Thread(target=lambda: studio.submit(REQUEST, click_id="click")) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        task = studio.submit(REQUEST, click_id="click").wait(60)
        assert task.status is Status.SUCCEEDED
        assert simulator.counters["create"] == 1
        assert len(studio.store.select()) == 1


def test_a_seed_is_drawn_and_kept(tmp_path: Path) -> None:
    """Without a seed one is chosen here, sent and logged, so that the task can be repeated."""
    with a_studio(tmp_path) as (studio, _):
        task = studio.submit(REQUEST.changed(seed=None)).wait(60)
    assert task.record.seed is not None
    assert task.record.body["parameters"]["seed"] == task.record.seed == task.request.value("seed")


def test_problems_are_raised_before_anything_is_written_or_sent(tmp_path: Path) -> None:
    """A bad request leaves no row and makes no call."""
    with a_studio(tmp_path) as (studio, simulator):
        with pytest.raises(RequestError, match="duration is 16"):
            studio.submit(REQUEST.changed(duration=16))
        assert studio.store.select() == []
        assert simulator.counters["create"] == 0


def test_a_refused_key_is_noticed_without_a_create_call(tmp_path: Path) -> None:
    """The free call before the first create finds a wrong key."""
    with a_studio(tmp_path, Settings(bad_keys=("sk-bad",)), key="sk-bad") as (studio, simulator):
        task = studio.submit(REQUEST).wait(60)
        assert simulator.counters["create"] == 0
    assert task.status is Status.NOT_CREATED
    assert "region" in str(task.error)
    assert "sk-bad" not in repr(task) + str(task.error) + repr(task.record)


def test_many_at_once_all_arrive(tmp_path: Path) -> None:
    """More than five creates a second and more than five running tasks: throttled, waiting, then done."""
    with a_studio(tmp_path) as (studio, simulator):
        tasks = [studio.submit(REQUEST) for _ in range(8)]
        ends = [task.wait(60).status for task in tasks]
        accepted = simulator.counters["create.accepted"]
        ids = {task.id for task in tasks}
    assert ends == [Status.SUCCEEDED] * 8
    assert accepted == len(ids) == 8


def test_a_new_studio_finds_a_task_left_behind(tmp_path: Path) -> None:
    """After a kernel's death the task is followed again, without a create call."""
    with a_studio(tmp_path, Settings(run_seconds=(300, 300))) as (studio, simulator):
        task = studio.submit(REQUEST)
        known = threading.Event()
        task.on_change(lambda changed: known.set() if changed.id else None)
        assert known.wait(30)
        studio.close()
        again = Studio(studio.connection, ApiKey("sk-test"), Folders(tmp_path), clock=studio._clock)
        resumed = again.resume()
        ends = [one.wait(60).status for one in resumed]
        again.close()
        assert simulator.counters["create"] == 1
    assert ends == [Status.SUCCEEDED]


def test_an_unknown_id_is_named(tmp_path: Path) -> None:
    """Asking for a task the log does not have is one sentence."""
    with a_studio(tmp_path) as (studio, _), pytest.raises(NoTaskError, match="no task nowhere"):
        studio.task("nowhere")


def test_closing_leaves_no_thread(tmp_path: Path) -> None:
    """A closed studio lets go of its engine and of asyncio's helpers; what is left is the simulator's."""
    ours = ("wan-notebook", "asyncio")
    with a_studio(tmp_path) as (studio, _):
        studio.submit(REQUEST).wait(60)
        assert any(thread.name.startswith(ours) for thread in threading.enumerate())
        studio.close()
        studio.close()
        left = [thread.name for thread in threading.enumerate() if thread.name.startswith(ours)]
    assert left == []


def test_a_closed_studio_sends_nothing_more(tmp_path: Path) -> None:
    """A form still on a page, or an old handle, must not bring the engine back to life."""
    with a_studio(tmp_path) as (studio, simulator):
        task = studio.submit(REQUEST).wait(60)
        studio.close()
        for call in (lambda: studio.submit(REQUEST), task.again, studio.resume, lambda: studio.task("any")):
            with pytest.raises(StudioClosedError, match="closed"):
                call()
        assert "closed" in repr(studio)
        assert simulator.counters["create"] == 1
        assert not studio._carrier._engine.running


def test_a_listener_that_asks_the_service_is_told_so(tmp_path: Path) -> None:
    """It is called in the thread that would do the asking; waiting for itself it would stop for ever."""
    said: list[str] = []

    def listen(task: Task) -> None:
        if task.id and not task.done and not said:
            try:
                task.cancel()
            except SettingError as error:
                said.append(str(error))

    with a_studio(tmp_path, Settings(run_seconds=(300, 300))) as (studio, _):
        task = studio.submit(REQUEST)
        task.on_change(listen)
        assert task.wait(60).status is Status.SUCCEEDED
    assert ["cannot ask the service itself" in one for one in said] == [True]
