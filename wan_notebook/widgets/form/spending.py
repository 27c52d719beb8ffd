"""What a form says of budgets beside the price."""

from collections.abc import Iterable
from typing import Any

from wan_notebook.catalog import amount, text
from wan_notebook.records import Left


def spending(budgets: Iterable[Left]) -> dict[str, Any]:
    """Return what budgets have left, as plain data for the page.

    Returns:
        lines: a sentence a budget.
        currencies: theirs; a price in another one, or none, needs the user's yes.
    """
    known = list(budgets)
    return {
        "lines": [_line(one) for one in known],
        "currencies": sorted({one.budget.currency for one in known}),
    }


def _line(left: Left) -> str:
    sums = {"left": left.left, "spent": left.spent, "reserved": left.reserved}
    words = {name: amount(value) for name, value in sums.items()}
    line = text("widgets.budget.left", budget=str(left.budget), **words)
    return line + text("widgets.budget.unpriced", count=left.unpriced) if left.unpriced else line
