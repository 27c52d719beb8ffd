"""The client against a real server on this machine: what it sends, and what becomes of every way to fail."""

import asyncio
import json
import logging
import socket
import traceback
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

import httpx
import pytest

from tests.service.loopback import End, Loopback, http, serving
from wan_notebook.catalog import SettingError, Status
from wan_notebook.service import (
    AnswerLostError,
    ApiKey,
    KeyRefusedError,
    Limits,
    NotTheServiceError,
    ServiceClient,
    ServiceError,
    ThrottledError,
    UnreachableError,
    nothing_created,
)
from wan_notebook.service.client import CREATE_LIMITS, LARGEST_ANSWER, QUERY_LIMITS

CANARY = "sk-canary-0f1e2d3c4b5a"
PATH = "services/aigc/video-generation/video-synthesis"
BODY: dict[str, Any] = {"model": "wan2.7-t2v", "input": {"prompt": "狐狸 🦊"}, "parameters": {"seed": 7}}
CREATED = b'{"output":{"task_status":"PENDING","task_id":"t-1"},"request_id":"r-1"}'
RUNNING = b'{"output":{"task_status":"RUNNING","task_id":"t-1"},"request_id":"r-2"}'
HASTY = Limits(read=0.3, total=1)

Use = Callable[[ServiceClient], Coroutine[Any, Any, Any]]


def create(client: ServiceClient) -> Coroutine[Any, Any, Any]:
    """Ask for a task."""
    return client.create(PATH, BODY)


def query(client: ServiceClient) -> Coroutine[Any, Any, Any]:
    """Ask for a status."""
    return client.query("t-1")


def client_of(url: str, **options: Any) -> ServiceClient:
    """Return a client of a server."""
    return ServiceClient(f"{url}/api/v1", ApiKey(CANARY), **options)


def ask(answer: bytes, use: Use, end: End = "close", **options: Any) -> tuple[Any, Loopback]:
    """Return what a call gave (its error too) and the server that answered it."""

    async def run() -> tuple[Any, Loopback]:
        async with serving(answer, end) as server:
            client = client_of(server.url, **options)
            try:
                return await use(client), server
            except ServiceError as error:
                return error, server
            finally:
                await client.aclose()

    return asyncio.run(run())


def test_a_create_sends_what_the_documents_say() -> None:
    """Path, headers and a UTF-8 body with the exact JSON."""
    created, server = ask(http(200, CREATED), create)
    assert (created.task_id, created.status) == ("t-1", Status.PENDING)
    assert server.path() == f"POST /api/v1/{PATH}"
    assert server.header("Authorization") == f"Bearer {CANARY}"
    assert server.header("Content-Type") == "application/json"
    assert server.header("X-DashScope-Async") == "enable"
    assert server.header("X-DashScope-OssResourceResolve") is None
    assert server.header("User-Agent") == f"wan-notebook/{version('wan-notebook')}"
    assert json.loads(server.body()) == BODY
    assert "狐狸 🦊".encode() in server.body()


@pytest.mark.parametrize(
    "media",
    [{"audio_url": "oss://a/b.mp3"}, {"media": [{"url": "oss://a/b.mp4"}]}, {"reference_urls": ("oss://a",)}],
)
def test_an_upload_in_the_body_asks_for_its_resolution(media: dict[str, Any]) -> None:
    """The header is sent when an oss:// address is anywhere in the body."""
    _, server = ask(http(200, CREATED), lambda client: client.create(PATH, {"input": media}))
    assert server.header("X-DashScope-OssResourceResolve") == "enable"


def test_a_prompt_that_speaks_of_uploads_does_not() -> None:
    """Only an address counts, not a mention."""
    body = {"input": {"prompt": 'see "oss://a"', "audio_url": "https://a/oss://b"}}
    _, server = ask(http(200, CREATED), lambda client: client.create(PATH, body))
    assert server.header("X-DashScope-OssResourceResolve") is None


def test_a_query_sends_what_the_documents_say() -> None:
    """No async header and no body."""
    answer, server = ask(http(200, RUNNING), query)
    assert answer.status is Status.RUNNING
    assert server.path() == "GET /api/v1/tasks/t-1"
    assert server.header("Authorization") == f"Bearer {CANARY}"
    assert server.header("X-DashScope-Async") is None
    assert server.body() == b""


def test_a_cancel_sends_what_the_documents_say() -> None:
    """A POST without a body to a path of the task."""
    canceled, server = ask(http(200, b'{"request_id":"r-3"}'), lambda client: client.cancel("t-1"))
    assert canceled.request_id == "r-3"
    assert server.path() == "POST /api/v1/tasks/t-1/cancel"
    assert server.header("Authorization") == f"Bearer {CANARY}"
    assert server.body() == b""


def test_a_permission_to_upload_is_asked_for_by_model() -> None:
    """Its life begins when it was asked for, by the clock that was given."""
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    data: dict[str, Any] = {"policy": "p", "signature": "s", "upload_dir": "d", "oss_access_key_id": "i"}
    data |= {"upload_host": "http://127.0.0.1:9", "expire_in_seconds": 300, "max_file_size_mb": 100}
    data |= {"x_oss_object_acl": "private", "x_oss_forbid_overwrite": "true"}
    said = http(200, json.dumps({"request_id": "r", "data": data}).encode())
    policy, server = ask(said, lambda client: client.policy("wan2.7-i2v"), clock=lambda: now)
    assert server.path() == "GET /api/v1/uploads?action=getPolicy&model=wan2.7-i2v"
    assert policy.upload_host == "http://127.0.0.1:9"
    assert policy.expires_at == datetime(2026, 11, 21, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("task_id", "path"),
    [
        ("../../uploads", "..%2F..%2Fuploads"),
        ("a/cancel", "a%2Fcancel"),
        ("a?page_no=1#x", "a%3Fpage_no%3D1%23x"),
        ("a%2Fb", "a%252Fb"),
        ("狐", "%E7%8B%90"),
        ("a\ud83d", "a%3F"),
    ],
)
def test_a_strange_id_cannot_reach_another_path(task_id: str, path: str) -> None:
    """Everything that means something in a path is quoted."""
    _, server = ask(http(200, RUNNING), lambda client: client.query(task_id))
    assert server.path() == f"GET /api/v1/tasks/{path}"


@pytest.mark.parametrize("task_id", ["", " ", ".", "..", "//", "%"])
def test_what_cannot_be_an_id_is_not_asked_for(task_id: str) -> None:
    """An empty id would list all tasks, dots would climb."""
    with pytest.raises(SettingError, match="cannot be the id"):
        asyncio.run(client_of("http://127.0.0.1:9").query(task_id))


LOST: dict[str, tuple[bytes, End]] = {
    "reset before an answer": (b"", "reset"),
    "closed before an answer": (b"", "close"),
    "silence": (b"", "silence"),
    "silence after the head": (http(200, b"", length=50)[:-2], "silence"),
    "silence within the body": (http(200, CREATED[:20], length=len(CREATED)), "silence"),
    "body cut": (http(200, CREATED[:20], length=len(CREATED)), "close"),
    "body cut by a reset": (http(200, CREATED[:20], length=len(CREATED)), "reset"),
    "no HTTP": (b"SSH-2.0-OpenSSH_9.6\r\n", "close"),
    "bad JSON": (http(200, CREATED[:20]), "close"),
    "bad packing": (http(200, CREATED, "Content-Encoding: gzip"), "close"),
    "empty": (http(200), "close"),
    "no id": (http(200, b'{"request_id":"r-1"}'), "close"),
    "500": (http(500, b'{"code":"InternalError","message":"Oops."}'), "close"),
    "502": (http(502, b"<html>", kind="text/html"), "close"),
    "503": (http(503), "close"),
    "504": (http(504), "close"),
}


@pytest.mark.parametrize("way", LOST)
def test_an_answer_lost_in_any_way_is_no_reason_to_pay_twice(way: str) -> None:
    """The server saw exactly one create, and the error leaves open whether a task exists."""
    answer, end = LOST[way]
    error, server = ask(answer, create, end, create_limits=HASTY)
    assert type(error) is AnswerLostError
    assert "paid twice" in str(error)
    assert not nothing_created(error)
    assert len(server.requests) == 1


def test_an_answer_in_drops_ends_too() -> None:
    """Each byte comes in time, the whole does not: the limit for the whole call counts."""
    error, _ = ask(http(200, length=10**9), query, "drops", query_limits=Limits(read=5, total=0.1))
    assert type(error) is AnswerLostError
    assert "TimeoutError" in str(error)


def closed_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_closed_port_is_unreachable() -> None:
    """Nothing was sent, and the sentence names host and remedy."""
    port = closed_port()
    with pytest.raises(UnreachableError, match=f"127.0.0.1:{port} could not be reached") as caught:
        asyncio.run(create(client_of(f"http://127.0.0.1:{port}")))
    assert nothing_created(caught.value)


@pytest.mark.parametrize("end", ["close", "reset"])
def test_a_host_that_does_not_speak_tls_is_unreachable(end: End) -> None:
    """A handshake that fails sends no request."""

    async def run() -> ServiceError:
        async with serving(http(200, CREATED), end) as server:
            client = client_of(
                server.url.replace("http:", "https:"), create_limits=Limits(connect=0.2, read=1, total=2)
            )
            with pytest.raises(UnreachableError) as caught:
                await create(client)
            await client.aclose()
            return caught.value

    assert nothing_created(asyncio.run(run()))


def test_a_host_name_that_is_none_is_unreachable() -> None:
    """A label of more than 63 letters never leaves this machine."""
    with pytest.raises(UnreachableError):
        asyncio.run(create(client_of(f"http://localhost{'a' * 64}")))


@pytest.mark.parametrize(
    "proxy",
    ["socks5://127.0.0.1:9", "nonsense://127.0.0.1:9", "http://127.0.0.1:9"],
    ids=["socks", "kind", "dead"],
)
def test_a_proxy_that_cannot_be_used_is_unreachable(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the settings to look at."""
    monkeypatch.setenv("ALL_PROXY", proxy)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    monkeypatch.delenv("all_proxy")
    monkeypatch.delenv("https_proxy")
    with pytest.raises(UnreachableError, match="ALL_PROXY"):
        asyncio.run(create(client_of("https://service.example")))


@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_proxy_that_refuses_is_unreachable(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was asked for the way only: the service got nothing, the proxy no key."""

    async def run() -> tuple[ServiceError, bytes]:
        async with serving(http(status)) as proxy:
            monkeypatch.setenv("HTTPS_PROXY", proxy.url)
            monkeypatch.delenv("https_proxy")
            client = client_of("https://service.example")
            with pytest.raises(UnreachableError) as caught:
                await create(client)
            await client.aclose()
            return caught.value, proxy.requests[0]

    error, request = asyncio.run(run())
    assert nothing_created(error)
    assert request.startswith(b"CONNECT service.example:443")
    assert CANARY.encode() not in request


def test_this_machine_is_reached_without_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """A simulator answers though the environment names a proxy and no exception from it."""
    monkeypatch.delenv("no_proxy")
    monkeypatch.delenv("NO_PROXY")
    answer, server = ask(http(200, RUNNING), query)
    assert answer.status is Status.RUNNING
    assert len(server.requests) == 1


@pytest.mark.parametrize("use", [create, query])
def test_a_redirect_is_not_followed(use: Use) -> None:
    """The key stays with the address it was given for."""

    async def run() -> int:
        async with serving(http(200, CREATED)) as other:
            answer = http(307, b"", f"Location: {other.url}/api/v1/{PATH}")
            async with serving(answer) as server:
                client = client_of(server.url)
                with pytest.raises(NotTheServiceError, match="key is never sent along"):
                    await use(client)
                await client.aclose()
            return len(other.requests)

    assert asyncio.run(run()) == 0


@pytest.mark.parametrize(
    "location", ["狐。example", "http://狐:x", "http://[", "http://a:99999999", f"http://{'狐' * 64}", "\xff"]
)
def test_a_redirect_that_is_no_address_comes_after_the_call_was_sent(location: str) -> None:
    """What the HTTP library cannot read in an answer is never taken for a call that was not sent."""
    error, server = ask(http(302, b"", f"Location: {location}"), create)
    assert type(error) is NotTheServiceError
    assert not nothing_created(error)
    assert len(server.requests) == 1


def test_a_web_page_is_not_the_service() -> None:
    """A host that answers HTML is named, with what to check."""
    error, server = ask(http(200, b"<!doctype html><title>Router</title>", kind="text/html"), create)
    assert type(error) is NotTheServiceError
    assert server.url.removeprefix("http://") in str(error)
    assert "base_url" in str(error)


def test_an_endless_answer_is_given_up() -> None:
    """The memory of a kernel is not filled by a wrong address."""
    body = b" " * (LARGEST_ANSWER + 1)
    error, _ = ask(http(200, body), query)
    assert type(error) is NotTheServiceError
    assert "does not end" in str(error)


def test_a_wish_to_wait_is_passed_on() -> None:
    """Retry-After as a date is counted from the clock that was given."""
    wish = "Retry-After: Sat, 21 Nov 2026 12:00:30 GMT"
    now = datetime(2026, 11, 21, 12, tzinfo=UTC)
    error, _ = ask(http(429, b'{"code":"Throttling"}', wish), create, clock=lambda: now)
    assert type(error) is ThrottledError
    assert error.retry_after == 30


def test_every_call_has_its_limits() -> None:
    """The network layer gets the documented seconds for each step of each call."""
    seen = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request.extensions["timeout"])
        return httpx.Response(200, content=CREATED)

    async def run() -> None:
        client = client_of("https://service.example", transport=httpx.MockTransport(answer))
        await create(client)
        await query(client)
        await client.aclose()

    asyncio.run(run())
    assert seen == [CREATE_LIMITS.timeout.as_dict(), QUERY_LIMITS.timeout.as_dict()]
    assert seen[0] == {"connect": 10, "read": 60, "write": 60, "pool": 10}
    assert seen[1]["read"] == 30


def test_a_cancelled_call_is_cancelled() -> None:
    """An interrupt is passed on as it is, and the connection closed."""

    async def run() -> None:
        async with serving(b"", "silence") as server:
            client = client_of(server.url)
            waiting = asyncio.ensure_future(create(client))
            await server.asked.wait()
            waiting.cancel()
            with pytest.raises(asyncio.CancelledError):
                await waiting
            await client.aclose()

    asyncio.run(run())


def test_a_closed_client_opens_again() -> None:
    """Closing twice is no fault, and a later call works."""

    async def run() -> list[Status]:
        async with serving(http(200, RUNNING)) as server:
            client = client_of(server.url)
            await client.aclose()
            first = await client.query("t-1")
            await client.aclose()
            second = await client.query("t-1")
            await client.aclose()
            await client.aclose()
            return [first.status, second.status]

    assert asyncio.run(run()) == [Status.RUNNING, Status.RUNNING]


def test_the_client_knows_its_address_and_account() -> None:
    """Both go into the records; the key does not."""
    client = ServiceClient("https://service.example/api/v1/", ApiKey(CANARY))
    assert (client.base_url, client.account) == ("https://service.example/api/v1", ApiKey(CANARY).account)
    assert CANARY not in repr(vars(client))


ECHO = json.dumps(
    {"code": "InvalidApiKey", "message": f"Incorrect key {CANARY}.", "request_id": CANARY}
).encode()


@pytest.mark.parametrize(
    ("answer", "end"),
    [(http(401, ECHO), "close"), (b"", "reset"), (b"", "silence"), (http(200, CANARY.encode()), "close")],
)
def test_no_error_shows_the_key(answer: bytes, end: End, caplog: pytest.LogCaptureFixture) -> None:
    """Not its text, arguments, chain, nor the local variables of its frames, nor any log at any level."""
    caplog.set_level(logging.DEBUG)
    error, server = ask(answer, create, end, create_limits=HASTY)
    assert CANARY in server.requests[0].decode()
    shown = [str(error), repr(error), repr(error.args), repr(vars(error)), caplog.text]
    frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
    shown += [str(frame.locals) for frame in frames if frame.filename != __file__]
    assert len(shown) > 6
    assert error.__context__ is None
    assert not [line for line in shown if CANARY in line]


def test_a_refused_key_is_said_so() -> None:
    """The commonest mistake gets its sentence through the whole client."""
    error, _ = ask(
        http(401, b'{"code":"InvalidApiKey","message":"No API-key provided.","request_id":"r"}'), query
    )
    assert type(error) is KeyRefusedError
    assert "region" in str(error)
