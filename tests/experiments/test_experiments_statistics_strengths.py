"""Strengths: those of choix on connected data, none where votes do not connect, intervals by block."""

from itertools import combinations, pairwise
from math import log

import choix
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.experiments.trials import dice_of, strengths_coverage
from wan_notebook.experiments.statistics import Preference, Strengths, strengths

ARMS = ["A", "B", "C", "D", "E"]


def vote(first: str, second: str, score: float, block: int = 0) -> Preference:
    """Return a vote."""
    return Preference(f"block {block}", "ann", first, second, score, first)


def scores(found: Strengths) -> list[float]:
    """Return the strengths, which must be there."""
    kept = [each.score for each in found.arms]
    assert all(score is not None for score in kept)
    return [score for score in kept if score is not None]


def by_choix(cast: list[Preference], arms: list[str]) -> list[float]:
    """Return what choix finds, ties as half a win for both."""
    wins = np.zeros((len(arms), len(arms)))
    for each in cast:
        first, second = arms.index(each.first), arms.index(each.second)
        wins[first, second] += each.score
        wins[second, first] += 1 - each.score
    return list(choix.ilsr_pairwise_dense(wins, alpha=0.0, max_iter=10_000, tol=1e-12))


@pytest.mark.parametrize("seed", range(12))
def test_equal_to_choix_on_connected_data(seed: int) -> None:
    """Many votes with ties, some pairs missing: the same strengths to 1e-6."""
    dice = dice_of(seed)
    arms = ARMS[: dice.randint(2, 5)]
    truth = {arm: dice.gauss(0, 0.7) for arm in arms}
    pairs = [*pairwise(arms), *dice.sample([*combinations(arms, 2)], k=1)]
    cast = [
        vote(
            first, second, dice.choice([0.5, float(dice.gauss(truth[first] - truth[second], 1.5) > 0)]), block
        )
        for block in range(12)
        for first, second in pairs
    ]
    found = strengths(cast, arms)
    assert found.connected
    assert scores(found) == pytest.approx(by_choix(cast, arms), abs=1e-6)


def test_equal_to_choix_pair_by_pair() -> None:
    """Without ties also its other two ways to fit are met, given every vote as a pair of winner and loser."""
    pairs = [(0, 1)] * 7 + [(1, 0)] * 3 + [(1, 2)] * 5 + [(2, 1)] * 4 + [(0, 2)] * 2 + [(2, 0)]
    cast = [vote(ARMS[won], ARMS[lost], 1.0, block) for block, (won, lost) in enumerate(pairs)]
    found = scores(strengths(cast, ARMS[:3]))
    assert found == pytest.approx(list(choix.ilsr_pairwise(3, pairs, tol=1e-12)), abs=1e-6)
    assert found == pytest.approx(list(choix.opt_pairwise(3, pairs, alpha=0, tol=1e-12)), abs=1e-6)


def test_a_lopsided_contest_converges() -> None:
    """A thousand wins against one, over a chain of five arms: still the one answer."""
    cast = [vote(first, second, 1.0) for first, second in pairwise(ARMS) for _ in range(1000)]
    cast += [vote(first, second, 0.0) for first, second in pairwise(ARMS)]
    found = scores(strengths(cast, ARMS))
    assert np.diff(found) == pytest.approx([-log(1000)] * 4, abs=1e-9)


def test_two_arms_by_hand() -> None:
    """Three of four: the difference is the logarithm of 3, and the sentence says 75 %."""
    found = strengths([vote("A", "B", score, block) for block, score in enumerate([1, 1, 1, 0])], ["A", "B"])
    assert scores(found) == pytest.approx([log(3) / 2, -log(3) / 2])
    assert found.groups == (("A", "B"),)
    assert found.sentence() == (
        "From strongest to weakest: A > B. “A” would be preferred to “B” in about 75 % of the votes."
    )


def test_arms_that_never_met_have_no_strengths() -> None:
    """Two islands: no numbers, the islands by name, and a sentence."""
    cast = [vote("A", "B", score) for score in (0, 1)] + [vote("C", "D", 0.5)]
    found = strengths(cast, ["A", "B", "C", "D"])
    assert not found.connected
    assert found.groups == (("A", "B"), ("C", "D"))
    assert [each.score for each in found.arms] == [None] * 4
    assert "A + B | C + D" in found.sentence()


def test_an_arm_that_won_all_has_no_strength() -> None:
    """Its strength would be without end; a single tie brings it back."""
    cast = [vote("A", "B", 1.0, block) for block in range(6)]
    assert not strengths(cast, ["A", "B"]).connected
    assert strengths([*cast, vote("A", "B", 0.5)], ["A", "B"]).connected


def test_no_votes_and_votes_on_others() -> None:
    """Without a vote among the arms asked for there is nothing, and a sentence says so."""
    found = strengths([vote("A", "Z", 1.0)], ["A", "B"])
    assert (found.connected, found.blocks) == (False, 0)
    assert found.sentence() == "There are no votes to put the arms on one scale yet."


def test_one_block_has_no_interval() -> None:
    """Nothing tells how blocks differ, so there are strengths without ends."""
    found = strengths([vote("A", "B", score) for score in (1, 1, 0)], ["A", "B"])
    assert found.connected
    assert [(each.low, each.high) for each in found.arms] == [(None, None)] * 2


def test_blocks_that_agree_by_chance_are_no_certainty() -> None:
    """Six ties, or six equal circles, leave wide intervals."""
    ties = strengths([vote("A", "B", 0.5, block) for block in range(6)], ["A", "B"]).arms[0]
    circle = [vote(*pair, 1.0, block) for block in range(6) for pair in (("A", "B"), ("B", "C"), ("C", "A"))]
    for each in (ties, *strengths(circle, ["A", "B", "C"]).arms):
        assert each.low is not None
        assert each.high is not None
        assert each.score == pytest.approx(0)
        assert each.high - each.low > 0.9


@given(
    st.lists(
        st.tuples(st.sampled_from([*combinations("ABC", 2)]), st.sampled_from([0, 0.5, 1]), st.integers(0, 8))
    )
)
def test_rules_of_all_strengths(drawn: list[tuple[tuple[str, str], float, int]]) -> None:
    """Connected just when all arms are one group; then the mean is 0, every strength in its interval."""
    found = strengths([vote(*pair, score, block) for pair, score, block in drawn], ["A", "B", "C"])
    assert sorted(arm for group in found.groups for arm in group) == ["A", "B", "C"]
    assert found.connected == (len(found.groups) == 1)
    if found.connected:
        assert sum(scores(found)) == pytest.approx(0, abs=1e-9)
        assert all(
            each.low is None or each.high is None or each.low < (each.score or 0) < each.high
            for each in found.arms
        )


def test_intervals_hold_the_truth() -> None:
    """Three arms, six blocks, three related voters, a fixed seed: at least 0.93."""
    held, _ = strengths_coverage((0.6, 0, -0.6), 3, 6, 150)
    assert held >= 0.93
