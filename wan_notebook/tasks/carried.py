"""How a change of a task that is being carried is made known: written down first, then told."""

from collections.abc import Callable
from typing import Any

from wan_notebook.catalog import text
from wan_notebook.records import Record, Store, TakenError

Report = Callable[[Record, str | None], None]
"""Called after each change with the new record, and a sentence while something goes wrong for now."""


def change(store: Store, record: Record, report: Report, changes: dict[str, Any]) -> Record:
    """Commit a change, then tell; nobody hears of a state the records do not hold.

    Raises:
        TakenError: another studio carries the task by now; nothing was written.
        RecordsError: nothing was written, with the reason.
    """
    fresh = store.update(record.row, by=record.owner, **changes)
    report(fresh, None)
    return fresh


def still_own(record: Record, owner: str | None) -> Record:
    """Return the record of a row that is still an owner's.

    Raises:
        TakenError: it is another's.
    """
    if record.owner != owner:
        raise TakenError(text("records.error.taken", row=record.row))
    return record
