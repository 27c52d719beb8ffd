"""What a form shows of tasks that wait, are canceled, or whose answer was lost, and what its buttons do."""

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_record
from tests.simulators import a_simulator
from tests.studio import a_studio
from tests.widgets.pages import ask
from wan_notebook.catalog import Request, Status, language
from wan_notebook.catalog.texts import LANGUAGES
from wan_notebook.service import ApiKey
from wan_notebook.simulator import Disturbance, MovableClock, Settings
from wan_notebook.simulator.server import InThread
from wan_notebook.tasks import Connection, Folders, Studio, Task, candidates
from wan_notebook.tasks.lifecycle import asked
from wan_notebook.widgets import Form

FOX = Request("wan2.7-t2v", prompt="A fox", duration=2, resolution="720P", seed=7)


@contextlib.contextmanager
def a_question(folder: Path) -> Iterator[tuple[Form, Task, list[str], InThread]]:
    """Give a form with a task whose answer was lost, among two tasks of another program that could be it."""
    with a_studio(folder) as (studio, simulator):
        other = Studio(studio.connection, ApiKey("sk-test"), Folders(folder / "other"), clock=studio._clock)
        ids = [str(other.submit(FOX).wait(60).id) for _ in range(2)]
        other.close()
        simulator.disturb(Disturbance("create", "reset-before"))
        form = Form("wan2.7-t2v", studio, **FOX.values)
        task = studio.submit(FOX)
        form.add(task)
        task.wait(60)
        simulator.calm()
        yield form, task, ids, simulator


def test_a_lost_answer_is_asked_about_with_a_button_for_each_task(tmp_path: Path) -> None:
    """The question stands with its ids; one that is chosen becomes the task's, at no new call."""
    with a_question(tmp_path) as (form, task, ids, simulator):
        (line,) = form.widget.tasks
        assert (task.status, sorted(line["candidates"])) == (Status.UNCONFIRMED, sorted(ids))
        assert all(one in line["trouble"] for one in ids)
        assert not line["cancel"]
        assert form.widget.finished == []
        assert "only you can tell" in form.widget.slot_html
        creates = simulator.counters["create"]
        assert "error" not in ask(form, "settle", row=task.row, task_id=ids[1])
        assert (task.wait(60).status, task.id) == (Status.SUCCEEDED, ids[1])
        assert simulator.counters["create"] == creates
        assert form.widget.tasks == []
        assert [one["row"] for one in form.widget.finished] == [task.row]
        assert "only you can tell" not in form.widget.slot_html
        assert "wan_videos/" in form.widget.slot_html


def test_none_of_them_ends_the_question(tmp_path: Path) -> None:
    """The row says that no task was made; a second answer is refused in a sentence."""
    with a_studio(tmp_path, Settings(bad_keys=("sk-bad",)), key="sk-bad") as (studio, _):
        form = Form("wan2.7-t2v", studio)
        task = studio.submit(FOX).wait(60)
        form.add(task)
        lost = asked(task.row, ("t-1", "t-2"))
        task._record = studio.store.update(task.row, status=Status.UNCONFIRMED, **lost)  # it had ended
        task.change(task._record, None)
        assert [one["candidates"] for one in form.widget.tasks] == [["t-1", "t-2"]]
        ask(form, "settle", row=task.row, task_id=None)
        assert task.status is Status.NOT_CREATED
        assert form.widget.tasks == []
        assert "no lost answer to settle" in ask(form, "settle", row=task.row, task_id="t-1")["error"]


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("ids", [(), ("a-1",), ("a-1", "b-2")])
def test_candidates_are_read_out_of_the_question(code: str, ids: tuple[str, ...]) -> None:
    """One, many or none; another remark, and the same one in another state, is no question."""
    before = language()
    language(code)
    record = a_record(status=Status.UNCONFIRMED, **asked(1, ids))
    assert candidates(record) == ids
    told = a_record(status=Status.UNCONFIRMED, **asked(1, ids, ("This row: a fox.", "a-1: an owl, b-2.")))
    assert candidates(told) == ids
    assert candidates(replace(record, status=Status.NOT_CREATED)) is None
    assert candidates(replace(record, remark="The list was refused: a-1, b-2.")) is None
    assert candidates(replace(record, remark=None)) is None
    language(before)


def all_placed(tasks: list[dict[str, Any]]) -> bool:
    """Whether five are at the service and the sixth knows its place."""
    waiting = [one["trouble"] or "" for one in tasks if one["task_id"] is None]
    return len(tasks) - len(waiting) == 5 and "in line" in waiting[0]


def test_a_task_in_line_shows_its_place_and_is_canceled_for_nothing(tmp_path: Path) -> None:
    """The sixth waits here; its button takes it back, and says so. A second time the truth is told again."""
    with a_simulator(Settings(), tmp_path / ".sim", MovableClock()) as simulator:
        connection = Connection(base_url=simulator.base_url, region="beijing", simulated=True)
        studio = Studio(connection, ApiKey("sk-test"), Folders(tmp_path))
        form = Form("wan2.7-t2v", studio)
        placed = threading.Event()

        def look(change: dict[str, Any]) -> None:
            if all_placed(change["new"]):
                placed.set()

        form.widget.observe(look, "tasks")
        tasks = [studio.submit(FOX) for _ in range(6)]
        for task in tasks:
            form.add(task)
        assert placed.wait(30)
        (line,) = (one for one in form.widget.tasks if one["task_id"] is None)
        row = line["row"]
        assert (line["cancel"], line["calm"], line["candidates"]) == (True, True, None)
        assert "which makes 5 at once: number " in line["trouble"]
        assert "was not sent yet and costs nothing" in ask(form, "cancel", row=row)["said"]
        (line,) = (one for one in form.widget.tasks if one["row"] == row)
        assert (line["state"], line["trouble"], line["cancel"]) == ("Canceled", None, False)
        assert "already ended" in ask(form, "cancel", row=row)["said"]
        assert simulator.counters["create"] == 5
        studio.close()
