"""What one vote says of two arms, as the statistics see it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preference:
    """One vote on the two videos of a block.

    Attributes:
        block: name of the block (case and seed) both videos belong to.
        voter: who voted.
        first: an arm of the pair; which of the two comes first here does not matter.
        second: the other arm.
        score: 1 the first was preferred, 0 the second, 0.5 neither (a tie, or both bad). A skip is no preference.
        left: the arm that stood on the left.
    """

    block: str
    voter: str
    first: str
    second: str
    score: float
    left: str

    def of(self, arm: str) -> float:
        """Return the score as this arm of the pair sees it: 1 preferred, 0.5 neither, 0 the other."""
        return self.score if arm == self.first else 1 - self.score


def between(preferences: Iterable[Preference], first: str, second: str) -> list[Preference]:
    """Return the preferences on these two arms, in their order."""
    return [each for each in preferences if {each.first, each.second} == {first, second}]


def by_block(preferences: Iterable[Preference]) -> dict[str, list[Preference]]:
    """Return the preferences under their blocks, both in their order."""
    found: dict[str, list[Preference]] = {}
    for each in preferences:
        found.setdefault(each.block, []).append(each)
    return found


def mean(values: Sequence[float]) -> float:
    """Return the arithmetic mean of at least one value."""
    return sum(values) / len(values)
