"""What may be spent: a budget counts every task that may cost something, and refuses what could pass it."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.records.rows import Add, new_adder
from wan_notebook.catalog import SettingError, Status
from wan_notebook.records import Budget, BudgetError, Per, Store
from wan_notebook.records.budget import _COUNTED

NOON = datetime(2026, 1, 20, 4, 0, tzinfo=UTC)
"""12:00 in Shanghai."""
CNY = Budget(Decimal(10), "CNY")
OPEN = {Status.QUEUED, Status.SUBMITTING, Status.UNCONFIRMED, Status.PENDING, Status.RUNNING, Status.UNKNOWN}
FREE = {Status.NOT_CREATED, Status.REFUSED, Status.FAILED, Status.CANCELED}


class StillClock:
    """A clock that goes when it is told."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> StillClock:
    """Return the store's clock."""
    return StillClock()


@pytest.fixture
def store(home: Path, clock: StillClock) -> Iterator[Store]:
    """Open a store on a clock that stands still."""
    opened = Store.open(home, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def add(store: Store) -> Add:
    """Return a function that adds a real task in CNY, of 4 at most unless told."""
    usual = {"simulated": False, "currency": "CNY", "estimate_high": Decimal(4)}
    usual_row = new_adder(store)
    return lambda **changes: usual_row(**{**usual, **changes})


@pytest.fixture
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Move this machine to a zone where the day is not UTC's."""
    with monkeypatch.context() as patch:
        patch.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        yield
    time.tzset()


def _left(store: Store, **scope: Any) -> tuple[Any, ...]:
    (left,) = store.left(**{"simulated": False, **scope})
    return left.spent, left.reserved, left.unpriced


def test_a_task_that_fits_exactly_is_added_and_the_next_refused(store: Store, add: Add) -> None:
    """Nothing of the refused one is written."""
    store.set_budget(Budget(Decimal(8), "CNY"))
    add()
    add()
    with pytest.raises(BudgetError):
        add(estimate_high=Decimal("0.000000001"))
    assert len(store.select()) == 2


def test_a_task_that_goes_out_at_once_is_checked_too(store: Store, add: Add) -> None:
    """One that did not wait for a place."""
    store.set_budget(Budget(Decimal(3), "CNY"))
    with pytest.raises(BudgetError):
        add(status=Status.SUBMITTING)


def test_a_refusal_says_every_sum(store: Store, add: Add) -> None:
    """The cap and its span, what is spent, what is reserved, what this one may cost, and what is left."""
    store.set_budget(Budget.of("12.50", "CNY", "notebook"))
    add(status=Status.SUCCEEDED, cost=Decimal("3.25"))
    add()
    with pytest.raises(BudgetError) as caught:
        add(estimate_high=Decimal(6))
    words = str(caught.value)
    for part in (
        "up to 6.00 CNY",
        "12.50 CNY for a notebook",
        "3.25 are spent",
        "4.00 reserved",
        "5.25 left",
    ):
        assert part in words
    assert "Nothing was sent" in words
    assert caught.value.asked == Decimal(6)
    assert caught.value.left.cap == Decimal("12.50")
    assert caught.value.left.left == Decimal("5.25")


@pytest.mark.parametrize("status", list(Status))
def test_each_state_is_spent_reserved_or_free(store: Store, add: Add, status: Status) -> None:
    """What is not over may cost its high estimate, what has succeeded costs what it cost."""
    store.set_budget(CNY)
    add(status=status, cost=Decimal(3))
    spent = {Status.SUCCEEDED: 3, Status.EXPIRED: 4}.get(status, 0)
    assert _left(store) == (spent, 4 if status in OPEN else 0, 0)
    assert (status in OPEN) + (status in FREE) + (spent > 0) == 1


def test_what_succeeded_without_a_known_cost_counts_its_high_estimate(store: Store, add: Add) -> None:
    """Until its bill is known."""
    store.set_budget(CNY)
    row = add(status=Status.SUCCEEDED).row
    assert _left(store) == (4, 0, 0)
    store.update(row, cost=Decimal(0))
    assert _left(store) == (0, 0, 0)


def test_a_failed_task_gives_its_sum_back(store: Store, add: Add) -> None:
    """And the next one fits."""
    store.set_budget(Budget(Decimal(4), "CNY"))
    first = add().row
    with pytest.raises(BudgetError):
        add()
    store.update(first, status=Status.FAILED)
    add()


def test_play_money_and_real_money_are_apart(store: Store, add: Add) -> None:
    """Neither uses up the other's."""
    store.set_budget(CNY)
    add(estimate_high=Decimal(10))
    add(estimate_high=Decimal(9), simulated=True)
    assert _left(store) == (0, 10, 0)
    assert _left(store, simulated=True) == (0, 9, 0)


@pytest.mark.parametrize("strange", [{"currency": "USD"}, {"currency": None}, {"estimate_high": None}])
def test_a_task_without_a_price_in_the_currency_needs_a_yes(
    store: Store, add: Add, strange: dict[str, Any]
) -> None:
    """Another currency, none, or no estimate; then it is counted, and in no sum."""
    store.set_budget(CNY)
    add()
    with pytest.raises(
        BudgetError, match=r"in CNY is not known.*4.00 reserved, 6.00 left.*unpriced=True"
    ) as caught:
        add(**strange)
    assert caught.value.asked is None
    add(**strange, unpriced=True)
    assert _left(store) == (0, 4, 1)


def test_a_yes_to_an_unknown_price_is_none_to_a_known_one(store: Store, add: Add) -> None:
    """A task that could pass the budget is refused all the same."""
    store.set_budget(CNY)
    with pytest.raises(BudgetError, match="could pass"):
        add(estimate_high=Decimal(11), unpriced=True)


def test_a_known_cost_prices_a_task_that_had_no_estimate(store: Store, add: Add) -> None:
    """It leaves the unpriced ones when its bill comes."""
    store.set_budget(CNY)
    row = add(estimate_high=None, unpriced=True).row
    store.update(row, status=Status.SUCCEEDED, cost=Decimal(2))
    assert _left(store) == (2, 0, 0)


@pytest.mark.usefixtures("in_shanghai")
def test_a_day_begins_at_local_midnight(store: Store, add: Add, clock: StillClock) -> None:
    """Tasks sent before it do not count; one that waits does, as it will be sent today at the earliest."""
    store.set_budget(Budget(Decimal(10), "CNY", Per.DAY))
    midnight = NOON - timedelta(hours=12)
    clock.now = midnight - timedelta(seconds=1)
    add(status=Status.SUCCEEDED, submitted_at=clock.now)
    add(status=Status.RUNNING)
    assert _left(store) == (4, 4, 0)
    clock.now = NOON
    assert _left(store) == (0, 0, 0)
    add(status=Status.SUCCEEDED, submitted_at=midnight, cost=Decimal(1))
    add(status=Status.QUEUED, created_at=midnight - timedelta(days=3))
    assert _left(store) == (1, 4, 0)


def test_a_notebook_has_a_budget_of_its_own(store: Store, add: Add) -> None:
    """All without a name are one."""
    store.set_budget(Budget(Decimal(5), "CNY", Per.NOTEBOOK))
    for notebook in ("a", "b", None):
        add(notebook=notebook)
        with pytest.raises(BudgetError, match="for a notebook"):
            add(notebook=notebook)
        assert _left(store, notebook=notebook) == (0, 4, 0)


def test_an_experiment_has_a_budget_of_its_own(store: Store, add: Add) -> None:
    """A task of no experiment is under none."""
    store.set_budget(Budget(Decimal(5), "CNY", Per.EXPERIMENT))
    for experiment in ("a", "b"):
        add(experiment=experiment)
        with pytest.raises(BudgetError, match="for an experiment"):
            add(experiment=experiment)
    for _ in range(3):
        add()
    assert store.left(simulated=False) == []
    assert _left(store, experiment="b") == (0, 4, 0)


def test_all_budgets_must_be_kept(store: Store, add: Add) -> None:
    """Those of the records and those of the call; the first that could be passed refuses."""
    store.set_budget(Budget(Decimal(100), "CNY"))
    more = [Budget(Decimal(5), "CNY", Per.NOTEBOOK)]
    add(within=more)
    with pytest.raises(BudgetError, match=r"5\.00 CNY for a notebook"):
        add(within=more)
    add()
    assert [left.left for left in store.left(simulated=False, within=more)] == [92, -3]


def test_one_budget_of_a_span_is_in_force(store: Store) -> None:
    """A new one replaces it, dropping puts it out of force, and dropping none is no fault."""
    assert store.budgets() == []
    store.set_budget(Budget(Decimal(5), "CNY", Per.DAY))
    store.set_budget(CNY)
    store.set_budget(Budget(Decimal(7), "USD", Per.DAY))
    assert store.budgets() == [Budget(Decimal(7), "USD", Per.DAY), CNY]
    store.drop_budget(Per.DAY)
    store.drop_budget(Per.DAY)
    assert store.budgets() == [CNY]


def test_a_budget_holds_for_all_who_share_the_records(home: Path, store: Store, add: Add) -> None:
    """Also for those who opened them before it was set."""
    other = Store.open(home)
    add(estimate_high=Decimal(9))
    other.set_budget(CNY)
    with pytest.raises(BudgetError):
        add()
    other.close()


def test_a_lowered_cap_leaves_less_than_nothing(store: Store, add: Add) -> None:
    """The words then say that nothing is."""
    add(estimate_high=Decimal(9))
    store.set_budget(Budget(Decimal(5), "CNY"))
    with pytest.raises(BudgetError, match=r"0\.00 left") as caught:
        add()
    assert caught.value.left.left == -4


def test_a_click_told_twice_is_no_second_expense(store: Store, add: Add) -> None:
    """The row it made comes back though nothing is left."""
    first = add(click_id="once", within=[Budget(Decimal(4), "CNY")])
    assert add(click_id="once", within=[Budget(Decimal(4), "CNY")]) == first


def test_a_task_the_service_already_has_is_never_refused(store: Store, add: Add) -> None:
    """It was paid for elsewhere; it counts from then on."""
    store.set_budget(Budget(Decimal(1), "CNY"))
    add(status=Status.PENDING)
    assert _left(store) == (0, 4, 0)


@pytest.mark.parametrize(("given", "cap"), [(0, "0"), (50, "50"), (0.1, "0.1"), ("12.50", "12.50")])
def test_a_cap_is_exact(given: Any, cap: str) -> None:
    """Whole numbers, fractions and texts; 0 forbids every task that costs."""
    assert Budget.of(given, "CNY", "total") == Budget(Decimal(cap), "CNY", Per.TOTAL)


@pytest.mark.parametrize("given", [-1, "fifty", float("nan"), float("inf"), None, ""])
def test_a_cap_that_is_no_sum_is_refused(given: Any) -> None:
    """With what it is and what it may be."""
    with pytest.raises(SettingError, match=r"The budget is .*must be a sum from 0"):
        Budget.of(given, "CNY", "day")


def test_a_span_there_is_not_is_refused() -> None:
    """With those there are; plain texts are taken."""
    with pytest.raises(SettingError, match="per 'week'; choose one of day, notebook, experiment, total"):
        Budget.of(1, "CNY", "week")
    assert Budget.of(1, "CNY", "day").per is Per.DAY


def test_a_budget_costs_the_same_whatever_the_number_of_tasks(store: Store) -> None:
    """No task is read to count them all: the sums are found by their key, whatever the span."""
    with closing(sqlite3.connect(store.file)) as log:
        for counted in _COUNTED.values():
            values = {"simulated": True, "currency": "", "notebook": "", "experiment": "", "midnight": 0}
            steps = log.execute(f"EXPLAIN QUERY PLAN {counted._sql}", counted._fixed | values).fetchall()
            assert [words.split(" (")[0] for *_, words in steps] == ["SEARCH tallies USING PRIMARY KEY"]


@pytest.mark.parametrize("name", ["notebook", "experiment"])
def test_a_task_that_is_moved_takes_its_sum_along(store: Store, add: Add, name: str) -> None:
    """Also between days, currencies and both kinds of money; one that is removed leaves nothing."""
    row = add(estimate_high=Decimal(3), submitted_at=NOON, simulated=True, status=Status.RUNNING).row
    store.set_budget(Budget.of(9, "CNY", name))
    store.set_budget(Budget.of(9, "CNY", "total"))
    scope: dict[str, Any] = {"simulated": True, "experiment": "x"}

    def counted() -> list[tuple[str, int, int]]:
        found = store.left(**{**scope, name: "x"})
        return [(str(one.budget.per), int(one.reserved), one.unpriced) for one in found]

    assert counted() == [(name, 0, 0), ("total", 3, 0)]
    store.update(row, **{name: "x"}, estimate_high=Decimal(4))
    assert counted() == [(name, 4, 0), ("total", 4, 0)]
    store.update(row, currency="USD")
    assert counted() == [(name, 0, 1), ("total", 0, 1)]
    store.update(row, simulated=False, currency="CNY")
    assert counted() == [(name, 0, 0), ("total", 0, 0)]
    store.update(row, simulated=True)
    with store.writing() as connection:
        connection.exec_driver_sql("DELETE FROM tasks")
    assert counted() == [(name, 0, 0), ("total", 0, 0)]
