"""The records under several processes, cut files and disks that refuse."""

from collections.abc import Iterator
from pathlib import Path

from tests.soak.appends import appends, claims
from tests.soak.budgets import budgets
from tests.soak.losses import cuts, forbidden, full_disks

SCHEDULES = 10_000
APPENDS = 1_000
"""Rows each of 4 processes adds."""
CLAIMED = 100
CLAIM_ROUNDS = 20
FULL_STEP = 512
"""Bytes between two sizes at which the disk is full."""
FORBIDDEN = 200


def records(folder: Path, scale: float) -> Iterator[str]:
    """Try everything, and yield a line of figures for each.

    Raises:
        AssertionError: something did not hold.
        FailedProcessError: the same in a process of its own.
    """
    schedules = round(SCHEDULES * scale)
    counts = budgets(folder / "budgets", schedules, seed=1)
    told = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    yield f"{schedules} budget schedules of 4 processes, never above the cap ({told})"
    rows = appends(folder / "appends", round(APPENDS * scale))
    yield f"{rows} rows added by 4 processes, all there"
    rounds = max(2, round(CLAIM_ROUNDS * scale))
    claims(folder / "claims", CLAIMED, rounds)
    yield f"{CLAIMED} rows claimed by 2 processes in {rounds} rounds, each by one"
    sizes = cuts(folder / "cuts", step=round(1 / scale))
    yield f"records cut at {sizes} sizes in their last write, earlier rows load"
    sizes = full_disks(folder / "full", step=round(FULL_STEP / scale))
    yield f"disks full at {sizes} sizes, earlier rows load"
    writes = forbidden(round(FORBIDDEN * scale))
    yield f"permission taken at each of {writes} writes, earlier rows load"
