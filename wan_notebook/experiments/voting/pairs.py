"""Which two videos a voter sees next, and which of them stands left. Pure: nothing is asked or kept.

What comes next follows from the experiment, the voter's name, what was shown before and which videos there
are: so it is the same after a restart, and a video that arrives later changes nothing that was shown.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations
from math import lcm
from typing import TypeVar

from wan_notebook.experiments.planning.plan import Block, Cell

Arms = tuple[str, str]
"""Two arms, by name."""
Key = tuple[Block, frozenset[str]]
"""A pair whichever way round it stands."""
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two videos of a block as they stand before a voter.

    Attributes:
        block: what they have in common.
        left: arm of the left one.
        right: arm of the right one.
    """

    block: Block
    left: str
    right: str

    @property
    def key(self) -> Key:
        """The pair whichever way round it stands."""
        return self.block, frozenset((self.left, self.right))


class Order:
    """The order and the sides in which one voter sees the pairs of an experiment.

    However many were shown, every two arms were shown equally often, every block was, and of two arms each
    stood left equally often: to within one, as far as there are videos for it. All else is chance.

    Args:
        uid: of the experiment.
        voter: name of the voter; each has an own order.
        arms: names of the arms.
        blocks: the blocks; neither's order matters.

    Attributes:
        blocks: the blocks by case and seed.
    """

    def __init__(self, uid: str, voter: str, arms: Iterable[str], blocks: Iterable[Block]) -> None:
        self._seed = f"{uid}\0{voter}"
        self.blocks = {(block.case, block.seed): block for block in blocks}
        self._pairs: dict[Key, Arms] = {}
        matches = self._by_chance(combinations(sorted(arms), 2), "arms")
        mixed = list(self._mixed())
        # Both lists go round side by side. After each common multiple of their lengths all have had equally
        # many turns, and a shift by one makes them meet anew: so all meet, and each prefix is balanced.
        common = lcm(len(matches), len(mixed)) if mixed else 1
        for turn in range(len(matches) * len(mixed)):
            match = matches[turn % len(matches)]
            self._pairs[mixed[(turn + turn // common) % len(mixed)], frozenset(match)] = match

    def __len__(self) -> int:
        """Return how many pairs there are when every video is there."""
        return len(self._pairs)

    def __contains__(self, key: Key) -> bool:
        return key in self._pairs

    def ready(self, cells: Collection[Cell]) -> list[Key]:
        """Return the pairs both of whose videos are there, in the order they are best shown in."""
        return [
            (block, arms)
            for (block, arms), match in self._pairs.items()
            if all(Cell(arm, block) in cells for arm in match)
        ]

    def next(self, shown: Sequence[Pair], ready: Iterable[Key]) -> Pair | None:
        """Return the pair to show after others, None when there is no further one.

        Args:
            shown: the pairs this voter was shown, first one first.
            ready: the pairs whose videos are there, as `ready` returns them.
        """
        seen = {pair.key for pair in shown}
        arms_seen = Counter(arms for _, arms in seen)
        blocks_seen = Counter(block for block, _ in seen)
        open_pairs = [key for key in ready if key not in seen]
        if not open_pairs:
            return None
        chosen = min(open_pairs, key=lambda key: (arms_seen[key[1]], blocks_seen[key[0]]))
        return self._placed(chosen, [pair for pair in shown if pair.key[1] == chosen[1]])

    def _placed(self, key: Key, before: Sequence[Pair]) -> Pair:
        """Return a pair with its sides: left is the arm that stood there less often, by chance when even."""
        first, second = self._pairs[key]
        ahead = sum(1 if pair.left == first else -1 for pair in before)
        tossed = self._digest("side", first, second, len(before))[0] % 2 == 0
        first_is_left = ahead < 0 or (ahead == 0 and tossed)
        return Pair(key[0], first, second) if first_is_left else Pair(key[0], second, first)

    def _mixed(self) -> Iterator[Block]:
        """Yield the blocks by chance, but so that the cases take turns."""
        waiting: defaultdict[str, list[Block]] = defaultdict(list)
        for case, seed in self._by_chance(self.blocks, "blocks"):
            waiting[case].append(self.blocks[case, seed])
        while waiting:
            turn = sum(map(len, waiting.values()))
            for case in self._by_chance(waiting, "cases", turn):
                yield waiting[case].pop()
            waiting = defaultdict(list, {case: left for case, left in waiting.items() if left})

    def _by_chance(self, items: Iterable[Item], *about: object) -> list[Item]:
        """Return items in an order that is this voter's own, whatever order they come in."""
        return sorted(items, key=lambda item: self._digest(*about, item))

    def _digest(self, *about: object) -> bytes:
        """Return bytes as good as chance, the same each time; `random` may change with Python's version."""
        return blake2b(
            "\0".join((self._seed, *map(repr, about))).encode("utf-8", "backslashreplace")
        ).digest()
