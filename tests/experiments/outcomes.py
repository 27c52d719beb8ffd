"""Experiments with videos and votes, made straight in the records: no studio, no simulator."""

import itertools
import shutil
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.files import clip
from wan_notebook.catalog import Request, Status, VideoState
from wan_notebook.experiments.outcome import Outcome, gather
from wan_notebook.experiments.planning.plan import Cell, Plan
from wan_notebook.experiments.running.cells import click_id
from wan_notebook.records import Choice, Experiments, Store, Stored, Vote, Votes

BEGIN = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
ARMS: Mapping[str, Mapping[str, Any]] = {
    "plain": {"prompt": "{who} in a forest"},
    "light": {"prompt": "{who} in a forest, golden light"},
}
CASES = ({"who": "a fox"}, {"who": "a robot"})


def a_plan(**changes: Any) -> Plan:
    """Return the plan of two arms, two cases and three seeds, with these parts changed."""
    usual: dict[str, Any] = {
        "name": "fox-light",
        "model": "wan2.7-t2v",
        "base": {"duration": 2, "resolution": "720P"},
        "arms": ARMS,
        "seeds": [1, 2, 3],
        "cases": CASES,
        "voters": 1,
    }
    parts = {**usual, **changes}
    return Plan.of(parts.pop("name"), **parts)


class Made:
    """An experiment in records of its own.

    Args:
        home: folder of the records, the videos in it.
        plan: what is compared.
        film: the video of every cell; one second of 128 x 72 by default.
    """

    def __init__(self, home: Path, plan: Plan | None = None, film: Path | None = None) -> None:
        self.home = home
        self.plan = plan or a_plan()
        self._ticks = itertools.count()
        self.store = Store.open(home, clock=lambda: BEGIN + timedelta(hours=3))
        self.stored: Stored = Experiments(self.store).keep(self.plan.name, self.plan.as_json())
        self._film = film

    def run(self, **changes: Any) -> "Made":
        """Make a finished row with a video for each cell, with these columns changed."""
        for cell in self.plan.cells:
            self.cell(cell, **changes)
        return self

    def cell(self, cell: Cell, attempt: int = 1, request: Request | None = None, **changes: Any) -> None:
        """Make a finished row of a cell, and its video unless its state says that there is none."""
        number = next(self._ticks)
        request = request or self.plan.request(cell)
        begun = BEGIN + timedelta(minutes=number)
        values: dict[str, Any] = {
            "status": Status.SUCCEEDED,
            "video_state": VideoState.SAVED,
            "task_id": f"task-{number:04}",
            "model": request.model.id,
            "mode": request.model.mode,
            "prompt": request.value("prompt"),
            "seed": cell.block.seed,
            "body": request.draft(),
            "submitted_at": begun,
            "scheduled_at": begun + timedelta(seconds=1),
            "finished_at": begun + timedelta(seconds=7),
            "cost": Decimal("1.20"),
            "currency": "CNY",
            "price_source": "a price list",
            "simulated": True,
            "region": "beijing",
            "base_url": "http://127.0.0.1:8800/api/v1",
            "account": "account-hash",
            "notebook": "private/secret.ipynb",
            **changes,
        }
        if values["video_state"] is VideoState.SAVED:
            values["video"] = self._video(number)
        self.store.add(
            click_id=click_id(self.stored.uid, cell, attempt),
            experiment=self.plan.name,
            arm=cell.arm,
            case=cell.block.case,
            **values,
        )

    def _video(self, number: int) -> Path:
        folder = self.home / "wan_videos"
        folder.mkdir(exist_ok=True)
        if self._film is None:
            self._film = clip(folder, "first.mp4", seconds=1, size=(128, 72))
        target = folder / f"video-{number:04}.mp4"
        shutil.copyfile(self._film, target)
        return target

    def vote(self, choices: Iterable[tuple[str, int, str, str, str]], **changes: Any) -> "Made":
        """Keep votes, each given as case, seed, left arm, right arm and choice."""
        votes = []
        for case, seed, left, right, choice in choices:
            number = next(self._ticks)
            when = BEGIN + timedelta(hours=1, minutes=number)
            values: dict[str, Any] = {
                "vote_id": f"vote-{number:04}",
                "experiment": self.stored.uid,
                "voter": "ann",
                "question": "Which looks better?",
                "criterion": "",
                "shown_at": when,
                "voted_at": when + timedelta(seconds=9),
                "watch_s": 4.0,
                **changes,
            }
            votes.append(Vote(case=case, seed=seed, left=left, right=right, choice=Choice(choice), **values))
        Votes(self.store).add(*votes)
        return self

    def vote_all(self, choice: str = "right", **changes: Any) -> "Made":
        """Keep the same vote on every pair of every block, the arms in the order of the plan."""
        pairs = list(itertools.combinations(self.plan.arms, 2))
        return self.vote(
            ((block.case, block.seed, *pair, choice) for block in self.plan.blocks for pair in pairs),
            **changes,
        )

    def outcome(self, **asked: Any) -> Outcome:
        """Return what it has brought."""
        return gather(self.plan, self.store, self.stored, **asked)
