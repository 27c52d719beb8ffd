"""The looks of scenes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.simulator.making.palette import LOOKS, choose, colour


@pytest.mark.parametrize(
    ("written", "expected"),
    [("000000", (16, 128, 128)), ("ffffff", (235, 128, 128)), ("ff0000", (62.56, 102.34, 240))],
)
def test_colours_are_those_of_high_definition(written: str, expected: tuple[float, float, float]) -> None:
    """Black, white and red have the numbers of ITU-R BT.709 in limited range."""
    assert colour(written) == pytest.approx(expected, abs=0.02)


@given(st.integers(0, 2**63))
def test_words_of_the_prompt_call_for_a_look(number: int) -> None:
    """A night is dark and the sea has waves, in either language."""
    assert choose("A quiet Night", number).motes == "stars"
    assert choose("月亮下的房子", number).motes == "stars"
    assert choose("大海", number).shape == "waves"


def test_other_prompts_get_any_look() -> None:
    """Without such a word every look comes up."""
    assert {choose("xyz", number) for number in range(len(LOOKS))} == set(LOOKS)
