"""What one vote says of two arms, as the statistics see it."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Preference:
    """One vote on the two videos of a block; a skip is no preference.

    Attributes:
        block: name of the block (case and seed) both videos belong to.
        voter: who voted.
        first: an arm of the pair; which of the two comes first here does not matter.
        second: the other arm.
        score: 1 the first was preferred, 0 the second, 0.5 neither (a tie, or both bad).
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

    @property
    def pair(self) -> tuple[str, str]:
        """The two arms by name, the same whichever comes first."""
        return (self.first, self.second) if self.first < self.second else (self.second, self.first)


def between(preferences: Iterable[Preference], first: str, second: str) -> list[Preference]:
    """Return the preferences on these two arms, in their order."""
    return [each for each in preferences if {each.first, each.second} == {first, second}]


def by_block(preferences: Iterable[Preference], arm: str) -> dict[str, list[float]]:
    """Return the scores as `arm` sees them, under their blocks, both in their order."""
    found: dict[str, list[float]] = {}
    for each in preferences:
        found.setdefault(each.block, []).append(each.of(arm))
    return found
