"""What `make soak` tries with killed kernels, once at each point; and that it would notice."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.soak.agreeing import PRICE, check
from tests.soak.attached import TASKS
from tests.soak.dying import POINTS
from tests.soak.forks import Called, Shared
from tests.soak.killed import Lane, Trial
from tests.soak.kills import in_lanes, re_attached, trials
from tests.soak.two_kernels import EACH
from wan_notebook.catalog import VideoState
from wan_notebook.records import Store

VIDEO = b"a fox crosses a frozen lake"

SAVED: dict[str, Any] = {
    "model": "m",
    "mode": "t2v",
    "simulated": True,
    "body": {},
    "status": "SUCCEEDED",
    "video_state": VideoState.SAVED,
    "estimate_high": PRICE,
    "cost": PRICE,
    "currency": "CNY",
}
WITHOUT: dict[str, Any] = {"task_id": None, "video": None, "video_state": VideoState.NONE, "cost": None}

Row = Callable[..., None]


def test_no_kill_loses_or_repeats_anything(tmp_path: Path) -> None:
    """At every named point, at random times under load, and one of a pair that shares a log."""
    figures = in_lanes(tmp_path, trials(1, 1, 1))
    assert figures["kills"] >= len(POINTS)
    assert figures["pairs"] == 1
    assert figures["SUCCEEDED"] > 2 * EACH


def test_many_under_way_are_re_attached(tmp_path: Path) -> None:
    """All at once, without a create call; how quickly is for `make soak` to say."""
    assert re_attached(tmp_path)["tasks"] == TASKS


@pytest.fixture
def trial(tmp_path: Path) -> Trial:
    """Return a home without a simulator."""
    (tmp_path / "calls").touch()
    return Trial(Lane(tmp_path, Shared(), Called("", tmp_path / "calls"), VIDEO, tmp_path), "home")


@pytest.fixture
def row(trial: Trial) -> Iterator[Row]:
    """Return what writes a row, and the video of one that succeeded."""
    store = Store.open(trial.home)

    def write(prompt: str, *, content: bytes = VIDEO, **more: Any) -> None:
        given = {**SAVED, "task_id": f"t-{prompt}", "video": trial.home / f"{prompt}.mp4", **more}
        if given["video"]:
            given["video"].write_bytes(content)
        (trial.home / f"{prompt}.json").write_text(json.dumps({"task_id": given["task_id"]}))
        task_id = given.pop("task_id")  # given after, for two rows may have one here
        store.update(store.add(click_id=prompt, prompt=prompt, **given)[0].row, task_id=task_id)

    yield write
    store.close()


def noticed(trial: Trial) -> str:
    """Return what the comparison says is wrong."""
    with pytest.raises(AssertionError) as wrong:
        check(trial)
    return str(wrong.value)


def test_what_is_right_passes(trial: Trial, row: Row) -> None:
    """A video, a question, one never made and one that waits."""
    trial.made = {"t-a": "a", "t-b": "b"}
    row("a")
    row("b", status="UNCONFIRMED", **WITHOUT)
    row("c", status="NOT_CREATED", **WITHOUT)
    row("d", status="QUEUED", **WITHOUT)
    assert len(check(trial)) == 4


@pytest.mark.parametrize("status", ["QUEUED", "NOT_CREATED"])
def test_a_lost_id_is_noticed(trial: Trial, row: Row, status: str) -> None:
    """A task was made, and its row does not know of it."""
    trial.made = {"t-a": "a"}
    row("a", status=status, **WITHOUT)
    assert "t-a is lost" in noticed(trial)


def test_a_lost_row_is_noticed(trial: Trial, row: Row) -> None:
    """A task was made, and there is no row of it."""
    trial.made = {"t-a": "a", "t-b": "b"}
    row("a")
    assert "nobody has t-b" in noticed(trial)


def test_a_task_made_twice_is_noticed(trial: Trial, row: Row) -> None:
    """One row, two tasks."""
    trial.made = {"t-a": "a", "t-b": "a"}
    row("a")
    assert "made twice" in noticed(trial)


def test_a_task_had_twice_is_noticed(trial: Trial, row: Row) -> None:
    """Two rows, one task."""
    trial.made = {"t-a": "a"}
    row("a")
    row("b", task_id="t-a")
    assert "two rows of one task" in noticed(trial)


def test_a_lost_or_broken_video_is_noticed(trial: Trial, row: Row) -> None:
    """Its row does not say that it is there, or it is not whole."""
    trial.made = {"t-a": "a"}
    row("a", content=VIDEO[1:])
    assert "a.mp4" in noticed(trial)


def test_a_video_that_was_not_fetched_is_noticed(trial: Trial, row: Row) -> None:
    """Its link lived."""
    trial.made = {"t-a": "a"}
    row("a", video_state=VideoState.EXPIRED)
    assert "EXPIRED" in noticed(trial)


def test_a_video_beside_is_noticed(trial: Trial, row: Row) -> None:
    """One that was fetched twice, under another name."""
    trial.made = {"t-a": "a"}
    row("a")
    (trial.home / "a_2.mp4").write_bytes(VIDEO)
    assert "nobody's videos" in noticed(trial)


def test_a_second_question_is_noticed(trial: Trial, row: Row) -> None:
    """One kill leaves one at most."""
    trial.made = {}
    for prompt in "ab":
        row(prompt, status="UNCONFIRMED", **WITHOUT)
    assert "home" in noticed(trial)


@pytest.mark.parametrize("cost", [None, 2 * PRICE])
def test_a_wrong_sum_is_noticed(trial: Trial, row: Row, cost: Any) -> None:
    """Something costs what it should not, or is reserved for ever."""
    trial.made = {"t-a": "a"}
    row("a", cost=cost, estimate_high=PRICE * 3)
    assert "spent=" in noticed(trial)
