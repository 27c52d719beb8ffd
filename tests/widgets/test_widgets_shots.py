"""The storyboard's kernel side: the prompt is read into shots, and shots are written into the prompt."""

from pathlib import Path
from typing import Any

import pytest

from tests.studio import a_studio
from tests.widgets.pages import ask, notices
from wan_notebook.catalog import MODELS, shots
from wan_notebook.widgets import Form

TOLD = shots((2, "A fox wakes."), (3, "It runs."), intro="Snow.")
BOARD: dict[str, Any] = {
    "intro": "Snow.",
    "shots": [{"start": 0, "end": 2, "text": "A fox wakes."}, {"start": 2, "end": 5, "text": "It runs."}],
}


def test_the_prompt_is_read_as_shots(tmp_path: Path) -> None:
    """With the seconds they should fill; an ordinary prompt tells none."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt=TOLD, duration=6)
        check = form.widget.check
        form.widget.values = {**form.widget.values, "prompt": "A fox", "duration": 99}
        plain = form.widget.check
    assert check["shots"] == BOARD
    assert check["duration"] == 6
    assert (plain["shots"], plain["duration"]) == (None, None)


def test_shots_are_written_as_the_catalogue_writes_them(tmp_path: Path) -> None:
    """One message of the page, and prompt and check follow."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt="A fox")
        assert ask(form, "typed", shots=BOARD).get("error") is None
        assert form.widget.values["prompt"] == TOLD
        assert form.widget.check["shots"] == BOARD
        assert notices(form) == []
        ask(form, "typed", shots={"intro": "A fox", "shots": []})
        assert form.widget.values["prompt"] == "A fox"
        assert form.widget.check["shots"] is None


def test_a_shot_without_words_yet_keeps_its_place(tmp_path: Path) -> None:
    """A shot just added is read back, so that it can be filled in."""
    empty = {
        "intro": "",
        "shots": [{"start": 0, "end": 2.5, "text": "A"}, {"start": 2.5, "end": 5, "text": ""}],
    }
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio)
        ask(form, "typed", shots=empty)
        assert form.widget.check["shots"] == empty


def test_a_click_sends_the_shots_as_they_stand_in_the_editor(tmp_path: Path) -> None:
    """Also when the prompt on the page has not caught up yet."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt="A fox", duration=5, resolution="720P")
        click = {"type": "generate", "click_id": "1", "values": form.widget.values, "shots": BOARD}
        form.widget._handle_custom_msg(click, [])
        (task,) = studio.tasks()
        assert task.wait(60).record.prompt == TOLD


@pytest.mark.parametrize("model", MODELS)
def test_models_told_by_a_parameter_have_no_storyboard(tmp_path: Path, model: str) -> None:
    """wan2.7 is told shots in the prompt, of wan2.6 only what is made from references."""
    told = {"wan2.7-t2v", "wan2.7-i2v", "wan2.7-i2v-2026-04-25", "wan2.7-r2v"} | {
        "wan2.6-r2v",
        "wan2.6-r2v-flash",
    }
    with a_studio(tmp_path) as (studio, _):
        form = Form(model, studio, prompt=TOLD)
    assert form.widget.heading["shots"] == (model in told)
    assert (form.widget.check["shots"] is not None) == (model in told)
