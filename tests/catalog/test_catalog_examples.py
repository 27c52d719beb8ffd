"""Examples can be sent as they are, in both languages, and cover what the documents show."""

import re
from collections.abc import Iterator

import pytest

from wan_notebook.catalog import (
    MODELS,
    Request,
    SettingError,
    UnknownModelError,
    examples,
    language,
    read_shots,
)
from wan_notebook.catalog.examples import _entries
from wan_notebook.catalog.texts import LANGUAGES
from wan_notebook.simulator.making.standins import stands_in

HAN = re.compile(r"[\u4e00-\u9fff]")
ALL = [(model, code) for model in MODELS for code in LANGUAGES]


@pytest.fixture(autouse=True)
def language_restored() -> Iterator[None]:
    """Start each test in English and leave the language as it was."""
    before = language()
    language("en")
    yield
    language(before)


@pytest.mark.parametrize(("model", "code"), ALL)
def test_every_example_can_be_sent_as_it_is(model: str, code: str) -> None:
    """Without problems and without remarks; nothing of it is another model's."""
    found = examples(model, code)
    assert found
    for example in found:
        request = Request(model, **example.values)
        assert request.problems() == []
        assert request.notices() == []
        assert request.value("prompt")


@pytest.mark.parametrize("model", MODELS)
def test_both_languages_hold_the_same_examples(model: str) -> None:
    """The same in the same order; titles and prompts are Chinese in one and not in the other."""
    english, chinese = examples(model, "en"), examples(model, "zh")
    assert [one.id for one in english] == [one.id for one in chinese]
    assert len({one.title for one in english}) == len(english)
    for one, other in zip(english, chinese, strict=True):
        assert {**one.values, "prompt": None} == {**other.values, "prompt": None}
        assert not HAN.search(one.title + one.values["prompt"])
        assert HAN.search(other.title)
        assert HAN.search(other.values["prompt"])


def test_the_documents_kinds_of_use_are_there() -> None:
    """What the models are told apart by: each set of media, voices, shots, silence, an edited video."""
    made = {
        entry["id"]: Request(entry["models"][0], prompt=entry["en"]["prompt"], **entry["values"])
        for entry in _entries()
    }
    assert len(made) == len(_entries())
    sets = {id_: tuple(item["type"] for item in one.media()) for id_, one in made.items()}
    assert sets["first_frame"] == ("first_frame",)
    assert sets["song"] == ("first_frame", "driving_audio")
    assert sets["first_last_frame"] == ("first_frame", "last_frame")
    assert sets["continuation"] == ("first_clip",)
    assert sets["continuation_to_frame"] == ("first_clip", "last_frame")
    assert sets["dialogue"] == ("reference_video", "reference_video")
    assert sets["swap"] == ("video", "reference_image")
    assert sum("reference_voice" in item for item in made["four_references"].media()) == 2
    assert len(made["four_references"].media()) == len(made["four_characters"].value("reference_urls")) == 4
    assert made["silent_dance"].sounded is False
    assert made["talking_fox"].value("audio_url")


@pytest.mark.parametrize("code", LANGUAGES)
def test_shots_fill_the_duration(code: str) -> None:
    """A storyboard tells every second of its video."""
    told = [
        (read_shots(example.values["prompt"]), example.values["duration"])
        for model in ("wan2.7-t2v", "wan2.7-r2v")
        for example in examples(model, code)
        if example.id in {"storyboard", "unboxing"}
    ]
    assert [(len(board.shots), board.end == duration) for board, duration in told if board] == [(4, True)] * 2


def test_every_file_is_one_the_simulator_answers() -> None:
    """A learner without a way to the internet sees all of them."""
    for entry in _entries():
        request = Request(entry["models"][0], **entry["values"])
        assert all(stands_in(address.url) for address in request.addresses())


def test_language_and_snapshot_follow() -> None:
    """The language of all sentences counts by default; a snapshot has the examples of its model."""
    language("zh")
    assert examples("wan2.7-t2v") == examples("wan2.7-t2v", "zh") == examples("wan2.7-t2v-2027-01-01", "zh")
    with pytest.raises(SettingError, match="没有语言 'fr'"):
        examples("wan2.7-t2v", "fr")
    with pytest.raises(UnknownModelError):
        examples("wan9", "en")


def test_an_example_can_be_changed_without_harm() -> None:
    """What a form does to its values leaves the next form's as they were."""
    [song] = [one for one in examples("wan2.7-i2v", "en") if one.id == "song"]
    song.values["media"].clear()
    assert [one for one in examples("wan2.7-i2v", "en") if one.id == "song"] != [song]
