"""Each kind of field takes what the documents allow, and refuses the rest in one sentence."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import files
from tests.catalog.garbage import ANYTHING
from wan_notebook.catalog import (
    MODELS,
    BooleanField,
    ChoiceField,
    Field,
    IntegerField,
    TextField,
    UrlField,
    UrlsField,
)
from wan_notebook.catalog.fields import shortened, whole
from wan_notebook.catalog.files import LINKED_IMAGE, REFERENCE_VIDEO, SOUND

TEXT = TextField(name="prompt", place="input", maximum=5000, required=True)
FREE_TEXT = TextField(name="negative_prompt", place="input", maximum=500)
WHOLE = IntegerField(name="duration", place="parameters", minimum=2, maximum=15, default=5)
CHOICE = ChoiceField(name="ratio", place="parameters", options=("16:9", "1:1"), default="16:9")
YES_NO = BooleanField(name="watermark", place="parameters", default=False)
BESIDES = IntegerField(name="duration", place="parameters", minimum=2, maximum=10, besides=0, default=0)
URL = UrlField(name="audio_url", place="input", rule=SOUND)
URLS = UrlsField(
    name="reference_urls",
    place="input",
    required=True,
    rules=(LINKED_IMAGE, REFERENCE_VIDEO),
    most=5,
    most_of={"image": 5, "video": 3},
)
FIELDS = tuple(
    pytest.param(field, id=f"{model.id}-{field.name}") for model in MODELS.values() for field in model.fields
)


def told(field: Field, value: object) -> str:
    """Return the sentence that refuses a value, "" when it is taken."""
    return str(field.problem(value) or "")


@pytest.mark.parametrize("character", ["x", "狐", "é", "🦊", "\n", "<"])
def test_text_is_counted_in_code_points(character: str) -> None:
    """5000 characters pass and 5001 do not, whatever they take in bytes."""
    assert TEXT.problem(character * 4999 + "x") is None
    problem = TEXT.problem(character * 5000 + "x")
    assert problem is not None
    assert (problem.field, problem.limit) == ("prompt", "1-5000")
    assert "5001 characters; the limit is 5000" in problem.message
    assert "shorten it by 1." in problem.message


def test_a_joined_emoji_counts_each_of_its_code_points() -> None:
    """A family emoji of seven code points is seven characters to the service."""
    family = "👨‍👩‍👧‍👦"
    assert len(family) == 7
    assert FREE_TEXT.problem(family * 71) is None
    assert "504 characters" in told(FREE_TEXT, family * 72)


@pytest.mark.parametrize("empty", ["", " ", "\n\t", "\u3000"])
def test_a_required_text_holds_something(empty: str) -> None:
    """White space alone, the ideographic space too, is no prompt; an optional text may be empty."""
    assert told(TEXT, empty) == "prompt is empty; it needs at least one character."
    assert FREE_TEXT.problem(empty) is None


@pytest.mark.parametrize("value", [None, 5, b"fox", ["fox"]])
def test_text_is_text(value: object) -> None:
    """Nothing but text is taken for text, and the sentence shows what was given."""
    assert told(TEXT, value) == f"prompt is {value!r}; it must be text."


@pytest.mark.parametrize(("value", "position"), [("\ud800", 1), ("ab\udfffc", 3), ("\udc00\ud800", 1)])
def test_half_a_character_is_refused(value: str, position: int) -> None:
    """A lone surrogate cannot be sent as UTF-8; the sentence says where it is."""
    assert f"at position {position};" in told(TEXT, value)


@pytest.mark.parametrize(
    "number",
    [2, 15, np.int64(2), np.int8(15), np.uint16(9), np.array(7)],
)
def test_whole_numbers_are_taken(number: Any) -> None:
    """Both bounds are allowed, and numpy's whole numbers become Python's."""
    assert WHOLE.problem(number) is None
    assert type(WHOLE.plain(number)) is int
    assert WHOLE.plain(number) == number


@pytest.mark.parametrize("number", [1, 16, -5, 2**70, np.int64(16)])
def test_numbers_outside_the_bounds_are_refused(number: Any) -> None:
    """The sentence names the value and both bounds."""
    problem = WHOLE.problem(number)
    assert problem is not None
    assert problem.limit == "2-15"
    assert problem.message == f"duration is {number!r}; it must be from 2 to 15."


@pytest.mark.parametrize(
    "value", ["5", 5.0, 5.5, True, False, np.True_, np.float64(5), None, [5], float("nan")]
)
def test_what_is_no_whole_number_is_refused(value: object) -> None:
    """Text, fractions, and bools in Python's and numpy's form are no numbers of seconds."""
    assert told(WHOLE, value).startswith(f"duration is {value!r}; it must be a whole number from 2 to 15;")
    assert whole(value) is None


def test_a_number_too_long_to_write_is_still_refused_in_words() -> None:
    """An int that Python itself will not write out gives a sentence, not an error."""
    assert "it must be from 2 to 15" in told(WHOLE, 10**5000)


@pytest.mark.parametrize("value", ["16:9", "1:1"])
def test_choices_are_taken(value: str) -> None:
    """Each option is taken as it stands."""
    assert CHOICE.problem(value) is None
    assert CHOICE.plain(np.str_(value)) == value
    assert type(CHOICE.plain(np.str_(value))) is str


@pytest.mark.parametrize("value", ["16:10", "16:9 ", "", None, 1, ["1:1"], ("16:9", "1:1")])
def test_other_words_are_refused(value: object) -> None:
    """The sentence lists the options."""
    assert told(CHOICE, value) == f"ratio is {value!r}; choose one of 16:9, 1:1."


@pytest.mark.parametrize("value", [1, 0, "true", None, np.True_])
def test_yes_and_no_are_true_and_false(value: object) -> None:
    """Only True and False themselves are taken."""
    assert YES_NO.problem(True) is None  # noqa: FBT003 - the value under test
    assert YES_NO.problem(False) is None  # noqa: FBT003 - the value under test
    assert told(YES_NO, value) == f"watermark is {value!r}; it must be True or False."


@pytest.mark.parametrize(
    "value", ["https://a.example/x.mp3", "http://1.2.3.4:80/x?y=1", "oss://bucket/x.wav"]
)
def test_addresses_are_taken(value: str) -> None:
    """The web's schemes and the service's own upload scheme are taken."""
    assert URL.problem(value) is None
    assert URL.plain(value) == value


@pytest.mark.parametrize(
    "value", ["", " ", "https://", "http://[x", "http://a/b c", "https://a/\ud800", "ftp://a/b"]
)
def test_what_is_no_address_is_refused(value: str) -> None:
    """Blanks, other schemes, spaces and characters that cannot be sent are refused."""
    assert "it must be a web address" in told(URL, value)


@pytest.mark.parametrize("value", [5, None, b"x", ["https://a.example/x.mp3"]])
def test_an_address_is_text_or_a_path(value: object) -> None:
    """Nothing else names a file."""
    assert told(URL, value) == f"audio_url is {value!r}; it must be text."


def test_a_file_is_an_address(tmp_path: Path) -> None:
    """A path, as text or as an object, is taken when the file is what the service takes."""
    song = files.sound(tmp_path, seconds=2)
    assert URL.problem(song) is URL.problem(str(song)) is None
    assert URL.plain(song) == str(song)
    assert [address.path for address in URL.addresses(song)] == [song]
    assert list(URL.addresses(5)) == []
    assert "there is no such file" in told(URL, tmp_path / "nothing.mp3")


@pytest.mark.parametrize("number", [0, 2, 10])
def test_one_number_besides_is_taken(number: int) -> None:
    """0 has a meaning of its own, beside the bounds."""
    assert BESIDES.problem(number) is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1, "duration is 1; it must be 0, or from 2 to 10."),
        (11, "duration is 11; it must be 0, or from 2 to 10."),
        ("0", "duration is '0'; it must be 0, or a whole number from 2 to 10; write it"),
    ],
)
def test_the_number_besides_is_told(value: object, words: str) -> None:
    """The sentence names it together with the bounds."""
    problem = BESIDES.problem(value)
    assert problem is not None
    assert problem.message.startswith(words)
    assert problem.limit == "0, 2-10"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("https://a.example/x.png", "it must be a list of 1 to 5 addresses or paths"),
        ([5], "it must be a list of 1 to 5 addresses or paths"),
        ([], "reference_urls has 0 entries; it needs 1 to 5."),
        (["https://a.example/x.png"] * 6, "reference_urls has 6 entries; it needs 1 to 5."),
        (
            ["https://a.example/x.mp4"] * 4,
            "reference_urls has 4 entries of the kind video; at most 3 are allowed.",
        ),
        (
            ["https://a.example/x.png", "nothing.png"],
            "reference_urls[1] is 'nothing.png', but there is no such file",
        ),
        (
            ["data:image/png;base64,AAAA"],
            "reference_urls[0] is 'data:image/png;base64,AAAA'; a file cannot be sent",
        ),
    ],
)
def test_lists_of_addresses_have_limits(value: object, words: str) -> None:
    """Number, kinds and each address are checked."""
    assert words in told(URLS, value)


def test_lists_of_addresses_are_taken(tmp_path: Path) -> None:
    """Five images will do, three videos among them, an address without an ending and a path."""
    urls = ["https://a.example/x.mp4"] * 3 + ["https://a.example/unknown", files.picture(tmp_path)]
    assert URLS.problems(urls) == []
    assert URLS.plain(tuple(urls)) == list(map(str, urls))
    assert [address.at for address in URLS.addresses(urls)] == [
        ("reference_urls", place) for place in range(5)
    ]
    assert list(URLS.addresses("https://a.example/x.png")) == []


def test_files_count_by_what_they_are(tmp_path: Path) -> None:
    """A video named .png is a video."""
    film = files.clip(tmp_path, seconds=1, sound=False).rename(tmp_path / "film.png")
    assert "4 entries of the kind video" in told(URLS, [film] * 4)


@given(value=ANYTHING)
def test_no_value_breaks_a_field(value: object) -> None:
    """Whatever is given, each field of each model takes it or refuses it in sentences with its name."""
    for model in MODELS.values():
        for field in model.fields:
            problems = field.problems(value)
            assert all(problem.field == field.name for problem in problems)
            assert all(problem.message.startswith(field.name) for problem in problems)
            assert field.problem(value) == (problems[0] if problems else None)


@given(number=st.integers())
def test_bounds_hold_for_every_number(number: int) -> None:
    """A number is taken exactly when it lies between the bounds."""
    assert (WHOLE.problem(number) is None) == (2 <= number <= 15)


@given(words=st.text(max_size=600))
def test_length_decides_for_every_text(words: str) -> None:
    """A text that can be sent is taken exactly when it is short enough."""
    assert (FREE_TEXT.problem(words) is None) == (len(words) <= 500)


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_has_label_and_help_with_its_limits(field: Field) -> None:
    """A person reads a label and a help text, and the help names the bounds of numbers and texts."""
    assert field.label
    assert field.help.endswith((".", "!"))
    limits = field.limits()
    if "maximum" in limits and not limits.get("drawn"):
        assert str(limits["maximum"]) in field.help
    if "options" in limits:
        assert field.default in {None, *limits["options"]}
    assert bool(field.dispute) == bool(field.disputed)


def test_long_values_are_cut_in_the_middle() -> None:
    """A sentence shows begin and end of a long value."""
    assert shortened("x" * 10) == repr("x" * 10)
    cut = shortened("a" * 100 + "z" * 100)
    assert cut.startswith("'aaa")
    assert cut.endswith("zzz'")
    assert len(cut) == 61
