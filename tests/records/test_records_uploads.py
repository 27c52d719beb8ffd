"""What lies in the upload store is remembered by content, and older files of records learn to."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect

from tests.records.rows import BEGIN, Add
from wan_notebook.catalog import Request, Status
from wan_notebook.records import FILE_NAME, RecordsError, Store, Uploads
from wan_notebook.records.migrations import STEPS, migrate
from wan_notebook.records.record import COLUMNS
from wan_notebook.records.schema import UPLOADS, tasks_table
from wan_notebook.records.sqlite import reading_engine, writing_engine

MODEL, DIGEST, URL = "wan2.7-r2v", "ab" * 32, "oss://dashscope-instant/1/girl.png"


@pytest.fixture
def uploads(store: Store) -> Uploads:
    """Return the uploads of one account."""
    return Uploads(store=store, base_url="https://a.example/api/v1", account="me")


@pytest.fixture
def version_1(home: Path) -> Path:
    """Return a file of records as version 1 made it, with two rows."""
    home.mkdir()
    engine = reading_engine(home / FILE_NAME, patience=1)
    writing = writing_engine(engine)
    migrate(writing, BEGIN, STEPS[:1])
    request = Request("wan2.7-t2v", prompt="a fox 狐狸 🦊", seed=7)
    usual = {"video_state": "saved", "model": "wan2.7-t2v", "mode": "t2v", "simulated": True, "tags": ("a",)}
    more = {"status": Status.SUCCEEDED, "created_at": BEGIN, "body": request.body(), "usage": {"SR": 720}}
    values = {name: COLUMNS[name].encode(value) for name, value in {**usual, **more}.items()}
    with writing.begin() as connection:
        for click in ("one", "two"):
            connection.execute(tasks_table(1).insert().values({**values, "click_id": click}))
    engine.dispose()
    return home / FILE_NAME


def test_a_content_is_found_where_it_was_sent(uploads: Uploads) -> None:
    """Whoever asks for the same content of the same model gets its address."""
    assert uploads.find(MODEL, DIGEST, BEGIN) is None
    uploads.keep(MODEL, DIGEST, URL, BEGIN)
    assert uploads.find(MODEL, DIGEST, BEGIN) == URL
    assert uploads.find("wan2.7-i2v", DIGEST, BEGIN) is None
    assert uploads.find(MODEL, "cd" * 32, BEGIN) is None


def test_accounts_and_services_share_nothing(uploads: Uploads) -> None:
    """An address of one is refused at the other."""
    uploads.keep(MODEL, DIGEST, URL, BEGIN)
    for other in (replace(uploads, account="you"), replace(uploads, base_url="http://127.0.0.1:1/api/v1")):
        assert other.find(MODEL, DIGEST, BEGIN) is None
        other.keep(MODEL, DIGEST, "oss://other", BEGIN)
    assert uploads.find(MODEL, DIGEST, BEGIN) == URL


@pytest.mark.parametrize(("minutes", "found"), [(0, True), (47 * 60 - 1, True), (47 * 60, False)])
def test_an_address_is_used_for_47_hours(uploads: Uploads, minutes: int, *, found: bool) -> None:
    """It lives 48, and the task that names it may wait for one of them."""
    uploads.keep(MODEL, DIGEST, URL, BEGIN)
    assert (uploads.find(MODEL, DIGEST, BEGIN + timedelta(minutes=minutes)) == URL) is found


def test_what_is_sent_again_takes_the_place_of_the_old(uploads: Uploads) -> None:
    """There is one address a content, the newest."""
    later = BEGIN + timedelta(hours=50)
    uploads.keep(MODEL, DIGEST, URL, BEGIN)
    uploads.keep(MODEL, DIGEST, "oss://newer", later)
    assert uploads.find(MODEL, DIGEST, later) == "oss://newer"
    assert len(uploads.store.read(UPLOADS.select())) == 1


def test_the_next_start_remembers(uploads: Uploads) -> None:
    """It is on disk when `keep` returns."""
    uploads.keep(MODEL, DIGEST, URL, BEGIN)
    again = Store.open(uploads.store.home)
    try:
        assert replace(uploads, store=again).find(MODEL, DIGEST, BEGIN) == URL
    finally:
        again.close()


def test_what_cannot_be_written_is_said(uploads: Uploads) -> None:
    """As for every other write."""
    with uploads.store.writing() as connection:
        UPLOADS.drop(connection)
    with pytest.raises(RecordsError, match="uploads"):
        uploads.keep(MODEL, DIGEST, URL, BEGIN)


def test_a_file_of_version_1_keeps_its_rows(version_1: Path) -> None:
    """It gains the later tables and columns, and its rows are as they were."""
    with closing(sqlite3.connect(version_1)) as raw:
        before = raw.execute("SELECT * FROM tasks").fetchall()
    store = Store.open(version_1.parent)
    try:
        rows = store.select()
        with store._reading.connect() as connection:
            tables = inspect(connection).get_table_names()
        uploads = Uploads(store=store, base_url="https://a.example/api/v1", account="me")
        uploads.keep(MODEL, DIGEST, URL, BEGIN)
        assert uploads.find(MODEL, DIGEST, BEGIN) == URL
        assert store.update(rows[0].row, remark="seen", media=[{"place": "media[0].url"}]).remark == "seen"
    finally:
        store.close()
    assert [(row.click_id, row.prompt, row.remark, row.tags) for row in rows] == [
        ("one", None, None, ("a",)),
        ("two", None, None, ("a",)),
    ]
    assert rows[0].body["input"]["prompt"] == "a fox 狐狸 🦊"
    assert rows[0].usage == {"SR": 720}
    grown = {"uploads", "budgets", "owners", "tallies", "experiments", "votes"}
    assert set(tables) == {"tasks", "schema_steps", *grown}
    with closing(sqlite3.connect(version_1)) as raw:
        after = raw.execute("SELECT * FROM tasks WHERE click_id = 'two'").fetchone()
        steps = raw.execute("SELECT version FROM schema_steps ORDER BY version").fetchall()
    later = [name for name, column in COLUMNS.items() if column.since > 1]
    assert after == (*before[1], *[None for _ in later])
    assert steps == [(step.version,) for step in STEPS]


def test_new_rows_go_beside_the_old(version_1: Path, store: Store, add: Add) -> None:
    """A migrated file is written to as any other, remark and all."""
    assert store.file == version_1
    added = add(remark="The price lists disagree.")
    assert [row.click_id for row in store.select()] == ["one", "two", added.click_id]
    assert store.get(added.row).remark == "The price lists disagree."
