"""Sides, agreement, costs and the missing scipy."""

import random
import sys
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, ttest_1samp

from tests.experiments.trials import dice_of
from wan_notebook.catalog import SettingError
from wan_notebook.experiments.statistics import (
    Interval,
    Preference,
    agreement,
    cost_per_preferred,
    mean_interval,
    position_bias,
    ratio_interval,
    share_interval,
    win_rate,
)


def sided(lefts: int, rights: int, ties: int = 0) -> list[Preference]:
    """Return votes for the left, for the right and for neither, the arms taking turns on the left."""
    cast = []
    for place in range(lefts + rights + ties):
        left = "AB"[place % 2]
        chosen = left if place < lefts else "AB"[1 - place % 2]
        score = 0.5 if place >= lefts + rights else float(chosen == "A")
        cast.append(Preference(f"block {place}", "ann", "A", "B", score, left))
    return cast


@pytest.mark.parametrize(("lefts", "rights"), [(5, 5), (9, 1), (0, 4), (60, 40), (61, 39)])
def test_the_share_of_the_left_is_tested_exactly(lefts: int, rights: int) -> None:
    """Ties aside, share, interval and p value are those of scipy's binomial test."""
    found = position_bias(sided(lefts, rights, ties=3))
    expected = binomtest(lefts, lefts + rights)
    interval = expected.proportion_ci(method="exact")
    assert (found.left.count, found.left.total) == (lefts, lefts + rights)
    assert (found.left.low, found.left.high) == pytest.approx((interval.low, interval.high), abs=1e-9)
    assert found.p == pytest.approx(expected.pvalue, abs=1e-9)
    assert ("moved the votes" in found.sentence()) == (expected.pvalue < 0.05)


def test_without_a_vote_for_a_side_there_is_no_share() -> None:
    """Ties alone tell nothing of the sides."""
    found = position_bias(sided(0, 0, ties=4))
    assert (found.left.share, found.p) == (None, None)
    assert found.sentence() == "No vote has preferred a side yet."


def judged(*rows: str) -> list[Preference]:
    """Return votes: a row a voter, a letter a block, a for A, b for B, t for a tie, a dot for none."""
    return [
        Preference(f"block {block}", f"voter {voter}", "A", "B", {"a": 1.0, "b": 0.0, "t": 0.5}[letter], "A")
        for voter, row in enumerate(rows)
        for block, letter in enumerate(row)
        if letter != "."
    ]


def test_agreement_of_a_published_example() -> None:
    """Krippendorff's own example, two observers, ten units, two categories: 6 are equal, alpha is 0.095."""
    found = agreement(judged("abaaaaaaba", "bbbaabaaaa"))
    assert found is not None
    assert (found.voters, found.judged, found.pairs, found.share) == (2, 10, 10, 0.6)
    assert found.alpha == pytest.approx(0.095, abs=0.0005)
    assert "in 60 % of all cases" in found.sentence()
    assert "hardly more than chance" in found.sentence()


def test_agreement_by_hand_with_gaps_and_ties() -> None:
    """Three voters with gaps: 3 pairs of votes on the first block, 1 on the second, none on the third."""
    found = agreement(judged("abt", "at.", "b.."))
    assert found is not None
    assert (found.voters, found.judged, found.pairs) == (3, 2, 4)
    assert found.share == pytest.approx(1 / 4)
    seen, expected = (4 / 2 + 2 / 1) / 5, (25 - 4 - 4 - 1) / (5 * 4)
    assert found.alpha == pytest.approx(1 - seen / expected)


@pytest.mark.parametrize(
    ("rows", "alpha", "word"),
    [
        (("aabb", "aabb"), 1.0, "strong agreement"),
        (("aaaa", "aaaa"), None, "chance cannot be told"),
        (("aaaaabbbbb", "aaaaabbbba"), 0.8081, "strong"),
        (("aaaaabbbbb", "aaaabbbbba"), 0.62, "some"),
        (("aaaaabbbbbaaaaabbb", "aaaaabbbbbaaaaabaa"), 0.77, "fair"),
    ],
)
def test_words_for_agreement(rows: tuple[str, str], alpha: float | None, word: str) -> None:
    """The sentence finds a word for alpha, and none where all votes are the same."""
    found = agreement(judged(*rows))
    assert found is not None
    assert found.alpha == (None if alpha is None else pytest.approx(alpha, abs=0.01))
    assert word in found.sentence()


def test_one_voter_cannot_agree() -> None:
    """With one voter, or two on different pairs, there is nothing to compare."""
    assert agreement(judged("abab")) is None
    assert agreement(judged("ab..", "..ab")) is None


@given(
    st.lists(st.text("abt.", min_size=6, max_size=6), min_size=2, max_size=4),
    st.randoms(use_true_random=False),
)
def test_direction_of_a_pair_does_not_matter(rows: list[str], dice: random.Random) -> None:
    """Votes told from the other arm's side agree the same."""
    cast = judged(*rows)
    turned = [
        Preference(each.block, each.voter, "B", "A", 1 - each.score, each.left)
        if dice.random() < 0.5
        else each
        for each in cast
    ]
    assert agreement(turned) == agreement(cast)


def test_the_mean_has_students_interval() -> None:
    """As scipy has it; a single value has no ends, no value no mean."""
    values = [1.2, 1.3, 1.2, 1.9, 1.25]
    found, expected = mean_interval(values), ttest_1samp(values, 0).confidence_interval()
    assert found is not None
    assert (found.low, found.high, found.count) == pytest.approx((expected.low, expected.high, 5))
    assert found.value == pytest.approx(1.37)
    assert mean_interval([2.0]) == Interval(2.0, None, None, 1)
    assert mean_interval([]) is None


@pytest.mark.parametrize(("count", "total"), [(0, 12), (3, 12), (12, 12), (1, 1)])
def test_a_share_has_wilsons_interval(count: int, total: int) -> None:
    """As scipy has it; a share of nothing is None."""
    found, expected = share_interval(count, total), binomtest(count, total).proportion_ci(method="wilson")
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-12)
    assert share_interval(0, 0).share is None


def test_cost_per_preferred_video() -> None:
    """At the same cost for each video it is that cost over the ends of the win rate."""
    rate = win_rate(judged("aaaaaabb"), "A", "B")
    assert rate.low is not None
    assert rate.high is not None
    found = cost_per_preferred(Interval(0.6, 0.6, 0.6, 8), rate)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((0.8, 0.6 / rate.high, 0.6 / rate.low))
    assert cost_per_preferred(Interval(0.6, 0.5, 0.7, 8), win_rate([], "A", "B")) is None
    assert cost_per_preferred(Interval(0.6, 0.5, 0.7, 8), win_rate(judged("bbb"), "A", "B")) is None


def test_a_ratio_without_an_end() -> None:
    """It has no upper end where what it is divided by may be 0, no ends at all for single values."""
    half, wide = Interval(0.5, 0.0, 1.0, 6), Interval(3.0, 2.0, 4.5, 4)
    open_ended = ratio_interval(wide, half)
    assert open_ended is not None
    assert (open_ended.value, open_ended.high, open_ended.count) == (6.0, None, 4)
    assert open_ended.low == pytest.approx(6.0 / 2.2365, abs=0.01)
    assert ratio_interval(Interval(3.0, None, None, 1), half) == Interval(6.0, None, None, 1)
    assert ratio_interval(Interval(0.0, 0.0, 0.0, 4), half) == Interval(0.0, 0.0, None, 4)
    assert ratio_interval(wide, Interval(0.0, 0.0, 0.2, 4)) is None
    negative = ratio_interval(Interval(1.0, -0.5, 2.5, 4), wide)
    assert negative is not None
    assert negative.low == 0
    assert negative.high is not None
    assert 1 / 3 < negative.high < inf


def test_ratios_hold_the_truth() -> None:
    """Costs around 1, wins around 0.7, 12 blocks, a fixed seed: at least 0.93."""
    dice = dice_of(7)
    held = 0
    for _ in range(400):
        cost = mean_interval([dice.gauss(1, 0.3) for _ in range(12)])
        rate = win_rate(judged("".join(dice.choices("ab", [0.7, 0.3], k=12))), "A", "B")
        assert cost is not None
        found = cost_per_preferred(cost, rate)
        held += found is not None and (found.low or 0) <= 1 / 0.7 <= (found.high or inf)
    assert held / 400 >= 0.93


def test_without_scipy_one_sentence_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package works without scipy; only the statistics ask for it."""
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    with pytest.raises(SettingError, match=r'pip install "wan-notebook\[stats\]"\.$'):
        win_rate(judged("aab"), "A", "B")
