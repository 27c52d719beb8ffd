"""How long it takes to say what the votes of a large experiment allow."""

import random
import time
from itertools import combinations
from pathlib import Path

from tests.bench.figures import Figure, alone
from tests.experiments.outcomes import Made, a_plan

ARMS = {f"arm {number}": {"prompt": f"A fox in light {number}"} for number in range(12)}
TIMES = 9


def decided(folder: Path) -> tuple[Figure]:
    """Read plan, videos and one voter's 1,320 votes from the records, and decide on all pairs; in ms."""
    made = Made(folder, a_plan(arms=ARMS, cases=[], seeds=range(20))).run()
    dice = random.Random(7)  # noqa: S311 - no secret
    pairs = list(combinations(ARMS, 2))
    choices = ("left", "right", "tie")
    made.vote(
        (block.case, block.seed, *pair, dice.choice(choices)) for block in made.plan.blocks for pair in pairs
    )

    def milliseconds() -> float:
        begun = time.perf_counter()
        _ = made.outcome().decision
        return 1000 * (time.perf_counter() - begun)

    return (alone(milliseconds, TIMES),)
