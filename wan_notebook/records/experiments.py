"""The plans of the experiments that were run, one for each name; the first one kept stays."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from sqlalchemy.dialects.sqlite import insert

from wan_notebook.records.kinds import MOMENT
from wan_notebook.records.schema import EXPERIMENTS
from wan_notebook.records.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """An experiment as the records know it.

    Attributes:
        name: its name.
        uid: unique id, which begins the click ids of its tasks.
        plan: its plan as JSON.
        created_at: when it was first run, UTC.
    """

    name: str
    uid: str
    plan: str
    created_at: datetime

    @classmethod
    def decoded(cls, row: Any) -> Self:
        """Return the experiment of a stored row."""
        return cls(name=row.name, uid=row.uid, plan=row.plan, created_at=MOMENT.decode(row.created_at))


@dataclass(frozen=True)
class Experiments:
    """The experiments of one folder's records.

    Attributes:
        store: the records that keep them.
    """

    store: Store

    def find(self, name: str) -> Stored | None:
        """Return the experiment of this name, None when none was run under it.

        Raises:
            RecordsError: the file could not be read, with the reason.
        """
        rows = self.store.read(EXPERIMENTS.select().where(EXPERIMENTS.c.name == name))
        return Stored.decoded(rows[0]) if rows else None

    def names(self) -> list[str]:
        """Return the names of all experiments, oldest first.

        Raises:
            RecordsError: the file could not be read, with the reason.
        """
        return [row.name for row in self.store.read(EXPERIMENTS.select().order_by(EXPERIMENTS.c.created_at))]

    def keep(self, name: str, plan: str) -> Stored:
        """Keep a plan under a name that has none yet, and return what is kept there: the first one wins.

        Raises:
            RecordsError: nothing was written, with the reason.
        """
        now = MOMENT.encode(self.store.now())
        fresh = {"name": name, "uid": uuid.uuid4().hex, "plan": plan, "created_at": now}
        with self.store.writing() as connection:
            connection.execute(insert(EXPERIMENTS).values(**fresh).on_conflict_do_nothing())
            kept = connection.execute(EXPERIMENTS.select().where(EXPERIMENTS.c.name == name)).one()
        return Stored.decoded(kept)
