"""Records whose last write was cut, and disks that refuse a write: what was committed before loads."""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.soak.appends import ROW
from wan_notebook.catalog import text
from wan_notebook.records import FILE_NAME, RecordsError, Store

NOBODY = 65534
EARLIER = 20
"""Rows that were written before the write that fails."""
WIDE: dict[str, Any] = {"prompt": "x" * 3000}
"""Columns that make a row fill most of a page, so that every write needs several."""


def cuts(home: Path, step: int) -> int:
    """Cut the records after every `step`-th byte of their last write, and return how often.

    Every file must load, with all earlier rows, and the last one whole or not at all.
    """
    store = Store.open(home)
    for number in range(EARLIER):
        store.add(click_id=str(number), **ROW, **WIDE)
    log = home / f"{FILE_NAME}-wal"
    before = log.stat().st_size
    store.add(click_id="last", **ROW, **WIDE)
    after = log.stat().st_size
    assert after > before > 0
    sizes = range(before, after + 1, step)
    whole = [_cut(home, home.with_name("cut"), size) for size in sizes]
    store.close()
    assert whole == sorted(whole)
    return len(sizes)


def _cut(home: Path, copy: Path, size: int) -> bool:
    """Load records whose log ends after `size` bytes; return whether the last row is there."""
    copy.mkdir()
    shutil.copy(home / FILE_NAME, copy)
    with (home / f"{FILE_NAME}-wal").open("rb") as log:
        (copy / f"{FILE_NAME}-wal").write_bytes(log.read(size))
    store = Store.open(copy)
    rows = store.select()
    _close_unflushed(store)
    shutil.rmtree(copy)
    assert [row.click_id for row in rows[:EARLIER]] == list(map(str, range(EARLIER)))
    assert all(row.prompt == WIDE["prompt"] for row in rows)
    return len(rows) > EARLIER


def _close_unflushed(store: Store) -> None:
    """Let another connection be the last one and fold the log into the file, without waiting for it."""
    with closing(sqlite3.connect(store.file)) as last:
        last.execute("PRAGMA synchronous=OFF")
        last.execute("SELECT 1 FROM tasks").fetchone()
        store.close()


def full_disks(home: Path, step: int) -> int:
    """Refuse every write behind a size of file, for sizes `step` bytes apart; return how many sizes.

    In a child, because the limit is one of the whole process.
    """
    return int(_child("fill", home, step))


def forbidden(writes: int) -> int:
    """Take the permission to write after each of so many rows; return how often it was refused.

    In a child under another user, because nothing is forbidden to the first one. It needs a folder others may
    reach.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        home = folder / "home"
        home.mkdir()
        if os.geteuid() == 0:
            os.chown(home, NOBODY, NOBODY)
        return int(_child("forbid", home, writes))


def _child(work: str, home: Path, number: int) -> str:
    command = [
        sys.executable,
        "-c",
        f"from tests.soak.losses import {work}; {work}()",
        str(home),
        str(number),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=_environment())
    assert done.returncode == 0, done.stderr
    return done.stdout


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}


def fill() -> None:
    """Set ever higher limits on the size of files, and write until each refuses."""
    home, step = Path(sys.argv[1]), int(sys.argv[2])
    size, added, refusals = step, 0, 0
    store = Store.open(home)
    for size in range(50_000, 450_000, step):
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        added, refused = _until_refused(store, added)
        refusals += refused
        assert [int(row.click_id) for row in store.select()] == list(range(added))
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    _check(store, added)
    sys.stdout.write(str(refusals))


def _until_refused(store: Store, added: int) -> tuple[int, bool]:
    for _ in range(1000):
        try:
            store.add(click_id=str(added), **ROW, **WIDE)
        except RecordsError as error:
            _told(error, "Earlier rows are safe")
            return added, True
        added += 1
    return added, False


def forbid() -> None:
    """Become somebody else, and lose the permission after each row, with the file open and reopened."""
    home, writes = Path(sys.argv[1]), int(sys.argv[2])
    with tempfile.TemporaryDirectory() as spare:
        Store.open(spare).close()  # loads what the other user could not load any more
    text("records.error.row", file="", row=0)
    _forget_privilege()
    store = Store.open(home)
    for number in range(writes):
        store.add(click_id=str(number), **ROW, **WIDE)
        if number % 2:
            store.close()  # the next write opens the file anew
        _refused_while_read_only(store, home)
        assert [int(row.click_id) for row in store.select()] == list(range(number + 1))
    _check(store, writes)
    sys.stdout.write(str(writes))


def _forget_privilege() -> None:
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)


def _refused_while_read_only(store: Store, home: Path) -> None:
    store.close()
    (home / FILE_NAME).chmod(0o444)
    home.chmod(0o555)
    try:
        store.add(click_id="forbidden", **ROW)
    except RecordsError as error:
        _told(error, "make both writable")
    else:
        message = "a write to a file without permission went through"
        raise AssertionError(message)
    finally:
        home.chmod(0o755)
        (home / FILE_NAME).chmod(0o644)
        store.close()


def _told(error: RecordsError, words: str) -> None:
    assert words in str(error), error


def _check(store: Store, rows: int) -> None:
    """Write once more after all refusals, and load everything in a fresh start."""
    store.add(click_id=str(rows), **ROW)
    store.close()
    fresh = Store.open(store.home)
    assert [int(row.click_id) for row in fresh.select()] == list(range(rows + 1))
    fresh.close()
