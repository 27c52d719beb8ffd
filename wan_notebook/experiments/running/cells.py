"""Where each cell of an experiment stands, by the task log.

A cell is sent under a click id made of the experiment's uid, the cell and the number of the attempt. The log
takes each click id once, so no kernel, click or restart can pay for a cell twice.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Final

from wan_notebook.catalog import Status, VideoState, text
from wan_notebook.experiments.planning.scheme import Cell, Scheme
from wan_notebook.records import Record, Store
from wan_notebook.service import failure


class Stage(StrEnum):
    """How far a cell is."""

    MISSING = "missing"  # nothing was sent, or what was sent made nothing
    WAITING = "waiting"  # its row waits for a place at the service
    RUNNING = "running"  # sent, and not ended as far as is known
    ASKED = "asked"  # the answer to its create call was lost, and only time or the user can tell
    SAVING = "saving"  # made; its video is not on this machine yet
    DONE = "done"
    FAILED = "failed"  # ended without a video; sent again only when told


@dataclass(frozen=True, slots=True, kw_only=True)
class CellState:
    """Where a cell stands.

    Attributes:
        cell: the cell.
        record: its newest attempt, None before the first.
        attempts: how many rows it has.
        video: the file once it is saved, absolute.
    """

    cell: Cell
    record: Record | None = None
    attempts: int = 0
    video: Path | None = None

    @property
    def stage(self) -> Stage:
        """How far it is."""
        return stage(self.record)


def stage(record: Record | None) -> Stage:
    """Return how far a cell is whose newest attempt this is."""
    if record is None:
        return Stage.MISSING
    if record.status is Status.CANCELED and record.submitted_at is None:
        return Stage.MISSING
    if record.status is Status.SUCCEEDED:
        return _VIDEO.get(record.video_state, Stage.SAVING)
    return _STAGES.get(record.status, Stage.RUNNING)


_STAGES: Final[Mapping[Status, Stage]] = MappingProxyType(
    {
        Status.QUEUED: Stage.WAITING,
        Status.UNCONFIRMED: Stage.ASKED,
        Status.NOT_CREATED: Stage.MISSING,
        Status.REFUSED: Stage.FAILED,
        Status.FAILED: Stage.FAILED,
        Status.CANCELED: Stage.FAILED,
        Status.EXPIRED: Stage.FAILED,
    }
)
_VIDEO: Final = MappingProxyType({VideoState.SAVED: Stage.DONE, VideoState.EXPIRED: Stage.FAILED})


def reason(record: Record | None) -> str:
    """Return why a cell has no video, in words."""
    if record is None:
        return ""
    if record.status is Status.FAILED:
        return str(failure(record.error_code, record.error_message, record.request_id))
    told = record.remark if record.status is Status.UNCONFIRMED else None
    return told or record.error_message or text(f"cards.status.{record.status}")


def cell_key(cell: Cell) -> str:
    """Return what tells a cell from the others of its experiment, in letters a click id may bear."""
    words = json.dumps([cell.arm, cell.block.case, cell.block.seed])
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def click_id(uid: str, cell: Cell, attempt: int) -> str:
    """Return the click id of a cell's attempt, counted from 1."""
    return f"{uid}.{cell_key(cell)}.{attempt}"


def states(store: Store, scheme: Scheme, uid: str | None) -> dict[Cell, CellState]:
    """Return where every cell stands, in the order of the plan.

    Args:
        store: the task log.
        scheme: the plan.
        uid: id of the experiment, None before its first run.

    Raises:
        RecordsError: the log cannot be read.
    """
    rows = [] if uid is None else store.select(experiment=scheme.name)
    attempts = _attempts(rows, uid)
    made = {}
    for cell in scheme.cells:
        mine = attempts.get(cell_key(cell), {})
        newest = mine[max(mine)] if mine else None
        saved = newest is not None and newest.video_state is VideoState.SAVED
        made[cell] = CellState(
            cell=cell,
            record=newest,
            attempts=max(mine, default=0),
            video=store.path(newest) if newest is not None and saved else None,
        )
    return made


def _attempts(rows: Iterable[Record], uid: str | None) -> dict[str, dict[int, Record]]:
    """Return the rows of an experiment by the key of their cell and the number of the attempt."""
    found: dict[str, dict[int, Record]] = {}
    for row in rows:
        mine, _, rest = row.click_id.partition(".")
        key, _, number = rest.partition(".")
        if mine == uid and number.isdecimal():
            found.setdefault(key, {})[int(number)] = row
    return found
