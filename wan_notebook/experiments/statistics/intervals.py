"""An estimate with what it may be in truth, and the wording of shares."""

from dataclasses import dataclass

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
    """A share of a count, from 0 to 1, with its confidence interval; all None for a count of nothing.

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


def percent(share: float) -> str:
    """Return a share from 0 to 1 in whole percent, such as "67 %"."""
    return f"{share * 100:.0f} %"
