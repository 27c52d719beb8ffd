"""The simulator's memory: one SQLite file in its state folder, held by one process.

Everything is also kept in memory; the file is written through, so that a task submitted before a restart is
there after it. The file is opened with an exclusive lock of the operating system, which ends with the process
however it ends: two processes never serve one folder.
"""

import json
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from wan_notebook.catalog import SettingError, text
from wan_notebook.simulator.making.video import Video
from wan_notebook.simulator.timeline import Facts

FILE = "simulator.sqlite"
KEPT_SECONDS = 48 * 3600
"""Tasks are forgotten twice as late as the service would: by then neither task nor link is answered."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS secret (secret TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS tasks (task_id TEXT PRIMARY KEY, created REAL NOT NULL, row TEXT NOT NULL);
"""


class FolderInUseError(SettingError):
    """Another process serves this folder."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One accepted create call.

    Attributes:
        task_id: its id.
        account: whose it is: a keyed hash of the API key.
        model: model id.
        values: the model's parameters by name, defaults filled in and a seed drawn; without media once these
            are here.
        facts: when it was created, and what decides its states.
        error: code and message it FAILS with, or None.
        video: its video, None before its media are here and when none is to be made.
        usage: what it is billed by when it succeeds; empty as long as there is no video.
    """

    task_id: str
    account: str
    model: str
    values: dict[str, Any]
    facts: Facts
    error: tuple[str, str] | None
    video: Video | None
    usage: dict[str, Any] = field(default_factory=dict)

    def to_json(self) -> str:
        """Return it as ASCII JSON: half surrogates in a value survive."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, written: str) -> Self:
        """Return what `to_json` wrote; columns of a later version are left out, an earlier one had fewer."""
        row = json.loads(written)
        row["facts"] = Facts(**row["facts"])
        row["error"] = tuple(row["error"]) if row["error"] else None
        row["video"] = Video.from_row(row["video"]) if row["video"] else None
        return cls(**{column.name: row[column.name] for column in fields(cls) if column.name in row})


class Store:
    """The tasks of a state folder.

    Args:
        folder: state folder; made when missing.
        now: the time, to forget what is old.
        wait: seconds to wait for another process to let the folder go.

    Raises:
        FolderInUseError: another process serves this folder.
        SettingError: the folder cannot be made or written, or the file in it is no database.
    """

    def __init__(self, folder: Path, now: float, wait: float = 0.0) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._database = _open(folder / FILE, wait)
            self._secret = self._read_secret()
            self._forget(now - KEPT_SECONDS)
        except (OSError, sqlite3.Error) as problem:
            if "locked" in str(problem):
                raise FolderInUseError(text("simulator.start.in_use", folder=folder)) from None
            raise SettingError(text("simulator.start.folder", folder=folder, reason=problem)) from None
        self._tasks = {task.task_id: task for task in self._rows()}

    @property
    def secret(self) -> bytes:
        """Random bytes of this folder: they sign links and hide keys."""
        return self._secret

    def get(self, task_id: str) -> Task | None:
        """Return a task, None when there is none of this id."""
        return self._tasks.get(task_id)

    def all(self) -> Iterator[Task]:
        """Yield every task in the order of creation."""
        yield from self._tasks.values()

    def put(self, task: Task) -> None:
        """Keep a new task, or a known one's new facts; on disk before this returns."""
        values = (task.task_id, task.facts.created, task.to_json())
        self._database.execute("INSERT OR REPLACE INTO tasks VALUES (?, ?, ?)", values)
        self._tasks[task.task_id] = task

    def close(self) -> None:
        """Let the folder go."""
        self._database.close()

    def _read_secret(self) -> bytes:
        row = self._database.execute("SELECT secret FROM secret").fetchone()
        if row is None:
            row = (secrets.token_hex(32),)
            self._database.execute("INSERT INTO secret VALUES (?)", row)
        return bytes.fromhex(row[0])

    def _forget(self, before: float) -> None:
        self._database.execute("DELETE FROM tasks WHERE created < ?", (before,))

    def _rows(self) -> Iterator[Task]:
        with closing(self._database.execute("SELECT row FROM tasks ORDER BY created, rowid")) as rows:
            for (row,) in rows:
                yield Task.from_json(row)


def _open(path: Path, wait: float) -> sqlite3.Connection:
    """Open the file for this process alone; each statement is its own transaction."""
    database = sqlite3.connect(path, timeout=wait, isolation_level=None, check_same_thread=False)
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        # NORMAL loses nothing when the process dies, only when the machine does.
        database.execute("PRAGMA synchronous = NORMAL")
        database.executescript(_SCHEMA)
        database.execute("BEGIN EXCLUSIVE")
        database.execute("COMMIT")
    except sqlite3.Error:
        database.close()
        raise
    return database
