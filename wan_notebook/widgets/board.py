"""Keeps a widget equal to its tasks: running ones in the widget, finished ones as cards in the slot."""

import os
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from wan_notebook.cards import Card, render
from wan_notebook.catalog import Status, text
from wan_notebook.service import failure
from wan_notebook.tasks import NotPlayableError, Studio, Task, differences, poster, read_facts, spoken
from wan_notebook.widgets.slotted import SlottedWidget


class Board:
    """Shows tasks on a widget. Changes come from the engine's thread, first tasks from a callback's."""

    def __init__(self, widget: SlottedWidget, studio: Studio) -> None:
        self._widget = widget
        self._studio = studio
        self._lock = threading.Lock()
        self._running: dict[int, dict[str, Any]] = {}
        self._cards: dict[int, str] = {}
        widget.on_msg(self._hear)

    def add(self, task: Task) -> None:
        """Show a task from now on."""
        task.on_change(self._show)
        self._show(task)

    def _show(self, task: Task) -> None:
        """Show where a task stands; one change at a time, so that a late one cannot undo its end."""
        with self._lock:
            if task.done:
                self._running.pop(task.row, None)
                self._cards[task.row] = render(card_of(task, self._studio))
                self._widget.fill_slot(reversed(list(self._cards.values())))
            else:
                self._running[task.row] = running(task, self._studio)
            self._widget.tasks = list(self._running.values())

    def _hear(self, _widget: object, message: Mapping[str, Any], _buffers: object) -> None:
        """Answer a page that asks what time it is here: its own clock may be another machine's."""
        if message.get("type") == "time":
            self._widget.send({"type": "time", "now": time.time()})


def running(task: Task, studio: Studio) -> dict[str, Any]:
    """Return a running task as plain data for the page.

    `since` is seconds since 1970 by the kernel's clock, `expected` seconds in all.
    """
    record = task.record
    expected = studio.expect(task.request)
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
        "trouble": task.trouble,
    }


def card_of(task: Task, studio: Studio) -> Card:
    """Return the card of a task nobody carries any more."""
    record, video = task.record, task.video
    total = record.total_s
    shown: dict[str, Any] = {"record": record, "took": None if total is None else spoken(total)}
    if task.trouble:
        shown["notes"] = (task.trouble,)
    if record.status is Status.FAILED:
        error = failure(record.error_code, record.error_message, record.request_id)
        return Card(**shown, remedy=f"{error.meaning}; {error.remedy}")
    if video is None:
        return Card(**shown)
    try:
        facts, picture = read_facts(video), poster(video)
    except (NotPlayableError, OSError) as error:
        return Card(**{**shown, "notes": (str(error),)})
    notes = (*shown.get("notes", ()), *differences(facts, task.request))
    return Card(**{**shown, "notes": notes}, source=relative(video, studio.notebook_folder), poster=picture)


def relative(video: Path, folder: Path) -> str:
    """Return a video's address relative to the notebook: the only kind that lasts (jupyter.md)."""
    return quote(Path(os.path.relpath(video, folder)).as_posix())
