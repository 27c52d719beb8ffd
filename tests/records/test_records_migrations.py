"""The schema has a version, and every way to it is whole or not gone."""

import hashlib
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from tests.records.rows import BEGIN
from wan_notebook.catalog import SettingError
from wan_notebook.records import FILE_NAME, Budget, Owner, Store
from wan_notebook.records.migrations import STEPS, TASKS, Step, _take, migrate
from wan_notebook.records.record import COLUMNS
from wan_notebook.records.schema import tasks_table
from wan_notebook.records.sqlite import reading_engine, writing_engine

VERSIONS = {1: "6ae3c7d7ef3c81ba", 2: "d1aa786fb72a75da", 3: "f7dd4c570becdbb0", 4: "70a5c89c44c9cb6b"}
"""Each version, and the fingerprint of its tables."""
TRIGGERS = {3: "4f53cda18c2baa0c", 4: "417c585da535fde4"}
"""The fingerprint of what a version does by itself."""
_OLD_ROW = {
    "status": "PENDING",
    "video_state": "none",
    "model": "m",
    "mode": "t2v",
    "simulated": True,
    "click_id": "c",
    "tags": "[]",
    "body": "{}",
    "created_at": 0,
    "remark": "kept",
}


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """Return an engine of writers on a fresh file."""
    engine = reading_engine(tmp_path / FILE_NAME, patience=1)
    yield writing_engine(engine)
    engine.dispose()


def _add_weather(connection: Connection) -> None:
    connection.execute(text("ALTER TABLE tasks ADD COLUMN weather TEXT"))


def _break_half_way(connection: Connection) -> None:
    _add_weather(connection)
    connection.execute(text("INSERT INTO nowhere VALUES (1)"))


NEXT = Step(STEPS[-1].version + 1, "weather", _add_weather)
BROKEN = Step(NEXT.version, "broken", _break_half_way)


def _taken(engine: Engine) -> list[tuple[int, str]]:
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT version, what FROM schema_steps ORDER BY version"))
        return [(row.version, row.what) for row in rows]


def _columns(engine: Engine) -> list[str]:
    with engine.begin() as connection:
        return [row.name for row in connection.execute(text("PRAGMA table_info(tasks)"))]


def test_steps_are_counted_from_one_without_gaps() -> None:
    """The version of a file says how many steps it took."""
    assert [step.version for step in STEPS] == list(range(1, len(STEPS) + 1))


def test_a_fresh_file_takes_every_step_and_notes_it(engine: Engine) -> None:
    """Version, words and time of each are in the file."""
    migrate(engine, BEGIN)
    assert _taken(engine) == [(step.version, step.what) for step in STEPS]
    assert _columns(engine) == list(COLUMNS)


def test_a_second_opening_takes_no_step_again(engine: Engine) -> None:
    """Migration is idempotent."""
    migrate(engine, BEGIN)
    migrate(engine, BEGIN)
    assert len(_taken(engine)) == len(STEPS)


def test_a_step_another_process_just_took_is_not_taken_again(engine: Engine) -> None:
    """It looks once more after it has the lock."""
    migrate(engine, BEGIN)
    _take(engine, STEPS[-1], BEGIN)
    assert len(_taken(engine)) == len(STEPS)


def test_an_older_file_takes_the_missing_steps_and_keeps_its_rows(engine: Engine) -> None:
    """A step of a later version runs on a file of this one."""
    migrate(engine, BEGIN)
    with engine.begin() as connection:
        connection.execute(TASKS.insert().values(_OLD_ROW))
    migrate(engine, BEGIN, (*STEPS, NEXT))
    assert _taken(engine)[-1] == (NEXT.version, "weather")
    with engine.begin() as connection:
        assert connection.execute(text("SELECT click_id, weather FROM tasks")).all() == [("c", None)]


def test_a_step_that_breaks_leaves_no_trace(engine: Engine) -> None:
    """Its table change and its mark go together, and it can be tried again."""
    migrate(engine, BEGIN)
    with pytest.raises(OperationalError, match="nowhere"):
        migrate(engine, BEGIN, (*STEPS, BROKEN))
    assert "weather" not in _columns(engine)
    assert len(_taken(engine)) == len(STEPS)
    migrate(engine, BEGIN, (*STEPS, NEXT))
    assert "weather" in _columns(engine)


def test_a_newer_file_is_refused_in_one_sentence_and_left_alone(home: Path, store: Store) -> None:
    """Both versions and the remedy are named."""
    migrate(store._writing, BEGIN, (*STEPS, NEXT))
    before = (home / FILE_NAME).read_bytes()
    with pytest.raises(
        SettingError, match=f"version is {NEXT.version}, this one knows up to {STEPS[-1].version}"
    ):
        Store.open(home)
    assert (home / FILE_NAME).read_bytes() == before


def test_a_file_of_version_2_gets_owners_and_budgets(engine: Engine) -> None:
    """Its rows stay as they were and belong to nobody; budgets can be set and rows claimed."""
    migrate(engine, BEGIN, STEPS[:2])
    with engine.begin() as connection:
        connection.execute(tasks_table(version=2).insert().values(_OLD_ROW))
    engine.dispose()
    store = Store.open(Path(str(engine.url.database)).parent)
    (old,) = store.select()
    assert (old.click_id, old.remark, old.owner, old.settled_by) == ("c", "kept", None, None)
    assert store.budgets() == []
    store.set_budget(Budget(Decimal(5), "CNY"))
    owner = Owner.open(store, locks=False)
    assert [row.owner for row in store.claim([old.row], owner.id)] == [owner.id]
    owner.close()
    store.close()


def test_a_file_of_version_3_gets_the_sums_of_its_tasks(engine: Engine) -> None:
    """A budget that held before holds as it did: all that was spent and reserved is counted."""
    rows: list[dict[str, Any]] = [
        {"status": "SUCCEEDED", "cost": 3, "estimate_high": 9, "currency": "CNY", "notebook": "a"},
        {"status": "SUCCEEDED", "cost": None, "estimate_high": 20, "currency": "CNY", "notebook": "a"},
        {"status": "QUEUED", "cost": None, "estimate_high": 100, "currency": "CNY", "notebook": None},
        {"status": "FAILED", "cost": None, "estimate_high": 900, "currency": "CNY", "notebook": None},
        {"status": "PENDING", "cost": None, "estimate_high": None, "currency": None, "notebook": None},
    ]
    migrate(engine, BEGIN, STEPS[:3])
    with engine.begin() as connection:
        for number, row in enumerate(rows):
            table = tasks_table(version=3).insert()
            connection.execute(table.values({**_OLD_ROW, **row, "click_id": str(number)}))
    engine.dispose()
    store = Store.open(Path(str(engine.url.database)).parent)
    for per in ("day", "notebook", "total"):
        store.set_budget(Budget.of(5, "CNY", per))
    counted = [(one.spent, one.reserved, one.unpriced) for one in store.left(simulated=True, notebook="a")]
    store.close()
    billionth = Decimal("1E-9")
    assert counted == [
        (0, 100 * billionth, 0),
        (23 * billionth, 0, 0),
        (23 * billionth, 100 * billionth, 1),
    ]


@pytest.mark.parametrize(("version", "known"), VERSIONS.items())
def test_released_versions_are_frozen(engine: Engine, version: int, known: str) -> None:
    """A new column says {"since": n} and comes with step n; files of earlier versions are out there."""
    migrate(engine, BEGIN, STEPS[:version])
    with engine.begin() as connection:
        tables = inspect(connection).get_table_names()
        columns = [
            connection.exec_driver_sql(f"PRAGMA table_info({table})").all() for table in sorted(tables)
        ]
    assert hashlib.sha256(repr(columns).encode()).hexdigest()[:16] == known


@pytest.mark.parametrize(("version", "known"), TRIGGERS.items())
def test_triggers_of_released_versions_are_frozen(engine: Engine, version: int, known: str) -> None:
    """A file keeps those it was made with; another rule comes with another step."""
    migrate(engine, BEGIN, STEPS[:version])
    with engine.begin() as connection:
        asked = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
        triggers = [tuple(row) for row in connection.exec_driver_sql(asked)]
    assert hashlib.sha256(repr(triggers).encode()).hexdigest()[:16] == known
