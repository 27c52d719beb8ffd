"""When to ask, how long it may take: pure functions."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.tasks import schedule


def test_queries_start_at_two_seconds_and_grow_to_fifteen() -> None:
    """The first answer comes early, a long task is asked every 15 s."""
    pauses = list(islice(schedule.query_pauses(), 12))
    assert pauses[0] == 2
    assert pauses == sorted(pauses)
    assert set(pauses[6:]) == {15}


@given(history=st.lists(st.floats(1, 1000), max_size=9))
def test_expectation_lies_within_what_it_is_based_on(history: list[float]) -> None:
    """An estimate is never outside its own history or the published range."""
    expected = schedule.expectation(history, (60, 300))
    basis = history if len(history) >= schedule.ENOUGH_HISTORY else [60, 300]
    assert min(basis) <= expected.seconds <= max(basis)


def test_expectation_names_its_basis() -> None:
    """A reader sees whether the log or the documents speak."""
    assert schedule.expectation([5, 6, 7, 9], (60, 300)).basis == "usually 6 s (median of 4 like this)"
    assert schedule.expectation([5, 6], (60, 300)).basis == "typically 1:00 min to 5:00 min"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1:00 min"), (90, "1:30 min"), (7500, "2:05 h")],
)
def test_lengths_of_time_in_words(seconds: float, words: str) -> None:
    """Rounded once, so that no "60 s" appears."""
    assert schedule.spoken(seconds) == words
