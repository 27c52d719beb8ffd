"""Statements made once say the same as those SQLAlchemy makes each time."""

from sqlalchemy import func, select

from tests.records.rows import Add
from wan_notebook.catalog import Status
from wan_notebook.records import Store
from wan_notebook.records.migrations import TASKS
from wan_notebook.records.prepared import Prepared, change_task, given


def test_values_are_given_by_name_and_others_left_out_of_account(store: Store, add: Add) -> None:
    """Signs that mean something in SQL are values like any other."""
    add(prompt="fox")
    odd = add(prompt="'; DROP TABLE tasks; -- :row ?").row
    find = Prepared(select(TASKS.c.row).where(TASKS.c.prompt == given("wanted")))
    with store.committing() as cursor:
        assert find.one(cursor, {"wanted": "'; DROP TABLE tasks; -- :row ?", "more": 1}) == (odd,)
        assert find.one(cursor, {"wanted": "nothing"}) is None


def test_values_of_the_statement_itself_are_kept(store: Store, add: Add) -> None:
    """Single ones and lists."""
    for status in (Status.QUEUED, Status.RUNNING, Status.FAILED):
        add(status=status, seed=7)
    add(status=Status.RUNNING, seed=8)
    wanted = TASKS.c.status.in_([Status.QUEUED.value, Status.RUNNING.value])
    count = Prepared(select(func.count()).where(wanted, TASKS.c.seed == 7, TASKS.c.row > given("after")))
    with store.committing() as cursor:
        assert count.one(cursor, {"after": 0}) == (2,)
        assert count.one(cursor, {"after": 1}) == (1,)


def test_none_is_given_as_none(store: Store, add: Add) -> None:
    """A parameter without a value is an error of the caller's; one that is None is NULL."""
    row = add(prompt="fox").row
    assert store.update(row, prompt=None).prompt is None


def test_a_change_of_the_same_columns_is_made_once() -> None:
    """Every change of a status uses one text of SQL."""
    assert change_task(("status", "seed")) is change_task(("status", "seed"))
    assert change_task(("status",)) is not change_task(("seed",))
