"""Budgets and the service's own list as DataFrames."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wan_notebook.records import Left, Store
from wan_notebook.service import TaskRow

if TYPE_CHECKING:
    import pandas as pd


def budgets_frame(budgets: Sequence[Left]) -> "pd.DataFrame":
    """Return how far budgets are used, a row each.

    Columns: `per`, `currency`, `cap`, `spent`, `reserved` and `left` (float, in that currency), `unpriced`
    (number of tasks that may cost something and have no price in it).
    """
    import pandas as pd  # noqa: PLC0415 - heavy, and not needed for anything else here

    rows = [
        {
            "per": str(one.budget.per),
            "currency": one.budget.currency,
            "cap": float(one.cap),
            "spent": float(one.spent),
            "reserved": float(one.reserved),
            "left": float(one.left),
            "unpriced": one.unpriced,
        }
        for one in budgets
    ]
    columns = ["per", "currency", "cap", "spent", "reserved", "left", "unpriced"]
    return pd.DataFrame(rows, columns=columns)


def remote_frame(listed: Sequence[TaskRow], store: Store) -> "pd.DataFrame":
    """Return tasks as the service lists them, with the number of each in the log.

    Columns: `task_id`, `model`, `status`, `created`, `started`, `ended` (UTC), `row` (<NA> when not logged).
    """
    import pandas as pd  # noqa: PLC0415 - heavy, and not needed for anything else here

    logged = store.rows_of([one.task_id for one in listed])
    rows = [
        (one.task_id, one.model, str(one.status), one.created, one.start, one.end, logged.get(one.task_id))
        for one in listed
    ]
    columns = ["task_id", "model", "status", "created", "started", "ended", "row"]
    frame = pd.DataFrame(rows, columns=columns)
    times = dict.fromkeys(["created", "started", "ended"], "datetime64[us, UTC]")
    return frame.astype({**times, "row": "Int64"})
