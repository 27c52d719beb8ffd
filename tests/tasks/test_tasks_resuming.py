"""What a new kernel takes up of what the last one left: nothing is sent by itself, all is said."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.files import picture
from tests.patient import KEY, House, a_house
from wan_notebook.catalog import MODELS, Request, Status, VideoState
from wan_notebook.records import Owner, Record
from wan_notebook.service import ApiKey
from wan_notebook.simulator import Disturbance
from wan_notebook.simulator.making.workshop import in_thread
from wan_notebook.tasks import Studio, Task, rows
from wan_notebook.tasks.uploading import settled

FOX = Request("wan2.7-t2v", prompt="A fox in the rain", duration=2, resolution="720P", seed=7)
SMALL = {"720P": {"16:9": (320, 180)}}


@pytest.fixture
def small_videos(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the model make small videos, which is quick."""
    monkeypatch.setitem(MODELS, FOX.model.id, replace(FOX.model, pixels=SMALL))


def ended(*tasks: Task) -> None:
    """Wait until nothing more happens to any."""
    for task in tasks:
        assert task.wait(60, progress=False).done, task


def left(house: House, studio: Studio, status: Status, request: Request = FOX, **more: Any) -> Record:
    """Write a row as a kernel that is dead by now has left it."""
    place = rows.place(studio.connection, ApiKey(KEY).account)
    values = {
        **rows.of_request(settled(request), "beijing"),
        **place,
        "click_id": f"{len(studio.store.select())}",
        "status": status,
        "owner": "dead",
        **({} if status is Status.QUEUED else {"submitted_at": house.clock.now()}),
    }
    return studio.store.add(**{**values, "status": status, **more})[0]


def test_every_kind_of_unfinished_task_is_taken_up_and_named(tmp_path: Path) -> None:
    """Followed, looked for, fetched, asked once more; not sent; others' and elsewhere's left alone."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        link = house.simulator.base_url.replace("/api/v1", "/videos/x.mp4")
        write = partial(left, house, studio)
        now, alive = house.clock.now(), Owner.open(studio.store)
        followed = write(Status.PENDING, task_id=house.foreign(FOX))
        finished: dict[str, Any] = {
            "task_id": house.foreign(FOX),
            "video_url": link,
            "finished_at": now,
        }
        fetched = write(Status.SUCCEEDED, **finished, url_expires_at=now + timedelta(hours=1))
        before: dict[str, Any] = dict.fromkeys(
            ["submitted_at", "finished_at", "url_expires_at"], now - timedelta(hours=25)
        )
        late = write(Status.SUCCEEDED, **{**finished, **before, "task_id": "long-gone"})
        sending = write(Status.SUBMITTING, submitted_at=now - timedelta(minutes=30))
        unsent = write(Status.QUEUED)
        others = write(Status.PENDING, task_id="theirs", owner=alive.id)
        away = write(Status.PENDING, task_id="elsewhere", account="another")
        write(Status.FAILED, task_id="over")
        resumed = studio.resume()
        ended(*resumed)
        assert [task.row for task in resumed] == [followed.row, fetched.row, late.row, sending.row]
        late_said = "1 finished whose link has run out after 24 hours: the service is asked once more, then "
        assert list(resumed.sentences) == [
            "1 under way at the service: followed again.",
            "1 whose answer was lost: looked for in the service's list; nothing is sent again.",
            "1 finished: video being fetched.",
            late_said + "the video is gone.",
            "1 never sent, and nothing was charged: wan.resume(submit=True) sends them.",
            "1 carried by another open notebook: left to it.",
            "1 of another key or address: connect there and resume again.",
        ]
        assert repr(resumed) == "\n".join(resumed.sentences)
        ends = {task.row: (task.status, task.record.video_state) for task in resumed}
        assert ends[followed.row] == ends[fetched.row] == (Status.SUCCEEDED, VideoState.FAILED)
        assert ends[late.row] == (Status.SUCCEEDED, VideoState.EXPIRED)
        assert ends[sending.row] == (Status.NOT_CREATED, VideoState.NONE)
        for row in (unsent, others, away):
            assert studio.store.get(row.row) == row
        assert house.simulator.counters["create"] == 2  # the strangers
        alive.close()


def test_nothing_left_is_said_too(tmp_path: Path) -> None:
    """A finished log, an empty one, and tasks this kernel carries itself."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        assert repr(studio.resume()) == "Nothing is unfinished."
        left(house, studio, Status.FAILED)
        task = studio.submit(FOX)
        assert repr(studio.resume()) == "Nothing is unfinished."
        assert task.cancel()
        ended(task)


def test_what_was_never_sent_goes_out_when_its_user_says_so(tmp_path: Path) -> None:
    """Once: the second time it is under way."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        for seed in range(3):
            left(house, studio, Status.QUEUED, FOX.changed(seed=seed))
        assert studio.resume() == []
        resumed = studio.resume(submit=True)
        assert resumed.sentences == ("3 still waiting to be sent: being sent now.",)
        assert studio.resume(submit=True) == []
        ended(*resumed)
        assert {task.status for task in resumed} == {Status.SUCCEEDED}
        assert house.simulator.counters["create"] == house.simulator.tasks_made == 3


def test_two_kernels_that_resume_share_what_there_is(tmp_path: Path) -> None:
    """Each task is one kernel's, sent once, and the other says so."""
    with a_house(tmp_path) as house:
        studios = [house.studio(), house.studio()]
        for seed in range(3):
            left(house, studios[0], Status.QUEUED, FOX.changed(seed=seed))
        first, second = (studio.resume(submit=True) for studio in studios)
        assert (len(first), list(second)) == (3, [])
        assert second.sentences == ("3 carried by another open notebook: left to it.",)
        ended(*first)
        assert house.simulator.counters["create"] == 3


def test_a_file_that_was_changed_is_not_sent(tmp_path: Path) -> None:
    """What its user looked at when clicking is no longer there."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        path = picture(tmp_path)
        media = [{"type": "first_frame", "url": str(path)}]
        left(house, studio, Status.QUEUED, Request("wan2.7-i2v", media=media, seed=7).resolved())
        path.write_bytes(path.read_bytes() + b" ")
        resumed = studio.resume(submit=True)
        ended(*resumed)
        assert [task.status for task in resumed] == [Status.NOT_CREATED]
        assert "its content has changed" in str(resumed[0].error)
        assert (house.simulator.counters["create"], house.simulator.counters["policy"]) == (0, 0)


def test_a_killed_kernels_lost_answer_is_found_by_the_next(tmp_path: Path) -> None:
    """Closed in the middle of the search: the next kernel goes on where it stood."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        house.lose("reset-after")
        house.simulator.disturb(Disturbance("list", "503-before"))
        task = studio.submit(FOX)
        while task.status is not Status.UNCONFIRMED:
            task.wait(0.002, progress=False)
        studio.close()
        house.calm()
        resumed = house.studio().resume()
        ended(*resumed)
        assert [(one.status, one.record.settled_by) for one in resumed] == [(Status.SUCCEEDED, "prompt")]
        assert house.simulator.counters["create"] == 1


def test_a_missing_file_is_fetched_again_while_its_link_lives(tmp_path: Path, small_videos: None) -> None:
    """A day later it is gone for good, and the row keeps what it knows."""
    with a_house(tmp_path, executor=in_thread) as house:
        studio = house.studio()
        task = studio.submit(FOX)
        ended(task)
        assert task.video is not None
        content = task.video.read_bytes()
        assert studio.resume() == []
        task.video.unlink()
        resumed = studio.resume()
        assert resumed.sentences == ("1 finished: video being fetched.",)
        ended(*resumed)
        assert task.video.read_bytes() == content
        task.video.unlink()
        house.clock.clock.move(hours=25)
        assert repr(studio.resume()) == "Nothing is unfinished."
        assert task.record.video_state is VideoState.SAVED
        assert house.simulator.counters["create"] == 1
