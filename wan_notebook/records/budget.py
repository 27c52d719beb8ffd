"""Budgets: a new row is written only if all it may cost still fits, by the sums of the rows there are.

What is spent and what is reserved is read inside the transaction that adds a task, from sums that hold what
the tasks hold (`wan_notebook.records.tallies` says which counts how); so several kernels that share the
records cannot pass a budget together.

The simulator's play money counts apart from real money. Tasks without a price in the budget's currency cannot
be counted: their number is told, and a new one needs its user's yes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.engine.interfaces import DBAPICursor

from wan_notebook.catalog import SettingError, WanError, amount, text
from wan_notebook.records.filters import earliest
from wan_notebook.records.kinds import MOMENT, money, stored_money, stored_text
from wan_notebook.records.prepared import Prepared, given
from wan_notebook.records.schema import BUDGETS
from wan_notebook.records.tallies import QUARTER, TALLIES


class Per(StrEnum):
    """What a budget is counted over."""

    DAY = "day"  # tasks sent since midnight, local, and those that wait
    NOTEBOOK = "notebook"  # tasks of the notebook that asks; all without a name are one
    EXPERIMENT = "experiment"  # tasks of one experiment; a task of none is under no such budget
    TOTAL = "total"  # all tasks of these records


@dataclass(frozen=True)
class Budget:
    """The most that may be spent.

    Attributes:
        amount: the cap, from 0.
        currency: its currency, as price lists name it ("CNY", "USD").
        per: over which tasks it is counted.
    """

    amount: Decimal
    currency: str
    per: Per = Per.TOTAL

    @classmethod
    def of(cls, amount: float | str | Decimal, currency: str, per: str) -> Self:
        """Return a budget of what a user has typed.

        Raises:
            SettingError: the amount is no sum from 0, or there is no such span.
        """
        if per not in list(Per):
            raise SettingError(text("records.budget.per", value=repr(per), known=", ".join(Per)))
        return cls(_sum(amount), currency, Per(per))

    def __str__(self) -> str:
        span = text(f"records.budget.{self.per}")
        return text("records.budget.words", amount=amount(self.amount), currency=self.currency, span=span)


@dataclass(frozen=True, kw_only=True)
class Left:
    """How far a budget is used; all sums in its currency.

    Attributes:
        budget: the budget.
        spent: what finished tasks cost.
        reserved: what the others may cost at most.
        unpriced: tasks that may cost something and have no price in this currency; in no sum.
    """

    budget: Budget
    spent: Decimal
    reserved: Decimal
    unpriced: int

    @property
    def cap(self) -> Decimal:
        """The most that may be spent."""
        return self.budget.amount

    @property
    def left(self) -> Decimal:
        """What a new task may cost; below 0 after tasks cost more than estimated, or a lowered cap."""
        return self.cap - self.spent - self.reserved


class BudgetError(WanError):
    """A task that could pass a budget; nothing was written and nothing sent.

    Attributes:
        left: how far the budget is used.
        asked: what the task may cost at most, None when that is not known in the budget's currency.
    """

    def __init__(self, left: Left, asked: Decimal | None) -> None:
        self.left = left
        self.asked = asked
        sums = {"left": max(left.left, Decimal(0)), "spent": left.spent, "reserved": left.reserved}
        words = {name: amount(value) for name, value in sums.items()} | {
            "budget": str(left.budget),
            "currency": left.budget.currency,
        }
        key = "unpriced" if asked is None else "refused"
        super().__init__(text(f"records.budget.{key}", asked=amount(asked or Decimal(0)), **words))


@dataclass(frozen=True, kw_only=True)
class Scope:
    """What decides which rows a budget counts for a task.

    Attributes:
        simulated: whether it costs play money.
        notebook: the notebook it is asked from.
        experiment: the experiment it belongs to.
        now: the time in UTC.
    """

    simulated: bool
    notebook: str | None
    experiment: str | None
    now: datetime

    @classmethod
    def of(cls, stored: Mapping[str, Any], now: datetime) -> Self:
        """Return the scope of a row as SQL stores it."""
        names = ("simulated", "notebook", "experiment")
        return cls(**{name: stored[name] for name in names}, now=now)

    def parameters(self, currency: str) -> dict[str, Any]:
        """Return the parameters of the statements that count."""
        midnight = MOMENT.encode(earliest(self.now.astimezone().date(), self.now))
        names = {"notebook": self.notebook, "experiment": self.experiment, "currency": currency}
        stored = {name: "" if word is None else f"={stored_text(word)}" for name, word in names.items()}
        return {**stored, "simulated": self.simulated, "midnight": midnight // QUARTER}


def _counted(per: Per, within: ColumnElement[bool]) -> Prepared:
    """Return what counts the tasks of a span."""
    known = TALLIES.c.currency == given("currency")
    sums = (
        func.coalesce(func.sum(case((known, TALLIES.c.spent))), 0),
        func.coalesce(func.sum(case((known, TALLIES.c.reserved))), 0),
        func.coalesce(func.sum(TALLIES.c.tasks - case((known, TALLIES.c.priced), else_=0)), 0),
    )
    purse = TALLIES.c.simulated == given("simulated")
    return Prepared(select(*sums).where(TALLIES.c.span == per.value, purse, within))


_COUNTED = {
    Per.DAY: _counted(Per.DAY, (TALLIES.c.name == "") & (TALLIES.c.quarter >= given("midnight"))),
    Per.NOTEBOOK: _counted(Per.NOTEBOOK, TALLIES.c.name == given("notebook")),
    Per.EXPERIMENT: _counted(Per.EXPERIMENT, TALLIES.c.name == given("experiment")),
    Per.TOTAL: _counted(Per.TOTAL, true()),
}
_STORED = Prepared(BUDGETS.select().order_by(BUDGETS.c.per))
_DROP = Prepared(BUDGETS.delete().where(BUDGETS.c.per == given("this_per")))
_FRESH = insert(BUDGETS)
_KEEP = Prepared(
    _FRESH.on_conflict_do_update(
        index_elements=["per"],
        set_={"amount": _FRESH.excluded.amount, "currency": _FRESH.excluded.currency},
    ),
    *BUDGETS.columns.keys(),
)


def stored_budgets(cursor: DBAPICursor) -> list[Budget]:
    """Return the budgets of the records."""
    rows = _STORED.run(cursor, {}).fetchall()
    return [Budget(money(stored), currency, Per(per)) for per, stored, currency in rows]


def keep(cursor: DBAPICursor, budget: Budget) -> None:
    """Put a budget in force, in the place of one with the same span."""
    values = {"per": budget.per.value, "amount": stored_money(budget.amount)}
    _KEEP.run(cursor, {**values, "currency": stored_text(budget.currency)})


def drop(cursor: DBAPICursor, per: Per) -> None:
    """Put the budget of a span out of force."""
    _DROP.run(cursor, {"this_per": per.value})


def used(cursor: DBAPICursor, scope: Scope, more: Iterable[Budget] = ()) -> list[Left]:
    """Return how far each budget that holds for a scope is used: those of the records, and more."""
    budgets = [*stored_budgets(cursor), *more]
    return [
        _used(cursor, budget, scope)
        for budget in budgets
        if budget.per is not Per.EXPERIMENT or scope.experiment is not None
    ]


def _used(cursor: DBAPICursor, budget: Budget, scope: Scope) -> Left:
    row = _COUNTED[budget.per].one(cursor, scope.parameters(budget.currency))
    spent, reserved, unpriced = row
    return Left(budget=budget, spent=money(spent), reserved=money(reserved), unpriced=unpriced)


def check(
    cursor: DBAPICursor, stored: Mapping[str, Any], now: datetime, more: Iterable[Budget], *, unpriced: bool
) -> None:
    """Refuse a row that could pass a budget, before it is written in the same transaction.

    Args:
        cursor: of a transaction that writes.
        stored: the row as SQL stores it.
        now: the time in UTC.
        more: budgets besides those of the records.
        unpriced: whether a row without a price in a budget's currency may pass it.

    Raises:
        BudgetError: with the sums.
    """
    for left in used(cursor, Scope.of(stored, now), more):
        known = stored["estimate_high"] is not None and stored["currency"] == left.budget.currency
        asked = money(stored["estimate_high"]) if known else None
        if asked is None and not unpriced:
            raise BudgetError(left, None)
        if asked is not None and asked > left.left:
            raise BudgetError(left, asked)


def _sum(value: Any) -> Decimal:
    try:
        cap = Decimal(str(value))
    except InvalidOperation:
        cap = Decimal("NaN")
    if not cap.is_finite() or cap < 0:
        raise SettingError(text("records.budget.amount", value=repr(value)))
    return cap
