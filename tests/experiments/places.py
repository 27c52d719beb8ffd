"""Experiments on a simulator with quick videos, and studios that share a log, each as another kernel's."""

import contextlib
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.files import clip
from tests.patient import House, a_house
from tests.soak.quick import Ready
from wan_notebook.experiments.planning.plan import Plan
from wan_notebook.experiments.running import pump
from wan_notebook.experiments.running.pump import Terms
from wan_notebook.experiments.running.run import Run
from wan_notebook.records import Budget, Per
from wan_notebook.simulator import Settings
from wan_notebook.tasks import Studio

FOX: dict[str, Any] = {
    "name": "fox",
    "model": "wan2.7-t2v",
    "base": {"duration": 2, "resolution": "720P"},
    "arms": {
        "plain": {"prompt": "{who} in a forest"},
        "light": {"prompt": "{who} in a forest, golden light"},
    },
    "seeds": [1, 2],
    "cases": [{"who": "a fox"}, {"who": "a robot"}],
    "voters": 1,
}
"""An experiment of 2 arms × 4 blocks; a video of it costs 1.20 CNY."""
QUICK = Settings(run_seconds=(5, 5), queue_seconds=(0, 0))
"""Who waits for a place looks often; the less time passes, the less often."""


def a_plan(**changes: Any) -> Plan:
    """Return the plan of the fox, with these parts changed."""
    values = {**FOX, **changes}
    return Plan.of(values.pop("name"), **values)


@cache
def video() -> bytes:
    """Return the bytes of a small video."""
    with tempfile.TemporaryDirectory() as folder:
        return clip(Path(folder), seconds=1.0, size=(64, 64)).read_bytes()


class Making(Ready):
    """Puts a video where one is to be made; the next ones may fail.

    Attributes:
        failing: how many more fail.
    """

    failing = 0

    def submit(self, fn: Callable[..., Any], /, *given: Any, **named: Any) -> "Future[Any]":
        """Write the file at once, or fail."""
        if not self.failing:
            return super().submit(fn, *given, **named)
        self.failing -= 1
        failed: Future[Any] = Future()
        failed.set_exception(RuntimeError("no picture today"))
        return failed


@dataclass
class Place:
    """A simulator, and studios that share a log.

    Attributes:
        house: both.
        making: what makes the videos.
    """

    house: House
    making: Making

    def studio(self) -> Studio:
        """Open another kernel's studio."""
        return self.house.studio()

    @property
    def made(self) -> int:
        """How many tasks the simulator has made."""
        return self.house.simulator.tasks_made


@contextlib.contextmanager
def a_place(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Give a simulator and studios on it; runs look often, for nobody waits there."""
    monkeypatch.setattr(pump, "GAP", 0.01)
    monkeypatch.setattr(pump, "LOOK", 0.05)
    making = Making(video())
    with a_house(folder, QUICK, executor=lambda: making) as house:
        yield Place(house, making)


def a_run(studio: Studio, budget: float | None = None, **more: Any) -> Run:
    """Return a run of the fox, not started; `retry` and `unpriced` are terms, the rest is plan."""
    cap = None if budget is None else Budget.of(budget, "CNY", Per.EXPERIMENT)
    terms = {name: more.pop(name) for name in ("retry", "unpriced") if name in more}
    return Run(a_plan(**more), studio, Terms(budget=cap, **terms))


def stages(run: Run) -> dict[str, int]:
    """Return how many cells are how far."""
    return {stage.value: count for stage, count in Counter(one.stage for one in run.cells).items()}
