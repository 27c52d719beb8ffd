"""What each model's videos are billed by, and how long and large they are."""

import json
from typing import Any

import pytest

from tests.simulator.givens import image, video
from wan_notebook.catalog import find_model
from wan_notebook.simulator.commission import size_of, video_of
from wan_notebook.simulator.gathering import Given
from wan_notebook.simulator.judging.usage import usage

EDIT = "wan2.7-videoedit"


def billed(model_id: str, given: list[Given], **values: Any) -> dict[str, Any]:
    """Return the usage of an order with these values."""
    model = find_model(model_id)
    every = {"prompt": "A fox", "seed": 7, **model.defaults, **values}
    made = video_of(model, every, given, "")
    return usage(model, every, given, (made.width, made.height), made.seconds)


@pytest.mark.parametrize(
    ("model", "given", "values", "expected"),
    [
        (
            "wan2.7-t2v",
            [],
            {"resolution": "720P", "ratio": "9:16"},
            {
                "duration": 5,
                "input_video_duration": 0,
                "output_video_duration": 5,
                "SR": 720,
                "ratio": "9:16",
            },
        ),
        (
            "wan2.7-i2v",
            [video(3.02, role="first_clip")],
            {"duration": 15},
            {"duration": 15, "input_video_duration": 0, "output_video_duration": 15, "SR": 1080},
        ),
        (
            "wan2.7-r2v",
            [image(), image(), image(), image(), video(12.4)],
            {"resolution": "720P", "duration": 10},
            {
                "duration": 15,
                "input_video_duration": 5,
                "output_video_duration": 10,
                "SR": 720,
                "ratio": "16:9",
                "audio": True,
            },
        ),
        (
            EDIT,
            [video(5.02, role="video")],
            {},
            {"duration": 10.04, "input_video_duration": 5.02, "output_video_duration": 5.02, "SR": 1080},
        ),
        (
            EDIT,
            [video(9.96, role="video"), image()],
            {"duration": 4},
            {"duration": 8, "input_video_duration": 4, "output_video_duration": 4, "SR": 1080},
        ),
        (
            EDIT,
            [video(2.5, role="video")],
            {"duration": 10},
            {"duration": 5, "input_video_duration": 2.5, "output_video_duration": 2.5, "SR": 1080},
        ),
        (
            "wan2.6-t2v",
            [],
            {"size": "1280*720"},
            {
                "duration": 5.0,
                "input_video_duration": 0,
                "output_video_duration": 5,
                "SR": 720,
                "size": "1280*720",
            },
        ),
        (
            "wan2.6-i2v",
            [image(name="img_url", role="first_frame")],
            {"duration": 2},
            {"duration": 2, "input_video_duration": 0, "output_video_duration": 2, "SR": 1080},
        ),
        (
            "wan2.6-i2v-flash",
            [image(name="img_url", role="first_frame")],
            {"audio": False, "resolution": "720P"},
            {
                "duration": 5,
                "input_video_duration": 0,
                "output_video_duration": 5,
                "SR": 720,
                "audio": False,
            },
        ),
        (
            "wan2.6-r2v-flash",
            [video(4.0), image()],
            {"size": "1632*1248"},
            {
                "duration": 7.5,
                "input_video_duration": 2.5,
                "output_video_duration": 5,
                "SR": 1080,
                "size": "1632*1248",
                "audio": True,
            },
        ),
    ],
)
def test_usage_has_the_documented_keys(
    model: str, given: list[Given], values: dict[str, Any], expected: dict[str, Any]
) -> None:
    """Each model tells exactly its own keys; whole seconds are whole numbers, but 5.0 beside a size."""
    written = json.dumps(billed(model, given, **values), sort_keys=True)
    assert written == json.dumps({**expected, "video_count": 1}, sort_keys=True)


@pytest.mark.parametrize(
    ("lengths", "images", "newer", "older"),
    [
        ([30], 0, 5, 5),
        ([1.2], 0, 1.2, 1.2),
        ([30], 2, 5, 1.65),
        ([30, 30], 0, 5, 5),
        ([30, 2], 0, 4.5, 4.5),
        ([30, 30], 1, 5, 3.3),
        ([30, 30, 30], 0, 4.95, 4.95),
        ([30, 1], 3, 3.5, 2),
        ([], 5, 0, 0),
    ],
)
def test_input_of_references_is_capped(lengths: list[float], images: int, newer: float, older: float) -> None:
    """wan2.7 divides the 5 s among the reference videos, wan2.6 among all references."""
    given = [*(video(seconds) for seconds in lengths), *(image() for _ in range(images))]
    for model, expected in (("wan2.7-r2v", newer), ("wan2.6-r2v", older)):
        found = billed(model, given, duration=10)
        assert found["input_video_duration"] == pytest.approx(expected)
        assert found["duration"] == pytest.approx(10 + expected)


def test_a_first_frame_shares_nothing() -> None:
    """It counts neither as a reference nor as input."""
    given = [image(role="first_frame"), video(30)]
    assert billed("wan2.7-r2v", given)["input_video_duration"] == 5


@pytest.mark.parametrize(
    ("model", "given", "values", "size"),
    [
        ("wan2.7-i2v", image(750, 1000, role="first_frame"), {"resolution": "720P"}, (816, 1104)),
        ("wan2.7-i2v", image(1920, 1080, role="first_frame"), {"resolution": "1080P"}, (1920, 1072)),
        ("wan2.7-i2v", video(3, 720, 1280, role="first_clip"), {"resolution": "720P"}, (720, 1280)),
        ("wan2.7-i2v", image(240, 1920, role="first_frame"), {"resolution": "720P"}, (336, 2704)),
        ("wan2.7-r2v", image(500, 500), {"resolution": "720P", "ratio": "4:3"}, (1104, 832)),
        ("wan2.7-r2v", image(500, 500, role="first_frame"), {"resolution": "720P"}, (960, 960)),
        (EDIT, video(3, 1000, 1000, role="video"), {"resolution": "720P"}, (960, 960)),
        (EDIT, video(3, 1000, 1000, role="video"), {"resolution": "720P", "ratio": "3:4"}, (832, 1104)),
        ("wan2.6-r2v", image(500, 500), {"size": "1088*832"}, (1088, 832)),
        (
            "wan2.6-i2v",
            image(1000, 500, name="img_url", role="first_frame"),
            {"resolution": "720P"},
            (1344, 672),
        ),
    ],
)
def test_a_video_follows_its_first_picture(
    model: str, given: Given, values: dict[str, Any], size: tuple[int, int]
) -> None:
    """The tier sets the area, the picture the shape, in steps of 16; a size or ratio asked for wins."""
    found = find_model(model)
    assert size_of(found, {**found.defaults, **values}, [given]) == size


def test_sound_caption_and_look_follow_the_values() -> None:
    """Silence only where asked; the effect takes the prompt's place; several shots only of a long prompt."""
    model = find_model("wan2.6-i2v-flash")
    given = [image(name="img_url", role="first_frame")]
    usual = {"seed": 7, **model.defaults, "prompt": "A fox"}
    made = video_of(model, usual, given, "prompt")
    assert (made.sound, made.caption, made.prompt) == (True, "A fox", "A fox")
    silent = video_of(model, {**usual, "audio": False, "template": "flying"}, given, "")
    assert (silent.sound, silent.caption, silent.prompt) == (False, "", "flying")
    several = {**usual, "shot_type": "multi"}
    assert video_of(model, several, given, "").mood != made.mood
    assert video_of(model, {**several, "prompt_extend": False}, given, "").mood == (
        video_of(model, {**usual, "prompt_extend": False}, given, "").mood
    )
