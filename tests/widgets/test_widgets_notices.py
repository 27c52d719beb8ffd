"""Remarks, names and problems of items, as the form shows them; and the click that mends."""

from pathlib import Path
from typing import Any

from tests.studio import a_studio
from tests.widgets.pages import R2V, ask, notices
from wan_notebook.widgets import Form


def test_each_item_is_shown_with_its_name(tmp_path: Path) -> None:
    """Images and videos are counted apart; an item without an address has no name yet."""
    media = [
        *R2V["media"],
        {"type": "reference_image"},
        {"type": "first_frame", "url": "https://e.com/a.png"},
    ]
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-r2v", studio, **{**R2V, "media": media})
        called = form.widget.check["names"]["media"]
        form.widget.values = {**form.widget.values, "prompt": "图1和视频1"}
        chinese = form.widget.check["names"]["media"]
        assert Form("wan2.7-t2v", studio).widget.check["names"] == {}
        older = Form("wan2.6-r2v", studio, reference_urls=["https://e.com/a.mp4", "https://e.com/b.png"])
    assert called == ["Image 1", "Video 1", "Image 2", None, None]
    assert chinese[:3] == ["图1", "视频1", "图2"]
    assert older.widget.check["names"] == {"reference_urls": ["character1", "character2"]}


def test_a_voice_does_not_count_as_an_item(tmp_path: Path) -> None:
    """Names stay with the items they belong to."""
    media = [{**item, "reference_voice": "https://e.com/v.mp3"} for item in R2V["media"]]
    with a_studio(tmp_path) as (studio, _):
        check = Form("wan2.7-r2v", studio, **{**R2V, "media": media}).widget.check
    assert check["names"]["media"] == ["Image 1", "Video 1", "Image 2"]


def test_problems_of_items_stand_at_their_items(tmp_path: Path) -> None:
    """By number; what is wrong with the whole list stays at the field."""
    media: list[Any] = [
        R2V["media"][0],
        {"type": "reference_video", "url": "missing.mp4"},
        {"type": "portrait"},
    ]
    with a_studio(tmp_path) as (studio, _):
        check = Form("wan2.7-r2v", studio, **{**R2V, "media": media}).widget.check
        empty = Form("wan2.7-r2v", studio, prompt="A fox").widget.check
    assert set(check["items"]["media"]) == {"1", "2"}
    assert "no such file" in check["items"]["media"]["1"]
    assert "media" not in check["problems"]
    assert "media is empty" in empty["problems"]["media"]
    assert empty["items"] == {}


def test_a_remark_is_mended_with_one_click(tmp_path: Path) -> None:
    """The mend is applied to what the page shows, and what it settles is said no more."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-r2v", studio, **{**R2V, "prompt": "Image 3 meets Video 1 and Image 1."})
        first = form.widget.check["notices"][0]
        assert (first["field"], first["mend"], first["index"]) == ("prompt", True, 0)
        values = {**form.widget.values, "seed": 7}
        assert ask(form, "mend", message=first["message"], values=values).get("error") is None
        assert form.request.value("prompt") == "Image 2 meets Video 1 and Image 1."
        assert form.request.value("seed") == 7
        assert notices(form) == []


def test_a_mend_may_put_a_field_back_to_its_default(tmp_path: Path) -> None:
    """A shape without effect is taken out; the form then shows the default."""
    media = [*R2V["media"], {"type": "first_frame", "url": "https://example.com/door.png"}]
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-r2v", studio, **{**R2V, "media": media, "ratio": "1:1"})
        (notice,) = (one for one in form.widget.check["notices"] if one["field"] == "ratio")
        ask(form, "mend", message=notice["message"])
        assert form.widget.values["ratio"] == "16:9"


def test_a_mend_that_comes_too_late_changes_nothing(tmp_path: Path) -> None:
    """The remark is not made any more: what is typed stays."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-r2v", studio, **R2V)
        before = dict(form.widget.values)
        assert ask(form, "mend", message="Something said before").get("error") is None
        assert form.widget.values == before


def test_a_fault_in_an_answer_reaches_the_page(tmp_path: Path) -> None:
    """A message nobody should send is answered in a sentence, not with silence."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio)
        reply = ask(form, "typed", shots={"intro": "", "shots": [{"start": "soon"}]})
    assert "fault inside wan_notebook" in reply["error"]
