"""Files and folders that cannot be used: one sentence with the file and the remedy."""

import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from tests.records.rows import Add
from wan_notebook.catalog import SettingError
from wan_notebook.records import FILE_NAME, RecordsError, Store

NOBODY = 65534

AS_NOBODY = f"""
import os, sys, tempfile
from wan_notebook.catalog import SettingError, text
from wan_notebook.records import Store
with tempfile.TemporaryDirectory() as folder:
    Store.open(folder).close()
text("records.error.row", file="", row=0)
if os.geteuid() == 0:
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    Store.open(sys.argv[1])
except SettingError as error:
    print(error)
"""

UNDER_A_LIMIT = """
import resource, sys
from wan_notebook.records import RecordsError, Store
store = Store.open(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
values = {"status": "QUEUED", "model": "m", "mode": "t2v", "simulated": True, "body": {"x": "y" * 10_000}}
added = 0
try:
    while added < 1000:
        store.add(click_id=str(added), **values)
        added += 1
except RecordsError as error:
    print(added, error)
"""


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Make a folder that other users may reach, unlike pytest's own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder
        folder.chmod(0o755)


def _child(script: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder)], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


@pytest.mark.parametrize(
    "content", [b"not a database", b"PK\x03\x04" + bytes(5000), b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_file_that_is_not_sqlite_is_refused_and_left_alone(home: Path, content: bytes) -> None:
    """Short, long, and one that only begins like one."""
    home.mkdir()
    (home / FILE_NAME).write_bytes(content)
    with pytest.raises(SettingError, match=rf"{FILE_NAME} is not an SQLite file.*home="):
        Store.open(home)
    assert (home / FILE_NAME).read_bytes() == content


def test_a_folder_in_place_of_the_file_is_refused(home: Path) -> None:
    """SQLite cannot open it."""
    (home / FILE_NAME).mkdir(parents=True)
    with pytest.raises(SettingError, match=rf"{FILE_NAME} cannot be opened: it is no file"):
        Store.open(home)


def test_a_file_in_place_of_the_folder_is_refused(home: Path) -> None:
    """The system's own reason is named."""
    home.write_text("")
    with pytest.raises(SettingError, match=r"folder for the records, .*home, cannot be used \(File exists\)"):
        Store.open(home)


def test_a_folder_that_cannot_be_made_is_refused(home: Path) -> None:
    """Here its parent is a file."""
    home.write_text("")
    with pytest.raises(SettingError, match=r"cannot be used \(Not a directory\)"):
        Store.open(home / "deeper")


def test_a_read_only_folder_is_refused(open_folder: Path) -> None:
    """A file cannot be made there."""
    open_folder.chmod(0o555)
    assert f"{FILE_NAME} cannot be opened: it is no file, or the folder does not allow it" in _child(
        AS_NOBODY, open_folder
    )
    assert list(open_folder.iterdir()) == []


def test_a_read_only_file_is_refused(open_folder: Path) -> None:
    """It is said at the start, not when the first task is to be written."""
    Store.open(open_folder).close()
    (open_folder / FILE_NAME).chmod(0o444)
    open_folder.chmod(0o555)
    assert "cannot be written: the file or its folder is read-only" in _child(AS_NOBODY, open_folder)


def test_a_file_that_may_not_be_read_is_refused(open_folder: Path) -> None:
    """Somebody else's records stay theirs."""
    Store.open(open_folder).close()
    (open_folder / FILE_NAME).chmod(0o000)
    assert "cannot be opened" in _child(AS_NOBODY, open_folder)


def test_a_locked_file_is_said_at_the_start(home: Path, store: Store, add: Add) -> None:
    """After waiting as long as was asked."""
    with store.writing(), pytest.raises(SettingError, match="locked by another program"):
        Store.open(home, patience=0.01)
    assert add().row == 1


def test_a_full_disk_is_said_and_earlier_rows_stay(store: Store, add: Add) -> None:
    """SQLite's own limit of pages stands for the disk."""
    earlier = add()
    event.listen(store._reading, "connect", lambda raw, _: raw.execute("PRAGMA max_page_count=1"))
    store.close()
    with pytest.raises(RecordsError, match="the disk is full"):
        add(body={"prompt": "x" * 100_000})
    assert store.select() == [earlier]


def test_a_disk_that_refuses_a_write_is_said_and_earlier_rows_stay(home: Path) -> None:
    """A limit on the size of files makes the system refuse a write in the middle."""
    added, _, sentence = _child(UNDER_A_LIMIT, home).partition(" ")
    store = Store.open(home)
    rows = store.select()
    assert [row.click_id for row in rows] == [str(number) for number in range(int(added))]
    assert 0 < len(rows) < 1000
    assert "Earlier rows are safe" in sentence
    store.close()


def test_a_damaged_file_is_said(home: Path, store: Store, add: Add) -> None:
    """Pages of noise behind a sound first page."""
    for _ in range(50):
        add(prompt="x" * 1000)
    store.close()
    file = home / FILE_NAME
    content = file.read_bytes()
    with closing(sqlite3.connect(file)) as raw:
        (page,) = raw.execute("PRAGMA page_size").fetchone()
    file.write_bytes(content[:page] + b"\xff" * (len(content) - page))
    with pytest.raises((SettingError, RecordsError), match="are damaged"):
        _read_all(home)


def _read_all(home: Path) -> Any:
    store = Store.open(home)
    try:
        return store.select()
    finally:
        store.close()


def test_another_fault_shows_what_the_database_said_and_no_values(store: Store, add: Add) -> None:
    """The reason helps, the prompt stays out of it."""
    add(prompt="secret fox")
    with (
        pytest.raises(RecordsError, match="could not be used: no such function") as caught,
        store.writing() as connection,
    ):
        connection.exec_driver_sql("UPDATE tasks SET prompt = no_function(?)", ("secret fox",))
    assert "secret fox" not in str(caught.value)
    assert "secret fox" not in str(caught.value.__cause__)
