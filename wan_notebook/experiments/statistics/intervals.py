"""An estimate with what it may be in truth: exact and Wilson's intervals of a share, and percent in words."""

from dataclasses import dataclass
from math import sqrt

from wan_notebook.catalog import text
from wan_notebook.experiments.statistics.special import special

LEVEL = 0.95
"""Confidence of an interval unless told."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A number with its confidence interval.

    Attributes:
        value: the estimate.
        low: lower end; None when the data do not bound it.
        high: upper end; None when the data do not bound it.
        count: how many independent values it rests on.
    """

    value: float
    low: float | None
    high: float | None
    count: int


@dataclass(frozen=True, slots=True)
class Share:
    """A share of a count, from 0 to 1, with its confidence interval; share and ends are None of nothing.

    Attributes:
        count: how many of them.
        total: of how many.
        share: count / total.
        low: lower end of the interval.
        high: upper end of the interval.
    """

    count: int
    total: int
    share: float | None
    low: float | None
    high: float | None


def exact(wins: float, trials: float, level: float) -> tuple[float, float]:
    """Return the interval of a share that is at least as sure as it says.

    Clopper and Pearson (1934), written with beta quantiles, so that parts of a trial are possible.

    Args:
        wins: trials won, 0 to `trials`.
        trials: independent trials, above 0.
        level: confidence, such as 0.95.
    """
    tail = (1 - level) / 2
    losses = trials - wins
    low = special().betaincinv(wins, losses + 1, tail) if wins > 0 else 0.0
    high = special().betaincinv(wins + 1, losses, 1 - tail) if losses > 0 else 1.0
    return float(low), float(high)


def exact_p(wins: float, trials: float) -> float:
    """Return the two-sided p value of a share of 1/2: twice the smaller tail, as `exact` cuts them."""
    losses = trials - wins
    above = float(special().betainc(wins, losses + 1, 0.5)) if wins > 0 else 1.0
    below = float(special().betainc(losses, wins + 1, 0.5)) if losses > 0 else 1.0
    return min(1.0, 2 * min(above, below))


def wilson(wins: float, trials: float, level: float) -> tuple[float, float]:
    """Return Wilson's score interval (1927) of a share: near its level on average, narrower than `exact`."""
    z = float(special().ndtri((1 + level) / 2))
    share, spread = wins / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return max(0.0, middle - half), min(1.0, middle + half)


def percent(share: float) -> str:
    """Return a share from 0 to 1 in whole percent, such as "67 %"; 0 and 100 only for those exactly."""
    rounded = round(share * 100)
    if 0 < share < 1:
        rounded = min(99, max(1, rounded))
    return text("statistics.word.percent", value=rounded)
