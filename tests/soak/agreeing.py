"""What must hold between records, simulator and files after kernels were killed."""

import json
from collections import Counter
from collections.abc import Sequence
from decimal import Decimal

from tests.soak.killed import Trial
from wan_notebook.catalog import Status, VideoState
from wan_notebook.records import Left, Record

PRICE = Decimal("0.6") * 2
"""What a video of these requests costs: 2 s of 720P."""


def check(trial: Trial) -> list[Record]:
    """Compare records, simulator and files after all has ended; return the records.

    Raises:
        AssertionError: they do not agree.
    """
    rows, left = trial.records()
    taken = Counter(row.task_id for row in rows if row.task_id is not None)
    assert not [name for name, times in taken.items() if times > 1], f"two rows of one task: {taken}"
    assert taken.keys() <= trial.made.keys()
    assert max(Counter(trial.made.values()).values(), default=0) <= 1, f"made twice: {trial.made}"
    by_prompt = {row.prompt: row for row in rows}
    assert len(by_prompt) == len(rows)
    for name, prompt in trial.made.items():
        row = by_prompt.get(prompt)
        assert row is not None, f"{trial.home}: nobody has {name} of {prompt}"
        assert row.task_id == name or row.status is Status.UNCONFIRMED, f"{trial.home}: {name} is lost, {row}"
    assert sum(row.status is Status.UNCONFIRMED for row in rows) <= 1, trial.home
    for row in rows:
        check_video(trial, row)
    there = {str(path.relative_to(trial.home)) for path in trial.home.rglob("*.mp4")}
    assert there == {row.video for row in rows} - {None}, f"{trial.home}: nobody's videos"
    check_money(rows, left)
    return rows


def check_video(trial: Trial, row: Record) -> None:
    """Check that a row that has a task has its video, and another none.

    Raises:
        AssertionError: it is not so.
    """
    if row.task_id is None:
        assert row.status in {Status.QUEUED, Status.NOT_CREATED, Status.UNCONFIRMED}, row
        assert row.video is None
        return
    assert (row.status, row.video_state) == (Status.SUCCEEDED, VideoState.SAVED), (trial.home, row)
    path = trial.home / str(row.video)
    assert path.read_bytes() == trial.lane.video, path
    assert json.loads(path.with_suffix(".json").read_text())["task_id"] == row.task_id
    left = list(path.parent.glob(".*.part*"))
    assert not left, left


def check_money(rows: Sequence[Record], left: Left) -> None:
    """Check that what ended costs what it does, and only what may still cost is reserved.

    Raises:
        AssertionError: it is not so.
    """
    ends = Counter(row.status for row in rows)
    assert left.spent == PRICE * ends[Status.SUCCEEDED], left
    assert left.reserved == PRICE * (ends[Status.QUEUED] + ends[Status.UNCONFIRMED]), left
    assert left.unpriced == 0
