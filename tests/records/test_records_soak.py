"""What `make soak` tries at full size, at a twentieth."""

from pathlib import Path

from tests.soak import records
from tests.soak.appends import appends, claims
from tests.soak.budgets import budgets
from tests.soak.losses import cuts, forbidden, full_disks

SHARE = 20


def test_processes_together_never_pass_a_budget(tmp_path: Path) -> None:
    """Every way to spend was gone, and some tasks were refused; the caps held at every step."""
    counts = budgets(tmp_path, records.SCHEDULES // SHARE, seed=1)
    assert min(counts[what] for what in ("added", "refused", "SUCCEEDED", "EXPIRED", "FAILED")) > 0
    assert counts["refused for nothing"] == 0


def test_processes_that_add_rows_at_once_lose_none(tmp_path: Path) -> None:
    """Four of them."""
    appends(tmp_path, records.APPENDS // SHARE)


def test_processes_that_claim_rows_at_once_get_each_once(tmp_path: Path) -> None:
    """Of a dead owner first, then what the two left themselves."""
    claims(tmp_path, records.CLAIMED, 2)


def test_records_cut_in_their_last_write_load(tmp_path: Path) -> None:
    """With every earlier row."""
    assert cuts(tmp_path / "home", step=197) > 50


def test_a_full_disk_loses_no_earlier_row(tmp_path: Path) -> None:
    """Wherever in a write it is full; later writes go on when there is space again."""
    assert full_disks(tmp_path, step=records.FULL_STEP * SHARE) > 20


def test_a_forbidden_write_loses_no_earlier_row() -> None:
    """Whichever write it is."""
    assert forbidden(records.FORBIDDEN // SHARE) == records.FORBIDDEN // SHARE
