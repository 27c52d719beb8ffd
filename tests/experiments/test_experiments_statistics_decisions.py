"""Verdicts: at the planned size, early only by the bound, never on fewer than six blocks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.experiments.trials import dice_of, false_winners, false_winners_of, power, watched
from tests.experiments.worlds import ORDERS, alike, apart, related, votes
from wan_notebook.catalog import language
from wan_notebook.experiments.statistics import (
    Decision,
    Kind,
    PairDecision,
    Preference,
    decide,
    holm,
    needed_blocks,
    win_rate,
)


def scored(scores: list[list[float]], pair: tuple[str, str] = ("A", "B")) -> list[Preference]:
    """Return the votes of these blocks, block by block."""
    return [
        Preference(f"block {block}", f"voter {voter}", *pair, score, pair[0])
        for block, row in enumerate(scores)
        for voter, score in enumerate(row)
    ]


def one(scores: list[list[float]], blocks: int, voters: int = 1, **more: object) -> PairDecision:
    """Return the decision on two arms."""
    return decide(scored(scores), ["A", "B"], blocks, voters, **more).pairs[0]  # type: ignore[arg-type]


def test_a_winner_at_the_planned_size() -> None:
    """22 of 30: the interval leaves 1/2 out, so A wins, in both directions of the pair."""
    found = one([[1.0]] * 22 + [[0.0]] * 8, 30)
    assert (found.kind, found.winner, found.more, found.complete) == (Kind.WINNER, "A", None, True)
    assert found.p_holm == found.win_rate.p < 0.05
    other = decide(scored([[1.0]] * 22 + [[0.0]] * 8), ["B", "A"], 30, 1).pairs[0]
    assert (other.first, other.kind, other.winner) == ("B", Kind.WINNER, "A")
    assert "“A” is better than “B”: preferred in 73 %" in found.sentence()
    assert other.sentence() == found.sentence()


def test_no_winner_before_the_planned_size() -> None:
    """The same votes in a larger plan are not enough, though their interval leaves 1/2 out."""
    found = one([[0.0]] * 8 + [[1.0]] * 22, 40)
    assert found.win_rate.p < 0.05
    assert (found.kind, found.winner, found.more, found.p_holm) == (Kind.NOT_ENOUGH, None, 10, 1)
    assert (
        found.sentence()
        == "Not enough yet to judge “A” and “B”: about 10 more blocks to vote on in full, of 40 planned."
    )


def test_no_difference_needs_a_plan_large_enough() -> None:
    """Half and half: no difference on 30 blocks, not enough on 20."""
    assert one([[1.0], [0.0]] * 15, 30).kind is Kind.NO_DIFFERENCE
    short = one([[1.0], [0.0]] * 10, 20)
    assert (short.kind, short.more, short.complete) == (Kind.NOT_ENOUGH, needed_blocks(0.75) - 20, True)
    assert "a new plan needs about 10 more blocks" in short.sentence()


def test_five_blocks_are_never_enough() -> None:
    """Not even when five voters all prefer the same in each; six are."""
    found = one([[1.0, 1.0, 0.0, 1.0, 1.0]] * 5, 5, 5)
    assert found.win_rate.p < 0.05
    assert (found.kind, found.more) == (Kind.NOT_ENOUGH, 25)
    assert one([[1.0, 1.0, 0.0, 1.0, 1.0]] * 6, 6, 5).kind is Kind.WINNER
    assert one([[1.0]] * 6, 6).kind is Kind.WINNER
    assert one([[1.0]] * 5, 5).kind is Kind.NOT_ENOUGH


def test_an_early_winner() -> None:
    """Eleven wins in a row pass the bound, ten do not; what was told stays told to the end."""
    assert one([[1.0]] * 10, 40).kind is Kind.NOT_ENOUGH
    early = one([[1.0]] * 11, 40)
    assert (early.kind, early.winner, early.complete) == (Kind.EARLY_WINNER, "A", False)
    assert "clear before the plan's votes were all in" in early.sentence()
    assert one([[1.0]] * 11 + [[0.0]] * 10, 40).kind is Kind.EARLY_WINNER
    assert one([[1.0]] * 11 + [[0.0]] * 10, 21).kind is Kind.EARLY_WINNER
    assert one([[1.0]] * 11 + [[0.0]] * 30, 41).winner == "B"


def test_half_votes_of_a_block_do_not_make_an_early_winner() -> None:
    """Voters of one mind on few blocks are few blocks: fifty votes on ten blocks tell nothing early."""
    assert one([[1.0] * 5] * 10, 30, 5).kind is Kind.NOT_ENOUGH
    assert one([[1.0]] * 13, 30, 5).kind is Kind.EARLY_WINNER


def test_an_early_winner_the_whole_plan_does_not_show_says_so() -> None:
    """Half of the votes are for the winner in the end: that is not told as if it were clear."""
    even = one([[1.0]] * 15 + [[0.0]] * 15, 30)
    assert (even.kind, even.complete) == (Kind.EARLY_WINNER, True)
    assert "they do not show it by themselves: “A” preferred in 50 %" in even.sentence()
    assert "so far" not in even.sentence()


def test_skips_alone_leave_no_shares_to_tell() -> None:
    """Not 0 % in truth in 0 % to 0 %."""
    only = decide([], ["A", "B"], 6, 1, skipped=[(f"block {block}", "A", "B") for block in range(6)]).pairs[0]
    assert only.sentence() == "“A” and “B” cannot be judged: every vote on them was skipped."


def test_votes_beyond_the_plan_change_nothing() -> None:
    """The first votes of each block count, however the later ones fall."""
    plan = scored([[1.0]] * 22 + [[0.0]] * 8)
    late = [Preference(f"block {block}", "late", "B", "A", 1.0, "A") for block in range(30)]
    found = decide([*plan, *late], ["A", "B"], 30, 1).pairs[0]
    assert found.win_rate == decide(plan, ["A", "B"], 30, 1).pairs[0].win_rate
    assert (found.kind, found.winner, found.later) == (Kind.WINNER, "A", 30)
    assert found.sentence().endswith(" Votes beyond the planned number, which do not change this: 30.")


def test_lost_blocks_are_not_waited_for() -> None:
    """Blocks without a video of one arm leave the plan, those that were voted on stay."""
    rows = [[1.0]] * 22 + [[0.0]] * 8
    gone = {"B": {"block 98", "block 99", "block 0"}, "C": {"block 97"}}
    found = one(rows, 32, lost=gone)
    assert (found.kind, found.planned, found.complete) == (Kind.WINNER, 30, True)
    nowhere = one([], 2, lost={"A": {"block 0", "block 1"}})
    assert (nowhere.kind, nowhere.planned, nowhere.complete, nowhere.more) == (Kind.NOT_ENOUGH, 0, False, 30)
    assert nowhere.sentence() == "“A” and “B” cannot be judged: no block has both their videos."


def test_skips_are_answers() -> None:
    """A block in which votes were skipped is not waited for; the others decide."""
    rows = [[1.0]] * 22 + [[0.0]] * 8
    skips = [("block 30", "B", "A"), ("block 31", "A", "B")]
    assert one(rows, 32).complete is False
    found = one(rows, 32, skipped=skips)
    assert (found.kind, found.win_rate.blocks, found.complete) == (Kind.WINNER, 30, True)
    half = decide(scored([[1.0, 0.0]] * 3 + [[1.0]]), ["A", "B"], 4, 2, skipped=[("block 3", "A", "B")])
    assert half.complete
    assert half.pairs[0].win_rate.votes == 7


def test_several_arms_are_corrected_and_the_best_is_named() -> None:
    """Three arms: p values after Holm, the arm that wins all its pairs is the best."""
    rows = {("A", "B"): 24, ("A", "C"): 27, ("B", "C"): 16}
    cast = [
        vote for pair, wins in rows.items() for vote in scored([[1.0]] * wins + [[0.0]] * (40 - wins), pair)
    ]
    found = decide(dice_of(1).sample(cast, len(cast)), ["A", "B", "C"], 40, 1)
    plain = [win_rate(cast, *pair).p for pair in rows]
    assert [pair.p_holm for pair in found.pairs] == pytest.approx(holm(plain))
    assert [pair.winner for pair in found.pairs] == [None, None, None]
    assert plain[1] < 0.05 < found.pairs[1].p_holm
    assert found.best is None
    clear = [
        vote for pair in rows for vote in scored([[1.0]] * (38 if "A" in pair else 20) + [[0.0]] * 2, pair)
    ]
    assert decide(clear, ["A", "B", "C"], 40, 1).best == "A"


def test_no_votes_at_all() -> None:
    """Before the first vote everything is still to do, for every pair."""
    found = decide([], ["A", "B", "C"], 12, 2)
    assert [(pair.first, pair.second) for pair in found.pairs] == [("A", "B"), ("A", "C"), ("B", "C")]
    assert {(pair.kind, pair.more) for pair in found.pairs} == {(Kind.NOT_ENOUGH, 12)}
    assert (found.complete, found.best) == (False, None)
    assert found.sentence().count("\n") == 2


def test_how_it_was_decided_is_told() -> None:
    """The method names size, both errors and, with several pairs, the correction, in both languages."""
    two, three = Decision((), 12, 2), decide([], ["A", "B", "C"], 12, 2)
    assert "12 blocks" in two.method()
    assert "at most 5 % of all experiments at the end, and in at most 1 % before" in two.method()
    assert "Holm" not in two.method()
    assert three.method().endswith("all 3 pairs together (Holm's correction).")
    language("zh")
    try:
        assert "12 个区组" in three.method()
    finally:
        language("en")


LOOKS = st.tuples(
    st.integers(6, 16),
    st.integers(1, 3),
    st.sampled_from(ORDERS),
    st.integers(0, 10**6),
    st.floats(0.5, 0.95),
)


@given(LOOKS)
def test_what_an_early_look_told_stays_told(look: tuple[int, int, str, int, float]) -> None:
    """Whoever is named a winner early is never taken back by later votes but for the plan's own verdict."""
    blocks, voters, order, seed, rate = look
    dice = dice_of(seed)
    cast = votes(dice, apart(rate, voters).drawn(dice, blocks), order)
    told: str | None = None
    for seen in range(1, len(cast) + 1):
        found = decide(cast[:seen], ["A", "B"], blocks, voters).pairs[0]
        assert found.kind is not Kind.WINNER or found.complete
        assert told is None or found.winner == told
        told = found.winner
    assert found.complete


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_rules_of_holm(p: list[float]) -> None:
    """Never below the p value or above its Bonferroni bound or 1, and in the same order."""
    corrected = holm(p)
    ranked = sorted(zip(p, corrected, strict=True))
    assert all(each <= after <= 1 for each, after in ranked)
    assert max(after for _, after in ranked) <= max(1e-300, len(p) * ranked[-1][0])
    assert ranked[0][1] == min(1.0, len(p) * ranked[0][0])
    for (low, after), (high, later) in pairwise(ranked):
        assert low <= high
        assert after <= later


def test_holm_by_hand() -> None:
    """0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


@pytest.mark.parametrize("order", ORDERS)
def test_false_winners_are_rare(order: str) -> None:
    """Equal arms and related voters: winners at any look in at most 6.5 % of the experiments."""
    ever, early = false_winners(related(0.5, 5, 0.2), 10, order, 400)
    assert ever <= 0.065
    assert early <= 0.02


def test_false_winners_of_one_voter() -> None:
    """The smallest plan and one where the exact test spends most of its 5 %."""
    assert false_winners(alike(0.5), 6, "any", 500)[0] <= 0.065
    assert false_winners(alike(0.5), 17, "any", 500)[0] <= 0.065


def test_a_look_after_every_vote_is_no_more() -> None:
    """Truly looked at after every vote, it is what one look at the end sees."""
    world = apart(0.5, 3)
    assert watched(world, 7, "any", 60) == false_winners(world, 7, "any", 60)[0]


def test_false_winners_of_several_arms_are_rare() -> None:
    """Any of six pairs of equal arms: at most 6.5 %."""
    assert false_winners_of("ABCD", alike(0.5), 12, 150) <= 0.065


def test_a_better_arm_is_found_as_often_as_planned() -> None:
    """At the size needed for 75 % it wins in about 80 % of the experiments, with fewer votes on average."""
    reached, used = power(alike(0.75), needed_blocks(0.75), 300)
    assert 0.73 < reached < 0.9
    assert used < 1
