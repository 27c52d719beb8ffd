"""Every limit of the wan2.6 models, as the documents have it (protocol.md, sections 2.3, 2.4 and 11)."""

from typing import Any

import pytest

from tests.catalog.garbage import IMAGE, SOUND, VIDEO, a_request, each, told
from wan_notebook.catalog import UrlField, find_model

T2V, I2V, I2V_FLASH, R2V, R2V_FLASH = (
    "wan2.6-t2v",
    "wan2.6-i2v",
    "wan2.6-i2v-flash",
    "wan2.6-r2v",
    "wan2.6-r2v-flash",
)
ALL = (T2V, I2V, I2V_FLASH, R2V, R2V_FLASH)
FLASH = (I2V_FLASH, R2V_FLASH)
SIZED = (T2V, R2V, R2V_FLASH)
IMAGED = (I2V, I2V_FLASH)
REFERRING = (R2V, R2V_FLASH)
SIZES = [
    *("1280*720", "720*1280", "960*960", "1088*832", "832*1088"),
    *("1920*1080", "1080*1920", "1440*1440", "1632*1248", "1248*1632"),
]
INLINE = "data:image/png;base64,AAAA"
TAKEN: list[tuple[Any, ...]] = [
    (ALL, "prompt", ["x", "狐" * 1500]),
    (IMAGED, "prompt", [None, ""]),
    (ALL, "negative_prompt", ["", "x" * 500]),
    (SIZED, "size", [*SIZES]),
    (IMAGED, "resolution", ["720P", "1080P"]),
    ((T2V, *IMAGED), "duration", [2, 15]),
    (REFERRING, "duration", [2, 10]),
    (ALL, "shot_type", ["single", "multi"]),
    (FLASH, "audio", [True, False]),
    (ALL, "seed", [0, 2_147_483_647]),
    (ALL, "watermark", [True, False]),
    ((T2V, *IMAGED), "prompt_extend", [True, False]),
    ((T2V, *IMAGED), "audio_url", [SOUND, "oss://b/a.wav"]),
    (IMAGED, "img_url", [IMAGE, "oss://b/a.png", INLINE]),
    (IMAGED, "template", ["squish"]),
    (REFERRING, "reference_urls", [[IMAGE], [IMAGE] * 5, [VIDEO] * 3, [VIDEO] * 3 + [IMAGE] * 2, (VIDEO,)]),
]
REFUSED: list[tuple[Any, ...]] = [
    (ALL, "prompt", ["x" * 1501], "the limit is 1500"),
    (SIZED, "prompt", [None, " "], "it needs at least one character"),
    (ALL, "negative_prompt", ["x" * 501], "the limit is 500"),
    (SIZED, "size", ["1280x720", "832*480", "1104*832", "720P"], "choose one of 1280*720, 720*1280, "),
    (IMAGED, "resolution", ["480P", "720p"], "choose one of 720P, 1080P"),
    ((T2V, *IMAGED), "duration", [1, 16], "must be from 2 to 15"),
    (REFERRING, "duration", [1, 11, 15], "must be from 2 to 10"),
    (ALL, "shot_type", ["double", 1], "choose one of single, multi"),
    (FLASH, "audio", [0, "false"], "must be True or False"),
    (ALL, "seed", [-1, 2_147_483_648], "from 0 to 2147483647"),
    (IMAGED, "img_url", [None], "img_url is missing; give a web address or the path of a file."),
    (IMAGED, "img_url", ["data:video/mp4;base64,AAAA"], "cannot be sent inside the request"),
    (REFERRING, "reference_urls", [None], "reference_urls is missing"),
    (REFERRING, "reference_urls", [[], [IMAGE] * 6], "it needs 1 to 5"),
    (REFERRING, "reference_urls", [[VIDEO] * 4], "of the kind video; at most 3 are allowed"),
    (REFERRING, "reference_urls", [[INLINE]], "cannot be sent inside the request"),
    # What they do not have; a name that is right for another model is not called a slip.
    (SIZED, "resolution", ["720P"], "is not a parameter of"),
    (ALL, "ratio", ["16:9"], "; it takes prompt, "),
    ((T2V, I2V, R2V), "audio", [False], "; it takes prompt, "),
    (IMAGED, "size", ["1280*720"], "is not a parameter of"),
    (REFERRING, "prompt_extend", [True], "; it takes prompt, "),
    (REFERRING, "audio_url", [SOUND], "is not a parameter of"),
    (ALL, "media", [[{"type": "first_frame", "url": IMAGE}]], "is not a parameter of"),
    (REFERRING, "reference_video_urls", [[VIDEO]], "did you mean reference_urls?"),
]


@pytest.mark.parametrize(("model", "name", "value"), each(TAKEN))
def test_what_the_documents_allow_is_taken(model: str, name: str, value: object) -> None:
    """Every value within the limits, the bounds themselves among them."""
    assert told(model, **{name: value}) == ""


@pytest.mark.parametrize(("model", "name", "value", "words"), each(REFUSED))
def test_what_the_documents_forbid_is_refused(model: str, name: str, value: object, words: str) -> None:
    """Every value past a limit, in one sentence with the parameter and the limit."""
    [problem] = a_request(model, **{name: value}).problems()
    assert problem.field == name
    assert problem.message.startswith(name)
    assert words in problem.message


@pytest.mark.parametrize(
    ("model", "defaults"),
    [
        (T2V, {"size": "1920*1080", "prompt_extend": True}),
        (I2V, {"resolution": "1080P", "prompt_extend": True}),
        (I2V_FLASH, {"resolution": "1080P", "prompt_extend": True, "audio": True}),
        (R2V, {"size": "1920*1080"}),
        (R2V_FLASH, {"size": "1920*1080", "audio": True}),
    ],
)
def test_the_defaults_are_the_documented_ones(model: str, defaults: dict[str, Any]) -> None:
    """Beside those all have: 5 s, one shot, no mark."""
    common = {"duration": 5, "shot_type": "single", "watermark": False}
    assert find_model(model).defaults == {**common, **defaults}


@pytest.mark.parametrize("model", ALL)
def test_disputed_defaults_are_sent(model: str) -> None:
    """Mark, shots and sound are written out, whatever the service's default is (section 11)."""
    parameters = a_request(model).resolved().body()["parameters"]
    assert parameters["watermark"] is False
    assert parameters["shot_type"] == "single"
    assert parameters.get("audio", True) is True
    assert ("audio" in parameters) == (model in FLASH)


@pytest.mark.parametrize("model", [T2V, I2V, I2V_FLASH])
def test_sounds_have_3_seconds_at_least(model: str) -> None:
    """One second more than wan2.7 asks for (section 11, "Audio length")."""
    newer = find_model("wan2.7-t2v").field("audio_url")
    older = find_model(model).field("audio_url")
    assert isinstance(older, UrlField)
    assert isinstance(newer, UrlField)
    assert (older.rule.seconds, newer.rule.seconds) == ((3, 30), (2, 30))


@pytest.mark.parametrize("size", SIZES)
def test_a_size_is_what_it_says(size: str) -> None:
    """Width and height are read from it, and the tier it is billed by."""
    request = a_request(T2V, size=size)
    width, height = map(int, size.split("*"))
    assert request.size == (width, height)
    assert request.resolution == ("720P" if SIZES.index(size) < 5 else "1080P")
