"""P values of several comparisons at once."""

from collections.abc import Sequence


def holm(p: Sequence[float]) -> list[float]:
    """Return the p values corrected for their number, in their order."""
    raise NotImplementedError
