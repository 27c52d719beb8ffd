"""How a simulator behaves, as one checked value."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from pydantic import TypeAdapter

from wan_notebook.catalog import SettingError, text
from wan_notebook.simulator.choices import check_choice
from wan_notebook.simulator.faults import Disturbance

Seconds = tuple[float, float]
"""Shortest and longest seconds of a draw."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How a simulator behaves.

    Attributes:
        run_seconds: how long a task is RUNNING.
        queue_seconds: how long a task is PENDING before a place is looked for.
        limits: whether the service's limits hold: running tasks, creates and queries per second.
        bad_keys: keys that are refused although they begin with ``sk-``; never shown.
        sixth: what happens to a task beyond the running ones: it waits, or is refused with 429.
        faults: how a fault of the schema is told: by a FAILED task, or at once by a refused call.
        disturbances: what goes wrong with calls on the way, from the start.
        caption: ``"prompt"`` draws the prompt into the picture, ``""`` does not.
        idle_minutes: after how long without a call or a task the process stops itself.

    Raises:
        SettingError: a value that cannot be used.
    """

    run_seconds: Seconds = (3.0, 6.0)
    queue_seconds: Seconds = (0.0, 1.0)
    limits: bool = True
    bad_keys: tuple[str, ...] = field(default=(), repr=False)
    sixth: Literal["wait", "refuse"] = "wait"
    faults: Literal["task", "call"] = "task"
    disturbances: tuple[Disturbance, ...] = ()
    caption: Literal["", "prompt"] = ""
    idle_minutes: float = 60.0

    def __post_init__(self) -> None:
        _check_range("run_seconds", self.run_seconds)
        _check_range("queue_seconds", self.queue_seconds)
        check_choice("sixth", self.sixth, ("wait", "refuse"))
        check_choice("faults", self.faults, ("task", "call"))
        check_choice("caption", self.caption, ("", "prompt"))
        if not 0 < self.idle_minutes < math.inf:
            raise SettingError(text("simulator.settings.idle", value=self.idle_minutes))

    def public(self) -> dict[str, Any]:
        """Return the settings as JSON values, of the bad keys only how many there are."""
        return {**asdict(self), "bad_keys": len(self.bad_keys)}

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> "Settings":
        """Return the settings another process wrote with `dataclasses.asdict` and JSON."""
        return TypeAdapter(cls).validate_python(dict(values))


def _check_range(name: str, value: Seconds) -> None:
    """Refuse a range that is not two finite numbers of seconds in rising order."""
    try:
        low, high = value
        rising = 0 <= low <= high < math.inf
    except (TypeError, ValueError):
        rising = False
    if not rising:
        raise SettingError(text("simulator.settings.range", name=name, value=value))
