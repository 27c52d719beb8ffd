"""What the statistics do in made-up experiments: coverage, false winners, power, all with a fixed seed."""

import random
from collections.abc import Iterator, Sequence
from itertools import combinations
from math import exp

from tests.experiments.worlds import World, alike, apart, mixed, related, tied, votes
from wan_notebook.experiments.statistics import Kind, Preference, decide, strengths
from wan_notebook.experiments.statistics.win_rates import rate_of

SEED = 20260120
EXACT = 7_000
"""Up to how many outcomes all are gone through, for an exact coverage; above, experiments are drawn."""
WINNERS = {Kind.WINNER, Kind.EARLY_WINNER}


def worlds(rate: float, voters: int) -> Iterator[World]:
    """Yield the ways in which votes of a block may hang together."""
    most = 2 * min(rate, 1 - rate)
    yield alike(rate, voters)
    yield from (tied(rate, voters, share) for share in (0.1, 0.3) if share < most)
    if voters > 1:
        yield apart(rate, voters)
        yield from (related(rate, voters, bond) for bond in (0.2, 0.5))
        yield mixed(rate, voters, 1, 0.5) if rate > 1 / 2 else mixed(rate, voters, 0.95, 0.05)


def coverage(world: World, blocks: int, draws: int) -> tuple[float, float, bool]:
    """Return how often the interval holds the true rate, its mean width, and whether that is exact."""
    exact = world.outcomes(blocks) <= EXACT
    if exact:
        cases = world.all(blocks)
    else:
        dice = dice_of(world.name, world.rate, world.voters, blocks)
        cases = ((world.drawn(dice, blocks), 1 / draws) for _ in range(draws))
    held = width = 0.0
    for outcome, chance in cases:
        found = rate_of({str(place): block for place, block in enumerate(outcome)}, "A", "B", 0.95)
        assert found.low is not None
        assert found.high is not None
        held += chance * (found.low - 1e-9 <= world.rate <= found.high + 1e-9)
        width += chance * (found.high - found.low)
    return held, width, exact


def dice_of(*names: object) -> random.Random:
    """Return dice that fall the same in every run, but otherwise for every name."""
    return random.Random(f"{SEED} {names}")  # noqa: S311 - these are experiments, not secrets


def false_winners(world: World, blocks: int, order: str, draws: int) -> tuple[float, float]:
    """Return how often two equal arms ever get a winner, and how often before all votes are in.

    What was told early stays told, so one look at the end sees what a look after every vote would have seen.
    """
    dice = dice_of(world.name, world.voters, blocks, order)
    kinds = [
        decide(votes(dice, world.drawn(dice, blocks), order), ["A", "B"], blocks, world.voters).pairs[0]
        for _ in range(draws)
    ]
    ever = sum(found.kind in WINNERS for found in kinds)
    return ever / draws, sum(found.kind is Kind.EARLY_WINNER for found in kinds) / draws


def watched(world: World, blocks: int, order: str, draws: int) -> float:
    """Return how often two equal arms get a winner with a true look after every vote."""
    dice = dice_of(world.name, world.voters, blocks, order)
    wrong = 0
    for _ in range(draws):
        cast = votes(dice, world.drawn(dice, blocks), order)
        looks = (decide(cast[:seen], ["A", "B"], blocks, world.voters) for seen in range(1, len(cast) + 1))
        wrong += any(look.pairs[0].kind in WINNERS for look in looks)
    return wrong / draws


def false_winners_of(arms: Sequence[str], world: World, blocks: int, draws: int) -> float:
    """Return how often any of several equal arms ever gets a win."""
    dice = dice_of(*arms, world.name, blocks)
    wrong = 0
    for _ in range(draws):
        cast = [
            vote
            for pair in combinations(arms, 2)
            for vote in votes(dice, world.drawn(dice, blocks), "any", pair)
        ]
        dice.shuffle(cast)
        wrong += any(pair.kind in WINNERS for pair in decide(cast, arms, blocks, world.voters).pairs)
    return wrong / draws


def power(world: World, blocks: int, draws: int) -> tuple[float, float]:
    """Return how often the better arm wins, and how many of the votes it takes on average.

    The votes are looked at after every block, and the experiment ends at the first winner.
    """
    dice = dice_of(world.name, world.rate, world.voters, blocks)
    won, used = 0, 0
    for _ in range(draws):
        cast = votes(dice, world.drawn(dice, blocks), "block by block")
        end = decide(cast, ["A", "B"], blocks, world.voters).pairs[0]
        won += end.winner == "A"
        used += first_told(cast, blocks, world.voters)
    return won / draws, used / draws / (blocks * world.voters)


def first_told(cast: Sequence[Preference], blocks: int, voters: int) -> int:
    """Return after how many votes a winner is told; all of them if there is none. What is told stays told."""
    few, many = 0, len(cast)
    while many - few > 1:
        middle = (few + many) // 2
        told = decide(cast[:middle], ["A", "B"], blocks, voters).pairs[0].kind in WINNERS
        few, many = (few, middle) if told else (middle, many)
    return many


def strengths_coverage(scores: Sequence[float], voters: int, blocks: int, draws: int) -> tuple[float, float]:
    """Return how often an interval holds an arm's true strength, and how often the votes do not connect."""
    dice = dice_of(*scores, voters, blocks)
    arms = [f"arm {place}" for place in range(len(scores))]
    truth = {arm: score - sum(scores) / len(scores) for arm, score in zip(arms, scores, strict=True)}
    held, seen, loose = 0, 0, 0
    for _ in range(draws):
        cast: list[Preference] = []
        for first, second in combinations(arms, 2):
            rate = 1 / (1 + exp(truth[second] - truth[first]))
            world = related(rate, voters, 0.2)
            cast += votes(dice, world.drawn(dice, blocks), "any", (first, second))
        found = strengths(cast, arms)
        loose += not found.connected
        for each in found.arms:
            if each.low is not None and each.high is not None:
                held, seen = held + (each.low <= truth[each.arm] <= each.high), seen + 1
    return held / seen, loose / draws
