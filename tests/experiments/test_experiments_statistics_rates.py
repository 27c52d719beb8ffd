"""Win rates: equal to a hand calculation, exact for one voter, as sure as they say in made-up experiments."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tests.experiments.trials import coverage
from tests.experiments.worlds import World, alike, apart, mixed, related, tied
from wan_notebook.catalog import language
from wan_notebook.experiments.statistics import Preference, WinRate, against_others, percent, win_rate


def vote(block: int, score: float, voter: str = "ann", first: str = "A", second: str = "B") -> Preference:
    """Return a vote on a block."""
    return Preference(f"block {block}", voter, first, second, score, first)


SCORES = st.sampled_from([0.0, 0.5, 1.0])
BLOCKS = st.lists(st.lists(SCORES, min_size=1, max_size=5), min_size=1, max_size=20)


def cast(blocks: list[list[float]]) -> list[Preference]:
    """Return the votes of these blocks' scores."""
    return [
        vote(block, score, f"voter {voter}")
        for block, scores in enumerate(blocks)
        for voter, score in enumerate(scores)
    ]


def ends(found: WinRate) -> tuple[float, float, float]:
    """Return rate and interval, which must be there."""
    assert found.rate is not None
    assert found.low is not None
    assert found.high is not None
    return found.rate, found.low, found.high


@pytest.mark.parametrize("blocks", [6, 7, 20, 60])
def test_one_voter_without_ties_gets_the_exact_interval_and_sign_test(blocks: int) -> None:
    """With one vote a block it is Clopper-Pearson and the exact binomial test, as scipy has them."""
    for wins in range(blocks + 1):
        found = win_rate([vote(block, float(block < wins)) for block in range(blocks)], "A", "B")
        expected = binomtest(wins, blocks)
        interval = expected.proportion_ci(method="exact")
        assert ends(found) == pytest.approx((wins / blocks, interval.low, interval.high), abs=1e-9)
        assert found.p == pytest.approx(expected.pvalue, abs=1e-9)
        assert found.effective == pytest.approx(blocks)


def test_a_hand_calculation() -> None:
    """Three blocks, two voters: means 1, 0.75, 0; the rate is their mean, ties count half and are shown."""
    found = win_rate(cast([[1, 1], [1, 0.5], [0, 0]]), "A", "B")
    assert found.rate == pytest.approx((1 + 0.75 + 0) / 3)
    assert (found.blocks, found.votes, found.wins, found.ties, found.losses) == (3, 6, 3, 1, 2)
    weight, sums, squares = 3.5, 1.75 + 0.25, 1 + 0.75**2 + 0.25
    rate = sums / weight
    spread = (squares - weight * rate**2) / (weight - 1)
    assert found.effective == pytest.approx(max(3, rate * (1 - rate) * 3 / spread))


def test_a_block_counts_once_however_many_voted_on_it() -> None:
    """The rate is the mean of the blocks, not of the votes."""
    found = win_rate(cast([[1, 1, 1, 1, 1, 1], [0], [0]]), "A", "B")
    assert found.rate == pytest.approx(1 / 3)


def test_voters_of_one_mind_are_worth_one_each_block() -> None:
    """Five voters who always agree make the interval no narrower than one."""
    one = win_rate(cast([[1.0]] * 5 + [[0.0]] * 2), "A", "B")
    five = win_rate(cast([[1.0] * 5] * 5 + [[0.0] * 5] * 2), "A", "B")
    assert ends(five) == pytest.approx(ends(one))
    assert five.effective == pytest.approx(7)


def test_voters_who_differ_are_worth_more() -> None:
    """Voters who differ within blocks that do not differ are worth one each."""
    found = win_rate(cast([[1.0, 1.0, 1.0, 0.0, 0.0]] * 30), "A", "B")
    assert found.effective == 150
    assert ends(found)[2] - ends(found)[1] < 0.2


def test_all_ties_are_no_certainty() -> None:
    """Six ties leave wide room around one half."""
    found = win_rate(cast([[0.5]] * 6), "A", "B")
    assert ends(found)[0] == 0.5
    assert found.effective == 12
    assert ends(found)[2] - ends(found)[1] > 0.5


@given(BLOCKS)
def test_rules_of_every_interval(blocks: list[list[float]]) -> None:
    """Within 0 to 1, around the rate, the same mirrored; p is below 5 % just when 1/2 is left out."""
    votes = cast(blocks)
    found, other = win_rate(votes, "A", "B"), win_rate(votes, "B", "A")
    rate, low, high = ends(found)
    assert 0 <= low <= rate + 1e-12
    assert rate - 1e-12 <= high <= 1
    assert ends(other) == pytest.approx((1 - rate, 1 - high, 1 - low), abs=1e-9)
    assert (other.wins, other.ties, other.losses) == (found.losses, found.ties, found.wins)
    assert found.p == pytest.approx(other.p, abs=1e-9)
    assert (found.p < 0.05) == (not low <= 0.5 <= high)
    assert found.blocks <= found.effective + 1e-9
    assert found.effective <= found.votes + found.ties + 1e-9


@given(BLOCKS, st.randoms())
def test_order_and_direction_of_votes_do_not_matter(blocks: list[list[float]], dice: object) -> None:
    """The same votes in another order, some told from the other arm's side, give the same numbers."""
    votes = cast(blocks)
    turned = [
        Preference(each.block, each.voter, "B", "A", 1 - each.score, each.left) if place % 2 else each
        for place, each in enumerate(votes)
    ]
    found = win_rate(reversed(turned), "A", "B")
    assert ends(found) == pytest.approx(ends(win_rate(votes, "A", "B")))


def test_no_votes() -> None:
    """Without votes on the pair there is no rate, and a sentence says so."""
    found = win_rate([vote(1, 1.0, first="A", second="C")], "A", "B")
    assert (found.rate, found.low, found.high, found.p) == (None, None, None, 1)
    assert found.sentence() == "There are no votes on “A” and “B” yet."


def test_against_all_others() -> None:
    """An arm's rate against all others counts its votes in all pairs, by block."""
    votes = [
        vote(1, 1.0),
        vote(1, 0.0, second="C"),
        vote(2, 0.0, first="C", second="A"),
        vote(2, 1.0, second="D"),
    ]
    found = against_others([*votes, vote(3, 1.0, first="B", second="C")], "A")
    assert (found.rate, found.blocks, found.votes, found.wins, found.losses) == (0.75, 2, 4, 3, 1)
    assert "the other arms" in found.sentence()


def test_words_in_both_languages() -> None:
    """The sentence names share, interval, votes and ties."""
    found = win_rate(cast([[1.0]] * 5 + [[0.5]]), "A", "B")
    assert found.sentence() == (
        "“A” was preferred to “B” in 92 % of the votes (votes: 6, blocks: 6; ties, counted half: 1). The "
        "true share lies between 49 % and 100 %, as far as these votes can tell (95 % confidence)."
    ).replace("100 %", percent(ends(found)[2]))
    language("zh")
    try:
        assert "92%" in found.sentence()
    finally:
        language("en")


def test_percent_is_0_or_100_only_when_it_is() -> None:
    """Nearly all is not all."""
    assert [percent(share) for share in (0, 0.001, 0.5, 0.999, 1)] == ["0 %", "1 %", "50 %", "99 %", "100 %"]


def test_exact_coverage_of_one_voter_at_every_count() -> None:
    """Gone through all outcomes: at least 0.95 for every number of blocks from 6 to 60."""
    for rate in (0.5, 0.7, 0.9):
        for blocks in range(6, 61):
            held, _, exact = coverage(alike(rate), blocks, 0)
            assert exact
            assert held >= 0.95, (rate, blocks)


@pytest.mark.parametrize("rate", [0.5, 0.7, 0.9])
@pytest.mark.parametrize("blocks", [6, 7, 8, 10])
def test_exact_coverage_of_votes_that_hang_together(rate: float, blocks: int) -> None:
    """All outcomes: at least 0.93 from voters of one mind to voters who do not care for the block."""
    worlds: list[World] = [
        alike(rate, 5),
        tied(rate, 1, 0.1),
        apart(rate, 3),
        related(rate, 3, 0.5),
        mixed(rate, 2, 1, 0.3),
    ]
    for world in worlds:
        held, width, exact = coverage(world, blocks, 0)
        assert exact
        assert held >= 0.93, world.name
        assert width < 0.73, world.name


@pytest.mark.parametrize("rate", [0.5, 0.9])
def test_exact_coverage_of_five_voters(rate: float) -> None:
    """Twelve blocks and five related voters, where most methods fail: all outcomes, at least 0.93."""
    held, _, exact = coverage(related(rate, 5, 0.5), 12, 0)
    assert exact
    assert held >= 0.93


def test_drawn_coverage_of_many_blocks() -> None:
    """Where there are too many outcomes they are drawn, with a fixed seed: at least 0.93."""
    held, _, exact = coverage(related(0.7, 5, 0.2), 40, 400)
    assert not exact
    assert held >= 0.93
