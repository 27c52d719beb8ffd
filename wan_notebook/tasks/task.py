"""The handle of one paid generation."""

import asyncio
import sys
import threading
from collections.abc import Callable, Generator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

from wan_notebook.catalog import FINAL, Request, Status, VideoState, text
from wan_notebook.records import Record
from wan_notebook.service import failure
from wan_notebook.tasks.clock import monotonic
from wan_notebook.tasks.console import ProgressLine, in_notebook
from wan_notebook.tasks.schedule import Expectation

WAIT_SECONDS = 30 * 60.0
"""How long waiting lasts by default; the service's typical wait is 1-5 minutes, samples show up to 17."""
GLANCE_SECONDS = 0.2
"""Pause between looks for an interrupt: Jupyter's reaches a cell only when its loop or lock wakes."""


Listener = Callable[["Task"], None]


def repeated(request: Request, **changes: Any) -> Request:
    """Return a request to send once more: changed, or else without its seed, so that a new one is drawn."""
    return request.changed(**(changes or {"seed": None}))


class TaskOwner(Protocol):
    """What a handle needs of its studio."""

    def video_path(self, record: Record) -> Path | None:
        """Return where the record's video lies, None without one."""

    def present(self, task: "Task") -> None:
        """Show a task in the notebook."""

    def submit(self, request: Request, *, unpriced: bool = False) -> "Task":
        """Make one task of a request."""

    def cancel(self, task: "Task") -> str:
        """Ask the service to stop a task."""

    def settle(self, task: "Task", task_id: str | None) -> None:
        """Take the user's word for which task a lost answer has made."""

    def expect(self, request: Request) -> Expectation:
        """Return how long a request is likely to take."""


class Task:
    """One generation: its state, its result, and a way to wait for it.

    `await task` works in any event loop, `task.wait()` in plain code. Interrupting either stops the waiting
    only: the task goes on at the service and is billed there.
    """

    def __init__(self, record: Record, owner: TaskOwner) -> None:
        self._record = record
        self._owner = owner
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._waiting: list[Future[None]] = []
        self._ended = True
        self._settled = True
        self.trouble: str | None = None

    @property
    def record(self) -> Record:
        """The row of the task log, as last committed."""
        return self._record

    @property
    def row(self) -> int:
        """The number of the row in the task log."""
        return self._record.row

    @property
    def id(self) -> str | None:
        """The service's task id, None before there is one."""
        return self._record.task_id

    @property
    def status(self) -> Status:
        """Where the task stands."""
        return self._record.status

    @property
    def request(self) -> Request:
        """What was sent, to look at or to send again changed."""
        return Request.from_body(self._record.body)

    @property
    def video(self) -> Path | None:
        """The video's file, None until it is saved."""
        return self._owner.video_path(self._record) if self._record.video_state is VideoState.SAVED else None

    @property
    def usage(self) -> dict[str, Any] | None:
        """What the service says was used, None before the end."""
        return self._record.usage

    @property
    def cost(self) -> Decimal | None:
        """What was billed, in `task.record.currency`; None before the end or when the price is unknown."""
        return self._record.cost

    @property
    def error(self) -> str | None:
        """Why it failed and what to do, in one sentence; None when it did not."""
        record = self._record
        if record.status is Status.FAILED:
            return str(failure(record.error_code, record.error_message, record.request_id))
        if record.status is Status.UNCONFIRMED and record.remark:
            return record.remark
        return record.error_message

    @property
    def done(self) -> bool:
        """Whether nothing more will happen here: ended, video saved or given up."""
        return self._ended

    def wait(self, timeout: float = WAIT_SECONDS, *, progress: bool | None = None) -> "Task":
        """Block until the task has ended or `timeout` seconds are over; either way return the task itself.

        Args:
            timeout: seconds.
            progress: whether progress is written to stderr; by default outside of notebooks.

        Raises:
            KeyboardInterrupt: interrupted; the task goes on.
        """
        shown = not in_notebook() if progress is None else progress
        line = ProgressLine(sys.stderr) if shown else None
        try:
            self._block(monotonic() + timeout, line)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(self._still_going()) from None
        if line:
            line.end(repr(self))
        return self

    def _block(self, end: float, line: ProgressLine | None) -> None:
        """Wait until `end`, looking up now and then to show progress and to hear an interrupt."""
        waiting, started = self._waiter(), monotonic()
        expected = self._owner.expect(self.request) if line else None
        while (left := end - monotonic()) > 0 and not waiting.done():
            if line and expected:
                line.show(text(f"cards.status.{self.status}"), monotonic() - started, expected)
            with suppress(FutureTimeout):
                waiting.result(min(GLANCE_SECONDS, left))

    def __await__(self) -> Generator[Any, None, "Task"]:
        return self._wait_in_loop(WAIT_SECONDS).__await__()

    async def _wait_in_loop(self, timeout: float) -> "Task":  # noqa: ASYNC109 - `wait` has the same argument
        end = monotonic() + timeout
        waiting = asyncio.wrap_future(self._waiter())
        try:
            while not waiting.done() and (left := end - monotonic()) > 0:
                await asyncio.wait([waiting], timeout=min(GLANCE_SECONDS, left))
        except (KeyboardInterrupt, asyncio.CancelledError) as stopped:
            stopped.args = (self._still_going(),)
            raise
        return self

    def again(self, *, unpriced: bool = False, **changes: Any) -> "Task":
        """Send the request once more and return the new task; this costs money again.

        Without changes it gets a new seed. With changes everything else stays, the seed too, so that the two
        videos can be compared.

        Args:
            unpriced: whether it may be sent under a budget though its price is not known.
            **changes: parameters by the service's names.

        Raises:
            RequestError: the changed request has problems; nothing was sent.
            BudgetError: it could cost more than a budget has left; nothing was sent.
        """
        return self._owner.submit(repeated(self.request, **changes), unpriced=unpriced)

    def cancel(self) -> str:
        """Stop the task if that is possible, and return in one sentence what became of it.

        One that was not sent yet is taken back for nothing. The service can stop only what still waits there;
        a running one goes on and is billed.

        Raises:
            ServiceError: the service was not reached.
        """
        return self._owner.cancel(self)

    def settle(self, task_id: str | None) -> "Task":
        """Say which task of the service this is, after the answer to its create call was lost; return it.

        Needed only when the task asks for it: the service's list did not tell.

        Args:
            task_id: the id; None when none of the service's tasks is this one, which then was never made.

        Raises:
            SettingError: there is nothing to settle, or the id is another row's.
        """
        self._owner.settle(self, task_id)
        return self

    def on_change(self, listener: Listener) -> Callable[[], None]:
        """Call `listener(task)` after each change, from the engine's thread; return how to stop that."""
        with self._lock:
            self._listeners.append(listener)

        def stop() -> None:
            with self._lock:
                if listener in self._listeners:
                    self._listeners.remove(listener)

        return stop

    def begin(self) -> bool:
        """Say that somebody now carries the task on; False when somebody already does."""
        with self._lock:
            free, self._ended, self._settled = self._ended, False, False
        return free

    def change(self, record: Record, trouble: str | None) -> None:
        """Take in a committed record, and what goes wrong for now.

        One from before the task's end comes too late: its state would leave a final one.
        """
        if self._record.status in FINAL and record.status not in FINAL:
            return
        self._record, self.trouble = record, trouble
        self._tell()

    def end(self) -> None:
        """Say that nobody carries the task on any more: show it first, then wake who waits.

        A cell that awaits the task must not end before its card is there: after a notebook's last cell
        nothing is kept (jupyter.md, "The slot").
        """
        with self._lock:
            self._ended = True
        try:
            self._tell()
        finally:
            with self._lock:
                self._settled = True
                waiting, self._waiting = self._waiting, []
            for future in waiting:
                future.set_result(None)

    def _tell(self) -> None:
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(self)

    def _waiter(self) -> Future[None]:
        """Return a future of its own for each wait, so that cancelling one leaves the others alone."""
        future: Future[None] = Future()
        with self._lock:
            if not self._settled:
                self._waiting.append(future)
                return future
        future.set_result(None)
        return future

    def _still_going(self) -> str:
        return text("tasks.wait.interrupted", task_id=self.id or text("tasks.wait.no_id"))

    def _ipython_display_(self) -> None:
        self._owner.present(self)

    def __repr__(self) -> str:
        words = {"task_id": self.id or text("tasks.wait.no_id"), "model": self._record.model}
        return text("tasks.sentence", **words, status=self.status, outcome=self._outcome())

    def _outcome(self) -> str:
        if self.video is not None:
            return text("tasks.outcome.video", path=self.video)
        if self.error is not None:
            return self.error
        if self.status is Status.CANCELED:
            return text("tasks.outcome.canceled")
        return text("tasks.outcome.ended" if self.done else "tasks.outcome.running")
