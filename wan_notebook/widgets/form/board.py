"""Keeps a form equal to its tasks: running ones in the widget, finished ones as cards in the slot."""

import threading
import time
from collections.abc import Mapping
from typing import Any

from wan_notebook.cards import render
from wan_notebook.catalog import Status, text
from wan_notebook.tasks import Studio, Task, candidates
from wan_notebook.widgets.form.again import choices
from wan_notebook.widgets.form.finished import card_of
from wan_notebook.widgets.form.form import FormWidget

CANCELABLE = (Status.QUEUED, Status.PENDING)
"""States in which canceling can still save the cost."""
SHOWN_AGAIN = 3
"""Finished tasks whose buttons are shown; older ones are repeated with `task.again()`."""


class Board:
    """Shows tasks on a form. Changes come from the engine's thread, first tasks from a callback's."""

    def __init__(self, widget: FormWidget, studio: Studio) -> None:
        self._widget = widget
        self._studio = studio
        self._lock = threading.Lock()
        self._tasks: dict[int, Task] = {}
        self._running: dict[int, dict[str, Any]] = {}
        self._cards: dict[int, tuple[str, str]] = {}
        widget.on_msg(self._hear)

    def add(self, task: Task) -> None:
        """Show a task from now on."""
        self._tasks[task.row] = task
        task.on_change(self._show)
        self._show(task)

    def task(self, row: int) -> Task:
        """Return a shown task by its row."""
        return self._tasks[row]

    def _show(self, task: Task) -> None:
        """Show where a task stands; the outermost boundary of a callback, where errors reach the user."""
        try:
            # One change at a time, so that a late one cannot undo a task's end.
            with self._lock:
                self._update(task)
        except Exception as error:  # noqa: BLE001 - in the engine's thread nothing would show it
            self._widget.error = text("widgets.form.unshown", reason=f"{type(error).__name__}: {error}")

    def _update(self, task: Task) -> None:
        asked = candidates(task.record) is not None
        if asked or not task.done:
            self._running[task.row] = running(task, self._studio)
        else:
            self._running.pop(task.row, None)
        if task.done:
            self._cards[task.row] = (repr(task), render(card_of(task, self._studio)))
            self._show_cards()
        elif self._cards.pop(task.row, None):  # it was settled, and goes on
            self._show_cards()
        self._widget.tasks = list(self._running.values())

    def _show_cards(self) -> None:
        """Fill the slot; what is still a question is not offered to be made again, which might cost twice."""
        self._widget.fill_slot(dict(reversed(list(self._cards.values()))))
        newest = [row for row in reversed(self._cards) if row not in self._running][:SHOWN_AGAIN]
        self._widget.finished = [finished(self._tasks[row], self._studio) for row in newest]

    def _hear(self, _widget: object, message: Mapping[str, Any], _buffers: object) -> None:
        """Answer a page that asks what time it is here: its own clock may be another machine's."""
        if message.get("type") == "time":
            self._widget.send({"type": "time", "now": time.time()})


def running(task: Task, studio: Studio) -> dict[str, Any]:
    """Return a running task as plain data for the page.

    `since` is seconds since 1970 by the kernel's clock, `expected` seconds in all. `candidates` are the ids
    the user is asked to choose from, None when nothing is asked.
    """
    record = task.record
    expected = studio.expect(task.request)
    asked = candidates(record)
    state = text(f"cards.status.{record.status}")
    if record.status is Status.SUCCEEDED:
        state = text(f"cards.video_state.{record.video_state}")
    return {
        "row": record.row,
        "task_id": record.task_id,
        "state": state,
        "since": (record.submitted_at or record.created_at).timestamp(),
        "expected": expected.seconds,
        "basis": expected.basis,
        "prompt": record.prompt,
        "trouble": task.trouble if asked is None else record.remark,
        "calm": record.status is Status.QUEUED,
        "cancel": record.status in CANCELABLE and not task.done,
        "candidates": None if asked is None else list(asked),
    }


def finished(task: Task, studio: Studio) -> dict[str, Any]:
    """Return a finished task as plain data for the page: its title, and what can be done with it."""
    told = task.record.prompt or task.record.model
    title = text("widgets.again.title", seed=task.record.seed, prompt=told)
    return {"row": task.row, "title": title, "choices": choices(task.request, studio.connection.region)}
