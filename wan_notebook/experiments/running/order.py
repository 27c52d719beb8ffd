"""In which order cells are sent: random, so that no arm has the better hour, and block by block."""

from random import Random

from wan_notebook.experiments.planning.scheme import Cell, Scheme


def in_turn(scheme: Scheme, uid: str) -> list[Cell]:
    """Return all cells: blocks in random order, the arms of each in random order.

    Blocks stay together, so that one that is cut short by a budget leaves few blocks with some arms only. The
    order follows from the experiment's id: every kernel has the same.
    """
    chance = Random(uid)  # noqa: S311 - repeatable, not secret
    blocks = list(scheme.blocks)
    chance.shuffle(blocks)
    cells = []
    for block in blocks:
        arms = list(scheme.arms)
        chance.shuffle(arms)
        cells += [Cell(arm, block) for arm in arms]
    return cells
