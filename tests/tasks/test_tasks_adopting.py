"""The account's own list, and tasks of it that were made elsewhere and are taken in."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.patient import a_house
from wan_notebook.catalog import MODELS, Request, Status, VideoState
from wan_notebook.service import AccessError
from wan_notebook.simulator import Disturbance, Settings
from wan_notebook.simulator.making.workshop import in_thread
from wan_notebook.tasks import NoTaskError, Task, budgets_frame, remote_frame

FOX = Request("wan2.7-t2v", prompt="A fox in the rain", duration=2, resolution="720P", seed=7)
OWL = FOX.changed(prompt="An owl on a branch at night")
SMALL = {"720P": {"16:9": (320, 180)}}


def ended(*tasks: Task) -> None:
    """Wait until nothing more happens to any."""
    for task in tasks:
        assert task.wait(60, progress=False).done, task


def test_the_list_shows_every_program_s_tasks_and_their_rows(tmp_path: Path) -> None:
    """Newest first, times in UTC; the row is empty for what is not in the log."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        task = studio.submit(FOX)
        ended(task)
        house.clock.clock.move(10)
        stranger = house.foreign(OWL)
        frame = remote_frame(studio.remote(), studio.store)
        assert list(frame.columns) == ["task_id", "model", "status", "created", "started", "ended", "row"]
        assert frame.task_id.to_list() == [stranger, task.id]
        assert frame.status.to_list() == ["RUNNING", "SUCCEEDED"]
        assert frame.row.isna().to_list() == [True, False]
        assert frame.row[1] == task.row
        assert str(frame.dtypes["created"]) == "datetime64[us, UTC]"
        assert frame.ended.isna().to_list() == [True, False]
        assert [row.task_id for row in studio.remote(timedelta(seconds=5))] == [stranger]


def test_an_empty_list_is_an_empty_table(tmp_path: Path) -> None:
    """With its columns; a list that is refused says so."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        frame = remote_frame(studio.remote(), studio.store)
        assert (len(frame), str(frame.dtypes["row"])) == (0, "Int64")
        assert budgets_frame([]).empty
        house.simulator.disturb(Disturbance("list", "refused"))
        with pytest.raises(AccessError):
            studio.remote()


def test_a_stranger_is_followed_to_its_saved_video(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its prompt, its tags and what it cost, by what the service counts."""
    monkeypatch.setitem(MODELS, FOX.model.id, replace(FOX.model, pixels=SMALL))
    with a_house(tmp_path, Settings(queue_seconds=(0, 0)), executor=in_thread) as house:
        studio = house.studio()
        stranger = house.foreign(FOX)
        task = studio.adopt(stranger, tags=["found"])
        ended(task)
        record = task.record
        assert (record.status, record.video_state) == (Status.SUCCEEDED, VideoState.SAVED)
        assert (record.settled_by, record.tags, record.prompt) == ("user", ("found",), "A fox in the rain")
        assert (record.cost, record.currency, record.estimate_high) == (Decimal("1.2"), "CNY", None)
        assert task.video is not None
        assert task.video.stat().st_size == record.video_bytes
        assert task.request.value("prompt") == "A fox in the rain"
        assert house.simulator.counters["create"] == 1


def test_what_is_in_the_log_is_only_looked_up(tmp_path: Path) -> None:
    """Adopting twice, or what was made here, is one row and one task."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        stranger = house.foreign(FOX)
        task = studio.adopt(stranger)
        assert studio.adopt(stranger) is task
        ended(task)
        assert studio.adopt(stranger) is task
        assert len(studio.store.select()) == 1


def test_two_kernels_that_adopt_at_once_make_one_row(tmp_path: Path) -> None:
    """Both have looked into the log before the other wrote; one follows it, the other has its handle."""
    with a_house(tmp_path) as house:
        studios = [house.studio(), house.studio()]
        stranger = house.foreign(FOX)
        house.simulator.disturb(Disturbance.read("list:drip=0.3"))
        with ThreadPoolExecutor() as threads:
            tasks = list(threads.map(lambda studio: studio.adopt(stranger), studios))
        assert len(studios[0].store.select()) == 1
        while not all(task.done for task in tasks):
            tasks[0].wait(0.01, progress=False)
            tasks[1].wait(0.01, progress=False)
        assert {task.id for task in tasks} == {stranger}


def test_an_id_nobody_lists_is_refused(tmp_path: Path) -> None:
    """Nothing is written, and it is said where to look."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        with pytest.raises(NoTaskError, match=r"wan\.remote_tasks\(\) shows"):
            studio.adopt("nobody's")
        assert studio.store.select() == []
