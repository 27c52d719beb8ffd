"""The form for every model: its controls, what stays when the model changes, examples, the way to wan2.7."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.files import clip, picture
from tests.studio import a_studio
from tests.widgets.pages import R2V, ask, notices
from wan_notebook.catalog import MODELS, Request, SettingError, examples, find_model
from wan_notebook.service import ApiKey
from wan_notebook.tasks import Connection, Folders, Studio
from wan_notebook.widgets import Form
from wan_notebook.widgets.form.again import changes, choices
from wan_notebook.widgets.form.checking import check
from wan_notebook.widgets.form.describing import control
from wan_notebook.widgets.form.switching import Memory, filled

SCRIPTS = Path(__file__).parents[2] / "wan_notebook" / "widgets"
BEIJING = Connection(base_url="https://dashscope.aliyuncs.com/api/v1", region="beijing", simulated=False)


def a_quiet_studio(folder: Path, region: str | None) -> Studio:
    """Return a studio that is never asked to send anything."""
    connection = Connection(base_url="http://127.0.0.1:9/api/v1", region=region, simulated=False)
    return Studio(connection, ApiKey("sk-test"), Folders(folder))


def shown(model: str, **values: Any) -> dict[str, Any]:
    """Return what a form in Beijing says of these values."""
    return check(Request(model, **values), BEIJING)


@pytest.mark.parametrize("model", MODELS)
def test_every_model_has_a_control_for_each_field(tmp_path: Path, model: str) -> None:
    """All of it is plain data, and the page has a control of each kind."""
    with a_studio(tmp_path) as (studio, _):
        widget = Form(model, studio).widget
    written = "".join(path.read_text("utf-8") for path in SCRIPTS.rglob("*.js"))
    kinds = {one["kind"] for one in widget.controls}
    assert [one["name"] for one in widget.controls] == [field.name for field in find_model(model).fields]
    assert all(f"CONTROLS.{kind} =" in written or f"\n  {kind}(field, changed)" in written for kind in kinds)
    assert json.loads(json.dumps(widget.get_state(["controls", "heading", "models", "check", "values"])))


def test_the_kind_of_a_control_is_not_that_of_its_file() -> None:
    """A field for one file tells the file's limits beside its own kind."""
    (field,) = (field for field in find_model("wan2.6-i2v").fields if field.name == "img_url")
    described = control(field)
    assert described["kind"] == "url"
    assert [rule["kind"] for rule in described["rules"]] == ["image"]


def test_where_documents_disagree_the_field_says_so() -> None:
    """The line is the catalogue's own; fields on which they agree have none."""
    disputes = {field.name: control(field)["dispute"] for field in find_model("wan2.7-r2v").fields}
    assert disputes["duration"].startswith("Documents disagree on the longest")
    assert disputes["prompt"] == ""


def test_the_heading_lists_all_models_by_family(tmp_path: Path) -> None:
    """What the region does not offer is marked, and cannot be sent."""
    studio = a_quiet_studio(tmp_path, "frankfurt")
    form = Form("wan2.6-t2v", studio, prompt="A fox")
    labels = {one["id"]: one["label"] for family in form.widget.models for one in family["models"]}
    assert [family["family"] for family in form.widget.models] == ["wan2.7", "wan2.6"]
    assert list(labels) == list(MODELS)
    assert labels["wan2.6-t2v"] == "wan2.6-t2v · text to video"
    assert labels["wan2.7-t2v"] == "wan2.7-t2v · text to video · not in frankfurt"
    assert not form.widget.check["refused"]
    form.choose("wan2.7-t2v")
    assert form.widget.check["refused"]
    assert "it is offered in: beijing" in form.widget.check["problems"]["model"]
    message = {"type": "generate", "click_id": "1", "values": form.widget.values, "model": "wan2.7-t2v"}
    form.widget._handle_custom_msg(message, [])
    assert "not offered in the region frankfurt" in form.widget.answered["error"]
    assert studio.tasks() == []
    studio.close()


def test_an_address_of_ones_own_has_no_region_and_no_price(tmp_path: Path) -> None:
    """Nothing is refused there, and the price is said to be unknown."""
    studio = a_quiet_studio(tmp_path, None)
    widget = Form("wan2.7-t2v", studio, prompt="A fox").widget
    studio.close()
    assert widget.heading["place"] == "own address"
    assert widget.check["generate"] == "Generate · price unknown"
    assert widget.check["dated"] == ""
    assert "belongs to no region" in widget.check["note"]


def test_values_stay_when_the_model_changes(tmp_path: Path) -> None:
    """Those both models have go along, the others wait for their model; defaults are each model's own."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt="A fox", ratio="1:1", seed=7, resolution="720P")
        assert ask(form, "model", choice="wan2.6-t2v").get("error") is None
        assert form.widget.heading["model"] == "wan2.6-t2v"
        assert (form.request.value("prompt"), form.request.value("seed")) == ("A fox", 7)
        assert "ratio" not in form.widget.values
        form.widget.values = {**form.widget.values, "size": "960*960", "prompt": "A bear"}
        form.choose("wan2.7-t2v")
        back = form.request
        form.choose("wan2.6-t2v")
        assert form.widget.values["size"] == "960*960"
    assert (back.value("prompt"), back.value("ratio"), back.value("resolution")) == ("A bear", "1:1", "720P")


def test_a_default_is_not_carried_to_another_model(tmp_path: Path) -> None:
    """Five seconds nobody chose do not cut the video that is to be edited."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt="A fox")
        form.choose("wan2.7-videoedit")
        assert (form.widget.values["duration"], form.widget.values["ratio"]) == (0, None)


def test_media_items_go_where_their_type_is_known() -> None:
    """The others wait for their model, and nothing is lost on the way back."""
    i2v, r2v = find_model("wan2.7-i2v"), find_model("wan2.7-r2v")
    frame, last = (
        {"type": kind, "url": f"https://example.com/{kind}.png"} for kind in ("first_frame", "last_frame")
    )
    memory = Memory()
    there = memory.switch(i2v, r2v, filled(i2v, {"media": [last, frame]}))
    assert there["media"] == [frame]
    reference = {"type": "reference_image", "url": "https://example.com/girl.png"}
    back = memory.switch(r2v, i2v, {**there, "media": [reference, frame]})
    assert back["media"] == [frame, last]
    plain = memory.switch(i2v, find_model("wan2.7-t2v"), back)
    assert "media" not in plain
    again = memory.switch(find_model("wan2.7-t2v"), r2v, plain)
    assert again["media"] == [reference, frame]


def test_everything_of_a_change_reaches_the_page_at_once(tmp_path: Path) -> None:
    """One message: a page never has the fields of one model with the values of another."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt="A fox")
        sent: list[set[str]] = []
        form.widget.send_state = lambda key=None: sent.append({key} if isinstance(key, str) else set(key))
        form.choose("wan2.7-r2v")
    assert sent == [{"heading", "controls", "values", "check"}]


def test_a_page_behind_the_times_changes_nothing(tmp_path: Path) -> None:
    """What was typed for the model shown before is not taken for the one shown now."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt="A fox", ratio="1:1")
        late = dict(form.widget.values)
        form.choose("wan2.6-t2v")
        ask(form, "typed", model="wan2.7-t2v", values={**late, "prompt": "An owl"})
        assert form.widget.values["prompt"] == "A fox"
        assert set(form.widget.values) == {field.name for field in find_model("wan2.6-t2v").fields}


def test_a_snapshot_nobody_knows_can_be_used_with_a_warning(tmp_path: Path) -> None:
    """Rules of its family, and no price made up."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, prompt="A fox")
        assert ask(form, "model", choice="wan2.7-t2v-2027-01-01").get("error") is None
        assert form.widget.heading["model"] == "wan2.7-t2v-2027-01-01"
        assert form.widget.check["generate"] == "Generate · price unknown"
        assert "not known here" in form.widget.check["note"]
        assert "the rules of wan2.7-t2v are used" in notices(form)[0]
        assert "did you mean wan2.7-t2v" in ask(form, "model", choice="wan2.7-t2")["error"]
        assert form.widget.heading["model"] == "wan2.7-t2v-2027-01-01"


def test_a_parameter_the_model_does_not_have_is_named(tmp_path: Path) -> None:
    """The form would show it nowhere, so it is refused at once, with what to give instead."""
    with a_studio(tmp_path) as (studio, _), pytest.raises(SettingError, match="resolution and ratio"):
        Form("wan2.7-t2v", studio, size="1280*720")


def test_values_from_code_may_be_paths(tmp_path: Path) -> None:
    """They reach the page as text."""
    frame = picture(tmp_path)
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-i2v", studio, media=({"type": "first_frame", "url": frame},))
        assert form.widget.values["media"] == [{"type": "first_frame", "url": str(frame)}]
        assert form.widget.check["problems"] == {}


@pytest.mark.parametrize(
    ("model", "example"), [(model, example.id) for model in MODELS for example in examples(model)]
)
def test_an_example_fills_the_form_and_can_be_taken_back(tmp_path: Path, model: str, example: str) -> None:
    """It can be sent as it is, without a remark."""
    studio = a_quiet_studio(tmp_path, "beijing")
    form = Form(model, studio, prompt="My own words")
    before = dict(form.widget.values)
    assert example in [one["id"] for one in form.widget.heading["examples"]]
    assert ask(form, "example", choice=example).get("error") is None
    assert form.widget.said["title"].startswith("Filled in: ")
    assert form.request.problems() == []
    assert notices(form) == []
    ask(form, "undo")
    assert form.widget.values == before
    assert form.widget.said == {}
    studio.close()


def test_a_request_moves_to_the_newer_family(tmp_path: Path) -> None:
    """Model and values change, the list says how, and one click puts everything back."""
    urls = ["https://example.com/girl.png", "https://example.com/walk.mp4"]
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.6-r2v-flash", studio, prompt="character1 meets character2", reference_urls=urls)
        before = dict(form.widget.values)
        assert form.widget.heading["move"] == "Move to wan2.7-r2v"
        assert ask(form, "migrate").get("error") is None
        assert form.widget.heading["model"] == "wan2.7-r2v"
        assert form.widget.heading["move"] == ""
        assert form.widget.said["title"] == "Moved to wan2.7-r2v"
        assert len(form.widget.said["lines"]) >= 3
        assert [item["type"] for item in form.widget.values["media"]] == [
            "reference_image",
            "reference_video",
        ]
        assert form.request.value("prompt") == "Image 1 meets Video 1"
        assert form.request.problems() == []
        ask(form, "undo")
        assert form.widget.heading["model"] == "wan2.6-r2v-flash"
        assert form.widget.values == before


def test_the_price_says_why_there_are_two(tmp_path: Path) -> None:
    """The high one first; a length nobody knows yet, or documents that disagree, or nothing."""
    (image, video, _) = R2V["media"]
    web = shown("wan2.7-r2v", **R2V)
    assert web["generate"].startswith("Generate · up to ")
    assert "how the 5 s of billed input are shared" in web["note"]
    assert "How long a video in the web is" in web["note"]
    here = {"type": "reference_video", "url": str(clip(tmp_path, seconds=4))}
    known = shown("wan2.7-r2v", **{**R2V, "media": [image, here]})
    assert "how the 5 s of billed input are shared" in known["note"]
    assert "How long a video in the web is" not in known["note"]
    alone = shown("wan2.7-r2v", **{**R2V, "media": [video]})
    assert "how the 5 s of billed input are shared" not in alone["note"]
    assert "up to" not in shown("wan2.7-r2v", **{**R2V, "media": [image]})["generate"]


def test_a_finer_video_of_a_model_with_sizes_keeps_its_shape() -> None:
    """The size of the best resolution in the same shape; none for one that has it, or for no size."""
    upright = Request("wan2.6-t2v", prompt="A fox", size="832*1088")
    assert changes(upright, "finer") == {"size": "1248*1632"}
    offered = {one["name"]: one["label"] for one in choices(upright, "beijing")}
    assert offered["finer"] == "Same at 1080P · 5.00 CNY"
    assert changes(upright.changed(size="1920*1080"), "finer") == {}
    assert changes(upright.changed(size="1*1"), "finer") == {}
    assert "price unknown" in choices(upright, None)[0]["label"]
