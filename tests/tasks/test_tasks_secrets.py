"""The API key: to the API's own address only, and in nothing that is shown, logged, raised or stored."""

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.files import picture
from tests.service.loopback import End, Loopback, http, serving
from tests.studio import JumpingClock, a_studio
from tests.tasks.scripted import End as Answer
from tests.tasks.scripted import a_service, api_error
from wan_notebook.catalog import Request, VideoState
from wan_notebook.records import Store
from wan_notebook.service import ApiKey, NotTheServiceError, ServiceClient, ServiceError, upload
from wan_notebook.simulator import MovableClock
from wan_notebook.tasks import Connection, Folders, Studio, Task
from wan_notebook.tasks.clock import SystemClock
from wan_notebook.tasks.facts import NotPlayableError
from wan_notebook.tasks.fetching import Fetcher
from wan_notebook.tasks.videos import VideoFolder, checked_facts

KEY = "sk-canary-5f2c81d09ab34e67"
TEXT = Request("wan2.7-t2v", prompt="A fox", duration=2, resolution="720P", seed=7)
REDIRECTS = ("301 Moved Permanently", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent")


@asynccontextmanager
async def a_client(api: Loopback) -> AsyncIterator[ServiceClient]:
    """Give a client of an API on this machine, closed at the end."""
    client = ServiceClient(f"{api.url}/api/v1", ApiKey(KEY))
    try:
        yield client
    finally:
        await client.aclose()


def redirect(status: str, location: str) -> bytes:
    """Return the bytes of a redirect."""
    lines = (f"HTTP/1.1 {status}", f"Location: {location}", "Content-Length: 0", "Connection: close", "", "")
    return "\r\n".join(lines).encode()


def heard(*servers: Loopback) -> list[bool]:
    """Return for each request that came whether the key was anywhere in it."""
    return [KEY.encode() in request for server in servers for request in server.requests]


def test_the_upload_host_gets_no_key(tmp_path: Path) -> None:
    """The permission goes there, which was asked for with the key; a redirect there is not followed."""
    file = picture(tmp_path)

    async def run() -> tuple[list[bool], list[bool], int]:
        async with serving() as other, serving(http(200)) as host, serving() as api:
            data = {
                "policy": "p",
                "signature": "s",
                "oss_access_key_id": "k",
                "upload_dir": "d",
                "upload_host": f"{host.url}/upload",
                "expire_in_seconds": 300,
            }
            api.answer = http(200, json.dumps({"request_id": "r", "data": data}).encode())
            async with a_client(api) as client:
                policy = await client.policy("wan2.7-i2v")
            await upload(file, policy)
            host.answer = redirect("307 Temporary Redirect", f"{other.url}/upload")
            with pytest.raises(Exception, match="307"):
                await upload(file, policy)
            return heard(api), heard(host), len(other.requests)

    assert asyncio.run(run()) == ([True], [False, False], 0)


@pytest.mark.parametrize("status", REDIRECTS)
@pytest.mark.parametrize("place", ["elsewhere", "at the API"])
def test_no_redirect_carries_the_key_on(status: str, place: str) -> None:
    """Neither to another origin nor to another path: it is an error, and nothing is sent twice."""

    async def run() -> tuple[list[bool], int]:
        async with serving() as other, serving() as api:
            location = f"{other.url}/api/v1/tasks/t-1" if place == "elsewhere" else "/other"
            api.answer = redirect(status, location)
            async with a_client(api) as client:
                for call in (client.query("t-1"), client.create("x", {}), client.policy("m")):
                    with pytest.raises(NotTheServiceError) as caught:
                        await call
                    assert location in str(caught.value)
            return heard(api), len(other.requests)

    assert asyncio.run(run()) == ([True] * 3, 0)


@dataclass
class Fetching:
    """A fetch from hosts on this machine.

    Attributes:
        folder: where records and videos are.
        base_url: the API's address.
        url: the link to the video.
    """

    folder: Path
    base_url: str
    url: str

    async def ended(self, **changes: Any) -> tuple[Any, list[str]]:
        """Return the record at the end, and the sentences on the way."""
        store, sentences = Store.open(self.folder), list[str]()
        values: dict[str, Any] = {
            "click_id": "c",
            "task_id": "t-1",
            "status": "SUCCEEDED",
            "model": "wan2.7-t2v",
        }
        values |= {"mode": "t2v", "simulated": False, "body": {}, "video_url": self.url}
        record, _ = store.add(**{**values, **changes})
        client = ServiceClient(self.base_url, ApiKey(KEY))
        fetcher = Fetcher(client, store, VideoFolder(self.folder / "videos"), SystemClock())
        try:
            return await fetcher.fetch(record, lambda _record, said: sentences.append(said or "")), sentences
        finally:
            await client.aclose()
            store.close()


def test_the_video_host_gets_no_key(tmp_path: Path) -> None:
    """Nor the host it redirects to, nor a host of a fresh link, which is asked for with the key."""

    async def run() -> tuple[list[bool], list[bool]]:
        async with serving(http(410)) as last, serving() as host, serving() as api:
            host.answer = redirect("302 Found", f"{last.url}/v.mp4")
            output = {"task_id": "t-1", "task_status": "SUCCEEDED", "video_url": f"{host.url}/fresh.mp4"}
            api.answer = http(200, json.dumps({"request_id": "r", "output": output}).encode())
            fetching = Fetching(tmp_path, f"{api.url}/api/v1", f"{host.url}/v.mp4")
            record, _ = await fetching.ended()
            assert record.video_url == f"{host.url}/fresh.mp4"
            return heard(api), heard(host, last)

    assert asyncio.run(run()) == ([True], [False] * 4)


def test_a_service_outside_leads_no_fetch_to_this_machine(tmp_path: Path) -> None:
    """Its link is refused before a byte is sent; the record says why."""

    async def run() -> tuple[Any, int]:
        async with serving(http(200, b"secret of a neighbour")) as here:
            fetching = Fetching(tmp_path, "https://8.8.8.8/api/v1", f"{here.url}/v.mp4")
            record, _ = await fetching.ended()
            return record, len(here.requests)

    record, requests = asyncio.run(run())
    assert (record.video_state, requests) == (VideoState.FAILED, 0)
    assert "inside this network" in str(record.error_message)
    assert list((tmp_path / "videos").iterdir()) == []


def chain(error: BaseException) -> Iterator[BaseException]:
    """Yield an exception and whatever it was raised from or while handling."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        found = waiting.pop()
        if found is not None and found not in seen:
            seen.append(found)
            waiting += [found.__cause__, found.__context__]
            yield found


def shown(error: BaseException) -> str:
    """Return all that an error could show anywhere: words, arguments, attributes, the frames' variables."""
    words = [f"{one}\n{one!r}\n{one.args!r}\n{vars(one)!r}" for one in chain(error)]
    told = traceback.TracebackException.from_exception(error, capture_locals=True)
    return "\n".join([*words, *(line for line in told.format() if __file__ not in line)])


Call = Callable[[ServiceClient], Any]
CALLS: dict[str, Call] = {
    "create": lambda client: client.create("x", {"input": {"prompt": "A fox"}}),
    "query": lambda client: client.query("t-1"),
    "cancel": lambda client: client.cancel("t-1"),
    "policy": lambda client: client.policy("wan2.7-i2v"),
}
ECHO = json.dumps({"code": "InvalidApiKey", "message": f"No {KEY}.", "request_id": KEY}).encode()
ANSWERS: dict[str, tuple[bytes, End]] = {
    "a refusal that repeats it": (http(401, ECHO), "close"),
    "a fault that repeats it": (http(500, ECHO), "close"),
    "a page that repeats it": (http(200, f"<p>{KEY}".encode(), kind="text/html"), "close"),
    "an answer that repeats it where an id should be": (
        http(200, b'{"output":{"task":"' + KEY.encode()),
        "close",
    ),
    "a cut answer that repeats it": (http(200, ECHO, length=9999), "close"),
    "a redirect that repeats it": (redirect("302 Found", f"http://127.0.0.1:9/?key={KEY}"), "close"),
    "words of the network that repeat it": (f"HTTP/1.1 {KEY}\r\n\r\n".encode(), "close"),
    "a reset": (b"", "reset"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
def test_no_error_shows_the_key(call: Call, answer: tuple[bytes, End]) -> None:
    """However the service or what stands before it repeats it; nothing hidden is chained either."""

    async def run() -> ServiceError:
        async with serving(*answer) as api, a_client(api) as client:
            with pytest.raises(ServiceError) as caught:
                await call(client)
            assert heard(api) == [True]
            return caught.value

    error = asyncio.run(run())
    assert KEY not in shown(error)
    assert list(chain(error)) == [error]


def test_what_reads_a_file_chains_no_strange_error(tmp_path: Path) -> None:
    """Of what is no video one sentence is left."""
    (tmp_path / "a.mp4").write_text("no video")
    with pytest.raises(NotPlayableError) as caught:
        checked_facts(tmp_path / "a.mp4")
    assert caught.value.__cause__ is None


def clean(folder: Path) -> int:
    """Return how many files there are under a folder, none of which holds the key.

    Raises:
        AssertionError: one does.
    """
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in files if KEY.encode() in path.read_bytes()]
    return len(files)


def told(studio: Studio, task: Task) -> str:
    """Return all that a studio and its task say of themselves."""
    state = {name: repr(value) for name, value in vars(studio).items()}
    rows = [repr(row) for row in studio.store.select()]
    return "\n".join([repr(studio), repr(task), str(task.error), repr(vars(task)), repr(state), *rows])


def test_a_whole_session_leaves_no_key_behind(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Records, videos, sidecars, the simulator's own files, logs at every level, all that is shown."""
    caplog.set_level(logging.DEBUG)
    girl = picture(tmp_path / "media")
    with a_studio(tmp_path, key=KEY) as (studio, _):
        media = [{"type": "first_frame", "url": str(girl)}]
        request = Request("wan2.7-i2v", prompt="A girl", media=media, duration=2, resolution="720P", seed=7)
        tasks = [studio.submit(request).wait(60), studio.submit(TEXT).wait(60)]
        words = [told(studio, task) for task in tasks]
        assert [task.record.video_state for task in tasks] == [VideoState.SAVED] * 2
        assert clean(tmp_path) > 5  # with the write-ahead log still there
    assert clean(tmp_path) > 5
    assert KEY not in "".join(words)
    assert KEY not in caplog.text + repr([vars(record) for record in caplog.records])


ECHOED = {"request_id": KEY, "message": f"Key {KEY} is bad.", "code": "InternalError", "task_id": "t-1"}


@pytest.mark.parametrize(
    ("kind", "ends"),
    [
        ("create", [api_error(400, "InvalidParameter", f"Wrong: {KEY}.")]),
        ("create", [api_error(401, "InvalidApiKey", f"Incorrect {KEY}.")]),
        ("query", [api_error(401, "InvalidApiKey", f"Incorrect {KEY}.")]),
        ("query", [Answer(200, b'{"output":{}}'), Answer(500, f"{KEY}".encode())]),
        (
            "query",
            [
                api_error(200, "", ""),
                Answer(200, json.dumps({"output": {**ECHOED, "task_status": "FAILED"}}).encode()),
            ],
        ),
    ],
)
def test_a_service_that_repeats_the_key_does_not_get_it_stored(
    tmp_path: Path, kind: str, ends: list[Answer], caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever it says becomes words of the task, but not this."""
    caplog.set_level(logging.DEBUG)
    clock = JumpingClock(MovableClock())
    with a_service() as service:
        service.ends[kind] = ends
        connection = Connection(base_url=service.url, region="beijing", simulated=False)
        studio = Studio(connection, ApiKey(KEY), Folders(tmp_path), clock=clock)
        try:
            task = studio.submit(TEXT).wait(60)
            words = told(studio, task)
            assert task.done
            clean(tmp_path)
        finally:
            studio.close()
    assert clean(tmp_path) > 0
    assert KEY not in words + caplog.text
