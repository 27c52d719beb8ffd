"""Rows go in, change, and are found again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records.rows import BEGIN, Add
from wan_notebook.catalog import FINAL, Status, VideoState
from wan_notebook.records import FILE_NAME, RecordsError, Store, TakenError
from wan_notebook.records.kinds import Kind
from wan_notebook.records.record import COLUMNS

STORABLE = st.text(st.characters(codec="utf-8"))
BY_DTYPE: dict[str, st.SearchStrategy[Any]] = {
    "string": STORABLE,
    "category": STORABLE,
    "Int64": st.integers(-(2**63), 2**63 - 1),
    "boolean": st.booleans(),
    "bool": st.booleans(),
    "float64": st.floats(allow_nan=False, allow_infinity=False),
    "datetime64[us, UTC]": st.datetimes(timezones=st.just(UTC)),
}
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "media": st.lists(st.dictionaries(STORABLE, STORABLE)),
    "tags": st.lists(STORABLE).map(tuple),
    "price_date": st.dates(),
    "video": st.just("wan_videos/fox 狐狸.mp4"),
    **dict.fromkeys(["body", "usage", "facts"], st.dictionaries(STORABLE, st.integers() | STORABLE)),
    **dict.fromkeys(["cost", "estimate_low", "estimate_high"], st.decimals(0, 10**9, places=9)),
}


def _strategy(name: str, kind: Kind) -> st.SearchStrategy[Any]:
    if kind.words:
        return st.sampled_from(kind.words).map(kind.decode)
    return BY_NAME.get(name, BY_DTYPE[kind.dtype])


ROWS = st.fixed_dictionaries(
    {
        name: _strategy(name, column.kind) | st.none() if column.optional else _strategy(name, column.kind)
        for name, column in COLUMNS.items()
        if name not in {"row", "click_id"}
    },
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Open one store for many examples."""
    store = Store.open(tmp_path_factory.mktemp("shared"))
    yield store
    store.close()


@given(values=ROWS)
def test_every_value_of_every_column_comes_back(shared: Store, values: dict[str, Any]) -> None:
    """Text, money, times, numbers and JSON are the same after the way through the file."""
    if values["task_id"] is not None:
        values["task_id"] += uuid4().hex  # an id that another example has drawn is that example's row
    added, new = shared.add(click_id=uuid4().hex, **values)
    assert new
    assert shared.get(added.row) == added
    assert {name: getattr(added, name) for name in values} == values


def test_a_row_is_in_the_file_when_add_returns(home: Path, store: Store, add: Add) -> None:
    """Another reader sees it at once."""
    added = add(prompt="雨中的狐狸")
    other = Store.open(home)
    assert other.get(added.row) == added
    other.close()


def test_a_new_row_gets_time_and_defaults(add: Add) -> None:
    """The store's clock tells when; what nobody gave is unknown."""
    added = add()
    assert BEGIN < added.created_at < BEGIN + timedelta(minutes=1)
    assert (added.video_state, added.tags, added.cost) == (VideoState.NONE, (), None)


def test_one_click_makes_one_row(store: Store, add: Add) -> None:
    """The second call learns of the first row, and changes nothing."""
    first = add(click_id="once", prompt="first")
    values: dict[str, Any] = {"status": "QUEUED", "model": "m", "mode": "t2v", "simulated": False, "body": {}}
    second, new = store.add(click_id="once", prompt="second", **values)
    assert not new
    assert second == first
    assert store.select() == [first]


def test_a_change_is_in_the_file_when_update_returns(store: Store, add: Add) -> None:
    """The new record holds the change, and so does the file; other columns stay."""
    added = add(prompt="fox")
    changed = store.update(added.row, status=Status.RUNNING, task_id="abc", cost=Decimal("1.100886"))
    assert (changed.status, changed.task_id, changed.cost) == (Status.RUNNING, "abc", Decimal("1.100886"))
    assert changed.prompt == "fox"
    assert store.get(added.row) == changed
    assert added.status is Status.QUEUED


def test_an_update_of_nothing_changes_nothing(store: Store, add: Add) -> None:
    """It is a way to read."""
    added = add()
    assert store.update(added.row) == added


def test_unknown_columns_are_refused_by_name(store: Store, add: Add) -> None:
    """A misspelt column is a fault of the caller, and nothing is written."""
    added = add()
    with pytest.raises(TypeError, match="no such column: promt, sed"):
        store.update(added.row, promt="x", sed=1)
    assert store.get(added.row) == added


def test_missing_columns_are_named(store: Store) -> None:
    """What every task has must be given."""
    with pytest.raises(TypeError, match="misses body, mode, model, simulated"):
        store.add(click_id="x", status="QUEUED")


def test_a_bad_value_writes_nothing(store: Store, add: Add) -> None:
    """A status there is not is refused before the file is touched."""
    added = add()
    with pytest.raises(ValueError, match="DONE"):
        store.update(added.row, prompt="new", status="DONE")
    assert store.get(added.row) == added


def test_a_row_there_is_not_is_said_so(store: Store) -> None:
    """Reading and changing it name row and file."""
    with pytest.raises(RecordsError, match=f"no row 9 in the records in .*{FILE_NAME}"):
        store.get(9)
    with pytest.raises(RecordsError, match="no row 9"):
        store.update(9, prompt="x")


def test_tasks_are_found_by_id_and_click(store: Store, add: Add) -> None:
    """Both ways lead to the row, and nothing is found where nothing is."""
    add(task_id="other")
    added = add(task_id="abc", click_id="c")
    assert store.find("abc") == added
    assert store.find_click("c") == added
    assert store.find("nobody") is None
    assert store.find_click("nobody") is None


def test_of_two_rows_with_one_task_the_newest_is_found(store: Store, add: Add) -> None:
    """A task taken in twice is shown as it was last."""
    add(task_id="abc")
    newer = add(task_id="abc")
    assert store.find("abc") == newer


def test_unfinished_rows_are_those_with_work_left(store: Store, add: Add) -> None:
    """Every state that is not final, and finished ones whose video has still to be fetched."""
    saved = {status: add(status=status, video_state=VideoState.SAVED) for status in Status}
    to_fetch = [add(status="SUCCEEDED", video_state=state) for state in ("none", "downloading")]
    add(status="SUCCEEDED", video_state="expired")
    add(status="FAILED", video_state="none")
    expected = [record for status, record in saved.items() if status not in FINAL]
    assert store.unfinished() == expected + to_fetch


def test_run_seconds_are_those_of_like_tasks_newest_first(store: Store, add: Add) -> None:
    """Other models, sizes, lengths, states and kinds of money do not count."""
    like: dict[str, Any] = {
        "model": "wan2.7-t2v",
        "resolution": "720P",
        "duration": 5,
        "simulated": True,
        "status": Status.SUCCEEDED,
    }

    def took(seconds: float, ago: int, **changes: Any) -> None:
        end = BEGIN - timedelta(minutes=ago)
        add(**{**like, "submitted_at": end - timedelta(seconds=seconds), "finished_at": end, **changes})

    took(60.25, ago=3)
    took(70.000001, ago=1)
    took(65, ago=2)
    others = {"model": "x", "resolution": "1080P", "duration": 6, "simulated": False, "status": "FAILED"}
    for name, value in others.items():
        took(1, ago=0, **{name: value})
    took(1, ago=0, finished_at=None)
    asked = store.run_seconds("wan2.7-t2v", "720P", 5, simulated=True)
    assert asked == [70.000001, 65.0, 60.25]
    assert store.run_seconds("wan2.7-t2v", "720P", 5, simulated=True, limit=2) == asked[:2]


def test_run_seconds_of_models_without_resolution(store: Store, add: Add) -> None:
    """None asks for rows that have none."""
    times = {"submitted_at": BEGIN, "finished_at": BEGIN + timedelta(seconds=9)}
    add(status="SUCCEEDED", resolution=None, duration=None, **times)
    assert store.run_seconds("wan2.7-t2v", None, None, simulated=True) == [9.0]


def test_a_video_in_the_home_folder_is_kept_relative(home: Path, store: Store, add: Add) -> None:
    """The folder may move with its videos."""
    added = add(video=home / "wan_videos" / "狐狸.mp4")
    assert added.video == "wan_videos/狐狸.mp4"
    assert store.path(added) == home / "wan_videos" / "狐狸.mp4"


def test_a_video_elsewhere_keeps_its_path(tmp_path: Path, store: Store, add: Add) -> None:
    """There is nothing it could be relative to."""
    added = add(video=str(tmp_path / "fox.mp4"))
    assert added.video == str(tmp_path / "fox.mp4")
    assert store.path(added) == tmp_path / "fox.mp4"


def test_without_a_video_there_is_no_path(store: Store, add: Add) -> None:
    """None stays None."""
    assert store.path(add()) is None


def test_a_relative_home_does_not_follow_the_working_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A later os.chdir does not move the records."""
    store = Store.open("here")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert store.home == tmp_path / "here"
    assert store.select() == []
    store.close()


def test_a_folder_with_odd_signs_works(tmp_path: Path) -> None:
    """Folder names may hold what means something in an address."""
    odd = tmp_path / "a?b#c%20 狐狸"
    store = Store.open(odd)
    store.close()
    assert [path.name for path in odd.iterdir()] == [FILE_NAME]


def test_closing_twice_is_no_fault_and_leaves_one_file(home: Path, store: Store, add: Add) -> None:
    """The write-ahead log is folded into the file when the last one leaves."""
    add()
    store.close()
    store.close()
    assert [path.name for path in home.iterdir()] == [FILE_NAME]


def test_dates_and_usage_of_a_whole_task_come_back(store: Store, add: Add) -> None:
    """The columns a finished task fills, once by hand."""
    added = add()
    usage = {"duration": 5, "SR": 720, "ratio": "16:9", "output_video_duration": 5.02}
    finished = datetime(2026, 1, 20, 3, 2, 30, 789000, tzinfo=UTC)
    changed = store.update(
        added.row, usage=usage, price_date=date(2026, 5, 28), finished_at=finished, media=[{"type": "video"}]
    )
    assert (changed.usage, changed.price_date) == (usage, date(2026, 5, 28))
    assert (changed.finished_at, changed.media) == (finished, [{"type": "video"}])


def test_an_owner_writes_only_what_is_its_own(store: Store, add: Add) -> None:
    """A row somebody else has claimed meanwhile stays as it is; who asks as nobody may change any."""
    row = add(owner="new", status=Status.RUNNING).row
    with pytest.raises(TakenError, match=f"Row {row} is carried by another open notebook"):
        store.update(row, by="old", status=Status.FAILED)
    assert store.change_from(row, Status.RUNNING, by="old", status=Status.FAILED) is None
    assert store.get(row).status is Status.RUNNING
    assert store.update(row, by="new", status=Status.SUCCEEDED).status is Status.SUCCEEDED
    changed = store.change_from(row, Status.SUCCEEDED, by="new", remark="a")
    assert changed is not None
    assert store.update(row, remark="b").remark == "b"


def test_one_task_is_one_row_whoever_writes_it_at_once(home: Path, store: Store, add: Add) -> None:
    """Two kernels take it in, and a search finds it for a row, all at one moment: it is one of theirs."""
    values: dict[str, Any] = {
        "status": Status.PENDING,
        "model": "m",
        "mode": "t2v",
        "simulated": True,
        "body": {},
    }
    others = [Store.open(home) for _ in range(2)]
    rounds = 20
    at_once = Barrier(3)

    def taken_in(which: int) -> list[bool]:
        new = []
        for number in range(rounds):
            at_once.wait()
            click = f"kernel {which} {number}"
            found, fresh = others[which].add(click_id=click, task_id=f"task {number}", **values)
            assert found.task_id == f"task {number}"
            new.append(fresh)
        return new

    def found_for(rows: list[int]) -> list[bool]:
        given = []
        for number, row in enumerate(rows):
            at_once.wait()
            changes = {"status": Status.PENDING, "task_id": f"task {number}"}
            given.append(store.change_from(row, Status.UNCONFIRMED, **changes) is not None)
        return given

    lost = [add(status=Status.UNCONFIRMED).row for _ in range(rounds)]
    with ThreadPoolExecutor(3) as threads:
        work = [threads.submit(taken_in, 0), threads.submit(taken_in, 1), threads.submit(found_for, lost)]
        outcomes = [one.result() for one in work]
    assert [sum(outcome) for outcome in zip(*outcomes, strict=True)] == [1] * rounds
    ids = [record.task_id for record in store.select() if record.task_id]
    assert sorted(ids) == sorted(f"task {number}" for number in range(rounds))
    for other in others:
        other.close()
