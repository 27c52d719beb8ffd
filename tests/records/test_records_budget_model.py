"""Whatever happens to tasks, a budget counts what a plain list of them would."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wan_notebook.catalog import Status
from wan_notebook.records import Budget, BudgetError, Per, Record, Store

MIDNIGHT = datetime(2026, 1, 20).astimezone(UTC)
DAY = timedelta(days=1)
MINIMUM = {Status.SUCCEEDED, Status.EXPIRED}
NOTHING = {Status.FAILED, Status.REFUSED, Status.NOT_CREATED, Status.CANCELED}

SUMS = st.decimals(0, 20, places=2)
CURRENCIES = st.sampled_from(["CNY", "USD"])
NAMES = st.sampled_from(["a", "b", None])
BUDGETS = st.builds(Budget, SUMS, CURRENCIES, st.sampled_from(Per))
SCOPES = st.fixed_dictionaries({"simulated": st.booleans(), "notebook": NAMES, "experiment": NAMES})
ASK = st.tuples(
    st.just("ask"),
    SCOPES,
    st.fixed_dictionaries({"estimate_high": SUMS | st.none(), "currency": CURRENCIES | st.none()}),
    st.booleans(),
    st.lists(BUDGETS, max_size=2),
)
END = st.tuples(st.just("end"), st.integers(0, 99), st.sampled_from(Status), SUMS | st.none())
SET = st.tuples(st.just("set"), BUDGETS)
DROP = st.tuples(st.just("drop"), st.sampled_from(Per))
WAIT = st.tuples(st.just("wait"), st.integers(1, 30).map(lambda hours: timedelta(hours=hours)))
STEPS = st.lists(ASK | ASK | END | SET | DROP | WAIT, max_size=25)


class Model:
    """The records as a plain list, and the rules as plain Python."""

    def __init__(self) -> None:
        self.now = MIDNIGHT
        self.rows: list[dict[str, Any]] = []
        self.budgets: dict[Per, Budget] = {}

    def used(self, budget: Budget, scope: dict[str, Any]) -> tuple[Decimal, Decimal, int]:
        """Return what is spent, what is reserved, and how many have no price."""
        spent, reserved, unpriced = Decimal(0), Decimal(0), 0
        for row in self.rows:
            if row["status"] in NOTHING or not self._counts(budget.per, row, scope):
                continue
            over = row["status"] is Status.SUCCEEDED and row["cost"] is not None
            price = row["cost"] if over else row["estimate_high"]
            if price is None or row["currency"] != budget.currency:
                unpriced += 1
            elif row["status"] in MINIMUM:
                spent += price
            else:
                reserved += price
        return spent, reserved, unpriced

    def refuses(
        self, scope: dict[str, Any], asked: dict[str, Any], within: list[Budget], *, unpriced: bool
    ) -> bool:
        """Return whether one of the budgets does."""
        return any(self._refuses(budget, scope, asked, unpriced) for budget in self.holding(scope, within))

    def holding(self, scope: dict[str, Any], within: list[Budget]) -> list[Budget]:
        """Return the budgets a task is under."""
        found = [self.budgets[per] for per in sorted(self.budgets)] + within
        return [budget for budget in found if budget.per != "experiment" or scope["experiment"] is not None]

    def _refuses(self, budget: Budget, scope: dict[str, Any], asked: dict[str, Any], yes: bool) -> bool:  # noqa: FBT001
        price = asked["estimate_high"]
        if price is None or asked["currency"] != budget.currency:
            return not yes
        spent, reserved, _ = self.used(budget, scope)
        return bool(spent + reserved + price > budget.amount)

    def _counts(self, per: Per, row: dict[str, Any], scope: dict[str, Any]) -> bool:
        if row["simulated"] != scope["simulated"]:
            return False
        if per is Per.DAY:
            today = (self.now - MIDNIGHT) // DAY
            return row["status"] is Status.QUEUED or (row["made"] - MIDNIGHT) // DAY == today
        return per is Per.TOTAL or bool(row[per] == scope[per])


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Open one store for all examples, which are about sums and not about power cuts."""
    store = Store.open(tmp_path_factory.mktemp("shared"))
    with store.looking() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        connection.exec_driver_sql("BEGIN")
    yield store
    store.close()


CLICKS = count()


@settings(max_examples=60)
@given(steps=STEPS)
def test_the_records_and_a_plain_list_agree(shared: Store, steps: list[tuple[Any, ...]]) -> None:
    """About every refusal, and after every step about what is spent, reserved and without a price."""
    model = Model()
    shared.now = lambda: model.now
    with shared.writing() as connection:
        connection.exec_driver_sql("DELETE FROM tasks")
        connection.exec_driver_sql("DELETE FROM budgets")
    for name, *arguments in steps:
        DO[name](shared, model, *arguments)
        _agree(shared, model)


def _ask(
    store: Store,
    model: Model,
    scope: dict[str, Any],
    asked: dict[str, Any],
    unpriced: bool,  # noqa: FBT001 - drawn
    within: list[Budget],
) -> None:
    refused = model.refuses(scope, asked, within, unpriced=unpriced)
    values: dict[str, Any] = {
        "status": Status.QUEUED,
        "model": "m",
        "mode": "t2v",
        "body": {},
        **scope,
        **asked,
    }
    try:
        record, _ = store.add(click_id=str(next(CLICKS)), within=within, unpriced=unpriced, **values)
    except BudgetError:
        assert refused
    else:
        assert not refused
        model.rows.append({**values, "cost": None, "made": model.now, "row": record.row})


def _end(store: Store, model: Model, which: int, status: Status, cost: Decimal | None) -> None:
    if model.rows:
        row = model.rows[which % len(model.rows)]
        row.update(status=status, cost=cost)
        changed: Record = store.update(row["row"], status=status, cost=cost)
        assert changed.cost == cost


def _set(store: Store, model: Model, budget: Budget) -> None:
    store.set_budget(budget)
    model.budgets[budget.per] = budget


def _drop(store: Store, model: Model, per: Per) -> None:
    store.drop_budget(per)
    model.budgets.pop(per, None)


def _wait(store: Store, model: Model, span: timedelta) -> None:
    model.now += span


DO: dict[str, Any] = {"ask": _ask, "end": _end, "set": _set, "drop": _drop, "wait": _wait}


def _agree(store: Store, model: Model) -> None:
    for scope in (
        {"simulated": False, "notebook": "a", "experiment": None},
        {"simulated": True, "notebook": None, "experiment": "b"},
    ):
        found = store.left(**scope)
        assert [left.budget for left in found] == model.holding(scope, [])
        for left in found:
            assert (left.spent, left.reserved, left.unpriced) == model.used(left.budget, scope)
