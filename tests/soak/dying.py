"""Where a kernel can be killed: records, client and files that end their own process there."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx

from tests.soak.forks import die
from wan_notebook.catalog import FINAL, Status, VideoState
from wan_notebook.records import Record, Store
from wan_notebook.service import Created, Part, ServiceClient, TaskAnswer, TaskPage
from wan_notebook.service.flushing import Flusher
from wan_notebook.service.outgoing import Source
from wan_notebook.service.reading import Reply
from wan_notebook.tasks import Studio, arrival

_step: ContextVar[str] = ContextVar("step", default="")
"""What is being done in this thread or coroutine."""


@dataclass(frozen=True)
class Point:
    """A place where a kernel is killed.

    Attributes:
        step: what it was doing.
        moment: "before" (a commit: all is written but not committed), "amid", or "after".
        recovering: whether it is the kernel that resumes after one was killed with its answer unread.
        often: how often a task of a fresh kernel surely comes by here.
        upload: whether the tasks have a file to send.
    """

    step: str
    moment: str
    recovering: bool = False
    often: int = 1
    upload: bool = False


POINTS = {
    "before row commit": Point("row", "before"),
    "after row commit": Point("row", "after"),
    "during upload": Point("upload", "amid", upload=True),
    "after upload": Point("media", "after", upload=True),
    "after place": Point("place", "after"),
    "before POST": Point("create", "before"),
    "answer unread": Point("create", "amid"),
    "before id commit": Point("id", "before"),
    "after id commit": Point("id", "after"),
    "during query": Point("query", "amid"),
    "before final commit": Point("final", "before"),
    "after final commit": Point("final", "after"),
    "during download": Point("download", "amid", often=4),
    "before rename": Point("rename", "before"),
    "after rename": Point("rename", "after"),
    "after sidecar": Point("sidecar", "after"),
    "after SAVED commit": Point("saved", "after"),
    "recovery, claimed": Point("claim", "after", recovering=True),
    "recovery, lost": Point("lost", "after", recovering=True),
    "recovery, list read": Point("list", "after", recovering=True),
    "recovery, before adopt commit": Point("adopt", "before", recovering=True),
    "recovery, after adopt commit": Point("adopt", "after", recovering=True),
}
"""Every named crash point."""


@dataclass
class Death:
    """Ends the process when a point is come by for the so-many-th time."""

    point: Point
    left: int

    def at(self, step: str, moment: str) -> None:
        """Say that a place is come by."""
        if (step, moment) == (self.point.step, self.point.moment):
            self.left -= 1
            if not self.left:
                die()


def doom(studio: Studio, death: Death) -> None:
    """Have a studio's process die at a point."""
    studio.store.__class__ = DyingStore
    studio._client.__class__ = DyingClient
    vars(studio.store)["death"] = vars(studio._client)["death"] = death
    _amid(Source, "read", lambda: death.at("upload", "amid"))
    _amid(Flusher, "grown", lambda: death.at("download", "amid"))
    _around(Part, "publish", "rename", death)
    _around(arrival, "write_sidecar", "sidecar", death)


def _amid(owner: Any, name: str, say: Callable[[], None]) -> None:
    """Have it said before each call of a method."""
    real = getattr(owner, name)

    def called(*given: Any) -> Any:
        say()
        return real(*given)

    setattr(owner, name, called)


def _around(owner: Any, name: str, step: str, death: Death) -> None:
    """Have it said before and after each call of a function; a sidecar is written by another such call."""
    real = getattr(owner, name)

    def called(*given: Any) -> None:
        outer = _step.get() == "sidecar"
        mark = _step.set(step)
        if not outer:
            death.at(step, "before")
        real(*given)
        if not outer:
            death.at(step, "after")
        _step.reset(mark)

    setattr(owner, name, called)


def step_of(changes: dict[str, Any]) -> str:
    """Return what a change of a row means."""
    if "task_id" in changes:
        return "adopt" if changes.get("settled_by") else "id"
    if "media" in changes:
        return "media"
    if changes.get("video_state") is VideoState.SAVED:
        return "saved"
    status = changes.get("status")
    return "lost" if status is Status.UNCONFIRMED else "final" if status in FINAL else ""


class DyingStore(Store):
    """Records whose process may die before and after each commit."""

    death: Death

    @contextmanager
    def _doing(self, step: str) -> Iterator[None]:
        mark = _step.set(step)
        yield
        _step.reset(mark)
        self.death.at(step, "after")

    @contextmanager
    def committing(self) -> Iterator[Any]:
        """Write, and perhaps die before the commit."""
        with super().committing() as cursor:
            yield cursor
            self.death.at(_step.get(), "before")

    def add(self, **given: Any) -> tuple[Record, bool]:
        """Commit a new row."""
        with self._doing("row"):
            return super().add(**given)

    def update(self, row: int, **changes: Any) -> Record:
        """Commit changes."""
        with self._doing(step_of(changes)):
            return super().update(row, **changes)

    def change_from(self, row: int, status: Status, /, **changes: Any) -> Record | None:
        """Commit changes of a row in a state."""
        with self._doing(step_of(changes)):
            return super().change_from(row, status, **changes)

    def take_place(self, *given: Any, **named: Any) -> bool:
        """Take a place."""
        taken = super().take_place(*given, **named)
        if taken:
            self.death.at("place", "after")
        return taken

    def claim(self, *given: Any) -> list[Record]:
        """Claim rows."""
        with self._doing("claim"):
            return super().claim(*given)


class DyingClient(ServiceClient):
    """A client whose process may die before a call, when its answer begins to come, and after it."""

    death: Death

    async def create(self, *given: Any, **named: Any) -> Created:
        """Ask for a task."""
        with self._doing("create"):
            return await super().create(*given, **named)

    async def query(self, *given: Any, **named: Any) -> TaskAnswer:
        """Ask for one task."""
        with self._doing("query"):
            return await super().query(*given, **named)

    async def list(self, *given: Any, **named: Any) -> TaskPage:
        """Read a page of the list."""
        with self._doing("list"):
            return await super().list(*given, **named)

    @contextmanager
    def _doing(self, step: str) -> Iterator[None]:
        self.death.at(step, "before")
        mark = _step.set(step)
        yield
        _step.reset(mark)
        self.death.at(step, "after")

    async def _whole(self, response: httpx.Response) -> Reply:
        self.death.at(_step.get(), "amid")
        return await super()._whole(response)
