"""The form bound to a studio: what it shows of the catalogue, what a click does, what an error looks like."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.studio import a_studio
from wan_notebook.catalog import Request, Status, UnknownModelError, find_model
from wan_notebook.simulator import Settings
from wan_notebook.tasks import Studio
from wan_notebook.widgets import Form


def click(form: Form, click_id: str = "click-1", **values: Any) -> dict[str, Any]:
    """Do what the page does on a click, and return the kernel's answer."""
    message = {"type": "generate", "click_id": click_id, "values": {**form.widget.values, **values}}
    form.widget._handle_custom_msg(message, [])
    answer: dict[str, Any] = form.widget.answered
    return answer


def only_task(studio: Studio) -> Any:
    """Return the one task of a studio, finished."""
    (task,) = studio.tasks()
    return task.wait(60)


def test_every_field_of_the_model_has_a_control_with_help_and_limits(tmp_path: Path) -> None:
    """The catalogue's data is all a control needs."""
    model = find_model("wan2.7-t2v")
    with a_studio(tmp_path) as (studio, _):
        controls = {control["name"]: control for control in Form("wan2.7-t2v", studio).widget.controls}
    assert list(controls) == [field.name for field in model.fields]
    assert all(control["label"] and control["help"] for control in controls.values())
    assert (controls["duration"]["minimum"], controls["duration"]["maximum"]) == (2, 15)
    assert controls["prompt"]["maximum"] == 5000
    assert controls["seed"]["drawn"]
    assert [name for name, control in controls.items() if control["advanced"]] == [
        "negative_prompt",
        "audio_url",
        "prompt_extend",
        "watermark",
    ]


def test_the_check_follows_what_is_typed(tmp_path: Path) -> None:
    """Problems, price and request change with the values."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt="A fox", resolution="1080P")
        assert form.widget.check["problems"] == {}
        assert form.widget.check["generate"] == "Generate · 5.00 CNY"
        form.widget.values = {**form.widget.values, "duration": 16, "prompt": ""}
        check = form.widget.check
        request = form.request
    assert set(check["problems"]) == {"duration", "prompt"}
    assert "2 to 15" in check["problems"]["duration"]
    assert check["generate"] == "Generate · price unknown"
    assert check["note"].startswith("The price shows once")
    assert json.loads(check["preview"])["parameters"]["duration"] == 16
    assert request.value("duration") == 16


def test_a_click_makes_one_task_and_its_card(tmp_path: Path) -> None:
    """The same click twice is one task; the card is in the slot when the video is saved."""
    with a_studio(tmp_path) as (studio, simulator):
        form = Form("wan2.7-t2v", studio, prompt="A fox <b>", duration=2, resolution="720P")
        assert click(form)["drawn"]["seed"] >= 0
        assert click(form)["click_id"] == "click-1"
        task = only_task(studio)
        assert simulator.counters["create"] == 1
        assert task.status is Status.SUCCEEDED
        assert form.widget.tasks == []
        html = form.widget.slot_html
    assert f'src="wan_videos/{task.video.name}"' in html
    assert "A fox &lt;b&gt;" in html
    assert "data:image/jpeg;base64," in html
    assert len(html) < 40_000


def test_a_running_task_is_described_for_the_page(tmp_path: Path) -> None:
    """State, start, expectation and its basis reach the page as plain data."""
    seen: list[dict[str, Any]] = []
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt="A fox", duration=2, resolution="720P")
        form.widget.observe(lambda change: seen.extend(change["new"]), "tasks")
        click(form)
        only_task(studio)
    assert {one["state"] for one in seen} >= {"Waiting at the service", "Finished, fetching the video"}
    assert seen[0]["basis"].startswith("typically")
    assert seen[-1]["task_id"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"prompt": ""}, "prompt is empty"),
        ({"prompt": "x" * 5001}, "5001 characters; the limit is 5000"),
        ({"duration": "5"}, "it must be a whole number"),
        ({"duration": 1}, "from 2 to 15"),
        ({"seed": -1}, "from 0 to 2147483647"),
        ({"resolution": "480P"}, "choose one of 720P, 1080P"),
    ],
)
def test_a_click_on_bad_input_is_answered_in_a_sentence(
    tmp_path: Path, values: dict[str, Any], words: str
) -> None:
    """Nothing is sent or written, the values stay, the click is answered so that the button is free again."""
    with a_studio(tmp_path) as (studio, simulator):
        form = Form("wan2.7-t2v", studio, prompt="A fox", duration=2)
        answer = click(form, **values)
        assert simulator.counters["create"] == 0
        assert studio.tasks() == []
    assert words in answer["error"]
    assert answer["click_id"] == "click-1"


def test_a_failure_shows_reason_and_remedy(tmp_path: Path) -> None:
    """A refused key: the card says why, what to do, and that nothing was billed."""
    with a_studio(tmp_path, Settings(bad_keys=("sk-bad",)), key="sk-bad") as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt="A fox", duration=2)
        click(form)
        only_task(studio)
        html = form.widget.slot_html
    assert "Not sent" in html
    assert "not billed" in html
    assert "region" in html
    assert "sk-bad" not in html


def test_a_page_may_ask_for_the_kernels_time(tmp_path: Path) -> None:
    """Elapsed time is right also where browser and kernel are on different machines."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio)
        sent: list[dict[str, Any]] = []
        form.widget.send = sent.append
        form.widget._handle_custom_msg({"type": "time"}, [])
    assert sent[0]["type"] == "time"
    assert sent[0]["now"] > 1_700_000_000


def test_an_unknown_model_is_named(tmp_path: Path) -> None:
    """The nearest model is offered."""
    with a_studio(tmp_path) as (studio, _), pytest.raises(UnknownModelError, match=r"wan2\.7-t2v"):
        Form("wan2.7-tv2", studio)


def again(form: Form, choice: str, click_id: str = "click-2") -> dict[str, Any]:
    """Press one of the buttons of the newest finished task, and return the kernel's answer."""
    row = form.widget.finished[0]["row"]
    message = {"type": "again", "row": row, "choice": choice, "click_id": click_id}
    form.widget._handle_custom_msg(message, [])
    answer: dict[str, Any] = form.widget.answered
    return answer


def test_a_finished_task_can_be_sent_again_at_a_known_price(tmp_path: Path) -> None:
    """The same with a new seed, the same finer with the same seed, each once for each click."""
    with a_studio(tmp_path) as (studio, simulator):
        form = Form("wan2.7-t2v", studio, prompt="A fox", duration=2, resolution="720P", seed=7)
        click(form)
        only_task(studio)
        offered = {choice["name"]: choice["label"] for choice in form.widget.finished[0]["choices"]}
        again(form, "new_seed")
        again(form, "new_seed")
        fresh = studio.tasks()[1].wait(60).record
        form.widget.finished = [one for one in form.widget.finished if one["row"] == 1]
        again(form, "finer", "click-3")
        finer = studio.tasks()[2].wait(60).record
        assert simulator.counters["create"] == 3
    assert offered["new_seed"] == "Same, new seed · 1.20 CNY"
    assert offered["finer"] == "Same at 1080P · 2.00 CNY"
    assert fresh.seed != 7
    assert (finer.seed, finer.resolution, finer.prompt) == (7, "1080P", "A fox")


def test_change_and_rerun_fills_the_form_and_sends_nothing(tmp_path: Path) -> None:
    """A task on its own unfolds its form, filled in with what was sent."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, unfolded=False)
        task = studio.submit(Request("wan2.7-t2v", prompt="A fox", duration=2, resolution="720P", seed=7))
        form.add(task)
        task.wait(60)
        again(form, "change")
        assert form.widget.unfolded
        assert len(studio.tasks()) == 1
        assert form.request == task.request


def test_a_fault_while_showing_reaches_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error in the engine's thread is shown under the form, and nobody waits for ever."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt="A fox", duration=2, resolution="720P")
        monkeypatch.setattr(studio, "notebook_folder", 0)
        click(form)
        only_task(studio)
        error = form.widget.error
    assert "could not be shown" in error
    assert "TypeError" in error
