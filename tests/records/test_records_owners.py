"""Whose a task is: a living studio's tasks stay its own, a dead one's are free for others."""

import errno
import fcntl
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.records.rows import BEGIN, Add
from wan_notebook.records import Owner, Store
from wan_notebook.records.owners import FOLDER, LEASE

OTHER_STUDIO = """
import sys
from wan_notebook.records import Owner, Store
owner = Owner.open(Store.open(sys.argv[1]))
print(owner.id, flush=True)
sys.stdin.read()
"""


def _refuse(descriptor: int, how: int) -> None:
    raise OSError(errno.ENOSYS, "no locks here")


def _pretend(descriptor: int, how: int) -> None:
    """Give a lock to everybody who asks."""


class StillClock:
    """A clock that goes when it is told."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> Any:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> StillClock:
    """Return a clock of its own."""
    return StillClock()


@pytest.fixture
def timed(home: Path, clock: StillClock) -> Iterator[Store]:
    """Open a store that goes by it."""
    opened = Store.open(home, clock=clock)
    yield opened
    opened.close()


@contextmanager
def _other_studio(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Give a process that is an owner, and its id; it is killed at the end."""
    command = [sys.executable, "-c", OTHER_STUDIO, str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield child, child.stdout.readline().strip()
        finally:
            child.kill()


def _numbers(records: Any) -> list[int]:
    return [record.row for record in records]


def test_another_process_keeps_its_rows_until_it_is_killed(home: Path, store: Store, add: Add) -> None:
    """Also while it is stopped, as a sleeping laptop is; killed, its rows are free at once."""
    owner = Owner.open(store)
    with _other_studio(home) as (child, other):
        rows = [add(owner=other).row for _ in range(3)]
        assert store.claim(rows, owner.id) == []
        child.send_signal(signal.SIGSTOP)
        assert store.claim(rows, owner.id) == []
        child.kill()
        child.wait()
        claimed = store.claim(rows, owner.id)
    assert _numbers(claimed) == rows
    assert {record.owner for record in claimed} == {owner.id}
    assert {store.get(row).owner for row in rows} == {owner.id}
    owner.close()


def test_rows_of_nobody_and_of_its_own_are_claimed(store: Store, add: Add) -> None:
    """In the order of the rows; one there is not is passed over, others are left as they are."""
    owner, other = Owner.open(store), Owner.open(store)
    free, own, foreign, unasked = add().row, add(owner=owner.id).row, add(owner=other.id).row, add().row
    assert _numbers(store.claim([99, foreign, own, free], owner.id)) == [free, own]
    assert store.get(foreign).owner == other.id
    assert store.get(unasked).owner is None
    assert store.claim([], owner.id) == []
    owner.close()
    other.close()


def test_an_owner_of_whom_no_trace_is_left_is_dead(store: Store, add: Add) -> None:
    """As in a copy of the records that was made without the folder of locks."""
    row = add(owner="somebody").row
    owner = Owner.open(store)
    assert _numbers(store.claim([row], owner.id)) == [row]
    owner.close()


@pytest.mark.parametrize("locks", [True, False])
def test_a_closed_owner_leaves_its_rows_and_no_trace(store: Store, add: Add, locks: bool) -> None:  # noqa: FBT001
    """By a lock or by a lease; closing twice is no fault."""
    closed, owner = Owner.open(store, locks=locks), Owner.open(store)
    row = add(owner=closed.id).row
    assert store.claim([row], owner.id) == []
    closed.close()
    closed.close()
    assert _numbers(store.claim([row], owner.id)) == [row]
    owner.close()
    assert list((store.home / FOLDER).iterdir()) == []
    with store.looking() as connection:
        assert connection.exec_driver_sql("SELECT * FROM owners").all() == []


def test_opening_removes_what_killed_owners_left(home: Path, store: Store) -> None:
    """Their lock files, and no others."""
    living = Owner.open(store)
    with _other_studio(home) as (child, other):
        left = home / FOLDER / f"{other}.lock"
        Owner.open(store).close()
        assert left.exists()
        child.kill()
        child.wait()
        assert left.exists()
    Owner.open(store).close()
    assert [path.stem for path in (home / FOLDER).iterdir()] == [living.id]
    living.close()


def test_a_lock_needs_no_renewing(store: Store, add: Add) -> None:
    """However long ago it was opened."""
    owner = Owner.open(store)
    assert not owner.leased
    assert owner.renew()
    assert not Path(store.home / FOLDER / "owners").exists()
    owner.close()


def test_a_lease_holds_for_its_span_and_no_longer(timed: Store, clock: StillClock) -> None:
    """A second before its end the rows are its own; then whoever claims first has them, and it learns so."""
    leased, owner = Owner.open(timed, locks=False), Owner.open(timed)
    row = _row(timed, leased.id)
    clock.now += LEASE - timedelta(seconds=1)
    assert timed.claim([row], owner.id) == []
    clock.now += timedelta(seconds=1)
    assert _numbers(timed.claim([row], owner.id)) == [row]
    assert not leased.renew()
    assert timed.claim([row], leased.id) == []
    leased.close()
    owner.close()


def test_a_renewed_lease_goes_on(timed: Store, clock: StillClock) -> None:
    """Each time for a whole span, also when it ran out and nobody came."""
    leased, owner = Owner.open(timed, locks=False), Owner.open(timed)
    row = _row(timed, leased.id)
    for step in (LEASE / 2, LEASE - timedelta(seconds=1), LEASE * 100):
        clock.now += step
        assert leased.renew()
    clock.now += LEASE - timedelta(seconds=1)
    assert timed.claim([row], owner.id) == []
    leased.close()
    owner.close()


def test_after_a_lost_lease_an_owner_has_one_again(timed: Store, clock: StillClock) -> None:
    """What it carries from then on is its own."""
    leased, owner = Owner.open(timed, locks=False), Owner.open(timed)
    clock.now += LEASE
    timed.claim([_row(timed, leased.id)], owner.id)
    assert not leased.renew()
    assert leased.renew()
    assert timed.claim([_row(timed, leased.id)], owner.id) == []
    leased.close()
    owner.close()


@pytest.mark.parametrize("flock", [_refuse, _pretend])
def test_without_working_locks_an_owner_lives_by_a_lease(
    store: Store, monkeypatch: pytest.MonkeyPatch, flock: Callable[[int, int], None]
) -> None:
    """Where the system refuses them, and where it gives one lock to two."""
    monkeypatch.setattr(fcntl, "flock", flock)
    first, second = Owner.open(store), Owner.open(store)
    assert first.leased
    assert second.leased
    row = _row(store, first.id)
    assert store.claim([row], second.id) == []
    first.close()
    assert _numbers(store.claim([row], second.id)) == [row]
    second.close()


def test_a_file_in_place_of_the_folder_of_locks_means_a_lease(home: Path, store: Store) -> None:
    """Whatever it is, it stays."""
    (home / FOLDER).write_text("mine")
    owner = Owner.open(store)
    assert owner.leased
    owner.close()
    assert (home / FOLDER).read_text() == "mine"


def _row(store: Store, owner: str) -> int:
    values: dict[str, Any] = {"status": "PENDING", "model": "m", "mode": "t2v", "simulated": True, "body": {}}
    return store.add(click_id=f"click of {owner} {len(store.select())}", owner=owner, **values)[0].row
