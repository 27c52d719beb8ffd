"""The records as a DataFrame: columns, dtypes and values."""

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from tests.records.rows import BEGIN, Add, new_adder
from wan_notebook.catalog import Status, VideoState
from wan_notebook.records import Store, frame

COLUMNS = """
task_id status video_state model mode prompt negative_prompt seed resolution ratio size duration
prompt_extend watermark media experiment arm case submitted_at scheduled_at finished_at queue_s run_s
total_s input_s output_s billed_s estimate_low estimate_high cost currency price_source simulated video
video_url url_expires_at request_id error_code error_message region base_url account click_id notebook
tags body remark settled_by
"""
DTYPES = {
    "category": "status video_state model mode resolution ratio currency region settled_by",
    "datetime64[us, UTC]": "submitted_at scheduled_at finished_at url_expires_at",
    "float64": "queue_s run_s total_s input_s output_s billed_s estimate_low estimate_high cost",
    "Int64": "seed duration",
    "boolean": "prompt_extend watermark",
    "bool": "simulated",
}
NAMES = COLUMNS.split()
PROMISED = dict.fromkeys(NAMES, "string") | {
    name: dtype for dtype, names in DTYPES.items() for name in names.split()
}


def _dtypes(table: pd.DataFrame) -> dict[str, str]:
    return {str(name): str(dtype) for name, dtype in table.dtypes.items()}


def test_the_columns_are_those_promised_in_their_order(store: Store) -> None:
    """No more and no fewer."""
    assert list(frame(store).columns) == NAMES


@pytest.mark.parametrize("rows", [0, 1, 3])
def test_dtypes_do_not_depend_on_the_rows(store: Store, add: Add, rows: int) -> None:
    """Empty, one row of unknowns, or more: code that reads it need not look first."""
    for _ in range(rows):
        add()
    assert _dtypes(frame(store)) == PROMISED


def test_dtypes_of_full_rows_are_the_same(store: Store, add: Add) -> None:
    """Filled columns show it the same way."""
    add(
        seed=2_147_483_647,
        resolution="720P",
        watermark=True,
        submitted_at=BEGIN,
        finished_at=BEGIN,
        cost=Decimal("0.733924"),
        currency="CNY",
    )
    assert _dtypes(frame(store)) == PROMISED


def test_values_are_those_of_the_record(store: Store, add: Add) -> None:
    """Times, seconds, money, flags and texts, each once."""
    submitted = datetime(2026, 1, 20, 3, 0, 0, 123456, tzinfo=UTC)
    record = add(
        status="SUCCEEDED",
        prompt="狐狸 🦊 <script>",
        seed=7,
        watermark=False,
        submitted_at=submitted,
        scheduled_at=submitted + timedelta(seconds=0.5),
        finished_at=submitted + timedelta(seconds=90.25),
        billed_s=5,
        cost=Decimal("0.733924"),
        tags=("a", "b"),
        media=[{"type": "reference_image", "url": "https://example.com/1.png"}],
        video="wan_videos/fox.mp4",
    )
    row = frame(store).iloc[0]
    assert (row.status, row.prompt, row.seed, row.simulated) == ("SUCCEEDED", "狐狸 🦊 <script>", 7, True)
    assert row.submitted_at == pd.Timestamp(submitted)
    assert (row.queue_s, row.run_s, row.total_s) == (record.queue_s, record.run_s, record.total_s)
    assert (row.billed_s, row.cost, row.watermark) == (5.0, 0.733924, False)
    assert (row.tags, row.video) == ('["a", "b"]', "wan_videos/fox.mp4")
    assert row.media == '[{"type": "reference_image", "url": "https://example.com/1.png"}]'
    assert pd.isna(row.prompt_extend)


def test_what_is_unknown_is_missing(store: Store, add: Add) -> None:
    """Neither 0 nor the word None."""
    add()
    unknown = ["task_id", "seed", "resolution", "cost", "submitted_at", "total_s", "watermark", "error_code"]
    assert frame(store)[unknown].isna().all(axis=None)


def test_closed_lists_have_all_their_words_as_categories(store: Store, add: Add) -> None:
    """Counts show states nobody is in, in the order of a task's life."""
    add(status="FAILED")
    table = frame(store)
    assert list(table["status"].cat.categories) == list(Status)
    assert list(table["video_state"].cat.categories) == list(VideoState)
    assert list(table["model"].cat.categories) == ["wan2.7-t2v"]


def test_rows_are_newest_last_and_counted_from_zero(store: Store, add: Add) -> None:
    """A plain index."""
    clicks = [add().click_id for _ in range(3)]
    table = frame(store)
    assert list(table["click_id"]) == clicks
    assert table.index.equals(pd.RangeIndex(3))


def test_filters_reach_sql(store: Store, add: Add) -> None:
    """The same filters as `Store.select`."""
    add()
    failed = add(status="FAILED", model="other")
    assert list(frame(store, status="FAILED", model="other")["click_id"]) == [failed.click_id]
    assert frame(store, experiment="none").empty


def test_several_homes_are_one_table_in_order_of_making(tmp_path: Path, store: Store, add: Add) -> None:
    """Words of both are categories of both, and each video can be found."""
    other = Store.open(tmp_path / "other")
    add_other = new_adder(other)
    add(click_id="1", created_at=BEGIN, model="a", video="wan_videos/1.mp4")
    add(click_id="3", created_at=BEGIN + timedelta(hours=2), model="a")
    add_other(click_id="2", created_at=BEGIN + timedelta(hours=1), model="b", video="/srv/2.mp4")
    table = frame([store, other])
    assert list(table["click_id"]) == ["1", "2", "3"]
    assert list(table["model"].cat.categories) == ["a", "b"]
    assert list(table["video"][:2]) == [str(store.home / "wan_videos" / "1.mp4"), "/srv/2.mp4"]
    assert _dtypes(table) == PROMISED
    assert table.index.equals(pd.RangeIndex(3))
    other.close()


def test_no_homes_make_an_empty_table() -> None:
    """With all its columns."""
    assert list(frame([]).columns) == NAMES
    assert frame([]).empty


def test_the_table_can_be_kept(tmp_path: Path, store: Store, add: Add) -> None:
    """As CSV it reads back with the same texts and sums."""
    add(prompt='a, "b"\n狐狸', cost=Decimal("1.100886"))
    frame(store).to_csv(tmp_path / "log.csv", index=False)
    back = pd.read_csv(tmp_path / "log.csv")
    assert (back["prompt"][0], back["cost"][0]) == ('a, "b"\n狐狸', 1.100886)


def test_pandas_is_loaded_by_the_first_table_only(home: Path) -> None:
    """Importing the records and writing rows stays cheap."""
    script = """
import sys
from wan_notebook.records import Store, frame
store = Store.open(sys.argv[1])
before = "pandas" in sys.modules
frame(store)
print(before, "pandas" in sys.modules)
store.close()
"""
    done = subprocess.run(
        [sys.executable, "-c", script, str(home)], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.split() == ["False", "True"]
