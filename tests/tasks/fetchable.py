"""A finished task whose video can be fetched from a simulator, and a home to fetch it to; nothing waits."""

import asyncio
import contextlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from tests.simulators import a_simulator
from wan_notebook.catalog import Request, Status, VideoState
from wan_notebook.records import Record, Store
from wan_notebook.service import ApiKey, ServiceClient
from wan_notebook.simulator import MovableClock, Settings
from wan_notebook.simulator.server import InThread
from wan_notebook.tasks.fetching import Fetcher
from wan_notebook.tasks.mirror import Mirror
from wan_notebook.tasks.videos import VideoFolder

KEY = "sk-fetchable-0123456789"
REQUEST = Request("wan2.7-t2v", prompt="A fox", duration=2, resolution="720P", seed=7)
QUICK = Settings(limits=False, run_seconds=(1, 1), queue_seconds=(0, 0))

Hook = Callable[[Record], object]
"""Called with each committed state of a record."""


@dataclass
class Finished:
    """A task that succeeded, and where.

    Attributes:
        simulator: who has the video.
        clock: its clock.
        task_id: the task.
        url: the link to its video.
        video: the bytes behind it.
    """

    simulator: InThread
    clock: MovableClock
    task_id: str
    url: str
    video: bytes


@contextlib.contextmanager
def a_finished_task(folder: Path) -> Iterator[Finished]:
    """Have a simulator make a video, and run it while the block runs."""
    clock = MovableClock()
    with a_simulator(QUICK, folder, clock) as simulator:
        headers = {"Authorization": f"Bearer {KEY}", "X-DashScope-Async": "enable"}
        with httpx.Client(headers=headers, trust_env=False) as http:
            made = http.post(f"{simulator.base_url}/{REQUEST.model.path}", json=REQUEST.body())
            task_id = made.raise_for_status().json()["output"]["task_id"]
            assert simulator.wait_made()
            clock.move(60)
            told = http.get(f"{simulator.base_url}/tasks/{task_id}").json()["output"]
            video = http.get(told["video_url"]).raise_for_status().content
        yield Finished(simulator, clock, task_id, told["video_url"], video)


@dataclass
class StillClock:
    """The simulator's time, which sleeping does not move; it remembers who would have slept."""

    clock: MovableClock
    slept: list[float] = field(default_factory=list)

    def now(self) -> datetime:
        """Return the simulator's time."""
        return datetime.fromtimestamp(self.clock.now(), UTC)

    async def sleep(self, seconds: float) -> None:
        """Return at once."""
        self.slept.append(seconds)
        await asyncio.sleep(0)


class Home:
    """Records and a folder of videos, and what fetches between them.

    Args:
        folder: where both lie.
        finished: the task.

    Attributes:
        sentences: what was said of passing trouble.
        states: the states of the video that were reported.
    """

    def __init__(self, folder: Path, finished: Finished) -> None:
        self.finished = finished
        self.store = Store.open(folder)
        self.videos = VideoFolder(folder / "wan_videos")
        self.clock = StillClock(finished.clock)
        self.sentences: list[str] = []
        self.states: list[VideoState] = []
        self._rows = 0

    def row(self, **changes: Any) -> Record:
        """Add the row of the finished task, its video not yet here.

        Several rows of one task, as no kernel adds them: they only have one name for their videos.
        """
        self._rows += 1
        usual: dict[str, Any] = {
            "click_id": f"click-{self._rows}",
            "status": Status.SUCCEEDED,
            "model": REQUEST.model.id,
            "mode": "t2v",
            "prompt": "A fox",
            "seed": 7,
            "simulated": True,
            "body": REQUEST.body(),
            "created_at": self.clock.now(),
            "submitted_at": self.clock.now(),
            "video_url": self.finished.url,
        }
        added, _ = self.store.add(**{**usual, **changes})
        return self.store.update(added.row, task_id=changes.get("task_id", self.finished.task_id))

    def fetch(
        self, record: Record, hook: Hook = lambda _record: None, mirror: Mirror | None = None
    ) -> Record:
        """Fetch a video as a kernel does that starts now."""
        return self.fetch_all([record], hook, mirror)[0]

    def fetch_all(
        self, records: Iterable[Record], hook: Hook = lambda _record: None, mirror: Mirror | None = None
    ) -> list[Record]:
        """Fetch videos one after the other, as a kernel does that starts now."""

        def report(fresh: Record, sentence: str | None) -> None:
            if sentence is not None:
                self.sentences.append(sentence)
            self.states.append(fresh.video_state)
            hook(fresh)

        async def fetched() -> list[Record]:
            client = ServiceClient(self.finished.simulator.base_url, ApiKey(KEY))
            fetcher = Fetcher(client, self.store, self.videos, self.clock, mirror)
            try:
                return [await fetcher.fetch(self.store.get(record.row), report) for record in records]
            finally:
                await client.aclose()

        return asyncio.run(fetched())

    def missing(self, record: Record) -> bool:
        """Return whether a video was saved and its file is gone."""
        client = ServiceClient(self.finished.simulator.base_url, ApiKey(KEY))
        return Fetcher(client, self.store, self.videos, self.clock).missing(record)

    def path(self, record: Record) -> Path:
        """Return where a record's video lies."""
        path = self.store.path(record)
        assert path is not None
        return path

    @property
    def names(self) -> list[str]:
        """Everything in the folder of videos, hidden files too."""
        return sorted(path.name for path in self.videos.path.iterdir())
