"""Remarks on what can be sent, each once, with a mend where one settles it."""

from pathlib import Path
from typing import Any

import pytest

from tests import files
from tests.catalog.garbage import IMAGE, SOUND, VIDEO, a_request
from wan_notebook.catalog import MODELS, Notice, Request

R2V, I2V, FLASH = "wan2.7-r2v", "wan2.7-i2v", "wan2.6-i2v-flash"


def said(request: Request) -> list[str]:
    """Return all remarks, as text."""
    return list(map(str, request.notices()))


def only(request: Request) -> Notice:
    """Return the one remark there is."""
    [notice] = request.notices()
    return notice


def references(images: int, videos: int, frames: int = 0) -> Request:
    """Return a request with so many references, each named in its prompt."""
    names = [f"Image {number + 1}" for number in range(images)] + [
        f"Video {number + 1}" for number in range(videos)
    ]
    media = [
        *[{"type": "reference_image", "url": IMAGE}] * images,
        *[{"type": "reference_video", "url": VIDEO}] * videos,
        *[{"type": "first_frame", "url": IMAGE}] * frames,
    ]
    return Request(R2V, prompt=" and ".join(names), media=media)


@pytest.mark.parametrize("model", sorted(MODELS))
def test_an_ordinary_request_brings_none(model: str) -> None:
    """Nothing is said where nothing is odd, resolved or not."""
    assert said(a_request(model)) == said(a_request(model).resolved()) == []


def test_an_unknown_model_is_told() -> None:
    """Whose rules are used, and that its price may not be known."""
    notice = only(Request("wan2.7-t2v-2027-01-01", prompt="x"))
    assert notice == Notice(
        "model",
        "The catalogue does not know wan2.7-t2v-2027-01-01; the rules of wan2.7-t2v are used; "
        "unless a price list names it, its price is unknown.",
    )


@pytest.mark.parametrize(("videos", "told"), [(1, False), (3, False), (4, True), (5, True)])
def test_more_than_three_videos_are_told(videos: int, told: bool) -> None:  # noqa: FBT001 - a column
    """They are sent all the same (section 11, "videos in 2.7 r2v")."""
    request = references(0, videos)
    assert request.problems() == []
    assert any(f"{videos} reference videos:" in one for one in said(request)) == told
    assert len(said(request)) == told


@pytest.mark.parametrize(
    ("images", "frames", "told"), [(5, 0, False), (4, 1, False), (5, 1, True), (1, 1, False)]
)
def test_six_items_are_told(images: int, frames: int, told: bool) -> None:  # noqa: FBT001 - a column
    """They are sent all the same (section 11, "media elements r2v")."""
    request = references(images, 0, frames)
    assert request.problems() == []
    assert any(one.startswith("6 media items:") for one in said(request)) == told
    assert len(said(request)) == told


def test_images_inside_the_request_are_told_for_references() -> None:
    """The guide names public addresses only (section 11, "base64 for r2v")."""
    inline = {"url": "data:image/png;base64,AAAA"}
    notice = only(Request(R2V, prompt="x", media=[{"type": "reference_image", **inline}]))
    assert notice.field == "media"
    assert notice.message.startswith("Images inside the request:")
    assert said(Request(I2V, media=[{"type": "first_frame", **inline}])) == []


@pytest.mark.parametrize(
    ("ratio", "frames", "told"),
    [("9:16", 1, True), ("16:9", 1, False), (None, 1, False), ("9:16", 0, False), ("9:17", 1, False)],
)
def test_a_ratio_beside_a_first_frame_is_told(ratio: str | None, frames: int, told: bool) -> None:  # noqa: FBT001 - a column
    """Without it the video is the same; the default says nothing, a fault is told elsewhere."""
    request = references(1, 0, frames).changed(ratio=ratio)
    assert len(said(request)) == told
    if told:
        notice = only(request)
        assert notice.message.startswith("The shape 9:16 has no effect:")
        assert (notice.field, notice.mend) == ("ratio", {"ratio": None})


def test_several_shots_need_a_rewritten_prompt() -> None:
    """One click lets the service rewrite it (BL-t2v26)."""
    request = Request("wan2.6-t2v", prompt="x", shot_type="multi", prompt_extend=False)
    notice = only(request)
    assert notice.field == "shot_type"
    assert said(request.changed(**dict(notice.mend or {}))) == []
    assert said(request.changed(shot_type="single")) == []
    assert said(Request("wan2.6-r2v", prompt="x", reference_urls=[IMAGE], shot_type="multi")) == []


def test_a_sound_has_no_effect_on_a_silent_video() -> None:
    """False beats the address (BL-i2v26)."""
    request = Request(FLASH, img_url=IMAGE, audio_url=SOUND, audio=False)
    notice = only(request)
    assert (notice.field, notice.mend) == ("audio_url", {"audio_url": None})
    assert said(request.changed(audio=True)) == said(request.changed(audio_url=None)) == []


def test_an_effect_takes_no_prompt() -> None:
    """What is written there is not looked at (BL-i2v26)."""
    request = Request(FLASH, img_url=IMAGE, prompt="x", template="squish")
    notice = only(request)
    assert (notice.field, notice.mend) == ("prompt", {"prompt": None})
    assert "With the effect squish" in notice.message
    assert said(request.changed(prompt=None)) == said(request.changed(prompt="")) == []


@pytest.mark.parametrize(("duration", "told"), [(2, True), (3, True), (4, False), (None, False)])
def test_a_clip_as_long_as_the_video_is_told(tmp_path: Path, duration: int | None, told: bool) -> None:  # noqa: FBT001 - a column
    """The duration counts the clip: nothing new would come (BL-i2v)."""
    clip = files.clip(tmp_path, seconds=3, fps=2, sound=False)
    request = Request(I2V, media=[{"type": "first_clip", "url": clip}], duration=duration)
    assert len(said(request)) == told
    if told:
        assert said(request)[0].startswith(f"The clip lasts 3.0 s and the duration of {duration} s counts")
        assert request.notices()[0].field == "duration"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (6.0, "The sound lasts 6.0 s and will be cut at 5 s."),
        (3.0, "The sound lasts 3.0 s; the rest of the 5 s will be silent."),
        (5.0, ""),
    ],
)
@pytest.mark.parametrize(
    ("model", "field"), [("wan2.7-t2v", "audio_url"), ("wan2.6-i2v", "audio_url"), (I2V, "media")]
)
def test_a_sound_of_another_length_is_told(
    tmp_path: Path, model: str, field: str, seconds: float, words: str
) -> None:
    """It is cut, or ends in silence (BL-i2v, BL-t2v)."""
    song = files.sound(tmp_path, "song.wav", seconds)
    items = [{"type": "first_frame", "url": IMAGE}, {"type": "driving_audio", "url": song}]
    request = a_request(model, **{field: items if field == "media" else song})
    assert said(request) == ([words] if words else [])
    assert [notice.field for notice in request.notices()] == ([field] if words else [])


def test_what_lies_in_the_web_is_not_measured() -> None:
    """Nor is a file with a fault, nor anything beside a faulty duration."""
    items = [{"type": "first_frame", "url": IMAGE}, {"type": "driving_audio", "url": SOUND}]
    assert said(Request(I2V, media=items, duration=2)) == []
    assert said(Request("wan2.7-t2v", prompt="x", audio_url="nothing.mp3")) == []


def test_a_faulty_duration_measures_nothing(tmp_path: Path) -> None:
    """The fault is told as a problem."""
    assert said(Request("wan2.7-t2v", prompt="x", audio_url=files.sound(tmp_path), duration=99)) == []


@pytest.mark.parametrize(
    ("model", "values", "field", "mend"),
    [
        (
            R2V,
            {
                "prompt": "Image 2 dances",
                "media": [{"type": "reference_image", "url": IMAGE}],
            },
            "prompt",
            {"prompt": "Image 1 dances"},
        ),
        (
            R2V,
            {
                "prompt": "Video 1 meets Image 2",
                "media": [
                    {"type": "reference_video", "url": VIDEO},
                    {"type": "reference_image", "url": IMAGE},
                ],
            },
            "prompt",
            {"prompt": "Video 1 meets Image 1"},
        ),
        (
            "wan2.6-r2v",
            {"prompt": "Image 1 dances", "reference_urls": [IMAGE]},
            "prompt",
            {"prompt": "character1 dances"},
        ),
        (
            "wan2.7-t2v",
            {"prompt": "Shot 1 [0-2s] A fox. Shot 2 [2-4s] A hare.", "duration": 5},
            "duration",
            {"duration": 4},
        ),
    ],
)
def test_names_and_shots_are_looked_at(
    model: str, values: dict[str, Any], field: str, mend: dict[str, Any]
) -> None:
    """Images are counted apart from videos (section 11); the mend settles the remark."""
    request = Request(model, **values)
    notice = request.notices()[0]
    assert (notice.field, notice.mend) == (field, mend)
    assert said(request.changed(**mend)) == []


def test_remarks_are_no_problems() -> None:
    """A request with several of them is sent."""
    inline = {"type": "reference_image", "url": "data:image/png;base64,AAAA"}
    media = [*[inline] * 5, {"type": "first_frame", "url": IMAGE}]
    request = Request("wan2.7-r2v-2027-01-01", prompt="x", media=media, ratio="9:16")
    assert request.problems() == []
    assert [notice.field for notice in request.notices()] == ["model", "prompt", "media", "media", "ratio"]
