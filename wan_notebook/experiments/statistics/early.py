"""When a winner may be named before the plan's votes are in, however often one has looked."""

from collections.abc import Sequence

EARLY = 0.01
"""Chance that any of all early looks names a winner of two equal arms."""
STAKES = 40
"""Stakes the bet is spread over."""
MOST = 700.0
"""Logarithm at which a fortune stops growing, below what a float holds."""


def leader(scores: Sequence[float], error: float) -> int:
    """Return 1 when the scores ever told that the first is better, -1 the second, 0 neither.

    A bet against "no difference": of each block's score x a share of the fortune is put on 2x - 1, which wins
    nothing on average as long as both are equal. The fortune, spread evenly over stakes from 0 to 1, then
    passes 2 / error at any time with a chance of at most error / 2 on each side (Ville, 1939; the mixture
    over stakes is that of Robbins, 1970; for values between 0 and 1 see Waudby-Smith and Ramdas, 2024). As
    the greatest fortune so far decides, what was told once stays told.

    Args:
        scores: one a block, 0 to 1, in the order they came to be known; their order and their number must not
            depend on scores still to come.
        error: chance of a false answer, both sides together, over all looks.
    """
    import numpy as np  # noqa: PLC0415 - loads with pandas, not with the package

    if not scores:
        return 0
    stakes = (np.arange(STAKES) + 0.5) / STAKES
    for side in (1, -1):
        steps = side * (2 * np.asarray(scores, dtype=float) - 1)
        gains = np.cumsum(np.log1p(np.outer(steps, stakes)), axis=0)
        if float(np.exp(np.minimum(gains, MOST)).mean(axis=1).max()) >= 2 / error:
            return side
    return 0
