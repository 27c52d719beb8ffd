"""Videos: whole or not at all, never over another file, never from outside to inside."""

import asyncio
import contextlib
import errno
import hashlib
import json
import os
import resource
import shutil
import socket
import ssl
import tracemalloc
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service.loopback import End, http, serving
from wan_notebook import service
from wan_notebook.service import (
    DownloadError,
    LinkExpiredError,
    Part,
    Progress,
    StorageError,
    TransferError,
    publish,
    receive,
)
from wan_notebook.service.addresses import is_local, is_loopback
from wan_notebook.service.partial import Kept, Mark

VIDEO = hashlib.shake_256(b"a video").digest(300_000)
OUTSIDE = "http://8.8.8.8"


def part_of(target: Path) -> Part:
    """Return the part a video of this name comes in."""
    return Part(target.with_name(".task-1.part"), target)


async def download(url: str, target: Path, on_progress: Progress | None = None, **options: Any) -> int:
    """Fetch a video from its link to its name, and return its length."""
    told = on_progress or (lambda _now, _total: None)
    size = await receive(url, part_of(target), told, **options)
    await publish(part_of(target))
    return size


def fetch(answer: bytes, target: Path, end: End = "close", **options: Any) -> int:
    """Return the length of what a server with this answer gave."""

    async def run() -> int:
        async with serving(answer, end) as server:
            return await download(f"{server.url}/v.mp4?Expires=1&Signature=s3cret", target, **options)

    return asyncio.run(run())


def fetch_from(
    answers: Callable[[httpx.Request], httpx.Response], url: str, target: Path, **options: Any
) -> int:
    """Return the length of what a network that is not there gave."""
    return asyncio.run(download(url, target, transport=httpx.MockTransport(answers), **options))


def test_a_video_arrives_byte_for_byte(tmp_path: Path) -> None:
    """The bytes are those of the server, the length is returned, nothing else is left in the folder."""
    target = tmp_path / "狐狸 a.mp4"
    assert fetch(http(200, VIDEO, kind="video/mp4"), target) == len(VIDEO)
    assert hashlib.sha256(target.read_bytes()).digest() == hashlib.sha256(VIDEO).digest()
    assert list(tmp_path.iterdir()) == [target]


def test_a_video_may_be_read_by_whom_the_umask_lets(tmp_path: Path) -> None:
    """The file has the rights of any new file, not those of a temporary one."""
    target, other = tmp_path / "a.mp4", tmp_path / "other"
    other.touch()
    fetch(http(200, VIDEO), target)
    assert target.stat().st_mode == other.stat().st_mode


def test_the_progress_is_told(tmp_path: Path) -> None:
    """It grows to the announced length."""
    told: list[tuple[int, int | None]] = []
    fetch(http(200, VIDEO), tmp_path / "a.mp4", on_progress=lambda *now: told.append(now))
    assert told == sorted(told)
    assert told[-1] == (len(VIDEO), len(VIDEO))


def test_no_key_and_no_packing_is_asked_with_a_video(tmp_path: Path) -> None:
    """The host of videos gets neither a key nor a reason to change bytes."""

    async def run() -> tuple[str | None, str | None]:
        async with serving(http(200, VIDEO)) as server:
            await download(f"{server.url}/v.mp4", tmp_path / "a.mp4")
            return server.header("Authorization"), server.header("Accept-Encoding")

    assert asyncio.run(run()) == (None, "identity")


def test_a_video_without_an_announced_length_arrives(tmp_path: Path) -> None:
    """The end of the connection is its end."""
    told: list[int | None] = []
    answer = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + VIDEO
    length = fetch(answer, tmp_path / "a.mp4", on_progress=lambda _now, total: told.append(total))
    assert (length, set(told)) == (len(VIDEO), {None})


@pytest.mark.parametrize("exists", ["file", "folder", "broken link"])
def test_nothing_is_ever_overwritten(tmp_path: Path, exists: str) -> None:
    """Whatever bears the name stays as it is."""
    target = tmp_path / "a.mp4"
    if exists == "file":
        target.write_bytes(b"mine")
    elif exists == "folder":
        target.mkdir()
    else:
        target.symlink_to(tmp_path / "nowhere")
    with pytest.raises(StorageError, match="there is a file of that name") as caught:
        fetch(http(200, VIDEO), target)
    assert str(target) in str(caught.value)
    assert list(tmp_path.iterdir()) == [target]
    assert exists != "file" or target.read_bytes() == b"mine"


def test_folders_without_hard_links_work_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems have none: the name is claimed first, and still never taken from another file."""

    def refuse(*_paths: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", refuse)
    target = tmp_path / "a.mp4"
    fetch(http(200, VIDEO), target)
    with pytest.raises(StorageError, match="there is a file of that name"):
        fetch(http(200, b"other"), target)
    assert target.read_bytes() == VIDEO
    assert list(tmp_path.iterdir()) == [target]


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(VIDEO) - 1), st.sampled_from(["close", "reset"]))
def test_a_video_cut_anywhere_leaves_nothing(tmp_path: Path, length: int, end: End) -> None:
    """A part of a video is no video."""
    with pytest.raises(TransferError, match="try again"):
        fetch(http(200, VIDEO[:length], length=len(VIDEO)), tmp_path / "a.mp4", end)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("body", [VIDEO[:-1], VIDEO + b"x", b""])
def test_a_length_that_does_not_fit_leaves_nothing(tmp_path: Path, body: bytes) -> None:
    """Bytes received are compared with bytes announced, also where the connection looks whole."""

    async def pieces() -> AsyncIterator[bytes]:
        yield body

    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Length": str(len(VIDEO))}, content=pieces())

    with pytest.raises(TransferError, match=f"sent {len(body)} of {len(VIDEO)} bytes"):
        fetch_from(answer, f"{OUTSIDE}/v.mp4", tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, LinkExpiredError),
        (404, LinkExpiredError),
        (410, LinkExpiredError),
        (429, TransferError),
        (500, TransferError),
        (503, TransferError),
        (204, DownloadError),
        (206, DownloadError),
        (304, DownloadError),
        (400, DownloadError),
    ],
)
def test_an_answer_without_a_video_is_an_error(
    tmp_path: Path, status: int, kind: type[DownloadError]
) -> None:
    """Status and host are named, the signature of the link is not."""
    with pytest.raises(DownloadError) as caught:
        fetch(http(status, b"" if status in {204, 304} else b"<Error>"), tmp_path / "a.mp4")
    assert type(caught.value) is kind
    assert f"HTTP {status}" in str(caught.value)
    assert "s3cret" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url", ["", "ftp://h/a", "file:///etc/passwd", "http://", "oss://b/a", "//h/a", "http://["]
)
def test_what_is_no_web_address_is_refused(tmp_path: Path, url: str) -> None:
    """Only http and https are fetched."""
    with pytest.raises(DownloadError, match="not a web address"):
        asyncio.run(download(url, tmp_path / "a.mp4"))


def test_a_packed_video_is_refused(tmp_path: Path) -> None:
    """Bytes that a proxy changed are not the video's."""
    with pytest.raises(DownloadError, match="packed"):
        fetch(http(200, VIDEO, "Content-Encoding: gzip"), tmp_path / "a.mp4")


@pytest.mark.parametrize("announced", [True, False])
def test_a_video_too_large_is_refused(tmp_path: Path, announced: bool) -> None:  # noqa: FBT001 - both ways
    """Before the first byte when it is announced, else as soon as it shows."""
    head = b"" if announced else b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    answer = http(200, VIDEO) if announced else head + VIDEO
    with pytest.raises(DownloadError, match="the limit is 1000"):
        fetch(answer, tmp_path / "a.mp4", largest=1000)
    assert list(tmp_path.iterdir()) == []


def test_a_host_that_is_not_there_may_be_tried_again(tmp_path: Path) -> None:
    """The host and the words of the network are in the sentence."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(TransferError, match=r"fetched from 127\.0\.0\.1 \(ConnectError"):
        asyncio.run(download(f"http://127.0.0.1:{port}/v", tmp_path / "a.mp4"))


def test_a_fault_of_encryption_is_not_blamed_on_the_disk(tmp_path: Path) -> None:
    """Python counts it among the errors of the operating system, but it comes from the network."""

    async def pieces() -> AsyncIterator[bytes]:
        yield VIDEO
        raise ssl.SSLError(1, "bad record mac")

    with pytest.raises(TransferError, match="bad record mac"):
        fetch_from(lambda _request: httpx.Response(200, content=pieces()), f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    """The remedy is to make it."""
    with pytest.raises(StorageError, match="make the folder"):
        fetch(http(200, VIDEO), tmp_path / "nowhere" / "a.mp4")


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    """What is in the way stays."""
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StorageError, match="make the folder"):
        fetch(http(200, VIDEO), tmp_path / "file" / "a.mp4")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (errno.ENOSPC, "does not fit on the disk"),
        (errno.EDQUOT, "does not fit on the disk"),
        (errno.EACCES, "right to write"),
        (errno.EROFS, "right to write"),
        (errno.EIO, "check the disk"),
    ],
)
def test_a_disk_that_refuses_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    """Path, bytes needed and remedy are in one sentence, and nothing is left behind."""

    def refuse(_file: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    target = tmp_path / "a.mp4"
    with pytest.raises(StorageError, match=words) as caught:
        fetch(http(200, VIDEO), target)
    assert str(target) in str(caught.value)
    assert f"{len(VIDEO)} bytes" in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_disk_without_room_is_noticed_before_it_is_filled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The records beside the video need the last bytes."""
    told: list[object] = []
    usage = shutil.disk_usage(tmp_path)._replace(free=len(VIDEO) - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    with pytest.raises(StorageError, match="does not fit on the disk"):
        fetch(http(200, VIDEO), tmp_path / "a.mp4", on_progress=lambda *now: told.append(now))
    assert told == []


def test_a_file_size_limit_is_explained(tmp_path: Path) -> None:
    """The operating system really refuses the bytes here."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(StorageError, match="does not fit on the disk"):
            fetch(http(200, VIDEO), tmp_path / "a.mp4")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []


def test_a_cancelled_download_leaves_nothing(tmp_path: Path) -> None:
    """The hidden file is removed with the task that wrote it."""

    async def run() -> list[str]:
        seen: list[str] = []
        begun = asyncio.Event()

        def progress(_received: int, _total: int | None) -> None:
            seen.extend(path.name for path in tmp_path.iterdir())
            begun.set()

        async with serving(http(200, VIDEO, length=len(VIDEO) + 1), "silence") as server:
            fetching = asyncio.ensure_future(download(f"{server.url}/v", tmp_path / "a.mp4", progress))
            await begun.wait()
            fetching.cancel()
            with pytest.raises(asyncio.CancelledError):
                await fetching
        return seen

    seen = asyncio.run(run())
    assert all(name == ".task-1.part" for name in seen)
    assert list(tmp_path.iterdir()) == []


def test_a_long_name_still_fits(tmp_path: Path) -> None:
    """The hidden name never exceeds what the visible one may have."""
    target = tmp_path / ("狐" * 83 + ".mp4")
    assert fetch(http(200, VIDEO), target) == len(VIDEO)


def test_memory_does_not_grow_with_the_video(tmp_path: Path) -> None:
    """16 MB pass through far less memory."""
    piece, pieces = b"x" * 65_536, 256

    async def long() -> AsyncIterator[bytes]:
        for _ in range(pieces):
            yield piece

    tracemalloc.start()
    try:
        fetch_from(lambda _request: httpx.Response(200, content=long()), f"{OUTSIDE}/v", tmp_path / "a.mp4")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert (tmp_path / "a.mp4").stat().st_size == len(piece) * pieces
    assert peak < 4 * 2**20


def redirecting(*locations: str) -> Callable[[httpx.Request], httpx.Response]:
    """Return a network that redirects along these addresses and then gives the video."""
    left = list(locations)

    async def video() -> AsyncIterator[bytes]:
        yield VIDEO

    def answer(_request: httpx.Request) -> httpx.Response:
        if left:
            return httpx.Response(302, headers={"Location": left.pop(0)})
        return httpx.Response(200, content=video())

    return answer


def test_a_redirect_outside_is_followed(tmp_path: Path) -> None:
    """Relative and absolute addresses lead to the video."""
    answers = redirecting("/other", "https://1.1.1.1/v", "//9.9.9.9/v")
    assert fetch_from(answers, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)


@pytest.mark.parametrize(
    "inside",
    [
        "http://127.0.0.1/v",
        "http://127.1/v",
        "http://[::1]/v",
        "http://[::ffff:127.0.0.1]/v",
        "http://localhost:8888/api",
        "http://10.0.0.1/",
        "http://172.16.9.9/",
        "http://192.168.1.1/",
        "http://169.254.169.254/latest/meta-data",
        "http://100.100.100.200/latest/meta-data",
        "http://0.0.0.0/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
    ],
)
def test_a_redirect_from_outside_to_inside_is_not_followed(tmp_path: Path, inside: str) -> None:
    """Also not after a detour, and the request is never made."""
    asked: list[str] = []
    answers = redirecting("http://1.1.1.1/v", inside)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return answers(request)

    with pytest.raises(DownloadError, match="inside this network"):
        fetch_from(answer, f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert asked == ["8.8.8.8", "1.1.1.1"]


def test_a_name_that_means_an_inside_address_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the address that counts, so a public name for a private one does not pass."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.168.1.1", 0))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: found)
    with pytest.raises(DownloadError, match="inside this network"):
        fetch_from(redirecting("http://harmless.example/v"), f"{OUTSIDE}/v", tmp_path / "a.mp4")


def test_a_name_only_a_proxy_knows_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Behind a proxy names cannot be looked up here."""

    def unknown(*_args: object, **_kwargs: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    answers = redirecting("http://videos.example/v")
    assert fetch_from(answers, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)


def test_a_simulator_on_this_machine_may_redirect_to_itself(tmp_path: Path) -> None:
    """Inside to inside is no way in."""
    answers = redirecting("http://127.0.0.1:8801/v")
    assert fetch_from(answers, "http://127.0.0.1:8800/v", tmp_path / "a.mp4") == len(VIDEO)


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://1.1.1.1/v"])
def test_a_redirect_to_no_web_address_is_refused(tmp_path: Path, location: str) -> None:
    """Only http and https are fetched, on any hop."""
    with pytest.raises(DownloadError):
        fetch_from(redirecting(location), f"{OUTSIDE}/v", tmp_path / "a.mp4")


def test_redirects_in_a_circle_end(tmp_path: Path) -> None:
    """After five it is given up."""
    with pytest.raises(DownloadError, match="more than 5 times"):
        fetch_from(redirecting(*["/v"] * 9), f"{OUTSIDE}/v", tmp_path / "a.mp4")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        *(
            (host, True)
            for host in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1", "localhost", "a.localhost")
        ),
        *((host, False) for host in ("10.0.0.1", "localhost.example", "::2", "")),
    ],
)
def test_this_machine_is_known_by_name_and_number(host: str, loopback: bool) -> None:  # noqa: FBT001 - a column
    """No name is looked up for it."""
    assert is_loopback(host) is loopback


@pytest.mark.parametrize(("host", "local"), [("198.18.0.9", False), ("8.8.8.8", False), ("100.64.0.1", True)])
def test_which_numbers_are_inside(host: str, local: bool) -> None:  # noqa: FBT001 - a column
    """Numbers that proxies give to every name are not."""
    assert asyncio.run(is_local(host)) is local


ETAG = '"v1"'
CHANGED = hashlib.shake_256(b"another video").digest(250_000)
Answer = Callable[[httpx.Request], httpx.Response]


class Host:
    """A host of videos that is not there, with ranges, cuts and contents that change.

    Args:
        content: what it has.
        cuts: after how many bytes of each answer the connection breaks; whole answers after the last.
        headers: of each answer with content.
        ranges: whether it knows them.
    """

    def __init__(
        self,
        content: bytes = VIDEO,
        cuts: tuple[int, ...] = (),
        headers: dict[str, str] | None = None,
        *,
        ranges: bool = True,
    ) -> None:
        self.content = content
        self.cuts = list(cuts)
        self.headers = {"ETag": ETAG} if headers is None else headers
        self.ranges = ranges
        self.asked: list[tuple[str | None, str | None]] = []
        self.sent = 0
        self.changes: dict[str, str | None] = {}

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer as RFC 9110 says."""
        wanted, condition = (request.headers.get(name) for name in ("Range", "If-Range"))
        self.asked.append((wanted, condition))
        start, size = 0, len(self.content)
        headers = {**self.headers}
        if wanted and self.ranges and condition in self.headers.values():
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            headers["Content-Range"] = f"bytes {start}-{size - 1}/{size}"
            if start >= size:
                return httpx.Response(416, headers={"Content-Range": f"bytes */{size}"})
        headers["Content-Length"] = str(size - start)
        headers = {**headers, **{name: value for name, value in self.changes.items() if value is not None}}
        for name in [name for name, value in self.changes.items() if value is None]:
            headers.pop(name, None)
        return httpx.Response(206 if start else 200, headers=headers, content=self.body(start))

    async def body(self, start: int) -> AsyncIterator[bytes]:
        """Give what follows a place, until the cut."""
        cut = start + self.cuts.pop(0) if self.cuts else len(self.content)
        for place in range(start, min(cut, len(self.content)), 10_000):
            piece = self.content[place : min(place + 10_000, cut)]
            self.sent += len(piece)
            yield piece
        if cut < len(self.content):
            message = "cut"
            raise httpx.ReadError(message)


def cut_once(host: Answer, target: Path) -> None:
    """Fetch from a host whose connection breaks."""
    with pytest.raises(TransferError):
        fetch_from(host, f"{OUTSIDE}/v", target)


def test_a_video_is_gone_on_with_where_it_was_cut(tmp_path: Path) -> None:
    """Not a byte is fetched twice, and nothing but the video is left."""
    target, host = tmp_path / "a.mp4", Host(cuts=(100_000, 50_000))
    cut_once(host, target)
    assert not target.exists()
    assert part_of(target).path.read_bytes() == VIDEO[:100_000]
    cut_once(host, target)
    assert fetch_from(host, f"{OUTSIDE}/v", target) == len(VIDEO)
    assert host.asked == [(None, None), ("bytes=100000-", ETAG), ("bytes=150000-", ETAG)]
    assert host.sent == len(VIDEO)
    assert target.read_bytes() == VIDEO
    assert list(tmp_path.iterdir()) == [target]


def test_the_progress_goes_on_too(tmp_path: Path) -> None:
    """It counts what was there."""
    told: list[tuple[int, int | None]] = []
    host = Host(cuts=(100_000,))
    cut_once(host, tmp_path / "a.mp4")
    fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4", on_progress=lambda *now: told.append(now))
    assert (told[0], told[-1]) == ((110_000, len(VIDEO)), (len(VIDEO), len(VIDEO)))


def test_a_date_marks_a_content_that_is_older_than_a_second(tmp_path: Path) -> None:
    """A date alone is sure enough then."""
    headers = {"Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT", "Date": "Sat, 21 Nov 2026 10:00:02 GMT"}
    host = Host(cuts=(100_000,), headers=headers)
    cut_once(host, tmp_path / "a.mp4")
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert host.asked[1] == ("bytes=100000-", headers["Last-Modified"])
    assert host.sent == len(VIDEO)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ETag": 'W/"weak"'},
        {"Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT"},
        {"Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT", "Date": "Sat, 21 Nov 2026 10:00:01 GMT"},
        {"Last-Modified": "Sat, 21 Nov 2026 10:00:00 -0000", "Date": "Sat, 21 Nov 2026 10:00:09 -0000"},
        {"Last-Modified": "yesterday", "Date": "today"},
    ],
)
def test_a_content_without_a_sure_mark_begins_anew(tmp_path: Path, headers: dict[str, str]) -> None:
    """A beginning of nobody knows what is not kept."""
    host = Host(cuts=(100_000,), headers=headers)
    cut_once(host, tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []
    fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert host.asked == [(None, None)] * 2
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


def test_a_host_without_ranges_sends_all_again(tmp_path: Path) -> None:
    """What came before is replaced, not added to."""
    host = Host(cuts=(100_000,), ranges=False)
    cut_once(host, tmp_path / "a.mp4")
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


@pytest.mark.parametrize("size", [100_000, 280_000])
def test_a_content_that_changed_is_fetched_from_its_beginning(tmp_path: Path, size: int) -> None:
    """Also when the new one is shorter than what there is of the old."""
    host = Host(cuts=(size,))
    cut_once(host, tmp_path / "a.mp4")
    host.content, host.headers = CHANGED, {"ETag": '"v2"'}
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(CHANGED)
    assert (tmp_path / "a.mp4").read_bytes() == CHANGED


@pytest.mark.parametrize(
    "changes",
    [
        {"ETag": '"v2"'},
        {"Content-Range": f"bytes 99999-{len(VIDEO) - 1}/{len(VIDEO)}"},
        {"Content-Range": "bytes 100000-249999/250000"},
        {"Content-Range": "lines 1-2/3"},
        {"Content-Range": None},
    ],
)
def test_a_rest_that_does_not_fit_is_not_added(tmp_path: Path, changes: dict[str, str | None]) -> None:
    """Of another content, from another place, or of none that is told: everything is asked for."""
    host = Host(cuts=(100_000,))
    cut_once(host, tmp_path / "a.mp4")

    def answer(request: httpx.Request) -> httpx.Response:
        host.changes = changes if "Range" in request.headers else {}
        return host(request)

    assert fetch_from(answer, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert [wanted for wanted, _ in host.asked] == [None, "bytes=100000-", None]
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


@pytest.mark.parametrize("changes", [{"ETag": None}, {"Content-Range": f"bytes 100000-{len(VIDEO) - 1}/*"}])
def test_a_rest_that_tells_less_is_added(tmp_path: Path, changes: dict[str, str | None]) -> None:
    """The length is known from before, and the condition was the host's to judge."""
    host = Host(cuts=(100_000,))
    cut_once(host, tmp_path / "a.mp4")
    host.changes = changes
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert host.sent == len(VIDEO)
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


def test_a_rest_of_unknown_length_is_asked_for_until_nothing_is_left(tmp_path: Path) -> None:
    """Without a length in any answer, "no such range" leads to the whole once more."""
    host = Host(cuts=(100_000,))
    host.changes = {"Content-Length": None}
    cut_once(host, tmp_path / "a.mp4")
    part = part_of(tmp_path / "a.mp4")
    assert part.kept() == Kept(100_000, Mark(ETAG, None))
    part.path.write_bytes(VIDEO)
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert [wanted for wanted, _ in host.asked] == [None, "bytes=300000-", None]
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


def test_a_host_that_sends_less_than_the_rest_is_asked_again(tmp_path: Path) -> None:
    """What came is kept; a host may answer with less than was asked for (RFC 9110, 14.4)."""
    host = Host(cuts=(100_000,))
    cut_once(host, tmp_path / "a.mp4")

    async def little() -> AsyncIterator[bytes]:
        yield VIDEO[100_000:100_500]

    def answer(_request: httpx.Request) -> httpx.Response:
        told = {"Content-Range": f"bytes 100000-100499/{len(VIDEO)}", "ETag": ETAG}
        return httpx.Response(206, headers=told, content=little())

    with pytest.raises(TransferError, match="sent 100500 of 300000"):
        fetch_from(answer, f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert host.asked[-1] == ("bytes=100500-", ETAG)
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


def test_a_link_that_expires_on_the_way_leaves_what_came(tmp_path: Path) -> None:
    """A fresh link of the same content goes on with it, on another host too."""
    host = Host(cuts=(100_000,))
    cut_once(host, tmp_path / "a.mp4")
    with pytest.raises(LinkExpiredError):
        fetch_from(lambda _request: httpx.Response(403), f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert fetch_from(host, "http://9.9.9.9/fresh", tmp_path / "a.mp4") == len(VIDEO)
    assert host.sent == len(VIDEO)


def test_a_whole_part_needs_no_network(tmp_path: Path) -> None:
    """Killed between the last byte and the name: the next try gives the name."""
    target = tmp_path / "a.mp4"
    asyncio.run(receive(f"{OUTSIDE}/v", part_of(target), transport=httpx.MockTransport(Host())))
    assert not target.exists()
    assert fetch_from(lambda _request: httpx.Response(500), f"{OUTSIDE}/v", target) == len(VIDEO)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    "note",
    [
        None,
        "",
        "{",
        "[]",
        "{}",
        '{"validator": null, "total": 300000}',
        '{"validator": "\\"v1\\"", "total": "many"}',
        '{"validator": "\\"v1\\"", "total": 99999}',
        '{"validator": "\\"v1\\"", "of": 1}',
    ],
)
def test_a_part_whose_note_cannot_be_trusted_begins_anew(tmp_path: Path, note: str | None) -> None:
    """Torn, missing, of another kind, or of fewer bytes than there are."""
    part = part_of(tmp_path / "a.mp4")
    part.path.write_bytes(b"x" * 100_000)
    if note is not None:
        part.note.write_text(note)
    host = Host()
    fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert host.asked == [(None, None)]
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO
    assert list(tmp_path.iterdir()) == [tmp_path / "a.mp4"]


def test_a_part_that_is_a_link_elsewhere_is_not_written_through(tmp_path: Path) -> None:
    """Who shares the folder could lead our bytes over another file otherwise."""
    part = part_of(tmp_path / "a.mp4")
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    part.path.symlink_to(other)
    part.note.write_text('{"validator": "\\"v1\\"", "total": 300000}')
    fetch_from(Host(), f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert other.read_bytes() == b"mine"
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, len(VIDEO)), max_size=6), st.booleans(), st.integers(0, 6))
def test_any_row_of_cuts_ends_in_the_same_bytes(
    tmp_path: Path,
    cuts: list[int],
    ranges: bool,  # noqa: FBT001 - drawn
    change: int,
) -> None:
    """Whatever is cut, ignored or changed: identical bytes or no file."""
    target, host = tmp_path / "a.mp4", Host(cuts=tuple(cuts), ranges=ranges)
    for number in range(len(cuts) + 1):
        if number == change:
            host.content, host.headers = CHANGED, {"ETag": '"v2"'}
        with contextlib.suppress(TransferError):
            fetch_from(host, f"{OUTSIDE}/v", target)
            break
        assert not target.exists()
    assert target.read_bytes() in {VIDEO, CHANGED}
    assert list(tmp_path.iterdir()) == [target]
    target.unlink()


def test_two_who_fetch_the_same_do_each_other_no_harm(tmp_path: Path) -> None:
    """A kernel that slept through its lease and its heir write the same bytes to the same places."""
    target = tmp_path / "a.mp4"
    part = part_of(target)

    async def run() -> list[int]:
        cut = asyncio.create_task(receive(f"{OUTSIDE}/v", part, transport=httpx.MockTransport(Host())))
        ends = [
            cut,
            asyncio.create_task(receive(f"{OUTSIDE}/v", part, transport=httpx.MockTransport(Host()))),
        ]
        return await asyncio.gather(*ends)

    part.path.write_bytes(VIDEO[:1000])
    part.note.write_text(json.dumps({"validator": ETAG, "total": len(VIDEO)}))
    assert asyncio.run(run()) == [len(VIDEO)] * 2
    asyncio.run(publish(part))
    assert target.read_bytes() == VIDEO


def test_a_name_taken_meanwhile_keeps_the_part(tmp_path: Path) -> None:
    """The bytes need not be fetched again for another name."""
    target = tmp_path / "a.mp4"
    asyncio.run(receive(f"{OUTSIDE}/v", part_of(target), transport=httpx.MockTransport(Host())))
    target.write_bytes(b"mine")
    with pytest.raises(StorageError, match="there is a file of that name"):
        asyncio.run(publish(part_of(target)))
    assert target.read_bytes() == b"mine"
    other = Part(part_of(target).path, tmp_path / "b.mp4")
    asyncio.run(publish(other))
    assert other.target.read_bytes() == VIDEO


def test_a_name_that_cannot_be_given_is_not_left_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are no hard links the name is claimed first; the claim goes when nothing comes of it."""

    def refuse(*_paths: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    target = tmp_path / "a.mp4"
    asyncio.run(receive(f"{OUTSIDE}/v", part_of(target), transport=httpx.MockTransport(Host())))
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StorageError, match="check the disk"):
        asyncio.run(publish(part_of(target)))
    assert not target.exists()
    assert part_of(target).kept().whole


def test_a_folder_that_cannot_be_made_durable_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some systems open no folders; the video is there all the same."""
    real = os.open

    def refuse(path: Any, *options: Any, **more: Any) -> int:
        if Path(path) == tmp_path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, *options, **more)

    monkeypatch.setattr(os, "open", refuse)
    assert fetch_from(Host(), f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)


def test_a_try_that_takes_too_long_may_be_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that sends in drops is not listened to for ever, and what it sent is kept."""
    monkeypatch.setattr("wan_notebook.service.download.LONGEST", 0.05)

    async def drops() -> AsyncIterator[bytes]:
        yield VIDEO[:1000]
        await asyncio.Event().wait()

    def answer(_request: httpx.Request) -> httpx.Response:
        headers = {"ETag": ETAG, "Content-Length": str(len(VIDEO))}
        return httpx.Response(200, headers=headers, content=drops())

    with pytest.raises(TransferError, match="TimeoutError"):
        fetch_from(answer, f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert part_of(tmp_path / "a.mp4").kept().size == 1000


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "169.254.169.254", "[::1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"]
)
def test_a_service_outside_cannot_send_us_to_this_machine(tmp_path: Path, host: str) -> None:
    """Neither by its link nor in another spelling of the number."""
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.host)
        return httpx.Response(200)

    with pytest.raises(DownloadError, match="inside this network"):
        fetch_from(answer, f"http://{host}/v", tmp_path / "a.mp4", service="https://8.8.8.8/api/v1")
    assert asked == []


def test_a_service_outside_may_keep_its_videos_in_a_private_network(tmp_path: Path) -> None:
    """As the store is seen from machines of the same cloud; a redirect may stay there, and go no further."""
    options = {"service": "https://8.8.8.8/api/v1"}
    link = "http://10.1.2.3/v"
    assert fetch_from(redirecting("/w"), link, tmp_path / "a.mp4", **options) == len(VIDEO)
    with pytest.raises(DownloadError, match="inside this network"):
        fetch_from(redirecting("http://10.1.2.4/v"), link, tmp_path / "b.mp4", **options)


def test_a_studio_inside_may_be_sent_inside(tmp_path: Path) -> None:
    """A simulator or gateway in the same network names its own addresses."""
    options = {"service": "http://192.168.1.5:8800/api/v1"}
    answers = redirecting("http://127.0.0.1:9/v")
    assert fetch_from(answers, "http://192.168.1.5:8800/v", tmp_path / "a.mp4", **options) == len(VIDEO)


def test_an_address_that_changes_after_the_look_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is public when looked up and inside when called gets not a byte of a request."""
    public = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))]

    async def run() -> list[bytes]:
        async with serving(http(200, VIDEO)) as server:
            real, looks = socket.getaddrinfo, iter([public])

            def rebinding(host: Any, port: Any, *args: Any, **more: Any) -> Any:
                if host in {"harmless.example", b"harmless.example"}:
                    return next(looks, None) or real("127.0.0.1", server.port, *args, **more)
                return real(host, port, *args, **more)

            monkeypatch.setattr(socket, "getaddrinfo", rebinding)
            for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
                monkeypatch.delenv(name)
            with pytest.raises(DownloadError, match="harmless.example, inside this network"):
                await download(f"http://harmless.example:{server.port}/v", tmp_path / "a.mp4")
            return server.requests

    assert asyncio.run(run()) == []
    assert list(tmp_path.iterdir()) == []


def test_what_a_proxy_fetches_the_proxy_judges(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy on this machine is no way inside for a link outside."""

    async def run() -> str:
        async with serving(http(200, VIDEO)) as server:
            monkeypatch.setenv("http_proxy", server.url)
            await download("http://8.8.8.8/v", tmp_path / "a.mp4")
            return server.path()

    assert asyncio.run(run()) == "GET http://8.8.8.8/v"
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


def test_a_link_that_is_no_web_address_is_named_without_its_signature(tmp_path: Path) -> None:
    """What follows the question mark may be a secret."""
    with pytest.raises(DownloadError, match="ftp://h/a") as caught:
        asyncio.run(download("ftp://h/a?Signature=s3cret", tmp_path / "a.mp4"))
    assert "s3cret" not in str(caught.value)


def test_a_download_in_one_call_is_the_same(tmp_path: Path) -> None:
    """Received and named, for who has nothing to look at between."""

    async def run() -> int:
        async with serving(http(200, VIDEO)) as server:
            return await service.download(f"{server.url}/v", tmp_path / "a.mp4")

    assert asyncio.run(run()) == len(VIDEO)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
