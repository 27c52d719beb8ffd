"""What the service says of media in a create call: missing keys, sets, counts, addresses, caps."""

from typing import Any

import pytest

from wan_notebook.catalog import find_model
from wan_notebook.simulator.judging.rules import judge

PNG, MP4, MP3 = "https://a.example/i.png", "https://a.example/v.mp4", "https://a.example/s.mp3"
INLINE = "data:image/png;base64,iVBORw0KGgo="
I2V_TYPES = "Input should be 'first_frame', 'last_frame', 'first_clip' or 'driving_audio'"
FILES = {"first_clip": MP4, "driving_audio": MP3, "reference_video": MP4, "video": MP4}


def items(*types: str) -> list[dict[str, Any]]:
    """Return media items of these types."""
    return [{"type": name, "url": FILES.get(name, PNG)} for name in types]


def fault(model: str, given: dict[str, Any], **parameters: Any) -> str | None:
    """Return what the service says."""
    return judge(find_model(model), {"prompt": "A fox", **given}, parameters).fault


@pytest.mark.parametrize(
    ("media", "said"),
    [
        (None, "Field required: input.media"),
        ([], "Field required: input.media"),
        ("first_frame", "Input should be a valid list: input.media"),
        ([PNG], "Input should be a valid dictionary: input.media.0"),
        ([{"url": PNG}], "Field required: input.media.0.type"),
        ([{"type": "first_frame"}], "Field required: input.media.0.url"),
        ([{"type": "first_frame", "url": None}], "Field required: input.media.0.url"),
        ([*items("first_frame"), {"type": None}], "Field required: input.media.1.type"),
        (
            [{"type": "picture", "url": PNG}],
            f"{I2V_TYPES}: input.media.0.type",
        ),
        (
            [{"type": ["first_frame"], "url": PNG}],
            f"{I2V_TYPES}: input.media.0.type",
        ),
        ([{"type": "first_frame", "url": 5}], "Input should be a valid string: input.media.0.url"),
        (
            [{"type": "first_frame", "url": "girl.png"}],
            "url error, please check url！: input.media.0.url",
        ),
    ],
)
def test_items_are_judged_one_by_one(media: Any, said: str) -> None:
    """The first item that is wrong is named with its number and key, as live calls show it."""
    assert fault("wan2.7-i2v", {"media": media}) == said


def test_the_old_picture_field_is_no_media() -> None:
    """wan2.7-i2v with `img_url` fails as developers saw it fail."""
    assert fault("wan2.7-i2v", {"img_url": PNG}) == "Field required: input.media"
    assert fault("wan2.6-i2v", {"img_url": PNG}) is None


PERMITTED = {
    frozenset({"first_frame"}),
    frozenset({"first_frame", "driving_audio"}),
    frozenset({"first_frame", "last_frame"}),
    frozenset({"first_frame", "last_frame", "driving_audio"}),
    frozenset({"first_clip"}),
    frozenset({"first_clip", "last_frame"}),
}


@pytest.mark.parametrize("bits", range(1, 16))
def test_i2v_takes_six_sets(bits: int) -> None:
    """Of the fifteen combinations of four types these six are taken, in any order, and none twice over."""
    types = ("first_frame", "last_frame", "first_clip", "driving_audio")
    chosen = [name for number, name in enumerate(types) if bits >> number & 1]
    well = frozenset(chosen) in PERMITTED
    assert (fault("wan2.7-i2v", {"media": items(*reversed(chosen))}) is None) is well
    twice = fault("wan2.7-i2v", {"media": items(*chosen, chosen[0])})
    assert twice is not None
    assert twice.startswith("The media combination ")
    assert twice.endswith(" is not supported: input.media")


@pytest.mark.parametrize(
    ("model", "types", "well"),
    [
        ("wan2.7-r2v", ["reference_image"] * 5 + ["first_frame"], True),
        ("wan2.7-r2v", ["reference_image"] * 3 + ["reference_video"] * 2, True),
        ("wan2.7-r2v", ["reference_image"] * 3 + ["reference_video"] * 3, False),
        ("wan2.7-r2v", ["reference_image", "first_frame", "first_frame"], False),
        ("wan2.7-r2v", ["first_frame"], False),
        ("wan2.7-videoedit", ["video"], True),
        ("wan2.7-videoedit", ["reference_image"] * 4 + ["video"], True),
        ("wan2.7-videoedit", ["reference_image"] * 5 + ["video"], False),
        ("wan2.7-videoedit", ["reference_image"], False),
        ("wan2.7-videoedit", ["video", "video"], False),
    ],
)
def test_items_are_counted(model: str, types: list[str], well: bool) -> None:  # noqa: FBT001 - a column
    """References of r2v together are one to five, beside at most one first frame; videoedit has one video."""
    assert (fault(model, {"media": items(*types)}) is None) is well


@pytest.mark.parametrize(
    ("types", "duration", "said"),
    [
        (["reference_image"], 15, None),
        (["reference_video"], 10, None),
        (["reference_image", "reference_video"], 11, "less than or equal to 10: parameters.duration"),
        (["reference_image"], 16, "less than or equal to 15: parameters.duration"),
    ],
)
def test_a_reference_video_shortens_the_video(types: list[str], duration: int, said: str | None) -> None:
    """With one r2v makes at most 10 s."""
    found = fault("wan2.7-r2v", {"media": items(*types)}, duration=duration)
    assert found == (None if said is None else f"Input should be {said}")


@pytest.mark.parametrize(("duration", "well"), [(0, True), (1, False), (2, True), (10, True), (11, False)])
def test_videoedit_has_one_more_duration(duration: int, well: bool) -> None:  # noqa: FBT001 - a column
    """0 s stands for the length of the input."""
    assert (fault("wan2.7-videoedit", {"media": items("video")}, duration=duration) is None) is well


@pytest.mark.parametrize(
    ("urls", "said"),
    [
        ([PNG] * 5, None),
        ([PNG, PNG, MP4, MP4, MP4], None),
        (["https://a.example/no-ending"] * 5, None),
        ([], "Field required: input.reference_urls"),
        (PNG, "Input should be a valid list: input.reference_urls"),
        ([PNG] * 6, "List should have at most 5 items, not 6: input.reference_urls"),
        (
            [MP4, MP4 + "?a=b.png", MP4, "https://a.example/v.MOV#x"],
            "List should have at most 3 videos, not 4",
        ),
        ([PNG, 5], "Input should be a valid string: input.reference_urls.1"),
        ([PNG, INLINE], "url error, please check url！: input.reference_urls.1"),
    ],
)
def test_lists_of_addresses_are_counted_by_kind(urls: Any, said: str | None) -> None:
    """wan2.6-r2v takes five references, three of them videos, none inside the request."""
    found = fault("wan2.6-r2v", {"reference_urls": urls})
    assert found is None if said is None else found is not None and found.startswith(said)


@pytest.mark.parametrize(
    ("url", "well"),
    [
        ("http://a", True),
        ("HTTPS://a.example:8080/x?y#z", True),
        ("http://user:word@a/b", True),
        ("http://[::1]:80/a.png", True),
        ("oss://bucket/a.png", True),
        (INLINE, True),
        ("data:audio/mp3;base64,AAAA", False),
        ("data:image/png,AAAA", False),
        ("data:image/png;base64,", False),
        ("data:image", False),
        ("", False),
        (" ", False),
        ("a.png", False),
        ("ftp://a/b.png", False),
        ("http://", False),
        ("http:///a.png", False),
        ("http://:80/a.png", False),
        ("http://user@/a.png", False),
        ("http://[zz]/a.png", False),
        ("oss://", False),
        ("https://a.example/a b.png", False),
        ("https://a.example/a\nb.png", False),
        (" https://a.example/a.png", False),
        ("file:///etc/hosts", False),
    ],
)
def test_addresses_are_of_the_web_the_store_or_inline(url: str, well: bool) -> None:  # noqa: FBT001 - a column
    """A picture may be named in three ways."""
    found = fault("wan2.7-i2v", {"media": [{"type": "first_frame", "url": url}]})
    assert found == (None if well else "url error, please check url！: input.media.0.url")


def test_only_pictures_may_be_inline() -> None:
    """Neither a clip nor a sound is taken inside the request."""
    for name in ("first_clip", "driving_audio"):
        media = [*items("first_frame")[: name == "driving_audio"], {"type": name, "url": INLINE}]
        found = fault("wan2.7-i2v", {"media": media})
        assert found == f"url error, please check url！: input.media.{len(media) - 1}.url"


def test_a_voice_is_judged_where_it_may_be() -> None:
    """Beside a reference it must be an address; beside a first frame it is a surplus key and passed over."""
    reference, frame = items("reference_image", "first_frame")
    spoken = [{**reference, "reference_voice": 5}, frame]
    assert fault("wan2.7-r2v", {"media": spoken}) == (
        "Input should be a valid string: input.media.0.reference_voice"
    )
    assert fault("wan2.7-r2v", {"media": [reference, {**frame, "reference_voice": 5}]}) is None
    assert fault("wan2.7-r2v", {"media": [reference], "reference_voice": "v.mp3"}) == (
        "url error, please check url！: input.reference_voice"
    )
