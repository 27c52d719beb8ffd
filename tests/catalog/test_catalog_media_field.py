"""The media list: its items, its permitted sets, and what is said of each."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import files
from tests.catalog.garbage import ANYTHING, IMAGE, SOUND, VIDEO
from wan_notebook.catalog import MODELS, MediaField, MediaSet, find_model

SETS = [
    pytest.param(one, id=f"{model.id}-{one.id}")
    for model in MODELS.values()
    for field in model.fields
    if isinstance(field, MediaField)
    for one in field.sets
]


def media(model: str = "wan2.7-r2v") -> MediaField:
    """Return the media field of a model."""
    field = find_model(model).field("media")
    assert isinstance(field, MediaField)
    return field


def told(*items: object) -> list[str]:
    """Return what is said of a list of references."""
    return [problem.message for problem in media().problems(list(items))]


GOOD = {"type": "reference_image", "url": IMAGE}


@pytest.mark.parametrize(
    ("item", "words"),
    [
        (
            {"type": "picture", "url": IMAGE},
            "media[1] has the type 'picture'; choose one of reference_image, reference_video, first_frame.",
        ),
        ({"url": IMAGE}, "media[1] has the type None; choose one of reference_image,"),
        ({"type": ["first_frame"], "url": IMAGE}, "media[1] has the type ['first_frame']; choose one of"),
        (
            {"type": "reference_image"},
            "media[1] has no url; give reference_image a web address or the path of a file.",
        ),
        ({"type": "reference_image", "url": None}, "media[1] has no url; give reference_image"),
        ({"type": "reference_image", "url": ""}, "media[1].url is ''; it must be a web address"),
        ({"type": "reference_image", "url": 5}, "media[1].url is 5; it must be an address or a path."),
        (
            {**GOOD, "reference_voice": 5},
            "media[1].reference_voice is 5; it must be an address or a path.",
        ),
        (
            {**GOOD, "reference_voice": "nothing.mp3"},
            "media[1].reference_voice is 'nothing.mp3', but there is no such file on this machine;",
        ),
        (
            {**GOOD, "reference_description": "a girl"},
            (
                "media[1] has the key reference_description, which reference_image does not take; "
                "it takes type, url, reference_voice."
            ),
        ),
        (dict([*GOOD.items(), (5, 6)]), "media[1] has the key 5, which reference_image does not take;"),
    ],
)
def test_what_is_wrong_with_an_item_is_told_with_its_number(item: dict[Any, Any], words: str) -> None:
    """The sentence begins with the place; the problem carries the number for the form."""
    [problem] = media().problems([GOOD, item])
    assert problem.message.startswith(words)
    assert (problem.field, problem.item) == ("media", 1)


def test_everything_wrong_is_told_at_once() -> None:
    """Two faults in one item, one in another, and the set they make."""
    found = media().problems([{"type": "first_frame", "x": 1, "y": 2}, {"type": "first_frame", "url": "  "}])
    assert [problem.item for problem in found] == [0, 0, 0, 1, None]
    assert found[-1].message == (
        "media holds 2 x first_frame, which the model does not take together; allowed are: "
        "(0-5 reference_image, 0-5 reference_video, 0-1 first_frame, 1-5 reference_image + reference_video)."
    )


def test_a_set_is_judged_once_all_types_are_known() -> None:
    """Before, nobody can say what the items make together."""
    assert len(told({"type": "picture", "url": IMAGE})) == 1


@pytest.mark.parametrize("value", ["x", {"type": "reference_image"}, 5, [GOOD, 5], [[GOOD]], ["x"], object()])
def test_what_is_no_list_of_items_is_refused(value: object) -> None:
    """The sentence shows an item."""
    [problem] = media().problems(value)
    assert (
        'it must be a list of items such as {"type": "first_frame", "url": "https://…"}.' in problem.message
    )


def test_an_empty_list_is_as_good_as_none() -> None:
    """Both name the sets."""
    [problem] = media().problems([])
    assert problem == media().missing()
    assert problem.message.startswith("media is empty; allowed are: (0-5 reference_image")


def test_items_are_files_too(tmp_path: Path) -> None:
    """Paths as text and as objects, for file and voice; in the body they are text."""
    picture, voice = files.picture(tmp_path), files.sound(tmp_path)
    items = [{"type": "reference_image", "url": picture, "reference_voice": voice, "x": None}]
    assert media().problems(items) == []
    assert media().plain(items) == [
        {"type": "reference_image", "url": str(picture), "reference_voice": str(voice)}
    ]
    assert [(address.at, address.path) for address in media().addresses(items)] == [
        (("media", 0, "url"), picture),
        (("media", 0, "reference_voice"), voice),
    ]


def test_a_voice_has_its_own_limits(tmp_path: Path) -> None:
    """1 to 10 s, and a sound."""
    long, picture = files.sound(tmp_path, "long.wav", 11), files.picture(tmp_path)
    assert "lasts 11.0 s; the service takes 1 to 10 s" in told({**GOOD, "reference_voice": long})[0]
    assert "here the service takes: audio" in told({**GOOD, "reference_voice": picture})[0]


@pytest.mark.parametrize(
    ("media_type", "make", "words"),
    [
        ("reference_image", files.clip, "here the service takes: image"),
        ("reference_video", files.picture, "here the service takes: video"),
        ("first_frame", files.sound, "here the service takes: image"),
    ],
)
def test_a_type_takes_files_of_its_kind(tmp_path: Path, media_type: str, make: Any, words: str) -> None:
    """A video is no reference image."""
    assert any(words in one for one in told(GOOD, {"type": media_type, "url": make(tmp_path)}))


@pytest.mark.parametrize("one", SETS)
def test_a_set_permits_its_bounds(one: MediaSet) -> None:
    """The most of each type alone with the fewest of the others, unless a sum forbids it."""
    fewest = {name: low for name, (low, _) in one.counts.items() if low}
    for name, (_, most) in one.counts.items():
        found = {**fewest, name: most}
        together = one.together is None or sum(found.get(each, 0) for each in one.together[0]) >= 1
        assert one.permits(found) == together
        assert not one.permits({**found, name: most + 1})
        assert not one.permits({**found, "another": 1})


@pytest.mark.parametrize("model", [model.id for model in MODELS.values() if model.field("media")])
def test_every_type_is_described(model: str) -> None:
    """Label, help with its limits, most there may be, and a voice where it takes one."""
    limits = media(model).limits()
    for one in limits["types"]:
        assert one["label"]
        assert f"{one['megabytes']} MB" in one["help"]
        assert one["most"] >= 1
        takes_voice = model == "wan2.7-r2v" and one["name"].startswith("reference")
        assert bool(one["voice"]) == takes_voice
    named = {one["name"] for one in limits["types"] if one["named"]}
    assert named == {name for name in named if name.startswith("reference")}
    assert bool(named) == (find_model(model).naming is not None)
    assert [one["id"] for one in limits["sets"]] == [one.id for one in media(model).sets]


def test_addresses_come_in_order() -> None:
    """File before voice, item after item; what is no item of a known type is left out."""
    items = [
        {"type": "reference_video", "url": VIDEO, "reference_voice": SOUND},
        {"type": "picture", "url": IMAGE},
        {"type": "first_frame", "url": IMAGE, "reference_voice": SOUND},
    ]
    assert [(address.at, address.url) for address in media().addresses(items)] == [
        (("media", 0, "url"), VIDEO),
        (("media", 0, "reference_voice"), SOUND),
        (("media", 2, "url"), IMAGE),
    ]


@given(value=st.one_of(ANYTHING, st.lists(ANYTHING, max_size=3)))
def test_no_value_breaks_a_media_field(value: Any) -> None:
    """Each problem names the field, and an item there is; what passes has plain items."""
    for model in ("wan2.7-i2v", "wan2.7-r2v", "wan2.7-videoedit"):
        problems = media(model).problems(value)
        assert all(problem.message.startswith("media") for problem in problems)
        assert all(problem.item is None or problem.item < len(value) for problem in problems)
        assert problems or all({"type", "url"} <= item.keys() for item in media(model).plain(value))
