"""The records at full size: python -m tests.soak.records."""

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.soak.appends import appends, claims
from tests.soak.budgets import budgets
from tests.soak.losses import cuts, forbidden, full_disks

SCHEDULES = 10_000
APPENDS = 1_000
CLAIMED = 100
CLAIM_ROUNDS = 20
FULL_STEP = 512
"""Bytes between two sizes at which the disk is full."""
FORBIDDEN = 200

Soak = Callable[[Path], Any]

SOAKS: dict[str, Soak] = {
    "random schedules of 4 processes under a budget": lambda home: budgets(home, SCHEDULES, seed=1),
    "rows added by 4 processes at once": lambda home: appends(home, APPENDS),
    "rows claimed by 2 processes at once": lambda home: claims(home, CLAIMED, CLAIM_ROUNDS),
    "records cut at every byte of the last write": lambda home: cuts(home / "home", step=1),
    "full disks": lambda home: full_disks(home, step=FULL_STEP),
    "writes without permission": lambda home: forbidden(FORBIDDEN),
}
"""What is tried, by its words."""


def main() -> None:
    """Try everything at full size; end with the first that does not hold."""
    for words, soak in SOAKS.items():
        begun = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="wan-soak-") as folder:
            found = soak(Path(folder))
        told = "" if found is None else f" {found}"
        sys.stdout.write(f"{words}: held in {time.monotonic() - begun:.0f} s{told}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
