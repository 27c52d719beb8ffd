"""Made-up experiments of which the truth is known: how votes of a block go together, how they come."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from math import comb, exp, factorial, lgamma, prod

from wan_notebook.experiments.statistics import Preference

ORDERS = ("voter by voter", "block by block", "any")
"""In which order the votes of an experiment come."""


@dataclass(frozen=True)
class World:
    """How the votes of one block come about: the chance of each sum of their scores.

    Attributes:
        name: what to call it.
        voters: votes in a block.
        rate: the true win rate of the first arm.
        chances: chance of each block, given as its votes' scores.
    """

    name: str
    voters: int
    rate: float
    chances: Mapping[tuple[float, ...], float]

    def drawn(self, dice: random.Random, blocks: int) -> list[tuple[float, ...]]:
        """Return the votes of some blocks, those of a block in random order."""
        drawn = dice.choices([*self.chances], [*self.chances.values()], k=blocks)
        return [tuple(dice.sample(block, len(block))) for block in drawn]

    def all(self, blocks: int) -> Iterator[tuple[list[tuple[float, ...]], float]]:
        """Yield every outcome of some blocks, whatever their order, and its chance."""
        kinds = [(block, chance) for block, chance in self.chances.items() if chance]
        for counts in shared_out(blocks, len(kinds)):
            ways = factorial(blocks) // prod(factorial(count) for count in counts)
            chance = prod(each**count for (_, each), count in zip(kinds, counts, strict=True))
            rows = zip(kinds, counts, strict=True)
            yield [block for (block, _), count in rows for _ in range(count)], ways * chance

    def outcomes(self, blocks: int) -> int:
        """Return how many outcomes `all` yields."""
        return comb(blocks + len(self.chances) - 1, blocks)


def shared_out(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to share a number out to some parts."""
    for bars in combinations(range(total + parts - 1), parts - 1):
        edges = (-1, *bars, total + parts - 1)
        yield tuple(after - before - 1 for before, after in pairwise(edges))


def of_sums(voters: int, sums: Sequence[float]) -> dict[tuple[float, ...], float]:
    """Return the blocks of votes without ties with these chances of 0, 1, … wins."""
    return {(1.0,) * wins + (0.0,) * (voters - wins): chance for wins, chance in enumerate(sums)}


def alike(rate: float, voters: int = 1) -> World:
    """Return a world in which all voters of a block agree; with one voter there is no other without ties."""
    return World("agree", voters, rate, of_sums(voters, [1 - rate, *[0.0] * (voters - 1), rate]))


def binomial(voters: int, rate: float) -> list[float]:
    """Return the chances of 0, 1, … wins of independent voters."""
    return [comb(voters, wins) * rate**wins * (1 - rate) ** (voters - wins) for wins in range(voters + 1)]


def apart(rate: float, voters: int) -> World:
    """Return a world in which the voters do not care what block it is."""
    return World("independent", voters, rate, of_sums(voters, binomial(voters, rate)))


def related(rate: float, voters: int, bond: float) -> World:
    """Return a world in which each block has its own beta-distributed rate; `bond` is how votes correlate."""
    first, second = rate * (1 / bond - 1), (1 - rate) * (1 / bond - 1)

    def beta(a: float, b: float) -> float:
        return lgamma(a) + lgamma(b) - lgamma(a + b)

    sums = [
        comb(voters, wins) * exp(beta(wins + first, voters - wins + second) - beta(first, second))
        for wins in range(voters + 1)
    ]
    return World(f"related {bond}", voters, rate, of_sums(voters, sums))


def mixed(rate: float, voters: int, easy: float, hard: float) -> World:
    """Return a world of easy and hard blocks, each with its own rate, as many of each as `rate` takes."""
    share = (rate - hard) / (easy - hard)
    pairs = zip(binomial(voters, easy), binomial(voters, hard), strict=True)
    return World("mixed", voters, rate, of_sums(voters, [share * a + (1 - share) * b for a, b in pairs]))


def tied(rate: float, voters: int, share: float) -> World:
    """Return a world with this share of ties, voters independent."""
    one = {1.0: rate - share / 2, 0.5: share, 0.0: 1 - rate - share / 2}
    chances: dict[tuple[float, ...], float] = {}
    for counts in shared_out(voters, 3):
        ways = factorial(voters) // prod(factorial(count) for count in counts)
        block = tuple(score for score, count in zip(one, counts, strict=True) for _ in range(count))
        chances[block] = ways * prod(one[score] for score in block)
    return World(f"ties {share:.0%}", voters, rate, chances)


def votes(
    dice: random.Random, blocks: Sequence[Sequence[float]], order: str, pair: tuple[str, str] = ("A", "B")
) -> list[Preference]:
    """Return these scores of the first arm as votes in this order, the sides drawn."""
    cast = [
        Preference(f"block {block}", f"voter {voter}", *pair, score, dice.choice(pair))
        for block, scores in enumerate(blocks)
        for voter, score in enumerate(scores)
    ]
    dice.shuffle(cast)
    if order == "voter by voter":
        cast.sort(key=lambda vote: vote.voter)
    if order == "block by block":
        places = {vote.block: place for place, vote in enumerate(cast)}
        cast.sort(key=lambda vote: places[vote.block])
    return cast
