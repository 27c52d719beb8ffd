"""The folder of finished videos: readable names, the service's own bytes, sidecars that explain them."""

import hashlib
import json
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from wan_notebook import media
from wan_notebook.catalog import SettingError, text
from wan_notebook.media import Trouble, UnreadableMediaError
from wan_notebook.records import Record
from wan_notebook.service import Part
from wan_notebook.tasks.facts import Facts, NotPlayableError, read_facts

NAME_LETTERS = 40
"""Characters of the prompt in a file name: readable, and under 255 bytes in Chinese."""
PART_LETTERS = 64
"""Characters of a task's id in the name of its part; the service's ids have 36."""
PART_LIFE = timedelta(hours=26)
"""After this long without a new byte a part is of no use: links and tasks live 24 hours (S003)."""
FORMATS = frozenset({"mp4", "mov"})
"""The service makes MP4; the other is the same container under its older name."""


@dataclass(frozen=True)
class VideoFolder:
    """Where videos go.

    Attributes:
        path: the folder itself.
    """

    path: Path

    def make(self) -> None:
        """Create the folder.

        Raises:
            SettingError: it cannot be created or written to.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            self._probed()
        except OSError as error:
            reason = error.strerror or str(error)
            raise SettingError(text("tasks.video.folder", folder=self.path, reason=reason)) from error

    def fresh(self, record: Record) -> Path:
        """Return a path for this record's video that no file has yet, nor another's sidecar that of its."""
        stem = file_stem(record)
        candidate = self.path / f"{stem}.mp4"
        count = 1
        while os.path.lexists(candidate) or _taken(candidate.with_suffix(".json"), record):
            count += 1
            candidate = self.path / f"{stem}_{count}.mp4"
        return candidate

    def part(self, record: Record, target: Path | None = None) -> Part:
        """Return the half-finished file of a record's video: the same at every try, in every kernel."""
        return Part(self.path / f".{part_name(record)}.part", target or self.fresh(record))

    def sweep(self) -> None:
        """Remove what was left of downloads that can no longer be gone on with.

        Their age is told by the clock that dates their bytes: a network drive has its own, and a part that
        another kernel is writing must not look old by a clock that is ahead.
        """
        with suppress(OSError):
            oldest = self._probed() - PART_LIFE.total_seconds()
            for path in (*self.path.glob(".*.part"), *self.path.glob(".*.part.json")):
                with suppress(OSError):
                    if path.lstat().st_mtime < oldest:
                        path.unlink()

    def _probed(self) -> float:
        """Write a file and remove it; return the time by the folder's clock.

        Raises:
            OSError: it cannot be written.
        """
        probe = self.path / ".wan_writable"
        with probe.open("wb") as file:
            now = os.fstat(file.fileno()).st_mtime
        probe.unlink(missing_ok=True)  # another kernel may have looked at the same time
        return now


def part_name(record: Record) -> str:
    """Return a name out of a task's id that is a name in every file system, and no other task's."""
    ident = record.task_id or record.click_id
    safe = re.sub(r"[^A-Za-z0-9-]", "", ident)[:PART_LETTERS]
    if safe == ident:
        return safe
    return f"{safe}_{hashlib.sha256(ident.encode(errors='backslashreplace')).hexdigest()[:12]}"


def file_stem(record: Record) -> str:
    """Return a name that sorts by time and says what it shows: time, prompt, seed, start of the task id."""
    when = (record.submitted_at or record.created_at).strftime("%Y-%m-%d_%H-%M-%S")
    words = "-".join(re.findall(r"[^\W_]+", record.prompt or ""))[:NAME_LETTERS].strip("-")
    ident = re.sub(r"\W", "", record.task_id or record.click_id)[:8]
    seed = "" if record.seed is None else f"seed{record.seed}"
    return "_".join(part for part in (when, words, seed, ident) if part)


def checked_facts(path: Path) -> Facts:
    """Return the figures of a video that just arrived: an MP4 with room for all it tells of, and playable.

    Raises:
        NotPlayableError: it is not.
    """
    try:
        reason = media.read(path).format  # by content; only then is the file given to a reader of many kinds
        if reason in FORMATS:
            return read_facts(path)
    except UnreadableMediaError as error:
        reason = error.reason
    except NotPlayableError:
        reason = str(Trouble.BROKEN)
    raise NotPlayableError(text("tasks.fetch.unplayable", reason=reason))


def write_sidecar(video: Path, record: Record) -> None:
    """Write beside a video what it was made from and what it cost (`name.json`), anew if it is there.

    Raises:
        OSError: it cannot be written, or the name is that of a file about something else.
    """
    target = video.with_suffix(".json")
    fresh = target.with_name(f".{target.name}.part")
    told = json.dumps({**_sidecar(record), "video": video.name}, ensure_ascii=False, indent=2)
    try:
        # Half a surrogate pair, which UTF-8 has no bytes for, becomes its JSON escape.
        fresh.write_text(told + "\n", encoding="utf-8", errors="backslashreplace")
        if os.path.lexists(target) and not _taken(target, record):
            fresh.replace(target)
        else:
            Part(fresh, target).publish()
    finally:
        with suppress(OSError):
            fresh.unlink(missing_ok=True)


def _taken(sidecar: Path, record: Record) -> bool:
    """Return whether the name of a sidecar is that of a file about something else."""
    if not os.path.lexists(sidecar):
        return False
    try:
        told = json.loads(sidecar.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return True
    return not isinstance(told, dict) or told.get("task_id") != record.task_id


def _sidecar(record: Record) -> dict[str, Any]:
    return {
        "task_id": record.task_id,
        "model": record.model,
        "prompt": record.prompt,
        "seed": record.seed,
        "body": record.body,
        "submitted_at": record.submitted_at.isoformat() if record.submitted_at else None,
        "finished_at": record.finished_at.isoformat() if record.finished_at else None,
        "usage": record.usage,
        "cost": None if record.cost is None else str(record.cost),
        "currency": record.currency,
        "price_source": record.price_source,
        "simulated": record.simulated,
        "region": record.region,
        "facts": record.facts,
    }
