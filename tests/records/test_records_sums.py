"""What was spent, never mixed."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records.rows import BEGIN, Add, new_adder
from wan_notebook.records import Store, Sum, totals
from wan_notebook.records.sums import together

COLUMNS = ["simulated", "currency", "tasks", "billed_s", "cost", "unknown"]
COSTS = st.none() | st.decimals(0, 10**6, places=9)


def _spent(add: Add, cost: str | None, **changes: Any) -> None:
    money = None if cost is None else Decimal(cost)
    add(**{"status": "SUCCEEDED", "currency": "CNY", "billed_s": 5.0, "cost": money, **changes})


def test_currencies_and_play_money_are_apart(store: Store, add: Add) -> None:
    """Four purses, four sums; real money first."""
    _spent(add, "1.2", simulated=False)
    _spent(add, "0.000000001", simulated=False)
    _spent(add, "3", simulated=False, currency="USD")
    _spent(add, "100")
    _spent(add, "7", currency=None)
    assert store.sums() == [
        Sum(simulated=False, currency="CNY", tasks=2, billed_s=10.0, cost=Decimal("1.200000001"), unknown=0),
        Sum(simulated=False, currency="USD", tasks=1, billed_s=5.0, cost=Decimal(3), unknown=0),
        Sum(simulated=True, currency=None, tasks=1, billed_s=5.0, cost=Decimal(7), unknown=0),
        Sum(simulated=True, currency="CNY", tasks=1, billed_s=5.0, cost=Decimal(100), unknown=0),
    ]


def test_sums_are_exact_where_floats_are_not(store: Store, add: Add) -> None:
    """Ten times a tenth is one."""
    for _ in range(10):
        _spent(add, "0.1")
    assert store.sums()[0].cost == 1


def test_an_unknown_cost_is_counted_and_not_zero(store: Store, add: Add) -> None:
    """It neither adds nothing silently nor spoils what is known."""
    _spent(add, None)
    assert (store.sums()[0].cost, store.sums()[0].unknown) == (None, 1)
    _spent(add, "2")
    assert (store.sums()[0].cost, store.sums()[0].unknown) == (Decimal(2), 1)


def test_tasks_that_did_not_succeed_have_no_unknown_cost(store: Store, add: Add) -> None:
    """They are not billed, or not yet."""
    for status in ("FAILED", "RUNNING", "CANCELED", "NOT_CREATED"):
        _spent(add, None, status=status)
    assert (store.sums()[0].tasks, store.sums()[0].unknown) == (4, 0)


def test_spent_since(store: Store, add: Add) -> None:
    """Sums take the same filters as rows."""
    _spent(add, "5", created_at=BEGIN - timedelta(days=1), simulated=False)
    _spent(add, "2", created_at=BEGIN, simulated=False)
    _spent(add, "9")
    assert [one.cost for one in store.sums(since=BEGIN, simulated=False)] == [Decimal(2)]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["CNY", "USD", None]), COSTS), max_size=12))
def test_sums_of_several_records_never_mix(rows: list[tuple[bool, str | None, Decimal | None]]) -> None:
    """Each purse holds exactly the costs of its own rows."""
    parts = [
        Sum(
            simulated=simulated,
            currency=currency,
            tasks=1,
            billed_s=5.0,
            cost=cost,
            unknown=int(cost is None),
        )
        for simulated, currency, cost in rows
    ]
    for one in together(parts):
        own = [
            cost
            for simulated, currency, cost in rows
            if (simulated, currency) == (one.simulated, one.currency)
        ]
        known = [cost for cost in own if cost is not None]
        assert one.cost == (sum(known) if known else None)
        assert (one.tasks, one.unknown, one.billed_s) == (len(own), len(own) - len(known), 5.0 * len(own))
    assert sum(one.tasks for one in together(parts)) == len(rows)


def test_totals_show_the_sums(store: Store, add: Add) -> None:
    """A small table, unknown as NaN."""
    _spent(add, "0.733924", simulated=False)
    _spent(add, None)
    table = totals(store)
    assert list(table.columns) == COLUMNS
    assert table["cost"].tolist()[0] == 0.733924
    assert pd.isna(table["cost"][1])
    assert table[["simulated", "tasks", "unknown"]].to_numpy().tolist() == [[False, 1, 0], [True, 1, 1]]
    assert totals(store, simulated=False)["currency"].tolist() == ["CNY"]


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_totals_have_the_same_dtypes_for_any_number_of_rows(store: Store, add: Add, rows: int) -> None:
    """Code that reads them need not look first."""
    for number in range(rows):
        _spent(add, "1", currency=f"CY{number}")
    dtypes = [str(dtype) for dtype in totals(store).dtypes]
    assert dtypes == ["bool", "category", "int64", "float64", "float64", "int64"]


def test_totals_of_several_homes_are_one_table(tmp_path: Path, store: Store, add: Add) -> None:
    """The same purse in two homes is one row."""
    other = Store.open(tmp_path / "other")
    _spent(add, "1.1")
    _spent(new_adder(other), "2.2")
    _spent(new_adder(other), "5", click_id="usd", currency="USD")
    table = totals([store, other])
    assert table[["currency", "tasks", "cost"]].to_numpy().tolist() == [["CNY", 2, 3.3], ["USD", 1, 5.0]]
    other.close()
