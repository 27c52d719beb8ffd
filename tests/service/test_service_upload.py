"""Uploads: the documented form, whole or not at all, and never the key."""

import asyncio
import hashlib
import json
import os
import re
import socket
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.service.loopback import End, Loopback, http, serving
from tests.simulators import a_simulator
from wan_notebook.catalog import WanError
from wan_notebook.service import (
    AnswerLostError,
    ApiKey,
    Facts,
    KeyRefusedError,
    Limits,
    NotTheServiceError,
    Policy,
    ServiceClient,
    UnreachableError,
    UploadCutError,
    UploadError,
    UploadExpiredError,
    UploadFileError,
    UploadRefusedError,
    may_retry_upload,
    upload,
)
from wan_notebook.service.outgoing import object_name
from wan_notebook.service.reading import Reply, read_policy
from wan_notebook.simulator import MovableClock, Settings

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
CANARY = "sk-canary-0f1e2d3c4b5a"
SECRETS = {"policy": "eyJwb2xpY3kifQ==", "signature": "s1gnature/+=", "oss_access_key_id": "LT-id"}
DATA: dict[str, Any] = {
    **SECRETS,
    "upload_dir": "dashscope-instant/0a1b/2026-11-21/2c3d",
    "upload_host": "https://store.example",
    "expire_in_seconds": 300,
    "max_file_size_mb": 1,
    "capacity_limit_mb": 999999999,
    "x_oss_object_acl": "private",
    "x_oss_forbid_overwrite": "true",
}
CONTENT = hashlib.shake_256(b"a picture").digest(300_000)
DIGEST = hashlib.sha256(CONTENT).hexdigest()
FIELDS = [
    "OSSAccessKeyId",
    "Signature",
    "policy",
    "key",
    "x-oss-object-acl",
    "x-oss-forbid-overwrite",
    "success_action_status",
    "file",
]


def read(base_url: str = "https://api.example/api/v1", **changed: Any) -> Policy:
    """Return the policy in an answer of these fields; a field that is None is left out."""
    data = {name: value for name, value in {**DATA, **changed}.items() if value is not None}
    content = json.dumps({"request_id": "r-1", "data": data}).encode()
    return read_policy(Reply(status=200, content=content, base_url=base_url), NOW)


def policy_for(url: str, **changed: Any) -> Policy:
    """Return the policy of a server on this machine, good for a long time."""
    policy = read(f"{url}/api/v1", upload_host=f"{url}/upload", **changed)
    return policy.asked_at(datetime.now(UTC))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give a file whose name no store would take."""
    path = tmp_path / 'Fuchs "狐狸" 1.PNG'
    path.write_bytes(CONTENT)
    return path


def send(
    file: Path, answer: bytes, end: End = "close", *, data: dict[str, Any] | None = None, **options: Any
) -> tuple[Any, Loopback]:
    """Return what an upload gave (its error too) and the server that answered it."""

    async def run() -> tuple[Any, Loopback]:
        async with serving(answer, end) as server:
            try:
                return await upload(file, policy_for(server.url, **data or {}), **options), server
            except UploadError as error:
                return error, server

    return asyncio.run(run())


def oss_error(code: str, message: str) -> bytes:
    """Return a refusal as the store words it."""
    inside = f"<Code>{code}</Code>\n<Message>{message}</Message>"
    return f"<?xml version='1.0'?>\n<Error>\n{inside}\n</Error>".encode()


def test_the_permission_is_asked_for_a_model() -> None:
    """The documented call with the key, and its answer as a value with its end by our clock."""

    async def run() -> tuple[Policy, Loopback]:
        async with serving() as server:
            data = {**DATA, "upload_host": server.url}
            server.answer = http(200, json.dumps({"request_id": "r", "data": data}).encode())
            client = ServiceClient(f"{server.url}/api/v1", ApiKey(CANARY), clock=lambda: NOW)
            policy = await client.policy("wan2.7-i2v")
            await client.aclose()
            return policy, server

    policy, server = asyncio.run(run())
    assert server.path() == "GET /api/v1/uploads?action=getPolicy&model=wan2.7-i2v"
    assert server.header("Authorization") == f"Bearer {CANARY}"
    assert (policy.upload_dir, str(policy.max_file_size_mb)) == (DATA["upload_dir"], "1")
    assert policy.expires_at == NOW + timedelta(seconds=300)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (http(401, b'{"code":"InvalidApiKey","message":"No."}'), KeyRefusedError),
        (http(200, b'{"data":{"policy"'), AnswerLostError),
        (http(200, b'{"data":{"policy":"x"}}'), AnswerLostError),
        (http(200, b"<html>"), NotTheServiceError),
    ],
)
def test_a_permission_that_does_not_come_is_explained(answer: bytes, kind: type[Exception]) -> None:
    """The same classes as for other calls, and a sentence that says nothing was submitted."""

    async def run() -> None:
        async with serving(answer) as server:
            client = ServiceClient(server.url, ApiKey(CANARY))
            try:
                await client.policy("wan2.7-i2v")
            finally:
                await client.aclose()

    with pytest.raises(kind) as caught:
        asyncio.run(run())
    assert kind is not AnswerLostError or "nothing was submitted" in str(caught.value)


@pytest.mark.parametrize(
    ("told", "name", "value"),
    [
        ({"expire_in_seconds": None}, "expires_at", NOW + timedelta(seconds=300)),
        ({"expire_in_seconds": "60"}, "expires_at", NOW + timedelta(seconds=60)),
        ({"expire_in_seconds": -1}, "expires_at", NOW + timedelta(seconds=300)),
        ({"max_file_size_mb": None}, "max_file_size_mb", None),
        ({"max_file_size_mb": "no"}, "max_file_size_mb", None),
        ({"max_file_size_mb": True}, "max_file_size_mb", None),
        ({"x_oss_forbid_overwrite": True}, "forbid_overwrite", None),
    ],
)
def test_a_surprise_beside_what_is_needed_is_borne(told: dict[str, Any], name: str, value: object) -> None:
    """Missing or strange fields become what the documents say, or unknown."""
    assert getattr(read(**told), name) == value


def test_a_permission_shows_no_secret() -> None:
    """What signs an upload is in no repr."""
    assert not any(secret in f"{read()!r} {read()}" for secret in SECRETS.values())


@pytest.mark.parametrize(
    ("api", "host"),
    [
        ("https://api.example/api/v1", "https://store.example"),
        ("http://127.0.0.1:8800/api/v1", "http://127.0.0.1:8800/upload"),
        ("http://127.0.0.1:8800/api/v1", "https://store.example"),
    ],
)
def test_a_host_may_be_sent_to(api: str, host: str) -> None:
    """Encrypted, or as plain as the API itself."""
    assert read(api, upload_host=host).upload_host == host


@pytest.mark.parametrize(
    "host",
    [
        "http://store.example",
        "ftp://store.example",
        "store.example",
        "https://",
        "https:///path",
        "https://name:word@store.example",
        "https://[store",
        "file:///tmp/x",
    ],
)
def test_a_host_may_not_be_sent_to(host: str) -> None:
    """Nothing goes to an address that is not encrypted, not whole, or would make a header of a password."""
    with pytest.raises(NotTheServiceError, match="not encrypted or not whole, so nothing was submitted"):
        read(upload_host=host)


def test_an_upload_is_the_documented_form(file: Path) -> None:
    """Fields in order, the file last and byte for byte, a true length, no key, and the address of it."""
    address, server = send(file, http(200))
    body = server.body()
    assert [name.decode() for name in re.findall(rb'; name="([^"]+)"', body)] == FIELDS
    key = address.removeprefix("oss://")
    assert re.fullmatch(re.escape(DATA["upload_dir"]) + r"/Fuchs-1-[0-9a-f]{16}\.png", key)
    for value in (*SECRETS.values(), key, "private", "true", "200"):
        assert f"\r\n\r\n{value}\r\n".encode() in body
    name = f'name="file"; filename="{key.rpartition("/")[2]}"'.encode()
    assert name in body
    assert body.partition(name)[2].split(b"\r\n\r\n", 1)[1].startswith(CONTENT + b"\r\n--")
    assert server.path() == "POST /upload"
    assert server.header("Content-Length") == str(len(body))
    assert (server.header("Transfer-Encoding"), server.header("Authorization")) == (None, None)


def test_a_given_name_tells_the_true_container(tmp_path: Path) -> None:
    """The ending is that of the given name, not that of the path."""
    (tmp_path / "photo.jpg").write_bytes(b"\x89PNG")
    address, _ = send(tmp_path / "photo.jpg", http(200), name="photo.png")
    assert re.search(r"/photo-[0-9a-f]{16}\.png$", address)


@given(st.text(max_size=300))
def test_any_name_becomes_one_the_store_takes(name: str) -> None:
    """ASCII letters, digits and hyphens, short, with a plain ending; never the same twice."""
    made = object_name(name)
    assert re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9-]*-)?[0-9a-f]{16}(\.[a-z0-9]{1,8})?", made)
    assert len(made) <= 40 + 1 + 16 + 9
    assert made != object_name(name)


def test_the_progress_is_told(file: Path) -> None:
    """It begins with nothing and grows to the whole."""
    told: list[tuple[int, int]] = []
    send(file, http(200), progress=lambda *now: told.append(now))
    assert told[0] == (0, len(CONTENT))
    assert told == sorted(set(told))
    assert told[-1] == (len(CONTENT), len(CONTENT))


class Swallowing(httpx.AsyncBaseTransport):
    """Takes a request piece by piece and keeps none of it."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Answer as the store does."""
        assert isinstance(request.stream, httpx.AsyncByteStream)
        async for _piece in request.stream:
            pass
        return httpx.Response(200)


def test_a_large_file_needs_little_memory(tmp_path: Path) -> None:
    """It is read while it is sent."""
    path = tmp_path / "long.mp4"
    with path.open("wb") as file:
        file.truncate(64 * 2**20)
    policy = policy_for("http://127.0.0.1:9", max_file_size_mb=100)
    asyncio.run(upload(path, policy, transport=Swallowing()))  # what is loaded once does not count
    tracemalloc.start()
    asyncio.run(upload(path, policy, transport=Swallowing()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**20


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (403, "AccessDenied", "Invalid according to Policy: Policy expired.", UploadExpiredError),
        (403, "AccessDenied", "You have no right.", UploadRefusedError),
        (403, "SignatureDoesNotMatch", "No match &amp; more.", UploadRefusedError),
        (400, "EntityTooLarge", "Too large.", UploadRefusedError),
        (413, "", "", UploadRefusedError),
        (409, "FileAlreadyExists", "It exists.", UploadRefusedError),
        (400, "RequestTimeout", "Nothing was read.", UploadCutError),
        (429, "", "", UploadCutError),
        (500, "InternalError", "Sorry.", UploadCutError),
        (503, "ServiceUnavailable", "Slow down.", UploadCutError),
    ],
)
def test_a_refusal_is_explained(
    file: Path, status: int, code: str, message: str, kind: type[UploadError]
) -> None:
    """The class tells what can help, the sentence where, what, why and that nothing was submitted."""
    error, _ = send(file, http(status, oss_error(code, message), kind="application/xml"))
    assert type(error) is kind
    assert may_retry_upload(error) is not (kind is UploadRefusedError)
    said = str(error)
    assert all(word in said for word in ("127.0.0.1", str(file), "nothing was submitted"))
    assert kind is UploadExpiredError or (code in said and f"HTTP {status}" in said)
    assert "&amp;" not in said


def test_an_endless_refusal_is_not_read_to_its_end(file: Path) -> None:
    """A kilobyte or two hold all a refusal says."""
    error, _ = send(file, http(403, b"x" * 200_000, length=10**9), "drops")
    assert type(error) is UploadRefusedError


def test_a_redirect_is_not_followed(file: Path) -> None:
    """The file goes to the named host or nowhere."""

    async def run() -> tuple[str, int]:
        async with serving(http(200)) as other, serving(http(307, b"", f"Location: {other.url}")) as server:
            with pytest.raises(UploadRefusedError) as caught:
                await upload(file, policy_for(server.url))
            return str(caught.value), len(other.requests)

    said, asked = asyncio.run(run())
    assert ("HTTP 307" in said, asked) == (True, 0)


def test_a_host_that_is_not_there_is_said_so(file: Path) -> None:
    """Nothing was sent at all."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        policy = policy_for(f"http://127.0.0.1:{held.getsockname()[1]}")
        with pytest.raises(UploadCutError, match=r"could not be reached .* nothing was submitted") as caught:
            asyncio.run(upload(file, policy))
    assert may_retry_upload(caught.value)


@pytest.mark.parametrize("end", ["close", "reset", "silence"])
def test_an_upload_that_breaks_off_is_no_upload(file: Path, end: End) -> None:
    """Without an answer there is no address; how far it came is said, and no secret is shown."""
    error, _ = send(file, b"", end, limits=Limits(read=0.2, total=5))
    assert type(error) is UploadCutError
    assert may_retry_upload(error)
    assert f"of {len(CONTENT)} bytes" in str(error)
    assert (error.__cause__, error.__context__) == (None, None)
    assert not any(secret in str(error) for secret in SECRETS.values())


def test_an_answer_in_drops_ends(file: Path) -> None:
    """The whole has its limit too."""
    error, _ = send(file, http(403, length=10**9), "drops", limits=Limits(read=5, total=0.3))
    assert type(error) in {UploadCutError, UploadRefusedError}


def make_folder(path: Path) -> None:
    """Put a folder at the path."""
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda _path: None, "cannot be read"),
        (make_folder, "no plain file"),
        (os.mkfifo, "no plain file"),
    ],
)
def test_what_is_no_file_is_not_sent(tmp_path: Path, make: Callable[[Path], None], words: str) -> None:
    """Nothing, a folder or a pipe: one sentence, at once, and the host is not asked."""
    make(tmp_path / "x.png")
    error, server = send(tmp_path / "x.png", http(200))
    assert type(error) is UploadFileError
    assert (words in str(error), may_retry_upload(error), server.requests) == (True, False, [])


def test_a_name_no_disk_can_have_is_no_file() -> None:
    """Also this is one sentence."""
    error, _ = send(Path("a\0b.png"), http(200))
    assert type(error) is UploadFileError


@pytest.mark.parametrize(("size", "sent"), [(2**20, True), (2**20 + 1, False)])
def test_a_file_above_the_limit_is_not_sent(tmp_path: Path, size: int, sent: bool) -> None:  # noqa: FBT001 - a column
    """The limit of the permission holds to the byte, before anything is sent."""
    (tmp_path / "a.png").write_bytes(bytes(size))
    result, server = send(tmp_path / "a.png", http(200))
    assert (len(server.requests), isinstance(result, str)) == ((1, True) if sent else (0, False))
    assert sent or "1.0 MB and the service takes 1 MB at most" in str(result)


def shrink(path: Path) -> None:
    """Cut the file."""
    os.truncate(path, 100_000)


def grow(path: Path) -> None:
    """Go on writing the file."""
    with path.open("ab") as file:
        file.write(CONTENT)


def rewrite(path: Path) -> None:
    """Write other content of the same length."""
    path.write_bytes(bytes(len(CONTENT)))
    os.utime(path, ns=(1, 1))  # a clock too coarse for this test is none of its matter


def replace(path: Path) -> None:
    """Put another file of the same length and time in its place."""
    other, times = path.with_name("other"), path.stat()
    other.write_bytes(bytes(len(CONTENT)))
    os.utime(other, ns=(times.st_atime_ns, times.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize("change", [shrink, grow, rewrite, replace, Path.unlink])
def test_a_file_that_changes_meanwhile_is_an_error(file: Path, change: Callable[[Path], None]) -> None:
    """Even when the host took it, there is no address; it is not tried again by itself."""

    def at_half(sent: int, _total: int) -> None:
        if 100_000 < sent < 170_000:
            change(file)

    error, _ = send(file, http(200), progress=at_half)
    assert type(error) is UploadFileError
    assert "no longer what it was" in str(error)
    assert not may_retry_upload(error)


def test_only_the_content_that_was_chosen_is_sent(file: Path) -> None:
    """A hash that was taken before is compared with what was read."""
    assert str(send(file, http(200), sha256=DIGEST)[0]).startswith("oss://")
    assert str(send(file, http(200), sha256=DIGEST.upper())[0]).startswith("oss://")
    error, _ = send(file, http(200), sha256=hashlib.sha256(b"other").hexdigest())
    assert type(error) is UploadFileError


def test_a_permission_that_ended_is_not_used(file: Path) -> None:
    """The host is not asked in vain; a new permission can help."""
    error, server = send(file, http(200), clock=lambda: datetime.now(UTC) + timedelta(seconds=301))
    assert (type(error), may_retry_upload(error), server.requests) == (UploadExpiredError, True, [])


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (UnreachableError(Facts(), "unreachable"), True),
        (AnswerLostError(Facts(), "lost_policy"), True),
        (KeyRefusedError(Facts(status=401), "key"), False),
        (WanError("other"), False),
    ],
)
def test_what_asking_for_the_permission_can_end_in_is_judged_too(error: WanError, again: bool) -> None:  # noqa: FBT001 - a column
    """One question for both steps."""
    assert may_retry_upload(error) is again


def test_cancelling_ends_the_connection(file: Path) -> None:
    """Nothing goes on behind the caller's back."""

    async def run() -> bytes:
        async with serving(b"", "silence") as server:
            task = asyncio.create_task(upload(file, policy_for(server.url)))
            await server.asked.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await asyncio.wait_for(asyncio.gather(*(one for one, _ in server.open if one)), 5)
            return server.body()

    assert CONTENT in asyncio.run(run())


def test_the_simulator_takes_it(file: Path, tmp_path: Path) -> None:
    """Permission and upload against the other side of the protocol; after its end it is refused there too."""
    clock = MovableClock()

    async def run(base_url: str) -> tuple[str, UploadError]:
        client = ServiceClient(base_url, ApiKey("sk-good"))
        policy = await client.policy("wan2.7-t2v")
        address = await upload(file, policy, sha256=DIGEST)
        clock.move(300)
        with pytest.raises(UploadExpiredError) as caught:
            await upload(file, policy)
        await client.aclose()
        return address, caught.value

    with a_simulator(Settings(), tmp_path / "state", clock) as simulator:
        address, refused = asyncio.run(run(simulator.base_url))
        assert (simulator.counters["upload.200"], simulator.counters["upload.403"]) == (1, 1)
    assert address.startswith("oss://dashscope-instant/")
    assert "nothing was submitted" in str(refused)
    kept = [path.read_bytes() for path in (tmp_path / "state" / "uploads").iterdir()]
    assert kept == [CONTENT]
