"""How a change of a task that is being carried is made known: written down first, then told."""

from collections.abc import Callable
from typing import Any

from wan_notebook.records import Record, Store

Report = Callable[[Record, str | None], None]
"""Called after each change with the new record, and a sentence while something goes wrong for now."""


def change(store: Store, record: Record, report: Report, changes: dict[str, Any]) -> Record:
    """Commit a change, then tell; nobody hears of a state the records do not hold."""
    fresh = store.update(record.row, **changes)
    report(fresh, None)
    return fresh
