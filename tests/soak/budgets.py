"""Several processes spend under one budget, at random: what may be spent is never above the cap."""

import sqlite3
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from multiprocessing.synchronize import Barrier
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import event

from wan_notebook.catalog import Status
from wan_notebook.records import Budget, BudgetError, Per, Store
from wan_notebook.records.kinds import money

FILE_HOLDS = 100
"""Schedules in one file: the check reads it whole, so it must stay small."""
IN_STEP = 10
"""Schedules after which the processes wait for each other; one more often would mostly wait."""
MOST_STEPS = 3
ENDS = {
    Status.UNCONFIRMED: "nothing",
    Status.RUNNING: "nothing",
    Status.SUCCEEDED: "cost",
    Status.EXPIRED: "nothing",
    Status.FAILED: "nothing",
    Status.CANCELED: "nothing",
}
"""What a task may become, and what comes with it."""
LOOK = "SELECT status, cost, estimate_high FROM tasks WHERE currency = ?"
_FREE = {"FAILED", "REFUSED", "NOT_CREATED", "CANCELED"}


@dataclass(frozen=True)
class Plan:
    """One schedule as every process knows it: a budget in a currency of its own.

    The first of those in step have theirs in the records, one of each span; the others name it in each call.
    """

    budget: Budget
    stored: bool

    @classmethod
    def drawn(cls, seed: int, schedule: int) -> "Plan":
        """Return the plan of a schedule; the same seed draws the same."""
        chance = Random(f"{seed} {schedule}")  # noqa: S311 - repeatable, not secret
        cap = Decimal(chance.randrange(0, 40)) / 4
        spans, place = list(Per), schedule % IN_STEP
        stored = place < len(spans)
        return cls(Budget(cap, f"C{schedule}", spans[place] if stored else chance.choice(spans)), stored)


def budgets(folder: Path, schedules: int, seed: int, processes: int = 4) -> Counter[str]:
    """Run schedules in several processes and return how often what happened.

    Raises:
        FailedProcessError: the cap was passed, with the schedule.
    """
    from tests.soak.together import together  # noqa: PLC0415 - not needed by the children

    return sum(together(spend, processes, folder, schedules, seed), Counter())


def spend(number: int, barrier: Barrier, folder: Path, schedules: int, seed: int) -> Counter[str]:
    """Take part in every schedule as one of the processes."""
    counts: Counter[str] = Counter()
    for first in range(0, schedules, FILE_HOLDS):
        store = Store.open(folder / f"{seed}-{first}")
        _never_flush(store)
        reader = sqlite3.connect(store.file)
        for begin in range(first, min(first + FILE_HOLDS, schedules), IN_STEP):
            plans = {at: Plan.drawn(seed, at) for at in range(begin, min(begin + IN_STEP, schedules))}
            _begin_together(number, barrier, store, plans.values())
            for schedule, plan in plans.items():
                chance = Random(f"{seed} {schedule} {number}")  # noqa: S311 - repeatable, not secret
                counts += _Spender(store, reader, plan, chance, f"{schedule}-{number}").go()
        reader.close()
        store.close()
    return counts


def _begin_together(number: int, barrier: Barrier, store: Store, plans: Iterable[Plan]) -> None:
    """Wait until all are done with the last ones, and until the first has put budgets in force."""
    barrier.wait()
    for plan in plans:
        if number == 0 and plan.stored:
            store.set_budget(plan.budget)
    barrier.wait()


def _never_flush(store: Store) -> None:
    """Save the time: this is about locks and transactions, not about power cuts."""
    store.close()
    event.listen(store._reading, "connect", lambda raw, _: raw.execute("PRAGMA synchronous=OFF"))


class _Spender:
    """One process's part of a schedule."""

    def __init__(
        self, store: Store, reader: sqlite3.Connection, plan: Plan, chance: Random, name: str
    ) -> None:
        self._store = store
        self._reader = reader
        self._plan = plan
        self._chance = chance
        self._name = name
        self._counts: Counter[str] = Counter()
        self._mine: list[tuple[int, Decimal]] = []

    def go(self) -> Counter[str]:
        for step in range(self._chance.randint(1, MOST_STEPS)):
            if self._mine and self._chance.random() < 0.4:
                self._settle()
            else:
                self._ask(step)
            self._look()
        return self._counts

    def _ask(self, step: int) -> None:
        price = Decimal(self._chance.randrange(0, 24)) / 4
        try:
            record, _ = self._store.add(
                **_values(f"{self._name}-{step}", self._plan.budget),
                estimate_high=price,
                within=[] if self._plan.stored else [self._plan.budget],
                unpriced=True,  # budgets of earlier schedules, in other currencies, are still in the file
            )
        except BudgetError as error:
            self._counts["refused" if price > error.left.left else "refused for nothing"] += 1
        else:
            self._counts["added"] += 1
            self._mine.append((record.row, price))

    def _settle(self) -> None:
        row, price = self._mine.pop(self._chance.randrange(len(self._mine)))
        status = self._chance.choice(list(ENDS))
        cost = price * self._chance.choice([0, 1, 2, 4]) / 4 if ENDS[status] == "cost" else None
        self._store.update(row, status=status, cost=cost)
        self._counts[status] += 1

    def _look(self) -> None:
        """Add up by hand what every process together may have to pay at this moment."""
        rows = self._reader.execute(LOOK, (self._plan.budget.currency,)).fetchall()
        owed = [
            cost if status == "SUCCEEDED" and cost is not None else high
            for status, cost, high in rows
            if status not in _FREE
        ]
        assert money(sum(owed)) <= self._plan.budget.amount, (self._plan, rows)


def _values(click: str, budget: Budget) -> dict[str, Any]:
    return {
        "click_id": click,
        "status": Status.QUEUED,
        "model": "m",
        "mode": "t2v",
        "simulated": False,
        "body": {},
        "currency": budget.currency,
        "notebook": budget.currency,
        "experiment": budget.currency,
    }
