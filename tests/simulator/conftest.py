"""A simulator on a clock that stands still, and someone who calls it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.simulator.callers import Caller, headers
from tests.simulators import a_simulator
from wan_notebook.simulator import MovableClock, Settings


@pytest.fixture(scope="session")
def made_videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which videos made by one test are there for the next."""
    return tmp_path_factory.mktemp("videos")


@pytest.fixture
def settings(request: pytest.FixtureRequest) -> Settings:
    """Return how the simulator behaves; a test gives its own with `indirect`."""
    return getattr(request, "param", Settings(run_seconds=(4, 4), queue_seconds=(1, 1)))


@pytest.fixture
def caller(tmp_path: Path, settings: Settings, made_videos: Path) -> Iterator[Caller]:
    """Return someone who calls a simulator of its own."""
    clock = MovableClock()
    with (
        a_simulator(settings, tmp_path / "state", clock, videos=made_videos) as simulator,
        httpx.Client(base_url=simulator.base_url, headers=headers("sk-anyone")) as http,
    ):
        yield Caller(simulator, clock, http)
