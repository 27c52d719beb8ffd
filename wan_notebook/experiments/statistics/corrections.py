"""P values of several comparisons at once."""

from collections.abc import Sequence


def holm(p: Sequence[float]) -> list[float]:
    """Return the p values corrected for their number, in their order.

    Holm (1979): the smallest is multiplied by their number, the next by one less, and so on; none comes out
    below one that was smaller, none above 1. Whatever is then below 5 % is false in at most 5 % of all
    experiments, all comparisons together, however they hang together.
    """
    corrected = list(p)
    floor = 0.0
    for rank, place in enumerate(sorted(range(len(p)), key=lambda place: p[place])):
        floor = max(floor, min(1.0, p[place] * (len(p) - rank)))
        corrected[place] = floor
    return corrected
