"""What an arm costs: means, shares and cost per preferred video, each with its interval."""

from collections.abc import Sequence

from wan_notebook.experiments.statistics.intervals import LEVEL, Interval, Share
from wan_notebook.experiments.statistics.win_rates import WinRate


def mean_interval(values: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Return the mean with its interval, one value a block; None without a value, no ends for a single one."""
    raise NotImplementedError


def share_interval(count: int, total: int, level: float = LEVEL) -> Share:
    """Return a share with its interval, such as failed videos of all."""
    raise NotImplementedError


def ratio_interval(above: Interval, below: Interval) -> Interval | None:
    """Return above / below with its interval; None when `below` is 0."""
    raise NotImplementedError


def cost_per_preferred(cost: Interval, rate: WinRate) -> Interval | None:
    """Return the cost of a video divided by its win rate; None when it was never preferred."""
    raise NotImplementedError
