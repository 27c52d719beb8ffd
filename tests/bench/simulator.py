"""How many create calls the simulator takes in, and what its videos cost."""

import asyncio
import itertools
import time
from pathlib import Path

import httpx

from tests.bench.example import MODEL, PROMPT, VALUES
from tests.bench.figures import Figure, alone
from tests.simulators import stop_simulators
from wan_notebook.catalog import Request, find_model
from wan_notebook.simulator import Settings, start_or_join
from wan_notebook.simulator.making.video import Video
from wan_notebook.simulator.making.workshop import make

CALLS = 1000
CALLERS = 16
CREATE_TIMES = 5
MAKE_TIMES = 9
HEADERS = {"Authorization": "Bearer sk-bench", "X-DashScope-Async": "enable"}


def creates(folder: Path) -> tuple[Figure]:
    """Send create calls to a simulator without limits, from several callers that keep their connections.

    All ask for the same video, which is made during the warm-up, so that making takes no core away.
    """
    settings = Settings(limits=False, run_seconds=(3600, 3600))
    running = start_or_join(folder / "simulator", settings)
    try:
        return (alone(lambda: asyncio.run(creates_per_second(running.base_url)), CREATE_TIMES),)
    finally:
        stop_simulators(folder)


async def creates_per_second(base_url: str) -> float:
    """Send the calls and return how many were taken in per second.

    Raises:
        httpx.HTTPError: one was not.
    """
    request = Request(MODEL, seed=7, **VALUES)
    calls = iter(range(CALLS))
    async with httpx.AsyncClient(base_url=base_url, headers=HEADERS, timeout=30) as http:

        async def caller() -> None:
            for _ in calls:
                (await http.post(request.model.path, json=request.body())).raise_for_status()

        begun = time.perf_counter()
        await asyncio.gather(*(caller() for _ in range(CALLERS)))
        return CALLS / (time.perf_counter() - begun)


def making(folder: Path) -> tuple[Figure]:
    """Make videos of 5 s at 720P, each with another scene, and return the seconds of processor time."""
    numbers = itertools.count()
    width, height = find_model(MODEL).pixels["720P"]["16:9"]

    def make_one() -> float:
        number = next(numbers)
        video = Video(
            width=width,
            height=height,
            fps=find_model(MODEL).fps,
            seconds=5,
            prompt=f"{PROMPT} {number}",
            mood="",
            seed=number,
            mark=False,
            caption="",
        )
        begun = time.process_time()
        make(video, folder / f"{number}.mp4")
        return time.process_time() - begun

    return (alone(make_one, MAKE_TIMES),)
