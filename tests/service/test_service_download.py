"""Videos: whole or not at all, and never over another file."""

import asyncio
import errno
import hashlib
import os
import resource
import shutil
import socket
import ssl
import sys
import tracemalloc
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service.downloads import (
    ETAG,
    OUTSIDE,
    VIDEO,
    download,
    fetch,
    fetch_from,
    part_of,
)
from tests.service.loopback import End, http, serving
from wan_notebook.service import (
    DownloadError,
    LinkExpiredError,
    StorageError,
    TransferError,
)


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


def test_a_try_that_takes_too_long_may_be_gone_on_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A host that sends in drops is not listened to for ever, and what it sent is kept."""
    monkeypatch.setattr(sys.modules["wan_notebook.service.download"], "LONGEST", 0.05)

    async def drops() -> AsyncIterator[bytes]:
        yield VIDEO[:1000]
        await asyncio.Event().wait()

    def answer(_request: httpx.Request) -> httpx.Response:
        headers = {"ETag": ETAG, "Content-Length": str(len(VIDEO))}
        return httpx.Response(200, headers=headers, content=drops())

    with pytest.raises(TransferError, match="TimeoutError"):
        fetch_from(answer, f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert part_of(tmp_path / "a.mp4").kept().size == 1000


def test_a_link_that_is_no_web_address_is_named_without_its_signature(tmp_path: Path) -> None:
    """What follows the question mark may be a secret."""
    with pytest.raises(DownloadError, match="ftp://h/a") as caught:
        asyncio.run(download("ftp://h/a?Signature=s3cret", tmp_path / "a.mp4"))
    assert "s3cret" not in str(caught.value)
