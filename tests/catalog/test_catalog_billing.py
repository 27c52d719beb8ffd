"""Billed seconds, by the documents' own examples (protocol.md, sections 9 and 11)."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import files
from tests.catalog.garbage import IMAGE, VIDEO, a_request
from wan_notebook.catalog import MODELS, Request, billed_seconds
from wan_notebook.catalog.billing import INPUT_CAPS

R2V, OLD_R2V, I2V, EDIT = "wan2.7-r2v", "wan2.6-r2v", "wan2.7-i2v", "wan2.7-videoedit"
UNKNOWN = "https://a.example/unknown"
LONG = 30


def seconds(request: Request) -> tuple[float, float]:
    """Return the bounds of billed seconds."""
    billed = billed_seconds(request)
    assert billed is not None
    return float(billed[0]), float(billed[1])


def references(*urls: object, model: str = R2V, duration: int = 5) -> Request:
    """Return a request with these references; those that end in mp4 are videos."""
    if model != R2V:
        return Request(model, prompt="x", duration=duration, reference_urls=list(urls))
    types = {True: "reference_video", False: "reference_image"}
    media = [{"type": types[str(url).endswith("mp4")], "url": url} for url in urls]
    return Request(model, prompt="x", duration=duration, media=media)


def edited(url: object, duration: int | None = None) -> Request:
    """Return a request to edit a video."""
    return Request(EDIT, media=[{"type": "video", "url": url}], duration=duration)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Make a video longer than any cap of the input."""
    return files.clip(tmp_path, "film.mp4", seconds=6, fps=2, sound=False)


@pytest.mark.parametrize("model", [model.id for model in MODELS.values() if model.billing == "output"])
def test_most_models_bill_what_they_make(model: str) -> None:
    """Pictures and sounds cost nothing; left out, 5 s are made."""
    assert seconds(a_request(model, duration=3)) == (3, 3)
    assert seconds(a_request(model)) == (5, 5)


def test_a_continuation_is_billed_whole(tmp_path: Path) -> None:
    """A clip of 3 s continued to 15 s is billed as 15 s: the duration counts the clip (BL-i2v)."""
    clip = files.clip(tmp_path, seconds=3, fps=2, sound=False)
    for url in (clip, VIDEO):
        assert seconds(Request(I2V, media=[{"type": "first_clip", "url": url}], duration=15)) == (15, 15)


def test_the_shares_of_the_input() -> None:
    """5 s over one video to 1 s over five; 1.65, not 5/3."""
    assert list(map(str, INPUT_CAPS)) == ["5", "2.5", "1.65", "1.25", "1"]


def test_the_documents_disagree_on_the_shares(film: Path) -> None:
    """An image and two videos: 2.5 s each by one, 1.65 s each by the other; the dearer is the high bound."""
    assert seconds(references(IMAGE, film, film)) == (5 + 2 * 1.65, 5 + 2 * 2.5)


def test_the_older_family_shares_among_all(film: Path) -> None:
    """An image and two videos: 1.65 s each."""
    assert seconds(references(IMAGE, film, film, model=OLD_R2V)) == (5 + 2 * 1.65, 5 + 2 * 1.65)


@pytest.mark.parametrize(
    ("images", "videos", "low", "high"),
    [
        (0, 1, 5, 5),
        (0, 2, 5, 5),
        (0, 3, 4.95, 4.95),
        (0, 4, 5, 5),
        (0, 5, 5, 5),
        (1, 1, 2.5, 5),
        (4, 1, 1, 5),
        (3, 2, 2, 5),
        (2, 3, 3, 4.95),
        (5, 0, 0, 0),
    ],
)
def test_long_videos_are_billed_up_to_their_share(
    film: Path, images: int, videos: int, low: float, high: float
) -> None:
    """Low counts all references, high the videos alone; wan2.6 counts all in both."""
    urls = [film] * videos + [IMAGE] * images
    assert seconds(references(*urls, duration=2)) == pytest.approx((2 + low, 2 + high))
    if videos <= 3:
        assert seconds(references(*urls, model=OLD_R2V, duration=2)) == pytest.approx((2 + low, 2 + low))


def test_a_first_frame_takes_no_share(film: Path) -> None:
    """Nor does a voice."""
    media = [
        {"type": "first_frame", "url": IMAGE},
        {"type": "reference_video", "url": film, "reference_voice": "https://a.example/a.mp3"},
    ]
    assert seconds(Request(R2V, prompt="x", duration=5, media=media)) == (10, 10)


def test_a_short_video_is_billed_as_it_is(tmp_path: Path, film: Path) -> None:
    """1 s of input beside 2.5 s of a longer one."""
    short = files.clip(tmp_path, "short.mp4", seconds=1, sound=False)
    assert seconds(references(short, film)) == (5 + 1 + 2.5, 5 + 1 + 2.5)
    assert seconds(references(short)) == (6, 6)


def test_an_unknown_length_lies_between_the_shortest_and_the_share() -> None:
    """A video in the web has 1 s at least, and is billed up to its share."""
    assert seconds(references(VIDEO)) == (6, 10)
    assert seconds(references(IMAGE, VIDEO, VIDEO)) == (7, 10)
    assert seconds(references(*[VIDEO] * 5)) == (10, 10)


def test_an_unknown_kind_may_cost_nothing(film: Path) -> None:
    """An address without an ending is an image at best and a video at worst; others stay certain."""
    assert seconds(references(UNKNOWN, model=OLD_R2V)) == (5, 10)
    assert seconds(references(UNKNOWN, film, model=OLD_R2V)) == (5 + 2.5, 5 + 2.5 + 2.5)


@pytest.mark.parametrize(
    ("length", "duration", "billed"),
    [
        (4, None, (8, 8)),
        (4, 0, (8, 8)),
        (4, 2, (4, 6)),  # nobody says whether what is cut off is billed as input
        (4, 4, (8, 8)),
        (4, 10, (8, 8)),
    ],
)
def test_an_edit_bills_input_and_output(
    tmp_path: Path, length: int, duration: int | None, billed: tuple[float, float]
) -> None:
    """As long as the video, or cut from its start."""
    film = files.clip(tmp_path, seconds=length, fps=2, sound=False)
    assert seconds(edited(film, duration)) == billed


@pytest.mark.parametrize(("duration", "billed"), [(None, (4, 20)), (0, (4, 20)), (3, (4, 13)), (10, (4, 20))])
def test_an_edit_of_an_unknown_length_has_bounds(duration: int | None, billed: tuple[float, float]) -> None:
    """The service takes 2 to 10 s."""
    assert seconds(edited(VIDEO, duration)) == billed
    assert seconds(Request(EDIT, duration=duration)) == billed


def test_images_beside_an_edit_cost_nothing(tmp_path: Path) -> None:
    """Even when they come first."""
    film = files.clip(tmp_path, seconds=3, fps=2, sound=False)
    media = [{"type": "reference_image", "url": files.picture(tmp_path)}, {"type": "video", "url": film}]
    assert seconds(Request(EDIT, media=media)) == (6, 6)


def test_a_fraction_of_a_second_is_kept(tmp_path: Path) -> None:
    """Rounding is not documented, so there is none: 2.5 s in and out are 5 s."""
    film = files.clip(tmp_path, seconds=2.5, fps=4, sound=False)
    assert seconds(edited(film)) == (5, 5)


@pytest.mark.parametrize("duration", [1, 16, "5", 5.0, True, 10**400])
@pytest.mark.parametrize("model", sorted(MODELS))
def test_a_faulty_duration_is_not_billed(model: str, duration: Any) -> None:
    """No number is made up."""
    assert billed_seconds(a_request(model, duration=duration)) is None


@given(
    urls=st.lists(st.sampled_from([IMAGE, VIDEO, UNKNOWN]), min_size=1, max_size=5),
    model=st.sampled_from([R2V, OLD_R2V]),
    duration=st.integers(2, 10),
)
def test_the_input_is_never_billed_beyond_5_seconds(urls: list[str], model: str, duration: int) -> None:
    """And the low bound is never above the high one."""
    billed = billed_seconds(references(*urls, model=model, duration=duration))
    assert billed is not None
    assert Decimal(duration) <= billed[0] <= billed[1] <= duration + 5
