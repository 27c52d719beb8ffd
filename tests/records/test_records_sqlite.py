"""How the file is kept: journal, flushing, locks."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.records.rows import Add, new_adder
from wan_notebook.records import FILE_NAME, RecordsError, Store
from wan_notebook.records.sqlite import NETWORK, network_kind

SYNCHRONOUS_FULL = 2
MOUNTS = """\
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 master:2 - ext4 /dev/vda rw
31 27 0:40 / /home rw - nfs4 server:/home rw
32 31 0:41 / /home/local\\040disk rw - ext4 /dev/vdb rw
33 27 0:42 / /mnt/class rw - nfs server:/class rw
34 33 0:43 / /mnt/class rw - tmpfs tmpfs rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    """Write a table of mounts as the kernel would."""
    table = tmp_path / "mountinfo"
    table.write_text(MOUNTS)
    return table


def test_a_local_file_has_a_write_ahead_log(home: Path, store: Store) -> None:
    """The usual way, so nothing is said about it."""
    with closing(sqlite3.connect(home / FILE_NAME)) as raw:
        assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert (store.journal, store.notice) == ("wal", None)


def test_every_connection_flushes_to_the_disk(store: Store) -> None:
    """What is committed survives a power cut."""
    assert store.read(text("PRAGMA synchronous"))[0][0] == SYNCHRONOUS_FULL


def test_on_a_network_folder_the_journal_is_a_plain_one(home: Path, tmp_path: Path) -> None:
    """A write-ahead log works on one machine only; the store says what it does instead."""
    table = tmp_path / "mountinfo"
    table.write_text(
        f"27 1 254:0 / / rw - ext4 /dev/vda rw\n31 27 0:40 / {tmp_path} rw - nfs4 server:/home rw\n"
    )
    store = Store.open(home, mounts=table)
    record = new_adder(store)()
    assert store.journal == "delete"
    assert "network folder (nfs4)" in str(store.notice)
    assert [path.name for path in home.iterdir()] == [FILE_NAME]
    assert store.select() == [record]
    store.close()


def test_a_refused_write_ahead_log_is_said_and_the_records_work_without(home: Path) -> None:
    """Here another program reads the file all the while, so that SQLite may not change its journal."""
    Store.open(home).close()
    with closing(sqlite3.connect(home / FILE_NAME, isolation_level=None)) as reader:
        reader.execute("PRAGMA journal_mode=DELETE")
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM tasks").fetchall()
        store = Store.open(home, patience=0.01)
        reader.execute("ROLLBACK")
    record = new_adder(store)()
    assert store.journal == "delete"
    assert "refused write-ahead logging" in str(store.notice)
    assert store.select() == [record]
    store.close()


def test_a_write_holds_the_lock_from_its_begin(home: Path, store: Store, add: Add) -> None:
    """What a transaction reads before it writes cannot change under it; readers go on."""
    added = add()
    hasty = Store.open(home, patience=0.01)
    with store.writing(), pytest.raises(RecordsError, match="locked by another program"):
        hasty.update(added.row, prompt="x")
    with store.writing():
        assert hasty.select() == [added]
    hasty.close()


def test_a_failed_write_leaves_nothing(store: Store, add: Add) -> None:
    """All of a transaction, or none of it."""
    added = add()
    with pytest.raises(RecordsError, match="syntax error"):
        _fail_half_way(store)
    assert store.get(added.row) == added


def _fail_half_way(store: Store) -> None:
    with store.writing() as connection:
        connection.execute(text("UPDATE tasks SET prompt = 'half'"))
        connection.execute(text("no SQL"))


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/user/notebooks", "nfs4"),
        ("/home", "nfs4"),
        ("/homework", None),
        ("/home/local disk/notebooks", None),
        ("/mnt/class/notebooks", None),
        ("/srv", None),
    ],
)
def test_the_deepest_and_latest_mount_tells_the_kind_of_folder(
    mounts: Path, folder: str, kind: str | None
) -> None:
    """Names that only begin alike do not count, and escaped blanks are understood."""
    assert network_kind(Path(folder), mounts) == kind


def test_without_a_table_of_mounts_every_folder_counts_as_local(tmp_path: Path) -> None:
    """Other systems than Linux publish none."""
    assert network_kind(tmp_path, tmp_path / "missing") is None


def test_the_kernels_own_table_is_understood(tmp_path: Path) -> None:
    """Whatever this machine mounts, a line of it can be read."""
    assert network_kind(tmp_path) in {None, *NETWORK}
