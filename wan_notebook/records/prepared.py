"""Statements made once: for the few rows of a write, SQLAlchemy's own work takes longer than the database."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Delete, Insert, Select, Update, bindparam
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.engine.interfaces import DBAPICursor

from wan_notebook.records.migrations import TASKS

_DIALECT = dialect(paramstyle="named")


def given(name: str) -> BindParameter[Any]:
    """Return a parameter of a prepared statement, whose value is given when it runs."""
    return bindparam(name, None)


class Prepared:
    """The SQL of a statement whose parameters are given by name when it runs.

    Args:
        statement: what it does; values it names itself are kept.
        *columns: the columns an insert or update gives values to, each a parameter of its name.
    """

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, *columns: str) -> None:
        compiled = statement.compile(
            dialect=_DIALECT, column_keys=columns or None, compile_kwargs={"render_postcompile": True}
        )
        self._sql = str(compiled)
        self._fixed = {name: value for name, value in compiled.params.items() if value is not None}

    def run(self, cursor: DBAPICursor, values: Mapping[str, Any]) -> DBAPICursor:
        """Run it and return the cursor; values it does not name are left out of account."""
        cursor.execute(self._sql, {**self._fixed, **values})
        return cursor

    def one(self, cursor: DBAPICursor, values: Mapping[str, Any]) -> Any:
        """Return its first row as stored, None without one."""
        return self.run(cursor, values).fetchone()


INSERT_TASK = Prepared(TASKS.insert(), *(column.name for column in TASKS.columns if column.name != "row"))
TASK_OF_CLICK = Prepared(TASKS.select().where(TASKS.c.click_id == given("click_id")))
TASK_OF_ID = Prepared(TASKS.select().where(TASKS.c.task_id == given("task_id")).order_by(TASKS.c.row.desc()))
TASK_OF_ROW = Prepared(TASKS.select().where(TASKS.c.row == given("this_row")))


@cache
def change_task(names: tuple[str, ...]) -> Prepared:
    """Return what gives these columns new values in the row `this_row`."""
    return Prepared(TASKS.update().where(TASKS.c.row == given("this_row")), *names)
