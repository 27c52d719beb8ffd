"""What a waiting task costs the notebook's process: a thread of the SDK each, or all on one loop.

Both wait in a process of their own for as many real tasks of the simulator, which is another process. So many
are one sample each, so there is one run of either side.
"""

import asyncio
import json
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.bench.example import MODEL, VALUES
from tests.bench.figures import Figure
from tests.bench.simulator import HEADERS
from tests.simulators import stop_simulators
from wan_notebook.catalog import FINAL, Request, Status, find_model
from wan_notebook.service import ApiKey, ServiceClient
from wan_notebook.simulator import Settings, start_or_join
from wan_notebook.tasks.clock import SystemClock
from wan_notebook.tasks.poller import Poller
from wan_notebook.tasks.schedule import Timetable
from wan_notebook.tasks.waiting import Watched

KEY = "sk-bench"
TASKS = 300
SECONDS = 60.0
SHARE = 1024 if sys.platform == "darwin" else 1
"""What `ru_maxrss` counts: bytes there, kilobytes elsewhere."""


def waiting(folder: Path) -> tuple[Figure, Figure]:
    """Wait for tasks of the simulator: milliseconds of processor time and kilobytes of memory per task."""
    settings = Settings(limits=False, run_seconds=(SECONDS, SECONDS), queue_seconds=(0, 0))
    base_url = start_or_join(folder / "simulator", settings).base_url
    try:
        (cpu, memory), (sdk_cpu, sdk_memory) = spent("ours", base_url), spent("sdk", base_url)
    finally:
        stop_simulators(folder)
    return Figure(cpu, sdk_cpu), Figure(memory, sdk_memory)


def spent(side: str, base_url: str) -> tuple[float, float]:
    """Return what waiting costs one side per task, in a fresh process."""
    command = [sys.executable, "-m", "tests.bench.waiting", side, base_url]
    cpu, memory = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return cpu, memory


def create(base_url: str, count: int) -> list[str]:
    """Make so many tasks and return their ids; all ask for the same video, which is made once."""
    request = Request(MODEL, seed=7, **VALUES)
    with httpx.Client(base_url=base_url, headers=HEADERS, timeout=30) as http:
        answers = [http.post(request.model.path, json=request.body()) for _ in range(count)]
    return [answer.raise_for_status().json()["output"]["task_id"] for answer in answers]


def wait_ours(base_url: str) -> Callable[[list[str]], None]:
    """Return how the package waits."""
    timetable = Timetable([], find_model(MODEL).typical)

    async def wait(poller: Poller, task_id: str) -> None:
        watched = Watched(
            task_id=task_id, since=SystemClock().now(), status=Status.PENDING, timetable=timetable
        )
        while (await poller.answer(watched)).status not in FINAL:
            pass

    async def wait_all(tasks: list[str]) -> None:
        client = ServiceClient(base_url, ApiKey(KEY))
        poller = Poller(client, SystemClock())
        await asyncio.gather(*(wait(poller, task_id) for task_id in tasks))
        await client.aclose()

    return lambda tasks: asyncio.run(wait_all(tasks))


def wait_sdk(base_url: str) -> Callable[[list[str]], None]:
    """Return how threads with the SDK wait."""
    import dashscope  # noqa: PLC0415 - what it takes is not the other side's

    dashscope.base_http_api_url = base_url

    def wait(task_id: str) -> None:
        answer = dashscope.VideoSynthesis.wait(task_id, api_key=KEY)
        if answer.output.task_status != "SUCCEEDED":
            raise RuntimeError(answer)

    def wait_all(tasks: list[str]) -> None:
        threads = [threading.Thread(target=wait, args=(task_id,)) for task_id in tasks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    return wait_all


def measured(wait: Callable[[list[str]], None], base_url: str) -> tuple[float, float]:
    """Return the milliseconds of processor time and the kilobytes that waiting takes per task.

    One task is waited for beforehand, so that what is loaded and opened once does not count.
    """
    wait(create(base_url, 1))
    tasks = create(base_url, TASKS)
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    wait(tasks)
    after, end = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    return 1000 * (end - begun) / TASKS, (after - before) / SHARE / TASKS


if __name__ == "__main__":
    chosen = {"ours": wait_ours, "sdk": wait_sdk}[sys.argv[1]]
    sys.stdout.write(json.dumps(measured(chosen(sys.argv[2]), sys.argv[2])))
