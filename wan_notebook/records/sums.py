"""What was spent: sums that never mix currencies, nor the simulator's play money with real money."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any, Self

from sqlalchemy import Row, and_, case, func, select

from wan_notebook.catalog import Status
from wan_notebook.records.kinds import money
from wan_notebook.records.migrations import TASKS

_UNPRICED = and_(TASKS.c.status == Status.SUCCEEDED, TASKS.c.cost.is_(None))

SUMS = (
    select(
        TASKS.c.simulated,
        TASKS.c.currency,
        func.count().label("tasks"),
        func.coalesce(func.sum(TASKS.c.billed_s), 0.0).label("billed_s"),
        func.sum(TASKS.c.cost).label("cost"),
        func.sum(case((_UNPRICED, 1), else_=0)).label("unknown"),
    )
    .group_by(TASKS.c.simulated, TASKS.c.currency)
    .order_by(TASKS.c.simulated, TASKS.c.currency)
)
"""Sums in SQL, of whole billionths and so exact; a filter may be added."""


@dataclass(frozen=True, slots=True)
class Sum:
    """What some tasks cost together.

    Attributes:
        simulated: whether it is play money.
        currency: its currency, None for rows that name none.
        tasks: how many rows.
        billed_s: seconds the service billed.
        cost: the known costs together; None when none is known.
        unknown: tasks that succeeded and whose cost is not known.
    """

    simulated: bool
    currency: str | None
    tasks: int
    billed_s: float
    cost: Decimal | None
    unknown: int

    @classmethod
    def decoded(cls, row: Row[Any]) -> Self:
        """Return the sum of a row of `SUMS`."""
        cost = None if row.cost is None else money(int(row.cost))
        return cls(row.simulated, row.currency, row.tasks, row.billed_s, cost, row.unknown)


def together(sums: Iterable[Sum]) -> list[Sum]:
    """Return sums of several records with those of one currency and kind of money added up."""
    ordered = sorted(sums, key=_purse)
    return [_added(list(same)) for _, same in groupby(ordered, key=_purse)]


def _purse(one: Sum) -> tuple[bool, str]:
    return one.simulated, one.currency or ""


def _added(same: Sequence[Sum]) -> Sum:
    costs = [one.cost for one in same if one.cost is not None]
    return replace(
        same[0],
        tasks=sum(one.tasks for one in same),
        billed_s=sum(one.billed_s for one in same),
        cost=sum(costs, Decimal(0)) if costs else None,
        unknown=sum(one.unknown for one in same),
    )
