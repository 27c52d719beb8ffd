"""How many blocks a plan needs to tell a win rate from 50 %."""


def needed_blocks(target: float, *, power: float = 0.8, level: float = 0.95, comparisons: int = 1) -> int:
    """Return the blocks our own decision needs; about 30 for 75 %, about 200 for 60 %."""
    raise NotImplementedError


def textbook_blocks(target: float, *, power: float = 0.8, level: float = 0.95, comparisons: int = 1) -> int:
    """Return the blocks by the normal approximation: 29 for 75 %, 194 for 60 %."""
    raise NotImplementedError
