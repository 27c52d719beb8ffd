"""The client and the simulator, which follow the same documents and know nothing of each other."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.service.downloads import download
from tests.simulators import a_simulator
from wan_notebook.catalog import Request, Status
from wan_notebook.service import (
    ApiKey,
    KeyRefusedError,
    LinkExpiredError,
    MissingError,
    RequestRefusedError,
    ServiceClient,
    ThrottledError,
    failure,
    may_retry_create,
)
from wan_notebook.simulator import MovableClock, Settings
from wan_notebook.simulator.server import InThread

REQUEST = Request("wan2.7-t2v", prompt="狐狸 🦊", resolution="720P", duration=2, seed=7)
PATH = REQUEST.model.path

Use = Callable[[ServiceClient], Coroutine[Any, Any, Any]]


@pytest.fixture
def clock() -> MovableClock:
    """Give a clock that only the test moves."""
    return MovableClock()


@pytest.fixture
def simulator(clock: MovableClock, tmp_path: Path) -> Iterator[InThread]:
    """Run a simulator on that clock."""
    settings = Settings(run_seconds=(3, 3), queue_seconds=(1, 1), bad_keys=("sk-bad",))
    with a_simulator(settings, tmp_path / "simulator", clock) as running:
        yield running


def run(simulator: InThread, use: Use, key: str = "sk-good") -> Any:
    """Return what a use of the client gives."""

    async def whole() -> Any:
        client = ServiceClient(simulator.base_url, ApiKey(key))
        try:
            return await use(client)
        finally:
            await client.aclose()

    return asyncio.run(whole())


def test_a_video_is_made_asked_for_and_fetched(
    simulator: InThread, clock: MovableClock, tmp_path: Path
) -> None:
    """From create to the file on disk, every state on the way, at one paid call."""
    target = tmp_path / "fox.mp4"

    async def use(client: ServiceClient) -> list[Any]:
        created = await client.create(PATH, REQUEST.body())
        answers = [await client.query(created.task_id)]
        for seconds in (2, 5):
            clock.move(seconds)
            await asyncio.to_thread(simulator.wait_made)
            answers.append(await client.query(created.task_id))
        length = await download(str(answers[-1].video_url), target)
        return [created, *answers, length]

    created, pending, running, done, length = run(simulator, use)
    states = [answer.status for answer in (created, pending, running, done)]
    assert states == [Status.PENDING, Status.PENDING, Status.RUNNING, Status.SUCCEEDED]
    assert done.orig_prompt == "狐狸 🦊"
    assert done.usage.billed_seconds("t2v") == Decimal(2)
    now = datetime.fromtimestamp(clock.now(), UTC)
    assert now - timedelta(seconds=10) < done.submit_time < done.end_time <= now
    assert timedelta(hours=23) < done.url_expires_at - now < timedelta(hours=25)
    assert target.stat().st_size == length > 10_000
    assert b"ftyp" in target.read_bytes()[:16]
    assert simulator.counters["create"] == 1


def test_a_link_that_has_expired_is_said_so(simulator: InThread, clock: MovableClock, tmp_path: Path) -> None:
    """After a day the video is gone, and no file appears."""

    async def use(client: ServiceClient) -> str:
        created = await client.create(PATH, REQUEST.body())
        clock.move(9)
        await asyncio.to_thread(simulator.wait_made)
        url = (await client.query(created.task_id)).video_url
        clock.move(hours=25)
        return str(url)

    url = run(simulator, use)
    with pytest.raises(LinkExpiredError):
        asyncio.run(download(url, tmp_path / "fox.mp4"))
    assert not (tmp_path / "fox.mp4").exists()


def test_a_bad_request_accepted_then_failed_is_explained(simulator: InThread, clock: MovableClock) -> None:
    """Schema faults show up as a FAILED task, with the same class a refusal at once would have."""

    async def use(client: ServiceClient) -> Any:
        created = await client.create(PATH, {"model": "wan2.7-t2v", "input": {"negative_prompt": "x"}})
        clock.move(1)
        return await client.query(created.task_id)

    answer = run(simulator, use)
    error = failure(answer.code, answer.message, answer.request_id)
    assert answer.status is Status.FAILED
    assert type(error) is RequestRefusedError
    assert "Field required: input.prompt" in str(error)


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"model": "wan9.9-t2v", "input": {"prompt": "x"}}, MissingError),
        ({"input": {"prompt": "x"}}, RequestRefusedError),
        ({"model": "wan2.7-t2v"}, RequestRefusedError),
    ],
)
def test_a_bad_request_refused_at_once_is_explained(
    simulator: InThread, body: dict[str, Any], kind: type[Exception]
) -> None:
    """No task is made, and the error's class says why."""
    with pytest.raises(kind):
        run(simulator, lambda client: client.create(PATH, body))
    assert simulator.counters["create.accepted"] == 0


def test_a_bad_key_is_refused_without_a_task(simulator: InThread) -> None:
    """A query for any id tells it without cost."""
    with pytest.raises(KeyRefusedError, match="region"):
        run(simulator, lambda client: client.query("0385dc79-5ff8-4d82-bcb6-000000000000"), key="sk-bad")
    assert simulator.counters["create"] == 0


def test_a_strange_id_is_unknown(simulator: InThread) -> None:
    """A good key and an id nobody knows give UNKNOWN, as the service does."""
    answer = run(simulator, lambda client: client.query("0385dc79-5ff8-4d82-bcb6-000000000000"))
    assert answer.status is Status.UNKNOWN


def test_too_many_creates_are_throttled_and_may_be_repeated(simulator: InThread) -> None:
    """The sixth within a second makes nothing."""

    async def use(client: ServiceClient) -> None:
        for _ in range(6):
            await client.create(PATH, REQUEST.body())

    with pytest.raises(ThrottledError) as caught:
        run(simulator, use)
    assert may_retry_create(caught.value)
    assert simulator.counters["create.accepted"] == 5


def test_a_wrong_path_on_the_right_host_is_named(simulator: InThread) -> None:
    """A base_url that lacks its end is found out by a query, before anything is paid."""

    async def use(_client: ServiceClient) -> None:
        client = ServiceClient(simulator.base_url.removesuffix("/v1"), ApiKey("sk-good"))
        try:
            await client.query("0385dc79")
        finally:
            await client.aclose()

    with pytest.raises(MissingError, match="base_url"):
        run(simulator, use)
