"""What follows from a model and its values together: references, roles, size, resolution, sound."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import files
from tests.catalog.garbage import IMAGE, SOUND, VIDEO, a_request
from wan_notebook.catalog import Request
from wan_notebook.catalog.inputs import AREAS, Reference, fitted

R2V, OLD_R2V, I2V, EDIT = "wan2.7-r2v", "wan2.6-r2v", "wan2.7-i2v", "wan2.7-videoedit"
UNKNOWN = "https://a.example/unknown"
MIXED = [
    {"type": "first_frame", "url": IMAGE},
    {"type": "reference_video", "url": VIDEO, "reference_voice": SOUND},
    {"type": "reference_image", "url": UNKNOWN},
    {"type": "reference_image", "url": IMAGE},
]


def test_references_are_what_a_prompt_can_speak_of() -> None:
    """In order, without first frame and voices; a type says the kind where the ending does not."""
    request = Request(R2V, prompt="x", media=MIXED)
    assert [one.kind for one in request.references()] == ["video", "image", "image"]
    assert request.kinds() == [None, "video", "image", "image"]
    assert [request.role(address) for address in request.addresses()] == [
        "first_frame",
        "reference_video",
        "reference_voice",
        "reference_image",
        "reference_image",
    ]


def test_an_unknown_ending_keeps_its_place_among_the_characters() -> None:
    """An address that does not tell its kind is counted as an image, lest the names behind it shift."""
    request = Request(OLD_R2V, prompt="x", reference_urls=[UNKNOWN, VIDEO])
    assert request.kinds() == ["image", "video"]
    assert request.references() == [Reference(None, None), Reference("video", None)]
    assert [request.role(address) for address in request.addresses()] == ["reference_urls"] * 2


def test_lengths_of_local_references_are_read(tmp_path: Path) -> None:
    """A video on this machine has seconds, one in the web has none yet."""
    film = files.clip(tmp_path, seconds=1.5)
    request = Request(OLD_R2V, prompt="x", reference_urls=[film, VIDEO, files.picture(tmp_path)])
    assert [(one.kind, one.seconds) for one in request.references()] == [
        ("video", Decimal("1.5")),
        ("video", None),
        ("image", None),
    ]


def test_models_without_names_have_no_kinds() -> None:
    """Frames and clips of wan2.7-i2v are not spoken of; the images of an edit are."""
    assert a_request(I2V).kinds() == [None]
    media = [{"type": "video", "url": VIDEO}, {"type": "reference_image", "url": IMAGE}]
    assert Request(EDIT, media=media).kinds() == [None, "image"]


def test_media_can_be_counted() -> None:
    """By type, whatever else the list holds."""
    request = Request(R2V, media=[*MIXED, 5, {"type": 7}, {}])
    assert (request.items("reference_image"), request.items("reference_video")) == (2, 1)
    assert request.items("picture") == 0
    assert len(request.media()) == 6
    assert Request("wan2.7-t2v", media=MIXED).media() == []


def test_a_usable_value_has_passed_its_check() -> None:
    """A fault, nothing at all, and a name the model does not have are all None."""
    request = Request("wan2.7-t2v", duration=99, seed=0)
    assert request.value("duration") == 99
    assert [request.usable(name) for name in ("duration", "seed", "prompt", "zzz")] == [None, 0, None, None]


@pytest.mark.parametrize(
    ("model", "values", "sounded"),
    [
        ("wan2.7-t2v", {}, True),
        ("wan2.6-i2v", {}, True),
        ("wan2.6-i2v-flash", {}, True),
        ("wan2.6-i2v-flash", {"audio": True}, True),
        ("wan2.6-i2v-flash", {"audio": False}, False),
        ("wan2.6-r2v-flash", {"audio": False}, False),
    ],
)
def test_only_a_flash_model_can_be_silent(model: str, values: dict[str, Any], sounded: bool) -> None:  # noqa: FBT001 - a column
    """And only when it is asked to."""
    assert a_request(model, **values).sounded is sounded


@pytest.mark.parametrize(
    ("resolution", "given_size", "made"),
    [
        ("720P", (750, 1000), (816, 1104)),  # the documents' own example (BL-i2v)
        ("720P", (640, 360), (1280, 720)),
        ("720P", (1920, 1080), (1280, 720)),
        ("720P", (1080, 1920), (720, 1280)),
        ("720P", (512, 512), (960, 960)),
        ("1080P", (640, 360), (1920, 1072)),
        ("1080P", (1080, 1920), (1072, 1920)),
        ("1080P", (300, 300), (1440, 1440)),
        ("720P", (2400, 300), (2704, 336)),
    ],
)
def test_a_picture_gives_the_video_its_shape(
    resolution: str, given_size: tuple[int, int], made: tuple[int, int]
) -> None:
    """Area near the tier, both sides multiples of 16."""
    assert fitted(resolution, *given_size) == made


@given(
    resolution=st.sampled_from(sorted(AREAS)),
    short=st.integers(240, 1000),
    times=st.floats(1, 8),
    upright=st.booleans(),
)
def test_a_fitted_size_keeps_area_and_shape(resolution: str, short: int, times: float, upright: bool) -> None:  # noqa: FBT001 - drawn
    """Never more pixels than the tier, and no side cut by more than the grid."""
    sides = (short, int(short * times))
    width, height = sides if upright else sides[::-1]
    made = fitted(resolution, width, height)
    assert made[0] % 16 == made[1] % 16 == 0
    assert made[0] * made[1] <= AREAS[resolution]
    exact = (AREAS[resolution] * width / height) ** 0.5
    assert exact - 16 < made[0] <= exact + 0.01


@pytest.mark.parametrize(
    ("model", "media_type", "size"),
    [(I2V, "first_frame", (816, 1104)), (I2V, "last_frame", None)],
)
def test_a_first_frame_shapes_the_video(
    tmp_path: Path, model: str, media_type: str, size: tuple[int, int] | None
) -> None:
    """The first frame does, the last does not."""
    picture = files.picture(tmp_path, size=(750, 1000))
    media = [{"type": media_type, "url": picture}]
    assert Request(model, media=media, resolution="720P").size == size


def test_the_first_that_shapes_wins(tmp_path: Path) -> None:
    """With references a first frame decides, not a reference, and the given ratio has no effect."""
    picture, wide = files.picture(tmp_path, size=(750, 1000)), files.picture(tmp_path, "b.png", (640, 320))
    media = [{"type": "reference_image", "url": wide}, {"type": "first_frame", "url": picture}]
    request = Request(R2V, prompt="x", media=media, resolution="720P", ratio="16:9")
    assert request.size == (816, 1104)
    assert request.changed(media=media[:1]).size == (1280, 720)


def test_a_clip_and_a_video_shape_too(tmp_path: Path) -> None:
    """Continued clip, edited video; a ratio given for the edit wins over its video."""
    film = files.clip(tmp_path, size=(320, 240), sound=False)
    assert Request(I2V, media=[{"type": "first_clip", "url": film}], resolution="720P").size == (1104, 816)
    edit = Request(EDIT, media=[{"type": "video", "url": film}], resolution="720P")
    assert edit.size == (1104, 816)
    assert edit.changed(ratio="4:3").size == (1104, 832)
    assert edit.changed(ratio="5:3").size is None


def test_the_older_first_frame_shapes_too(tmp_path: Path) -> None:
    """img_url of wan2.6."""
    picture = files.picture(tmp_path, size=(750, 1000))
    assert Request("wan2.6-i2v", img_url=picture, resolution="720P").size == (816, 1104)


@pytest.mark.parametrize("url", [IMAGE, "data:image/png;base64,AAAA", "nothing.png"])
def test_a_picture_elsewhere_leaves_the_size_open(url: str) -> None:
    """Nobody has seen it yet."""
    assert Request(I2V, media=[{"type": "first_frame", "url": url}]).size is None
    assert Request("wan2.6-i2v", img_url=url).size is None


@pytest.mark.parametrize("model", [I2V, EDIT, "wan2.6-i2v"])
def test_without_a_picture_the_size_is_open(model: str) -> None:
    """Models that follow one have no shape of their own."""
    assert Request(model).size is None


@pytest.mark.parametrize(
    ("model", "values", "resolution"),
    [
        ("wan2.7-t2v", {}, "1080P"),
        ("wan2.7-t2v", {"resolution": "720P"}, "720P"),
        ("wan2.7-t2v", {"resolution": "480P"}, None),
        ("wan2.6-t2v", {}, "1080P"),
        ("wan2.6-t2v", {"size": "832*1088"}, "720P"),
        ("wan2.6-t2v", {"size": "832*480"}, None),
        ("wan2.6-t2v", {"size": 5}, None),
    ],
)
def test_the_resolution_billed(model: str, values: dict[str, Any], resolution: str | None) -> None:
    """The given tier, or that of the size."""
    assert a_request(model, **values).resolution == resolution
