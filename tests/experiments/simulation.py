"""Try at full size what the statistics promise, with a fixed seed.

    python -m tests.experiments.simulation                    every table
    python -m tests.experiments.simulation coverage winners   these
    python -m tests.experiments.simulation --draws 200        fewer experiments a figure than 2,000

Each table ends with its worst figure beside the bound it must keep; a broken one makes the exit code 1.
"""

import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable

from tests.experiments.trials import (
    coverage,
    false_winners,
    false_winners_of,
    power,
    strengths_coverage,
    watched,
    worlds,
)
from tests.experiments.worlds import ORDERS, alike, apart, related
from wan_notebook.experiments.statistics import needed_blocks, textbook_blocks

BLOCKS = (6, 7, 8, 9, 10, 12, 15, 20, 30, 50, 100, 200)
RATES = (0.5, 0.7, 0.9)
COVERED = 0.93
"""Least coverage allowed."""
WRONG = 0.065
"""Most experiments without a difference that may get a winner."""


def covering(draws: int) -> bool:
    """Print coverage and mean width of the interval of the win rate; * marks a figure that is exact."""
    worst = 1.0
    for voters in (1, 2, 5):
        for rate in RATES:
            for world in worlds(rate, voters):
                found = [coverage(world, blocks, draws) for blocks in BLOCKS]
                worst = min(worst, *(held for held, _, _ in found))
                figures = " ".join(
                    f"{held:.3f}{'*' if exact else ' '}{width:.2f}" for held, width, exact in found
                )
                write(f"voters {voters} rate {rate} {world.name:12} {figures}")
    for rate in RATES:
        row = [coverage(alike(rate), blocks, draws)[0] for blocks in range(6, 201)]
        worst = min(worst, *row)
        write(f"voters 1 rate {rate} every count from 6 to 200, exact: least {min(row):.3f}")
    return held_to("coverage", worst, COVERED, at_least=True)


def winning(draws: int) -> bool:
    """Print how often two equal arms get a winner, at any look and before the plan's end."""
    worst = 0.0
    row = [false_winners(alike(0.5), blocks, "any", draws)[0] for blocks in range(6, 61)]
    worst = max(row)
    write(f"voters 1, every count from 6 to 60: most {worst:.4f}, mean {sum(row) / len(row):.4f}")
    for voters in (2, 5):
        for world in worlds(0.5, voters):
            for order in ORDERS:
                found = [false_winners(world, blocks, order, draws) for blocks in (6, 8, 12, 20, 30, 60)]
                worst = max(worst, *(ever for ever, _ in found))
                figures = " ".join(f"{ever:.4f}/{early:.4f}" for ever, early in found)
                write(f"voters {voters} {world.name:12} {order:15} {figures}")
    return held_to("false winners", worst, WRONG, at_least=False)


def watching(draws: int) -> bool:
    """Print how often two equal arms get a winner with a true look after every vote."""
    worst = 0.0
    for world, blocks in ((alike(0.5), 30), (apart(0.5, 5), 8), (related(0.5, 5, 0.3), 12)):
        for order in ORDERS if world.voters > 1 else ORDERS[:1]:
            wrong = watched(world, blocks, order, draws)
            worst = max(worst, wrong)
            write(f"voters {world.voters} {world.name:12} {blocks} blocks, {order:15} {wrong:.4f}")
    return held_to("false winners, each vote looked at", worst, WRONG, at_least=False)


def several(draws: int) -> bool:
    """Print how often any of several equal arms gets a win."""
    worst = 0.0
    for arms in ("ABC", "ABCDE"):
        for world in (alike(0.5), related(0.5, 3, 0.3)):
            row = [false_winners_of(arms, world, blocks, draws) for blocks in (6, 12, 30)]
            worst = max(worst, *row)
            write(f"arms {len(arms)} voters {world.voters} {world.name:12} {row}")
    return held_to("false winners of several arms", worst, WRONG, at_least=False)


def finding(draws: int) -> bool:
    """Print how often a better arm wins, and the share of votes it takes when looked at after each block."""
    worst = 1.0
    for target in (0.6, 0.65, 0.7, 0.75, 0.8, 0.9):
        needed, usual = needed_blocks(target), textbook_blocks(target)
        reached, used = power(alike(target), needed, draws)
        less, _ = power(alike(target), usual, draws)
        five, _ = power(related(target, 5, 0.3), needed, draws)
        worst = min(worst, reached)
        write(
            f"rate {target}: {needed} blocks find it in {reached:.3f} with {used:.2f} of the votes, "
            f"with 5 voters in {five:.3f}; the textbook's {usual} in {less:.3f}"
        )
    return held_to("power", worst, 0.78, at_least=True)


def placing(draws: int) -> bool:
    """Print the coverage of the intervals of strengths, and how often votes do not connect."""
    worst = 1.0
    for scores in ((0.4, -0.4), (0, 0, 0), (0.6, 0, -0.6), (0.8, 0.2, -0.3, -0.7)):
        for voters in (2, 5):
            row = [strengths_coverage(scores, voters, blocks, draws // 4) for blocks in (6, 10, 20, 40)]
            worst = min(worst, *(held for held, _ in row))
            figures = " ".join(f"{held:.3f}/{loose:.2f}" for held, loose in row)
            write(f"arms {len(scores)} voters {voters} {scores} {figures}")
    return held_to("coverage of strengths", worst, COVERED, at_least=True)


TABLES: dict[str, Callable[[int], bool]] = {
    "coverage": covering,
    "winners": winning,
    "looks": watching,
    "arms": several,
    "power": finding,
    "strengths": placing,
}


def held_to(name: str, worst: float, bound: float, *, at_least: bool) -> bool:
    """Print the worst figure of a table beside its bound; return whether it keeps it."""
    kept = worst >= bound if at_least else worst <= bound
    write(f"{name}: worst {worst:.4f}, {'at least' if at_least else 'at most'} {bound}: {kept}\n")
    return kept


def write(line: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """Print the tables named on the command line, or all."""
    parser = ArgumentParser(prog="python -m tests.experiments.simulation")
    parser.add_argument("tables", nargs="*", metavar="table", help=f"of {' '.join(TABLES)}; all without one")
    parser.add_argument("--draws", type=int, default=2000, help="experiments a figure, 2000 unless told")
    asked = parser.parse_args()
    if strangers := set(asked.tables).difference(TABLES):
        parser.error(f"no such table: {', '.join(sorted(strangers))}; they are {' '.join(TABLES)}")
    kept = []
    for name in asked.tables or TABLES:
        begun = time.monotonic()
        kept.append(TABLES[name](asked.draws))
        write(f"({name}: {time.monotonic() - begun:.0f} s)\n")
    sys.exit(not all(kept))


if __name__ == "__main__":
    main()
