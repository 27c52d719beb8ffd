"""Pairs come in an order of each voter's own, balanced at every moment, the same after a restart."""

from collections import Counter
from itertools import combinations, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.experiments.planning.plan import Block, Cell
from wan_notebook.experiments.voting.pairs import Order, Pair

ARMS = tuple("ABCDEFGHIJKL")


def blocks_of(cases: int, seeds: int) -> list[Block]:
    """Return that many cases with that many seeds each."""
    return [
        Block(f"case {case}", {"who": str(case)}, seed)
        for case in range(cases)
        for seed in range(1, seeds + 1)
    ]


def all_cells(arms: tuple[str, ...], blocks: list[Block]) -> set[Cell]:
    """Return every video there can be."""
    return {Cell(arm, block) for block in blocks for arm in arms}


def shown(order: Order, cells: set[Cell], most: int | None = None) -> list[Pair]:
    """Return the pairs as a voter sees them who answers each, `most` of them at most."""
    seen: list[Pair] = []
    for _ in range(len(order) if most is None else most):
        pair = order.next(seen, order.ready(cells))
        if pair is None:
            break
        seen.append(pair)
    return seen


def spread(counts: Counter[object], of: int) -> int:
    """Return how far the most frequent of so many things is ahead of the rarest."""
    return max(counts.values(), default=0) - (min(counts.values(), default=0) if len(counts) == of else 0)


plans = st.tuples(st.integers(2, 5), st.integers(1, 4), st.integers(1, 4))


@given(plan=plans, voter=st.text(max_size=8))
def test_every_prefix_is_balanced(plan: tuple[int, int, int], voter: str) -> None:
    """Over pairs of arms, blocks, cases, and left and right of each two arms: all to within one."""
    number, cases, seeds = plan
    arms, blocks = ARMS[:number], blocks_of(cases, seeds)
    order = Order("uid", voter, arms, blocks)
    seen = shown(order, all_cells(arms, blocks))
    assert {pair.key for pair in seen} == {
        (block, frozenset(two)) for block in blocks for two in combinations(arms, 2)
    }
    assert len(seen) == len(order)
    ahead: Counter[frozenset[str]] = Counter()
    for count, pair in enumerate(seen, 1):
        prefix = seen[:count]
        ahead[pair.key[1]] += 1 if pair.left < pair.right else -1
        assert abs(ahead[pair.key[1]]) <= 1
        assert spread(Counter(one.key[1] for one in prefix), number * (number - 1) // 2) <= 1
        assert spread(Counter(one.block for one in prefix), len(blocks)) <= 1
        if count <= len(blocks):
            assert spread(Counter(one.block.case for one in prefix), cases) <= 1


@given(plan=plans, data=st.data())
def test_missing_videos_leave_what_there_is_balanced(plan: tuple[int, int, int], data: st.DataObject) -> None:
    """Always one of those shown least of those there are; every one once; sides even as before."""
    number, cases, seeds = plan
    arms, blocks = ARMS[:number], blocks_of(cases, seeds)
    order = Order("uid", "ann", arms, blocks)
    every = sorted(all_cells(arms, blocks), key=repr)
    cells = set(data.draw(st.lists(st.sampled_from(every), unique=True)))
    seen = shown(order, cells)
    assert {pair.key for pair in seen} == set(order.ready(cells))
    ahead: Counter[frozenset[str]] = Counter()
    for count, pair in enumerate(seen):
        times = Counter(one.key[1] for one in seen[:count])
        still = {key[1] for key in order.ready(cells)} & {one.key[1] for one in seen[count:]}
        assert times[pair.key[1]] == min(times[arms] for arms in still)
        ahead[pair.key[1]] += 1 if pair.left < pair.right else -1
        assert abs(ahead[pair.key[1]]) <= 1


@given(plan=plans, data=st.data())
def test_later_videos_change_nothing_that_was_shown(plan: tuple[int, int, int], data: st.DataObject) -> None:
    """They come after it, each pair once; whoever starts again goes on in the same way."""
    number, cases, seeds = plan
    arms, blocks = ARMS[:number], blocks_of(cases, seeds)
    order = Order("uid", "ann", arms, blocks)
    every = sorted(all_cells(arms, blocks), key=repr)
    first = set(data.draw(st.lists(st.sampled_from(every), unique=True)))
    seen = shown(order, first, data.draw(st.integers(0, len(order))))
    again = Order("uid", "ann", reversed(arms), reversed(blocks))
    while pair := again.next(seen, again.ready(set(every))):
        assert pair == order.next(seen, order.ready(set(every)))
        seen.append(pair)
    assert len({one.key for one in seen}) == len(seen) == len(order)


def test_left_and_right_are_even_over_ten_thousand() -> None:
    """Each arm stands left within 50 ± 3 %, and so does the arm that is first in the plan."""
    arms, blocks = ARMS[:3], blocks_of(3, 3)
    cells = all_cells(arms, blocks)
    voters = (shown(Order("uid", f"voter {number}", arms, blocks), cells) for number in range(371))
    seen = list(islice((pair for one in voters for pair in one), 10_000))
    assert len(seen) == 10_000
    for arm in arms:
        lefts = [pair.left == arm for pair in seen if arm in {pair.left, pair.right}]
        assert sum(lefts) / len(lefts) == pytest.approx(0.5, abs=0.03)
    assert sum(pair.left < pair.right for pair in seen) / len(seen) == pytest.approx(0.5, abs=0.03)


def test_which_arm_stands_left_first_is_chance() -> None:
    """Of ten thousand voters who see one pair each, half have either arm left."""
    arms, blocks = ARMS[:2], blocks_of(1, 1)
    cells = all_cells(arms, blocks)
    orders = [Order("uid", str(number), arms, blocks) for number in range(10_000)]
    first = [order.next([], order.ready(cells)) for order in orders]
    assert sum(pair is not None and pair.left == "A" for pair in first) / 10_000 == pytest.approx(
        0.5, abs=0.03
    )


def test_each_voter_and_experiment_has_an_order_of_its_own() -> None:
    """Else all would tire at the same pairs."""
    arms, blocks = ARMS[:4], blocks_of(3, 3)
    cells = all_cells(arms, blocks)
    orders = [
        tuple(shown(Order(uid, voter, arms, blocks), cells))
        for uid in ("one", "two")
        for voter in ("ann", "bob")
    ]
    assert len(set(orders)) == 4
    assert orders[0] == tuple(shown(Order("one", "ann", arms, blocks), cells))


def test_the_largest_plan_is_quick() -> None:
    """Twelve arms in twenty blocks: each pair once, balanced to the end."""
    blocks = blocks_of(5, 4)
    order = Order("uid", "ann", ARMS, blocks)
    seen = shown(order, all_cells(ARMS, blocks), most=140)
    assert len(order) == 1320
    assert spread(Counter(pair.key[1] for pair in seen), 66) == 1
    assert spread(Counter(pair.block for pair in seen), 20) == 0


def test_without_two_videos_of_a_block_there_is_no_pair() -> None:
    """One arm's video alone cannot be compared, nor can two of different blocks."""
    blocks = blocks_of(1, 2)
    order = Order("uid", "ann", ("A", "B"), blocks)
    assert order.next([], order.ready(set())) is None
    assert order.next([], order.ready({Cell("A", blocks[0]), Cell("B", blocks[1])})) is None
    assert order.next([], order.ready({Cell("A", blocks[0]), Cell("B", blocks[0])})) is not None
