"""Early looks: the bet on blocks keeps its word, counted out exactly."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.experiments.statistics.early import EARLY, leader


def told_by(blocks: int, error: float) -> float:
    """Return the exact chance that equal arms are ever told apart within some blocks of one vote, no ties.

    A fortune depends on wins and losses only, so one table of both holds all there is to go through.
    """
    alive, told = {0: 1.0}, 0.0
    for seen in range(1, blocks + 1):
        after: dict[int, float] = {}
        for wins, chance in alive.items():
            for more in (0, 1):
                after[wins + more] = after.get(wins + more, 0.0) + chance / 2
        alive = {}
        for wins, chance in after.items():
            if max(fortune(wins, seen - wins), fortune(seen - wins, wins)) >= 2 / error:
                told += chance
            else:
                alive[wins] = chance
    return told


def fortune(wins: int, losses: int) -> float:
    """Return what the bet on wins has made, as the docstring of `leader` has it."""
    stakes = [(place + 0.5) / 40 for place in range(40)]
    return math.fsum((1 + stake) ** wins * (1 - stake) ** losses for stake in stakes) / len(stakes)


def test_equal_arms_are_seldom_told_apart_however_long_one_looks() -> None:
    """Counted out over 300 blocks: at most the error, and not so much less that the bet were idle."""
    assert EARLY / 5 < told_by(300, EARLY) <= EARLY


def test_the_fortune_is_the_one_counted_out() -> None:
    """A run of wins is told at the length at which the fortune passes."""
    first = next(count for count in range(1, 30) if fortune(count, 0) >= 2 / EARLY)
    assert first == 11
    assert [leader([1.0] * count, EARLY) for count in (0, 6, first - 1, first)] == [0, 0, 0, 1]
    assert leader([0.0] * first, EARLY) == -1


@given(st.lists(st.sampled_from([0, 0.2, 0.4, 0.5, 0.6, 0.8, 1]), max_size=60), st.integers(0, 60))
def test_what_was_told_stays_told(scores: list[float], cut: int) -> None:
    """A look after more blocks never takes back what an earlier one said."""
    early = leader(scores[:cut], EARLY)
    if early:
        assert leader(scores, EARLY) == early


@given(st.lists(st.sampled_from([0, 0.25, 0.5, 1]), max_size=40))
def test_both_sides_are_treated_alike(scores: list[float]) -> None:
    """Swapped arms give the swapped answer."""
    assert leader([1 - score for score in scores], EARLY) == -leader(scores, EARLY)


def test_scores_in_the_middle_tell_nothing() -> None:
    """Ties win and lose nothing."""
    assert leader([0.5] * 500, EARLY) == 0
    assert leader([*[0.5] * 100, *[1.0] * 11], EARLY) == 1


@pytest.mark.parametrize("blocks", [5000])
def test_a_long_run_does_not_overflow(blocks: int) -> None:
    """A fortune beyond all floats is a fortune."""
    assert leader([1.0] * blocks, EARLY) == 1
