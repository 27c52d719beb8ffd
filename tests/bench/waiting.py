"""What a waiting task costs the notebook's process: a thread of the SDK each, or a studio with its log.

Both wait in a process of their own for as many real tasks of the simulator, which is another process. So many
are one sample each, so there is one run of either side.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import httpx

from tests.bench.example import MODEL, VALUES
from tests.bench.figures import Figure
from tests.bench.memory import KILOBYTES, peak
from tests.bench.simulator import HEADERS
from tests.simulators import stop_simulators
from wan_notebook.catalog import Request, Status
from wan_notebook.service import ApiKey
from wan_notebook.simulator import Settings, start_or_join
from wan_notebook.tasks import Connection, Folders, Studio
from wan_notebook.tasks.rows import of_request, place

Begin = Callable[[], object]
"""Begins to wait, and returns at once."""
Side = Callable[[list[str]], Begin]
"""Makes ready to wait for tasks."""

KEY = "sk-bench"
TASKS = 300
SECONDS = 90.0
"""How long both are watched while they wait; the tasks run longer, so that nothing but waiting counts."""
WARM = 5.0
"""Seconds for one task that waits beforehand, so that what is loaded and opened once does not count."""


def waiting(folder: Path) -> tuple[Figure, Figure]:
    """Wait for tasks of the simulator: milliseconds of processor time and kilobytes of memory per task."""
    settings = Settings(limits=False, run_seconds=(3600, 3600), queue_seconds=(0, 0))
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


def ours(base_url: str) -> Side:
    """Return how the package waits: a studio that finds the tasks in its log."""
    connection = Connection(base_url=base_url, region="beijing", simulated=True)
    key = ApiKey(KEY)
    columns = {
        **of_request(Request(MODEL, seed=7, **VALUES), connection.region),
        **place(connection, key.account),
        "status": Status.PENDING,
    }
    studio = Studio(connection, key, Folders(Path(tempfile.mkdtemp())))

    def logged(tasks: list[str]) -> Begin:
        for task_id in tasks:
            now = datetime.now(UTC)
            studio.store.add(**columns, task_id=task_id, click_id=task_id, submitted_at=now, created_at=now)
        return studio.resume

    return logged


def sdk(base_url: str) -> Side:
    """Return how threads with the SDK wait."""
    import dashscope  # noqa: PLC0415 - what it takes is not the other side's

    dashscope.base_http_api_url = base_url

    def threads(tasks: list[str]) -> Begin:
        def begin() -> None:
            for task_id in tasks:
                Thread(target=dashscope.VideoSynthesis.wait, args=(task_id, KEY), daemon=True).start()

        return begin

    return threads


def measured(side: Side, base_url: str) -> tuple[float, float]:
    """Return the milliseconds of processor time and the kilobytes that waiting takes per task."""
    side(create(base_url, 1))()
    time.sleep(WARM)
    begin = side(create(base_url, TASKS))
    peak()
    before, begun = peak(), time.process_time()
    begin()
    time.sleep(SECONDS)
    after, end = peak(), time.process_time()
    return 1000 * (end - begun) / TASKS, (after - before) * KILOBYTES / TASKS


if __name__ == "__main__":
    chosen = {"ours": ours, "sdk": sdk}[sys.argv[1]](sys.argv[2])
    sys.stdout.write(json.dumps(measured(chosen, sys.argv[2])))
