"""How quickly the records take rows in and give them out, against the database and pandas without us."""

import gc
import itertools
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd

from tests.bench.example import MODEL, PROMPT, VALUES
from tests.bench.figures import Figure, in_turn, medians
from wan_notebook.catalog import Request
from wan_notebook.records import Store, frame
from wan_notebook.records.frames import SHOWN

COMMITS = 100
COMMIT_TIMES = 25
ROWS = 100_000
UNLIKE = 100
"""Rows that differ from each other; the others are copies of them."""
TABLE_TIMES = 5
BEGIN = datetime(2026, 1, 20, 3, tzinfo=UTC)

COPY = """
WITH RECURSIVE copies(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM copies WHERE number < {times})
INSERT INTO tasks ({names}, click_id) SELECT {names}, click_id || '-' || number FROM tasks, copies
"""


def appends(folder: Path) -> tuple[Figure]:
    """Commit rows of new tasks one by one, to the records and to a bare copy of their file.

    Each waits for the disk; ours are checked for an earlier click and for budgets in the same transaction.
    """
    store = Store.open(folder / "ours")
    clicks = map(str, itertools.count())
    values = _new(0)
    store.add(click_id=next(clicks), **values)
    with closing(_bare_copy(store, folder / "bare.sqlite")) as bare:
        insert, row = _insert_of(bare)

        def add_bare() -> None:
            bare.execute("BEGIN IMMEDIATE")
            bare.execute(insert, {**row, "row": None, "click_id": next(clicks)})
            bare.execute("COMMIT")

        def add_ours() -> None:
            store.add(click_id=next(clicks), **values)

        figure = medians(in_turn(lambda: _rate(add_ours), lambda: _rate(add_bare), COMMIT_TIMES))
    store.close()
    return (figure,)


def table(folder: Path) -> tuple[Figure]:
    """Read many rows as our table, and the same columns as pandas makes of them without our types."""
    store = Store.open(folder)
    for number in range(UNLIKE):
        store.add(click_id=str(number), **_done(number))
    _multiply(store)
    columns = _quoted(SHOWN)
    with closing(sqlite3.connect(store.file)) as bare:

        def read_bare() -> pd.DataFrame:
            return pd.read_sql(f"SELECT {columns} FROM tasks ORDER BY row", bare)  # noqa: S608 - our own names

        def read_ours() -> pd.DataFrame:
            return frame(store)

        times = in_turn(lambda: _milliseconds(read_ours), lambda: _milliseconds(read_bare), TABLE_TIMES)
    store.close()
    return (medians(times),)


def _bare_copy(store: Store, file: Path) -> sqlite3.Connection:
    """Return a connection as the records have it, to a copy of their tables and rows, without their sums."""
    bare = sqlite3.connect(file, isolation_level=None)
    with closing(sqlite3.connect(store.file)) as source:
        source.backup(bare)
    for (trigger,) in bare.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        bare.execute(f"DROP TRIGGER {trigger}")
    bare.execute("PRAGMA journal_mode=wal")
    bare.execute("PRAGMA synchronous=FULL")
    return bare


def _insert_of(bare: sqlite3.Connection) -> tuple[str, dict[str, Any]]:
    """Return a statement that adds a row, and the row there is."""
    cursor = bare.execute("SELECT * FROM tasks")
    names = [column[0] for column in cursor.description]
    row = dict(zip(names, cursor.fetchone(), strict=True))
    places = ", ".join(f":{name}" for name in names)
    return f"INSERT INTO tasks VALUES ({places})", row  # noqa: S608 - our own names


def _rate(add: Callable[[], None]) -> float:
    """Return how many rows a second are added."""
    begun = time.perf_counter()
    for _ in range(COMMITS):
        add()
    return COMMITS / (time.perf_counter() - begun)


def _milliseconds(read: Callable[[], pd.DataFrame]) -> float:
    """Return how long reading takes.

    Raises:
        ValueError: not every row was read.
    """
    gc.collect()
    begun = time.perf_counter()
    rows = len(read())
    passed = 1000 * (time.perf_counter() - begun)
    if rows != ROWS:
        message = f"{rows} rows were read, not {ROWS}"
        raise ValueError(message)
    return passed


def _multiply(store: Store) -> None:
    """Copy every row until there are `ROWS`."""
    with store.writing() as connection:
        found = connection.exec_driver_sql("SELECT name FROM pragma_table_info('tasks')").scalars()
        names = _quoted(name for name in found if name not in {"row", "click_id"})
        connection.exec_driver_sql(COPY.format(times=ROWS // UNLIKE - 1, names=names))


def _quoted(names: Iterable[str]) -> str:
    """Return names of columns for a statement; one of them, "case", is a word of SQL too."""
    return ", ".join(f'"{name}"' for name in names)


def _new(number: int) -> dict[str, Any]:
    """Return the columns of a task that is about to be sent."""
    request = Request(MODEL, seed=number, **VALUES)
    return {
        "status": "SUBMITTING",
        "model": MODEL,
        "mode": "t2v",
        "simulated": True,
        "prompt": f"{PROMPT} {number}",
        "seed": number,
        "resolution": "720P",
        "ratio": "16:9",
        "duration": 5,
        "experiment": f"experiment {number % 7}",
        "submitted_at": BEGIN + timedelta(minutes=number),
        "estimate_low": Decimal("3.0"),
        "estimate_high": Decimal("3.0"),
        "currency": "CNY",
        "base_url": "https://example.com/api/v1",
        "body": request.body(),
    }


def _done(number: int) -> dict[str, Any]:
    """Return the columns of a task that succeeded."""
    new = _new(number)
    sent = new["submitted_at"]
    return {
        **new,
        "status": "SUCCEEDED",
        "video_state": "saved",
        "task_id": f"task-{number}",
        "scheduled_at": sent + timedelta(seconds=2.5),
        "finished_at": sent + timedelta(seconds=70.123456),
        "output_s": 5.0,
        "billed_s": 5.0,
        "cost": Decimal("3.0") + number,
        "video": f"wan_videos/{number}.mp4",
        "video_url": f"https://example.com/videos/{number}.mp4?Expires=1",
        "url_expires_at": sent + timedelta(hours=24),
        "request_id": f"request-{number}",
    }
