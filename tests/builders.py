"""Values for tests: a record of a finished simulated task, changed where a test cares."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from wan_notebook.catalog import Request, Status, VideoState
from wan_notebook.records import Record

START = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
REQUEST = Request("wan2.7-t2v", prompt="A fox in the rain", duration=2, resolution="720P", seed=7)


def a_record(**changes: Any) -> Record:
    """Return a record of a task that succeeded after six seconds, with these fields changed."""
    usual: dict[str, Any] = {
        "row": 1,
        "click_id": "click-1",
        "task_id": "0f1e2d3c-0000",
        "status": Status.SUCCEEDED,
        "video_state": VideoState.SAVED,
        "model": "wan2.7-t2v",
        "mode": "t2v",
        "prompt": "A fox in the rain",
        "seed": 7,
        "resolution": "720P",
        "ratio": "16:9",
        "size": "1280*720",
        "duration": 2,
        "body": REQUEST.body(),
        "created_at": START,
        "submitted_at": START,
        "scheduled_at": START + timedelta(seconds=1),
        "finished_at": START + timedelta(seconds=6),
        "billed_s": 2.0,
        "cost": Decimal("1.2"),
        "estimate_low": Decimal("1.2"),
        "estimate_high": Decimal("1.2"),
        "currency": "CNY",
        "price_source": "a price list",
        "price_date": date(2026, 5, 28),
        "simulated": True,
        "video": "wan_videos/fox.mp4",
        "region": "beijing",
        "base_url": "http://127.0.0.1:8800/api/v1",
        "account": "abc",
    }
    return Record(**{**usual, **changes})
