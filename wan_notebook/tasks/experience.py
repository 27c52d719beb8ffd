"""How long like tasks took, by the log: what is expected of a new one, and when it is asked for."""

from dataclasses import dataclass

from wan_notebook.catalog import MODELS, Request, find_model
from wan_notebook.records import Record, Store
from wan_notebook.tasks.schedule import Expectation, Timetable, expectation

_UNKNOWN = (60.0, 300.0)
"""Seconds a task of a model takes that has left the catalogue (S003: 1 to 5 minutes)."""


@dataclass(frozen=True, kw_only=True)
class Experience:
    """What the log tells of tasks at one place.

    Attributes:
        store: the log.
        simulated: whether the place is the simulator.
        typical: seconds a task takes there when the log has none like it; None for the published time.
    """

    store: Store
    simulated: bool
    typical: tuple[float, float] | None

    def expectation(self, request: Request) -> Expectation:
        """Return how long a request is likely to take."""
        history = self._history(request.model.id, request.resolution, request.value("duration"))
        return expectation(history, self.typical or request.model.typical)

    def timetable(self, record: Record) -> Timetable:
        """Return when to ask for a task."""
        history = self._history(record.model, record.resolution, record.duration)
        return Timetable(history, self.typical or _published(record.model))

    def _history(self, model: str, resolution: str | None, duration: int | None) -> list[float]:
        return self.store.run_seconds(model, resolution, duration, simulated=self.simulated)


def _published(model: str) -> tuple[float, float]:
    return find_model(model).typical if model in MODELS else _UNKNOWN
