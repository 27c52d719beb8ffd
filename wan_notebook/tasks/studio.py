"""One connection: service client, records, engine and video folder."""

import threading
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wan_notebook.catalog import (
    FINAL,
    Problem,
    Request,
    RequestError,
    Status,
    VideoState,
    WanError,
    amount,
    region_problem,
    text,
)
from wan_notebook.records import Record, Store, Uploads
from wan_notebook.service import ApiKey, ServiceClient
from wan_notebook.tasks.canceling import cancel
from wan_notebook.tasks.clock import Clock, SystemClock
from wan_notebook.tasks.engine import Engine
from wan_notebook.tasks.runner import Runner
from wan_notebook.tasks.schedule import Expectation, expectation
from wan_notebook.tasks.task import Task
from wan_notebook.tasks.uploading import Uploader, described, settled
from wan_notebook.tasks.videos import VideoFolder

Present = Callable[[Task, "Studio"], None]


@dataclass(frozen=True, kw_only=True)
class Connection:
    """Where a studio sends its requests.

    Attributes:
        base_url: the API's address.
        region: whose prices hold there; None at an address of the user's own, where they are unknown.
        simulated: whether it is the simulator: nothing is charged.
        typical: seconds a task takes there when the log has no history; None for the model's published time.
    """

    base_url: str
    region: str | None
    simulated: bool
    typical: tuple[float, float] | None = None


class StudioClosedError(WanError):
    """A call on a studio that was closed; nothing was sent."""


class NoTaskError(WanError, KeyError):
    """An id the task log does not hold."""

    __str__ = Exception.__str__


class Studio:
    """Makes tasks and looks after them.

    Args:
        connection: where requests go.
        key: the API key.
        home: folder of the task log.
        log: file of the task log; `wan_runs.sqlite` in `home` by default.
        videos: folder of the videos; `wan_videos` in `home` by default.
        notebook: name of the notebook, for the log.
        present: shows a task in the notebook.
        clock: what time it is.
    """

    def __init__(
        self,
        connection: Connection,
        key: ApiKey,
        home: Path,
        *,
        log: Path | None = None,
        videos: Path | None = None,
        notebook: str | None = None,
        present: Present | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.connection = connection
        self.home = home.absolute()
        self.videos = VideoFolder((videos or self.home / "wan_videos").absolute())
        self.videos.make()
        self.store = Store.open(log.parent, name=log.name) if log else Store.open(self.home)
        self.notebook_folder = Path.cwd()
        self._account = key.account
        self._notebook = notebook
        self._present = present
        self._clock = clock or SystemClock()
        self._client = ServiceClient(connection.base_url, key)
        uploads = Uploads(store=self.store, base_url=connection.base_url, account=key.account)
        uploader = Uploader(self._client, uploads, self._clock)
        self._runner = Runner(self._client, uploader, self.store, self.videos, self._clock)
        self._engine = Engine()
        self._lock = threading.Lock()
        self._tasks: dict[int, Task] = {}
        self._closed = False

    def submit(self, request: Request, *, click_id: str | None = None, tags: Iterable[str] = ()) -> Task:
        """Make one task of a request and return its handle at once.

        The same `click_id` again returns the task it already made: one click, one task.

        Raises:
            RequestError: the request has problems; nothing was sent.
            RecordsError: the task log cannot be written; nothing was sent.
            StudioClosedError: this studio was closed; nothing was sent.
        """
        self._check_open()
        problems = self.problems(request)
        if problems:
            raise RequestError(problems)
        record, new = self.store.add(
            **self._described(settled(request.resolved())),
            click_id=click_id or uuid.uuid4().hex,
            status=Status.QUEUED,
            video_state=VideoState.NONE,
            created_at=self._clock.now(),
            tags=tuple(tags),
        )
        return self._followed(record) if new else self.handle(record)

    def problems(self, request: Request) -> list[Problem]:
        """Return everything that would keep a request from being sent here, the region included."""
        elsewhere = region_problem(request.model, self.connection.region)
        return [*([elsewhere] if elsewhere else []), *request.problems()]

    def expect(self, request: Request) -> Expectation:
        """Return how long a request is likely to take, from the log's own history where it has one."""
        history = self.store.run_seconds(
            request.model.id,
            request.resolution,
            request.value("duration"),
            simulated=self.connection.simulated,
        )
        return expectation(history, self.connection.typical or request.model.typical)

    def task(self, task_id: str) -> Task:
        """Return the handle of a logged task; one still under way is followed again.

        Raises:
            NoTaskError: the log has no such id.
            StudioClosedError: this studio was closed.
        """
        self._check_open()
        record = self.store.find(task_id)
        if record is None:
            raise NoTaskError(text("tasks.studio.no_task", home=self.home, task_id=task_id))
        return self._followed(record) if self._resumable(record) else self.handle(record)

    def resume(self) -> list[Task]:
        """Follow every task of this connection again that was under way, and fetch videos not yet saved.

        Sends no create call.

        Raises:
            StudioClosedError: this studio was closed.
        """
        self._check_open()
        return [self._followed(record) for record in self.store.unfinished() if self._resumable(record)]

    def cancel(self, task: Task) -> str:
        """Ask the service to stop a task, and return in one sentence what became of it.

        Raises:
            ServiceError: the service was not reached.
            StudioClosedError: this studio was closed.
        """
        self._check_open()
        return self._engine.run(cancel(self._client, task.record)).result()

    def handle(self, record: Record) -> Task:
        """Return the one handle of a record."""
        with self._lock:
            return self._tasks.setdefault(record.row, Task(record, self))

    def tasks(self) -> list[Task]:
        """Return the handles made so far."""
        with self._lock:
            return list(self._tasks.values())

    def video_path(self, record: Record) -> Path | None:
        """Return where the record's video lies, None without one."""
        return self.store.path(record)

    def present(self, task: Task) -> None:
        """Show a task in the notebook."""
        if self._present is not None:
            self._present(task, self)

    @property
    def busy(self) -> bool:
        """Whether a task is being carried."""
        return any(not task.done for task in self.tasks())

    def close(self) -> None:
        """Stop looking after tasks (they go on at the service), and let go of thread, sockets and files."""
        self._closed = True
        self._engine.stop(self._client.aclose)
        self.store.close()

    def __repr__(self) -> str:
        if self._closed:
            return text("tasks.studio.closed")
        billed = "real" if self.connection.region else "own"
        key = "simulated" if self.connection.simulated else billed
        place = {"address": self.connection.base_url, "region": self.connection.region}
        where = {"log": self._near(self.store.file), "videos": self._near(self.videos.path)}
        notice = f" {self.store.notice}" if self.store.notice else ""
        return text(f"tasks.studio.{key}", **place, **where) + self._spent_today() + notice

    def _check_open(self) -> None:
        """A form or handle of a closed studio must not bring its engine back to life."""
        if self._closed:
            raise StudioClosedError(text("tasks.studio.closed"))

    def _spent_today(self) -> str:
        """Return what finished tasks of this kind of money cost since midnight, in words."""
        sums = self.store.sums(
            since=self._clock.now().astimezone().date(), simulated=self.connection.simulated
        )
        words = [
            text("tasks.studio.sum", amount=amount(one.cost), currency=one.currency)
            for one in sums
            if one.cost
        ]
        return text("tasks.studio.spent", sums=", ".join(words) or text("tasks.studio.nothing"))

    def _near(self, path: Path) -> Path:
        """Return a path as seen from the notebook, when it lies below it."""
        here = self.notebook_folder
        return path.relative_to(here) if path.is_relative_to(here) else path

    def _resumable(self, record: Record) -> bool:
        """Whether this connection can ask for the task: same address, same account, something left to do."""
        ours = (record.base_url, record.account) == (self.connection.base_url, self._account)
        waiting = record.status is Status.SUCCEEDED and record.video_state in {
            VideoState.NONE,
            VideoState.DOWNLOADING,
            VideoState.FAILED,
        }
        return ours and record.task_id is not None and (record.status not in FINAL or waiting)

    def _followed(self, record: Record) -> Task:
        task = self.handle(record)
        if task.begin():
            self._engine.run(self._carry(task))
        return task

    async def _carry(self, task: Task) -> None:
        """Carry a task to its end; the outermost boundary of the engine, where errors reach the user."""
        try:
            await self._runner.carry(task.record, task.change)
        except Exception as error:  # noqa: BLE001 - nothing above would show it
            task.change(
                task.record, text("tasks.trouble.internal", reason=f"{type(error).__name__}: {error}")
            )
        finally:
            task.end()

    def _described(self, request: Request) -> dict[str, Any]:
        """Return the columns of a new row that follow from the request and the connection."""
        estimate = request.estimate(self.connection.region)
        size = request.size
        columns = ("prompt", "negative_prompt", "seed", "ratio", "duration")
        flags = ("prompt_extend", "watermark")
        return {
            "model": request.model.id,
            "mode": request.model.mode,
            "body": request.body(),
            "resolution": request.resolution,
            "media": described(request) or None,
            **{name: request.value(name) for name in (*columns, *flags)},
            "size": None if size is None else f"{size[0]}*{size[1]}",
            "estimate_low": estimate.low,
            "estimate_high": estimate.high,
            "currency": estimate.currency,
            "price_source": estimate.source,
            "price_date": estimate.date,
            "simulated": self.connection.simulated,
            "region": self.connection.region,
            "base_url": self.connection.base_url,
            "account": self._account,
            "notebook": self._notebook,
        }
