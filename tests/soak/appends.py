"""Several processes write and claim rows at once: none is lost, none is had twice."""

from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random
from typing import Any

from tests.soak.together import together
from wan_notebook.records import Owner, Store

ROW: dict[str, Any] = {"status": "QUEUED", "model": "m", "mode": "t2v", "simulated": True, "body": {}}


def appends(home: Path, rows: int, processes: int = 4) -> int:
    """Let processes add rows at once, check that all are there, and return how many."""
    together(append, processes, home, rows)
    store = Store.open(home)
    clicks = [row.click_id for row in store.select()]
    store.close()
    assert sorted(clicks) == sorted(f"{who}-{number}" for who in range(processes) for number in range(rows))
    return len(clicks)


def append(number: int, barrier: Barrier, home: Path, rows: int) -> None:
    """Add rows as one of the processes."""
    store = Store.open(home)
    barrier.wait()
    for place in range(rows):
        store.add(click_id=f"{number}-{place}", **ROW)
    store.close()


def claims(home: Path, rows: int, rounds: int, processes: int = 2) -> None:
    """Let processes claim the rows of a dead owner at once, several times over; each row gets one owner."""
    store = Store.open(home)
    for number in range(rows):
        store.add(click_id=str(number), **ROW, owner="dead")
    store.close()
    for had in zip(*together(claim, processes, home, rows, rounds), strict=True):
        assert sorted(row for part in had for row in part) == list(range(1, rows + 1))


def claim(number: int, barrier: Barrier, home: Path, rows: int, rounds: int) -> list[list[int]]:
    """Claim rows in an order and in portions of its own, and return for each round those it had."""
    chance = Random(number)  # noqa: S311 - repeatable, not secret
    store = Store.open(home)
    had = []
    for _ in range(rounds):
        owner = Owner.open(store)
        barrier.wait()
        had.append(_claimed(store, owner, chance, rows))
        barrier.wait()
        owner.close()
        barrier.wait()
    store.close()
    return had


def _claimed(store: Store, owner: Owner, chance: Random, rows: int) -> list[int]:
    wanted = chance.sample(range(1, rows + 1), rows)
    mine = []
    while wanted:
        size = chance.randint(1, 5)
        mine += [record.row for record in store.claim(wanted[:size], owner.id)]
        del wanted[:size]
    return mine
