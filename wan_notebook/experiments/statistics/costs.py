"""What an arm costs: means, shares and cost per preferred video, each with its interval."""

from collections.abc import Sequence
from math import exp, hypot, inf, log, sqrt
from statistics import fmean, variance

from wan_notebook.experiments.statistics.intervals import LEVEL, Interval, Share, wilson
from wan_notebook.experiments.statistics.special import special
from wan_notebook.experiments.statistics.win_rates import WinRate


def mean_interval(values: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Return the mean with its interval; None without a value, without ends for a single one.

    Student's t interval (1908).

    Args:
        values: one a block, such as costs or seconds.
        level: confidence.
    """
    if not values:
        return None
    middle = fmean(values)
    if len(values) == 1:
        return Interval(middle, None, None, 1)
    reach = float(special().stdtrit(len(values) - 1, (1 + level) / 2))
    half = reach * sqrt(variance(values) / len(values))
    return Interval(middle, middle - half, middle + half, len(values))


def share_interval(count: int, total: int, level: float = LEVEL) -> Share:
    """Return a share with its interval, such as failed videos of all; Wilson's score interval (1927)."""
    if not total:
        return Share(count, total, None, None, None)
    return Share(count, total, count / total, *wilson(count, total, level))


def ratio_interval(above: Interval, below: Interval) -> Interval | None:
    """Return above / below with its interval; None when `below` is 0.

    The ends come from those of the two, on the logarithmic scale and as if both were independent: the method
    of variance estimates recovery (Zou and Donner, 2008). Both must be numbers that cannot be negative; where
    `below` reaches down to 0 the ratio has no upper end.
    """
    if below.value <= 0:
        return None
    value, count = above.value / below.value, min(above.count, below.count)
    if above.low is None or above.high is None or below.low is None or below.high is None:
        return Interval(value, None, None, count)
    less = hypot(apart(above.low, above.value), apart(below.value, below.high))
    more = hypot(apart(above.value, above.high), apart(below.low, below.value))
    return Interval(value, value * exp(-less), None if more == inf else value * exp(more), count)


def apart(low: float, high: float) -> float:
    """Return how far two numbers lie apart on the logarithmic scale; 0 for the same, without end for none."""
    if low == high:
        return 0.0
    return log(high / low) if low > 0 else inf


def cost_per_preferred(cost: Interval, rate: WinRate) -> Interval | None:
    """Return the cost of a video divided by its win rate; None without votes, or when it was never preferred.

    What one pays for a video that is preferred, if the others are thrown away; `ratio_interval` says how
    sure.
    """
    if rate.rate is None:
        return None
    return ratio_interval(cost, Interval(rate.rate, rate.low, rate.high, rate.blocks))
