"""The product in real kernels without a browser: the quickstart, two kernels on one simulator, interrupts."""

import json
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from tests.kernels import NEWEST, OLDER
from tests.notebooks.conftest import RunCells
from tests.simulators import stop_simulators
from wan_notebook.tasks import read_facts

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
QUICKSTART = NOTEBOOKS / "01_quickstart.ipynb"
EXPERIMENT = NOTEBOOKS / "02_prompt_ab.zh.ipynb"
DEMO = "import wan_notebook as wan\nstudio = wan.demo(run_seconds=(0, 1))"
MADE = 'task = wan.generate("wan2.7-t2v", prompt="A fox", duration=2, resolution="720P", seed=7)'


@pytest.fixture(autouse=True)
def no_simulator_left(tmp_path: Path) -> Iterator[None]:
    """End the simulators that the test's kernels have started."""
    yield
    stop_simulators(tmp_path)


def test_the_quickstart_makes_a_playable_video_and_logs_it(run_cells: RunCells, tmp_path: Path) -> None:
    """Every cell runs; the video is real; the card that stays is in the notebook."""
    executed = run_cells(nbformat.read(QUICKSTART, as_version=4))
    (video,) = (tmp_path / "wan_videos").glob("*.mp4")
    facts = read_facts(video)
    assert (facts.width, facts.height, facts.video_codec, facts.audio_codec) == (1280, 720, "h264", "aac")
    assert facts.seconds == pytest.approx(3, abs=0.1)
    shown = next(cell for cell in executed.cells if cell.source.endswith("\ntask"))
    assert "<video" in shown.outputs[1].data["text/html"]
    assert "SUCCEEDED" in json.dumps(executed.cells)


@pytest.mark.parametrize("kernel", [OLDER])
def test_the_experiment_runs_from_its_question_to_a_report(run_cells: RunCells, tmp_path: Path) -> None:
    """Every cell runs without a voter too: twelve videos, a verdict in words, a report; in Chinese.

    On the older kernel; `tests/browser` works through the English one on the newest.
    """
    executed = run_cells(nbformat.read(EXPERIMENT, as_version=4))
    assert len(list((tmp_path / "wan_videos").glob("*.mp4"))) == 12
    (verdict,) = next(cell.outputs for cell in executed.cells if cell.source == "exp.verdict()")
    assert "exp.vote()" in verdict.data["text/plain"]
    assert "金色" in (tmp_path / "golden-light.html").read_text("utf-8")


def test_a_click_fills_the_slot_of_the_forms_own_cell(run_cells: RunCells) -> None:
    """The card comes to the form's cell, though another cell waits for it."""
    form = 'form = wan.form("wan2.7-t2v", prompt="A fox", duration=2, resolution="720P")\nform'
    message = '{"type": "generate", "click_id": "one", "values": dict(form.widget.values)}'
    click = f"form.widget._handle_custom_msg({message}, [])\n(task,) = studio.tasks()\nawait task\n1"
    executed = run_cells(DEMO, form, click)
    assert "<video" in executed.cells[1].outputs[1].data["text/html"]
    assert [output.data["text/plain"] for output in executed.cells[2].outputs] == ["1"]


def test_awaiting_and_waiting_end_with_the_finished_task(run_cells: RunCells) -> None:
    """`await` on the notebook's loop and `wait` in plain code both give the task back."""
    executed = run_cells(
        DEMO,
        f"{MADE}\nprint((await task) is task, task.status, task.video.exists())",
        f"{MADE}\nprint(task.wait() is task, task.status, task.cost)",
    )
    assert executed.cells[1].outputs[0].text == "True SUCCEEDED True\n"
    assert executed.cells[2].outputs[0].text == "True SUCCEEDED 1.20\n"


@pytest.mark.parametrize("kernel", [NEWEST])
def test_two_kernels_in_one_folder_use_one_simulator(run_cells: RunCells) -> None:
    """The second kernel joins the first one's simulator, and sees its tasks in the same log."""
    where = f"{DEMO}\nprint(studio.connection.base_url)"
    first = run_cells(where, f"{MADE}\nawait task\n0")
    second = run_cells(where, f"{MADE}\nawait task\nprint(len(wan.log()))")
    assert first.cells[0].outputs[0].text == second.cells[0].outputs[0].text
    assert second.cells[1].outputs[0].text == "2\n"


@pytest.mark.parametrize("kernel", [OLDER])
def test_a_task_left_running_is_found_by_the_next_kernel(run_cells: RunCells) -> None:
    """The first kernel ends while the task runs; the next one resumes it and has the video."""
    slow = "import wan_notebook as wan\nstudio = wan.demo(run_seconds=(3, 3))"
    wait_for_id = (
        "import threading\nknown = threading.Event()\n"
        "task.on_change(lambda changed: known.set() if changed.id else None)\nprint(known.wait(20))"
    )
    run_cells(slow, f"{MADE}\n{wait_for_id}")
    executed = run_cells(
        slow, "tasks = wan.resume()\nawait tasks[0]\nprint(len(tasks), tasks[0].video.exists())"
    )
    assert executed.cells[1].outputs[0].text == "1 True\n"


@pytest.mark.parametrize("kernel", [NEWEST])
def test_connect_without_a_key_shows_a_panel_and_says_why(run_cells: RunCells) -> None:
    """A reader without widgets finds the reason in the output's text."""
    executed = run_cells("import wan_notebook as wan\nwan.connect()")
    (output,) = executed.cells[0].outputs
    assert "application/vnd.jupyter.widget-view+json" in output.data
    assert "There is no API key" in output.data["text/plain"]


PAIR = 'wan.Experiment("pair", arms={"A": {"prompt": "a"}, "B": {"prompt": "b"}}, seeds=[1])'
BAD_INPUT = {
    'wan.generate("wan2.7-t2v", prompt="", duration=16)': "prompt is empty",
    'wan.generate("wan2.7-t2v", promt="A fox")': "did you mean prompt?",
    'wan.generate("wan2.7-t2v", prompt="A fox", duration="5")': "duration is '5'",
    'wan.generate("wan2.8-t2v", prompt="A fox")': "did you mean wan2.7-t2v?",
    'wan.generate("wan2.7-t2v", prompt="A fox", tags=5)': "tags are words in a list",
    "wan.log(home=5)": "is text or a path, not 5",
    'wan.remote_tasks("x")': "hours is 'x'",
    "wan.demo(run_seconds=5)": "run_seconds is 5",
    "wan.connect(base_url=5, api_key='sk-demo')": "not a web address",
    "wan.connect(workspace=5.5, api_key='sk-demo')": "The workspace id 5.5",
    "wan.connect(mirror=5, api_key='sk-demo')": "no place for videos",
    f"{PAIR}.compare(arms=5)": "There is no arm 5",
    f"{PAIR}.compare(arms='AB')": "There is no arm AB",
    'wan.connect(api_key="sk- with space")': "holds a space",
    "wan.connect(api_key='\"sk-quoted\"')": "holds a quotation mark",
    'wan.connect(region="mars", api_key="sk-a")': "choose one of beijing, singapore",
    'wan.connect(api_key="sk-a", home="/proc/none")': "/proc/none",
}
"""Cells, and what their error says."""


@pytest.mark.parametrize("kernel", [OLDER])
def test_bad_input_is_one_sentence(run_cells: RunCells) -> None:
    """What is wrong, and what to do, before anything is sent: the log stays empty, one kernel for all."""
    executed = run_cells(DEMO, *BAD_INPUT, "len(wan.log())", allow_errors=True)
    for cell, words in zip(executed.cells[1:-1], BAD_INPUT.values(), strict=True):
        (output,) = cell.outputs
        assert output.output_type == "error", cell.source
        assert words in output.evalue
        assert "\n" not in output.evalue
    assert executed.cells[-1].outputs[0].data["text/plain"] == "0"
