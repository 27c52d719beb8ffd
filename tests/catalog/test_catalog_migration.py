"""A request for wan2.6 moves to wan2.7 without losing what it can keep, and every loss is told."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.catalog.strategies import requests
from tests.files import clip, picture
from wan_notebook.catalog import MODELS, Request, language

OLDER = tuple(model.id for model in MODELS.values() if model.family == "wan2.6")
NEWER = tuple(model.id for model in MODELS.values() if model.family == "wan2.7")
GIRL, WALK, RAP = "https://a.example/girl.png", "https://a.example/walk.mp4", "https://a.example/rap.mp3"


@pytest.fixture(autouse=True)
def language_restored() -> Iterator[None]:
    """Start each test in English and leave the language as it was."""
    before = language()
    language("en")
    yield
    language(before)


@given(request=requests(*OLDER))
def test_what_was_good_stays_good(request: Request) -> None:
    """For every older model; the first change names both models, and what has the same name is kept."""
    moved, changes = request.to_wan27()
    assert moved.problems() == []
    assert moved.model.family == "wan2.7"
    assert changes[0] == f"{request.model.id} becomes {moved.model.id}."
    kept = {"duration", "seed", "negative_prompt", "watermark", "prompt_extend", "resolution"}
    for name in kept & request.values.keys():
        assert moved.values[name] == request.values[name]
    assert moved.to_wan27() == (moved, ())


@given(request=requests(*OLDER), code=st.sampled_from(["en", "zh"]))
def test_what_is_lost_is_told(request: Request, code: str) -> None:
    """Every value that is gone or became another has a sentence that names it, in both languages."""
    before = language()
    try:
        language(code)
        moved, changes = request.to_wan27()
    finally:
        language(before)
    gone = request.values.keys() - moved.values.keys()
    told = " ".join(changes[1:])
    assert all(name in told for name in gone)


@given(request=requests(*NEWER))
def test_what_is_new_stays_as_it_is(request: Request) -> None:
    """Nothing replaces a model of wan2.7."""
    moved = request.to_wan27()
    assert moved.request is request
    assert moved.changes == ()


def test_references_become_media_and_names_follow() -> None:
    """Images and videos are counted apart then; what cannot be told is taken for an image and said."""
    request = Request(
        "wan2.6-r2v-flash",
        prompt="character2 hands character3 to Character1 near character4 and character9.",
        reference_urls=[GIRL, WALK, "https://a.example/thing", WALK],
        size="1088*832",
        duration=8,
        seed=7,
        audio=True,
    )
    moved, changes = request.to_wan27()
    assert moved == Request(
        "wan2.7-r2v",
        prompt="Video 1 hands Image 2 to Image 1 near Video 2 and character9.",
        media=[
            {"type": "reference_image", "url": GIRL},
            {"type": "reference_video", "url": WALK},
            {"type": "reference_image", "url": "https://a.example/thing"},
            {"type": "reference_video", "url": WALK},
        ],
        resolution="720P",
        ratio="4:3",
        duration=8,
        seed=7,
    )
    assert changes == (
        "wan2.6-r2v-flash becomes wan2.7-r2v.",
        "reference_urls become media: reference_image, reference_video, reference_image, reference_video.",
        changes[2],
        changes[3],
        "size 1088*832 becomes resolution 720P and ratio 4:3 (1104x832 pixels).",
        "audio is left out; there is always sound.",
        "A second of 720P costs 0.6 instead of 0.3 CNY (in beijing).",
    )
    assert changes[2].startswith(
        "media[2] does not tell whether it is an image or a video; it was taken for an"
    )
    assert changes[3] == (
        "Names in the prompt: character2 becomes Video 1, character3 becomes Image 2, "
        "Character1 becomes Image 1, character4 becomes Video 2."
    )


def test_files_of_this_machine_are_looked_at(tmp_path: Path) -> None:
    """A file tells its kind by what it holds."""
    files = [picture(tmp_path, "a.png"), clip(tmp_path, "b.mp4")]
    request = Request("wan2.6-r2v", prompt="character1和character2打招呼", reference_urls=files)
    moved = request.to_wan27().request
    assert [item["type"] for item in moved.media()] == ["reference_image", "reference_video"]
    assert moved.value("prompt") == "图1和视频1打招呼"
    assert moved.problems() == []


@pytest.mark.parametrize(
    ("prompt", "shot_type", "told"),
    [
        ("A fox wakes", "multi", "A fox wakes. Several shots, with cuts between them."),
        ("一只狐狸醒来。", "multi", "一只狐狸醒来。由多个镜头组成，镜头之间有切换。"),
        ("一只狐狸醒来", "single", "一只狐狸醒来。一镜到底，没有切换。"),
        ('It says "hi!"', "single", 'It says "hi!" One continuous shot without cuts.'),
        ("A fox. Shot 1 [0-2s]: It wakes. Shot 2 [2-5s]: It runs.", "multi", None),
        ("Three shots of a fox", "multi", None),
        ("狐狸的三个镜头", "multi", None),
        ("A fox in one long take", "single", None),
    ],
)
def test_shots_are_told_once(prompt: str, shot_type: str, told: str | None) -> None:
    """In the prompt's own language, and not where it tells them already."""
    moved, changes = Request("wan2.6-t2v", prompt=prompt, shot_type=shot_type).to_wan27()
    assert moved.value("prompt") == (told or prompt)
    assert f"shot_type {shot_type}" in changes[1]
    assert ("becomes words" in changes[1]) == (told is not None)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"prompt": "A fox", "prompt_extend": False}, "without prompt_extend it had no effect"),
        ({"img_url": GIRL}, "shots are told in the prompt now, and there is none"),
    ],
)
def test_a_shot_type_without_effect_leaves_no_words(values: dict[str, Any], words: str) -> None:
    """It worked only while the service rewrote the prompt; and there must be one to write into."""
    model = "wan2.6-i2v" if "img_url" in values else "wan2.6-t2v"
    moved, changes = Request(model, shot_type="multi", **values).to_wan27()
    assert words in changes[-1]
    assert moved.values.get("prompt") == values.get("prompt")


def test_a_picture_and_its_sound_become_media() -> None:
    """An effect is gone, and the prompt counts again."""
    request = Request(
        "wan2.6-i2v", prompt="She sings", img_url=GIRL, audio_url=RAP, template="x", resolution="720P"
    )
    moved, changes = request.to_wan27()
    items = [{"type": "first_frame", "url": GIRL}, {"type": "driving_audio", "url": RAP}]
    assert moved == Request("wan2.7-i2v", prompt="She sings", media=items, resolution="720P")
    assert [change.partition(" ")[0] for change in changes] == [
        "wan2.6-i2v",
        "img_url",
        "audio_url",
        "template",
    ]


def test_silence_is_lost_and_said() -> None:
    """The sound file had no effect on a silent video and does not drive the new one."""
    moved, changes = Request("wan2.6-i2v-flash", img_url=GIRL, audio_url=RAP, audio=False).to_wan27()
    assert moved == Request("wan2.7-i2v", media=[{"type": "first_frame", "url": GIRL}])
    assert changes[1] == "audio is left out: the video will have sound, which cannot be switched off."
    assert changes[2].startswith("audio_url is left out")


def test_wrong_values_stay_wrong() -> None:
    """They are not mended in passing, and nothing breaks on them."""
    request = Request("wan2.6-r2v", prompt=7, reference_urls="a.png", size="9*9", shot_type="many", zzz=1)
    moved, changes = request.to_wan27()
    assert {problem.field for problem in moved.problems()} >= {"prompt", "reference_urls", "media"}
    assert "size '9*9' is none of the sizes there were; choose resolution and ratio." in changes
    mixed = Request("wan2.6-r2v", prompt="x", reference_urls=["a.png", 7]).to_wan27().request
    assert "reference_urls" in mixed.values


def test_a_snapshot_moves_like_its_model() -> None:
    """An id the catalogue does not hold has the successor of the one it borrows its rules from."""
    assert Request("wan2.6-t2v-2027-01-01", prompt="x").to_wan27().request == Request(
        "wan2.7-t2v", prompt="x"
    )


def test_a_dearer_successor_is_said() -> None:
    """A silent flash video costs a quarter of its successor; plain models cost the same."""
    flash = Request(
        "wan2.6-r2v-flash",
        prompt="character1 dances",
        reference_urls=["https://example.com/a.mp4"],
        size="1280*720",
        audio=False,
    )
    assert flash.to_wan27().changes[-1] == "A second of 720P costs 0.6 instead of 0.15 CNY (in beijing)."
    plain = Request("wan2.6-t2v", prompt="a fox", size="1280*720")
    assert not any("costs" in change for change in plain.to_wan27().changes)
