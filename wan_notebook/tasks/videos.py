"""The folder of finished videos: readable names, the service's own bytes, sidecars that explain them."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wan_notebook.catalog import SettingError, text
from wan_notebook.records import Record

NAME_LETTERS = 40
"""Characters of the prompt in a file name: readable, and under 255 bytes in Chinese."""


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
        probe = self.path / ".wan_writable"
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            probe.touch()
            probe.unlink()
        except OSError as error:
            reason = error.strerror or str(error)
            raise SettingError(text("tasks.video.folder", folder=self.path, reason=reason)) from error

    def fresh(self, record: Record) -> Path:
        """Return a path for this record's video that no file has yet."""
        stem = file_stem(record)
        candidate = self.path / f"{stem}.mp4"
        count = 1
        while candidate.exists():
            count += 1
            candidate = self.path / f"{stem}_{count}.mp4"
        return candidate


def file_stem(record: Record) -> str:
    """Return a name that sorts by time and says what it shows: time, prompt, seed, start of the task id."""
    when = (record.submitted_at or record.created_at).strftime("%Y-%m-%d_%H-%M-%S")
    words = "-".join(re.findall(r"[^\W_]+", record.prompt or ""))[:NAME_LETTERS].strip("-")
    ident = re.sub(r"\W", "", record.task_id or record.click_id)[:8]
    seed = "" if record.seed is None else f"seed{record.seed}"
    return "_".join(part for part in (when, words, seed, ident) if part)


def write_sidecar(video: Path, record: Record) -> None:
    """Write beside a video what it was made from and what it cost (`name.json`)."""
    target = video.with_suffix(".json")
    fresh = target.with_name(f".{target.name}.part")
    told = {**_sidecar(record), "video": video.name}
    fresh.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    fresh.replace(target)


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
