"""What may still be spent, and who wants to hear when that changes."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime

from wan_notebook.catalog import Request, amount, text
from wan_notebook.records import Budget, Left, Store
from wan_notebook.tasks.connection import Connection

Watcher = Callable[[], None]
"""Called, from any thread, when what budgets have left may have changed; it must not raise."""


class Spending:
    """The money of one connection; may be used from any thread.

    Args:
        store: the log.
        connection: whose prices and which money.
        notebook: whose budget counts besides those of all.
    """

    def __init__(self, store: Store, connection: Connection, notebook: str | None) -> None:
        self._store = store
        self._connection = connection
        self._notebook = notebook
        self._lock = threading.Lock()
        self._watchers: list[Watcher] = []

    @property
    def currency(self) -> str:
        """The currency of the prices that hold here; CNY where none are known."""
        return Request("wan2.7-t2v").estimate(self._connection.region).currency or "CNY"

    def left(self, experiment: str | None = None, within: Iterable[Budget] = ()) -> list[Left]:
        """Return how far each budget is used that holds for tasks sent from here.

        Args:
            experiment: name of the experiment they belong to.
            within: budgets besides those of the log.

        Raises:
            RecordsError: the log cannot be read.
        """
        scope = {"notebook": self._notebook, "experiment": experiment}
        return self._store.left(simulated=self._connection.simulated, **scope, within=within)

    def today(self, now: datetime) -> str:
        """Return what finished tasks of this kind of money cost since midnight, in words."""
        sums = self._store.sums(since=now.astimezone().date(), simulated=self._connection.simulated)
        words = [
            text("tasks.studio.sum", amount=amount(one.cost), currency=one.currency)
            for one in sums
            if one.cost
        ]
        return text("tasks.studio.spent", sums=", ".join(words) or text("tasks.studio.nothing"))

    def watch(self, watcher: Watcher) -> None:
        """Call `watcher()` after each change."""
        with self._lock:
            self._watchers.append(watcher)

    def changed(self) -> None:
        """Tell those who watch."""
        with self._lock:
            watchers = tuple(self._watchers)
        for watcher in watchers:
            watcher()
