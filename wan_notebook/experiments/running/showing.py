"""Shows a run in a notebook: the grid while it goes on, a table that lasts when it has ended."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from wan_notebook.cards.grid import GridCard, GridCell, render_grid
from wan_notebook.catalog import Status, amount, text
from wan_notebook.experiments.running.cells import CellState, Stage, reason
from wan_notebook.experiments.running.progress import SHOWN, Progress
from wan_notebook.experiments.running.run import Run
from wan_notebook.media import UnreadableMediaError, thumbnail
from wan_notebook.tasks import StudioClosedError
from wan_notebook.widgets.answering import Answer
from wan_notebook.widgets.form.finished import relative
from wan_notebook.widgets.grid.grid import RunGridWidget

GAP = 0.6
"""Seconds between two messages to the page at least; pictures come besides, when the page asks."""
LASTING = 40
"""Cells up to which the table that lasts holds pictures: some 5 KB each in the notebook file."""
_WORDS = ("block", "grid", "open", "close", "film", "loading", "start", "stop", "stop_title", "failed")


def show(run: Run, shown: "Shown | None") -> "Shown":
    """Show a run in the current cell, and return what shows it; the same one may be shown again."""
    view = shown or Shown(run)
    view.widget._ipython_display_()
    view.refresh()
    return view


class Shown:
    """A run on a grid. Changes come from the engine's thread, questions from a callback's.

    Args:
        run: what is shown.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._lock = threading.Lock()
        self._posters: dict[int, bytes] = {}
        self._looked: set[tuple[int, Path]] = set()
        self._sent_at = 0.0
        self._pending = False
        self._working = False
        plan = run.plan
        self.widget = RunGridWidget(
            heading={"title": plan.name, "sentence": _sentence(run)},
            arms=[{"name": arm, "title": _title(run, arm)} for arm in plan.arms],
            blocks=[block.name for block in plan.blocks],
            words={name: text(f"experiments.words.{name}", count="{count}") for name in _WORDS}
            | {"stages": {stage.value: text(f"experiments.stage.{stage}") for stage in Stage}},
            **self._state(run.progress),
            on_ask={
                "start": self._start,
                "stop": self._stop,
                "posters": self._ask_posters,
                "video": self._ask_video,
            },
        )
        run.watch(self._heard)

    def refresh(self) -> None:
        """Show how far the run is now, and make the pictures that are missing."""
        self._heard(self._run.progress)

    def _heard(self, progress: Progress) -> None:
        """Show news soon, the last news at once: after a notebook's last cell nothing is kept."""
        self._picture()
        if progress.ended:
            self._last(progress)
            self._send()
        else:
            self._soon()

    def _soon(self) -> None:
        with self._lock:
            if self._pending:
                return
            self._pending = True
        try:
            self._run.studio.background(self._later())
        except StudioClosedError:
            self._send()

    async def _later(self) -> None:
        await asyncio.sleep(max(0.0, self._sent_at + GAP - time.monotonic()))
        self._send()

    def _send(self) -> None:
        with self._lock:
            self._pending = False
            self._sent_at = time.monotonic()
            self.widget.change(**self._state(self._run.progress))

    def _state(self, progress: Progress) -> dict[str, Any]:
        """Return what the page shows."""
        counts = progress.counts
        offered = not self._run.started and self._run.costing.videos
        return {
            "cells": [
                [state.stage.value, cost(state), number in self._posters, _remark(state)]
                for number, state in enumerate(progress.states.values())
            ],
            "totals": {
                "counts": {stage.value: counts[stage] for stage in SHOWN if counts[stage]},
                "lines": [*progress.sentences(), *(() if offered else self._run.remarks)],
            },
            "offer": self._run.question if offered else "",
            "failed": [
                {"name": f"{one.cell.arm} · {one.cell.block.name}", "reason": _remark(one)}
                for one in progress.failed
            ],
            "going": self._run.started and not progress.ended,
        }

    def _picture(self) -> None:
        """Make the pictures of videos that have none yet, one after the other, beside everything else."""
        with self._lock:
            if self._working or not self._unpictured():
                return
            self._working = True
        try:
            self._run.studio.background(self._make_pictures())
        except StudioClosedError:
            self._working = False

    async def _make_pictures(self) -> None:
        try:
            while fresh := self._unpictured():
                await asyncio.to_thread(self._make, *fresh[0])
                self._soon()
        finally:
            self._working = False

    def _make(self, number: int, video: Path) -> None:
        """Make one picture; a file that cannot be read has none."""
        self._looked.add((number, video))
        with contextlib.suppress(UnreadableMediaError, OSError):
            self._posters[number] = thumbnail(video)

    def _unpictured(self) -> list[tuple[int, Path]]:
        return [
            (number, state.video)
            for number, state in enumerate(self._run.progress.states.values())
            if state.video is not None and (number, state.video) not in self._looked
        ]

    def _start(self, _message: Mapping[str, Any], _buffers: Sequence[Any]) -> Answer:
        self._run.start()
        self._soon()
        return {}, []

    def _stop(self, _message: Mapping[str, Any], _buffers: Sequence[Any]) -> Answer:
        return {"said": self._run.stop()}, []

    def _ask_posters(self, message: Mapping[str, Any], _buffers: Sequence[Any]) -> Answer:
        numbers = [number for number in message["cells"] if number in self._posters]
        return {"cells": numbers}, [self._posters[number] for number in numbers]

    def _ask_video(self, message: Mapping[str, Any], _buffers: Sequence[Any]) -> Answer:
        video = self._run.cells[message["cell"]].video
        if video is None or not video.is_file():
            return {"error": text("experiments.words.gone", path=video)}, []
        return {}, [video.read_bytes()]

    def _last(self, progress: Progress) -> None:
        """Put the table that lasts into the slot, with the pictures that are not made yet."""
        if len(self._run.cells) <= LASTING:
            for number, state in enumerate(self._run.cells):
                if state.video is not None and number not in self._posters:
                    self._make(number, state.video)
        title, sentences = self._run.plan.name, progress.sentences()
        card = GridCard(
            title=title,
            sentences=sentences,
            corner=text("experiments.words.block"),
            arms=tuple(self._run.plan.arms),
            rows=self._rows(),
        )
        self.widget.fill_slot({"\n".join([title, *sentences]): render_grid(card)})

    def _rows(self) -> list[tuple[str, list[GridCell]]]:
        cells = [self._lasting(number, state) for number, state in enumerate(self._run.cells)]
        across = len(self._run.plan.arms)
        blocks = enumerate(self._run.plan.blocks)
        return [(block.name, cells[place * across : (place + 1) * across]) for place, block in blocks]

    def _lasting(self, number: int, state: CellState) -> GridCell:
        folder = self._run.studio.notebook_folder
        return GridCell(
            state=text(f"experiments.stage.{state.stage}"),
            cost=cost(state),
            source=None if state.video is None else relative(state.video, folder),
            poster=self._posters.get(number) if len(self._run.cells) <= LASTING else None,
            good=state.stage not in {Stage.FAILED, Stage.ASKED},
        )


def cost(state: CellState) -> str:
    """Return what a cell cost in words; a video whose cost is not known says so."""
    record = state.record
    if record is None or record.status is not Status.SUCCEEDED:
        return ""
    if record.cost is None:
        return text("experiments.words.unknown_cost")
    return f"{amount(record.cost)} {record.currency}"


def _remark(state: CellState) -> str:
    return "" if state.stage not in {Stage.FAILED, Stage.ASKED} else reason(state.record)


def _sentence(run: Run) -> str:
    plan = run.plan
    words = {"arms": len(plan.arms), "blocks": len(plan.blocks), "videos": len(plan.cells)}
    simulated = text("experiments.words.simulated") if run.studio.connection.simulated else ""
    return text("experiments.words.heading", **words) + simulated


def _title(run: Run, arm: str) -> str:
    """Return what an arm sets, for who points at its name."""
    values = run.plan.arms[arm]
    return f"{arm}\n" + "\n".join(f"{name}: {value}" for name, value in values.items())
