"""A look at the records leaves no trace: no file made, none changed, whatever state they are in."""

import shutil
from pathlib import Path

import pytest

from tests.records.rows import new_adder
from wan_notebook.catalog import Status, VideoState
from wan_notebook.records import FILE_NAME, Store, glance

Files = dict[str, bytes]


def files(folder: Path) -> Files:
    """Return what lies in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def filled(folder: Path) -> Store:
    """Return open records with two unfinished rows, 1 and 4, among four."""
    store = Store.open(folder)
    add = new_adder(store)
    add()
    add(status=Status.FAILED)
    add(status=Status.SUCCEEDED, video_state=VideoState.SAVED)
    add(status=Status.SUCCEEDED, video_state=VideoState.FAILED)
    return store


def test_it_sees_what_the_records_call_unfinished(tmp_path: Path) -> None:
    """While they are open elsewhere, after they were closed, and after a kernel was killed: the same rows."""
    store = filled(tmp_path / "home")
    killed = tmp_path / "killed"
    shutil.copytree(store.home, killed)
    assert glance(store.file) == {record.row for record in store.unfinished()} == {1, 4}
    store.close()
    for folder in (store.home, killed):
        before = files(folder)
        assert glance(folder / FILE_NAME) == {1, 4}
        assert files(folder).keys() == before.keys()
    assert set(files(store.home)) == {FILE_NAME}
    assert len(files(killed)) == 3


def test_a_folder_that_cannot_be_written_is_no_obstacle(tmp_path: Path) -> None:
    """A name with signs that mean something in an address is none either."""
    home = tmp_path / "what? 100% #1 狐狸"
    filled(home).close()
    home.chmod(0o500)
    try:
        assert glance(home / FILE_NAME) == {1, 4}
    finally:
        home.chmod(0o700)


@pytest.mark.parametrize("content", [None, b"", b"no database at all", b"SQLite format 3\x00" + bytes(2000)])
def test_what_cannot_be_read_counts_nothing(tmp_path: Path, content: bytes | None) -> None:
    """Missing, empty, foreign, damaged: no row, no error, and it stays as it is."""
    file = tmp_path / FILE_NAME
    if content is not None:
        file.write_bytes(content)
    before = files(tmp_path)
    assert glance(file) == frozenset()
    assert files(tmp_path) == before


def test_a_folder_in_the_place_of_the_file_counts_nothing(tmp_path: Path) -> None:
    """Whatever its name."""
    (tmp_path / FILE_NAME).mkdir()
    assert glance(tmp_path / FILE_NAME) == frozenset()
