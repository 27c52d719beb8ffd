"""How many blocks a plan needs to tell a win rate from 50 %."""

from math import ceil, sqrt

from wan_notebook.catalog import SettingError, text
from wan_notebook.experiments.statistics.intervals import LEVEL, percent
from wan_notebook.experiments.statistics.special import special

TARGET = 0.75
"""Win rate a plan should tell from 1/2 unless told."""
POWER = 0.8
"""How often it should then be told, unless told."""
FEWEST = 6
"""Fewest blocks a winner may rest on: with one vote each, 5 can never be surer than 93.75 %."""
AHEAD = 12
"""How far below the textbook's number the search begins; the exact number is never that far below."""


def needed_blocks(target: float, *, power: float = POWER, level: float = LEVEL, comparisons: int = 1) -> int:
    """Return the blocks it takes to call this win rate a winner in `power` of all experiments.

    The smallest number from `FEWEST` up at which the exact two-sided sign test, which the verdict is for one
    vote a block, has the power (Dixon and Mood, 1946). It is 30 for 75 % and 199 for 60 %; the approximation
    of textbooks says 29 and 194, at which this test has a power of 0.71 and 0.76. More voters make a verdict
    surer where they differ within a block; nothing is taken off for them. The power moves in small steps up
    and down with the number, so a few more blocks may have a trifle less.

    Args:
        target: true win rate, above 1/2 and below 1.
        power: how often it should be found, 0 to 1.
        level: confidence of the verdict.
        comparisons: pairs of arms that share the error (Bonferroni's bound, which Holm's correction betters).

    Raises:
        SettingError: a number out of its range.
    """
    usual = textbook_blocks(target, power=power, level=level, comparisons=comparisons)
    blocks = max(FEWEST, usual - AHEAD)
    while power_at(blocks, target, (1 - level) / comparisons) < power:
        blocks += 1
    return blocks


def textbook_blocks(
    target: float, *, power: float = POWER, level: float = LEVEL, comparisons: int = 1
) -> int:
    """Return the blocks by the normal approximation: 29 for 75 %, 194 for 60 %.

    A sign test's size from normal quantiles, as in Fleiss, Statistical Methods for Rates and Proportions
    (1981). Arguments and errors are those of `needed_blocks`.
    """
    check("target", target, 0.5)
    check("power", power, 0)
    check("level", level, 0)
    normal = special().ndtri
    z, reach = float(normal(1 - (1 - level) / comparisons / 2)), float(normal(power))
    return ceil(((z / 2 + reach * sqrt(target * (1 - target))) / (target - 0.5)) ** 2)


def power_at(blocks: int, target: float, error: float) -> float:
    """Return how often the exact two-sided sign test finds this win rate, by the binomial distribution."""
    binomial = special()
    wins = ceil(blocks / 2 - sqrt(blocks) / 2 * float(binomial.ndtri(error / 2)))
    while wins <= blocks and 2 * binomial.bdtrc(wins - 1, blocks, 0.5) >= error:
        wins += 1
    while 2 * binomial.bdtrc(wins - 2, blocks, 0.5) < error:
        wins -= 1
    return float(binomial.bdtrc(wins - 1, blocks, target)) if wins <= blocks else 0.0


def size_sentence(target: float, *, comparisons: int = 1) -> str:
    """Return in words how many blocks it takes to tell this win rate from 50 %."""
    return text(
        "statistics.size.needed",
        target=percent(target),
        blocks=needed_blocks(target, comparisons=comparisons),
        textbook=textbook_blocks(target, comparisons=comparisons),
        power=percent(POWER),
    )


def check(name: str, value: float, above: float) -> None:
    """Refuse a share that does not lie between `above` and 1.

    Raises:
        SettingError: it does not.
    """
    if not isinstance(value, int | float) or not above < value < 1:
        raise SettingError(text("statistics.error.range", name=name, value=repr(value), above=above))
