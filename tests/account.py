"""An account at the service, in memory: many tasks, the real limit on queries, and outages to order.

It stands behind the real client, in place of the network, where a thousand tasks must pass in a moment.
"""

import asyncio
import contextlib
import json
import math
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx

from tests.virtual import VirtualClock
from wan_notebook.catalog import FINAL, Status
from wan_notebook.service import ApiKey, ServiceClient, ServiceError
from wan_notebook.simulator.answers import service_time
from wan_notebook.simulator.limits import Window
from wan_notebook.tasks.poller import Poller
from wan_notebook.tasks.schedule import Timetable
from wan_notebook.tasks.waiting import Watched

BASE_URL = "http://account.test/api/v1"
TOO_FAST = {
    "code": "Throttling.RateQuota",
    "message": "Requests rate limit exceeded, please try again later.",
}
NEVER = math.inf

Trouble = Callable[[str], "httpx.Response | Exception | float | None"]
"""Called with the path of each call: what goes wrong with it, None when nothing does; a number is the seconds
for which there is silence."""


@dataclass
class Job:
    """A task of the account: when it was made, begins and ends, in seconds since 1970."""

    created: float
    start: float
    end: float
    prompt: str = "a fox"
    model: str = "wan2.7-t2v"

    def status(self, now: float) -> str:
        """Return the service's word."""
        if now >= self.end:
            return "SUCCEEDED"
        return "RUNNING" if now >= self.start else "PENDING"


@dataclass
class Account(httpx.AsyncBaseTransport):
    """What the client talks to.

    Attributes:
        clock: its own, which is right; that of the notebook need not be.
        latency: seconds from a call to its answer.
        page: tasks on a page at most, whatever is asked for.
        trouble: what goes wrong.
        jobs: the tasks by id.
        asked: queries by task id, "list" for pages of the list.
        refused: calls that were too many.
        calls: when each call came, in seconds.
        under_way: queries not yet answered, by task id.
        doubled: ids that were asked for while a query of them was under way.
    """

    clock: VirtualClock = field(default_factory=VirtualClock)
    latency: float = 0.1
    page: int = 100
    trouble: Trouble = lambda _path: None
    jobs: dict[str, Job] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    refused: int = 0
    calls: list[float] = field(default_factory=list)
    under_way: set[str] = field(default_factory=set)
    doubled: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._window = Window(20)

    def client(self) -> ServiceClient:
        """Return a client of the account."""
        return ServiceClient(BASE_URL, ApiKey("sk-test"), transport=self)

    def now(self) -> float:
        """Return seconds since 1970."""
        return self.clock.now().timestamp()

    def add(self, seconds: float, *, queue: float = 0.0, **more: Any) -> str:
        """Make a task that ends after so many seconds, and return its id."""
        now = self.now()
        task_id = f"task-{len(self.jobs)}"
        self.jobs[task_id] = Job(now, now + queue, now + seconds, **more)
        return task_id

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer one call."""
        path = request.url.path.removeprefix("/api/v1/")
        task_id = path.removeprefix("tasks/")
        if task_id in self.under_way:
            self.doubled.add(task_id)
        self.under_way.add(task_id)
        try:
            return await self._answer(request, path, task_id)
        finally:
            self.under_way.discard(task_id)

    async def _answer(self, request: httpx.Request, path: str, task_id: str) -> httpx.Response:
        self.calls.append(self.now())
        self.asked["list" if path == "tasks" else task_id] += 1
        wrong = self.trouble(path)
        if isinstance(wrong, Exception):
            raise wrong
        if isinstance(wrong, httpx.Response):
            return wrong
        await asyncio.sleep((wrong or 0) + self.latency / 2)
        now = self.now()
        if not self._window.admits(now):
            self.refused += 1
            return httpx.Response(429, json=TOO_FAST)
        body = self._listed(request.url.params, now) if path == "tasks" else self._queried(task_id, now)
        await asyncio.sleep(self.latency / 2)
        return httpx.Response(200, content=json.dumps(body))

    def _queried(self, task_id: str, now: float) -> dict[str, Any]:
        job = self.jobs[task_id]
        status = job.status(now)
        output = {"task_id": task_id, "task_status": status}
        if status != "PENDING":
            output |= {"submit_time": service_time(job.created), "scheduled_time": service_time(job.start)}
        if status == "SUCCEEDED":
            output |= {
                "end_time": service_time(job.end),
                "orig_prompt": job.prompt,
                "video_url": "http://v.test/",
            }
        return {"request_id": "r", "output": output}

    def _listed(self, asked: httpx.QueryParams, now: float) -> dict[str, Any]:
        since, until = (_moment(asked[name]) for name in ("start_time", "end_time"))
        number, size = int(asked["page_no"]), min(int(asked["page_size"]), self.page)
        found = [
            {
                "task_id": task_id,
                "status": job.status(now),
                "model_name": job.model,
                "gmt_create": round(job.created * 1000),
                "start_time": round(job.start * 1000) if now >= job.start else None,
                "end_time": round(job.end * 1000) if now >= job.end else None,
            }
            for task_id, job in reversed(self.jobs.items())
            if since <= job.created <= until and asked.get("model_name", job.model) == job.model
        ]
        pages = -(-len(found) // size)
        rows = found[(number - 1) * size : number * size]
        return {"data": rows, "page_no": number, "page_size": size, "total_page": pages, "total": len(found)}

    def busiest_second(self) -> int:
        """Return the most calls that came within any second."""
        calls = sorted(self.calls)
        return max(
            (
                sum(at <= other < at + 1 for other in calls[place : place + 60])
                for place, at in enumerate(calls)
            ),
            default=0,
        )


def _moment(written: str) -> float:
    local = datetime.strptime(written + "+0800", "%Y%m%d%H%M%S%z")
    return local.astimezone(UTC).timestamp()


async def ended(poller: Poller, account: Account, task_id: str, timetable: Timetable) -> float:
    """Wait for a task just made, as its carrier does, and return how many seconds late its end is known."""
    watched = watch(account, task_id, timetable)
    while watched.status not in FINAL:
        with contextlib.suppress(ServiceError):
            watched = replace(watched, status=(await poller.answer(watched)).status)
    return account.now() - account.jobs[task_id].end


def watch(account: Account, task_id: str, timetable: Timetable) -> Watched:
    """Return what the poller is told of a task just made."""
    now = account.clock.now()
    return Watched(task_id=task_id, since=now, status=Status.PENDING, timetable=timetable)
