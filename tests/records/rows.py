"""Rows for the tests of the records, and the clock that dates them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from wan_notebook.catalog import Request, Status
from wan_notebook.records import Record, Store

BEGIN = datetime(2026, 1, 20, 3, 0, tzinfo=UTC)
Add = Callable[..., Record]


class Clock:
    """A clock that goes one second a question."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> datetime:
        """Return the time, and let a second pass."""
        self.now += timedelta(seconds=1)
        return self.now


def new_adder(store: Store) -> Add:
    """Return a function that adds a row, with usual values where none are given, and returns it."""
    clicks = count(1)
    request = Request("wan2.7-t2v", prompt="a fox 狐狸 🦊", seed=7)

    def add(**changes: Any) -> Record:
        usual = {
            "click_id": f"click-{next(clicks)}",
            "status": Status.QUEUED,
            "model": "wan2.7-t2v",
            "mode": "t2v",
            "simulated": True,
            "body": request.body(),
        }
        return store.add(**{**usual, **changes})[0]

    return add
