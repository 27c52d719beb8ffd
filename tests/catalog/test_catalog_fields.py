"""Each kind of field takes what the documents allow, and refuses the rest in one sentence."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.catalog import (
    BooleanField,
    ChoiceField,
    Field,
    IntegerField,
    TextField,
    UrlField,
    find_model,
)
from wan_notebook.catalog.fields import shortened, whole

TEXT = TextField(name="prompt", place="input", maximum=5000, required=True)
FREE_TEXT = TextField(name="negative_prompt", place="input", maximum=500)
WHOLE = IntegerField(name="duration", place="parameters", minimum=2, maximum=15, default=5)
CHOICE = ChoiceField(name="ratio", place="parameters", options=("16:9", "1:1"), default="16:9")
YES_NO = BooleanField(name="watermark", place="parameters", default=False)
URL = UrlField(name="audio_url", place="input", formats=("mp3",), shortest=2, longest=30, megabytes=15)

MODEL_FIELDS = find_model("wan2.7-t2v").fields
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.binary(),
    st.lists(st.integers()),
    st.dictionaries(st.text(), st.integers()),
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
    "value",
    [
        "",
        "x.mp3",
        "/home/x.mp3",
        "file:///x.mp3",
        "https://",
        "http://[x",
        "http://a/b c",
        "https://a/\ud800",
        "a:b",
    ],
)
def test_what_is_no_address_is_refused(value: str) -> None:
    """Paths, other schemes, spaces and characters that cannot be sent are refused."""
    assert "it must be a web address" in told(URL, value)
    assert told(URL, 5) == "audio_url is 5; it must be text."


@given(value=ANYTHING)
def test_no_value_breaks_a_field(value: object) -> None:
    """Whatever is given, each field of the model takes it or refuses it in one sentence with its name."""
    for field in MODEL_FIELDS:
        problem = field.problem(value)
        assert problem is None or (problem.field == field.name and problem.message.startswith(field.name))
        assert problem is None or problem.value is value


@given(number=st.integers())
def test_bounds_hold_for_every_number(number: int) -> None:
    """A number is taken exactly when it lies between the bounds."""
    assert (WHOLE.problem(number) is None) == (2 <= number <= 15)


@given(words=st.text(max_size=600))
def test_length_decides_for_every_text(words: str) -> None:
    """A text that can be sent is taken exactly when it is short enough."""
    assert (FREE_TEXT.problem(words) is None) == (len(words) <= 500)


@pytest.mark.parametrize("field", MODEL_FIELDS, ids=lambda field: field.name)
def test_every_field_has_label_and_help_with_its_limits(field: Field) -> None:
    """A person reads a label and a help text, and the help names the bounds of numbers and texts."""
    assert field.label
    assert field.help.endswith((".", "!"))
    limits = field.limits()
    if "maximum" in limits:
        assert str(limits["maximum"]) in field.help
    if "options" in limits:
        assert field.default in limits["options"]


def test_long_values_are_cut_in_the_middle() -> None:
    """A sentence shows begin and end of a long value."""
    assert shortened("x" * 10) == repr("x" * 10)
    cut = shortened("a" * 100 + "z" * 100)
    assert cut.startswith("'aaa")
    assert cut.endswith("zzz'")
    assert len(cut) == 61
