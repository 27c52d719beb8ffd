"""How media come to the simulator, and what it says when they do not."""

import asyncio
import base64
import os
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests import files
from tests.service.loopback import http, serving
from tests.simulator.ingredients import content
from wan_notebook.simulator.fetching import KEPT_SECONDS, Code, Fetched, MediaCache
from wan_notebook.simulator.unusable import UnusableError


def nothing(_url: str) -> Path | None:
    """Find no upload."""
    return None


def fetched(folder: Path, url: str, find: Callable[[str], Path | None] = nothing) -> Fetched:
    """Fetch one address."""
    return asyncio.run(MediaCache(folder, limit_bytes=100_000, limit_seconds=5).fetch(url, find))


def refused(fetching: Awaitable[Fetched]) -> UnusableError:
    """Return how a fetch fails."""

    async def fail() -> UnusableError:
        with pytest.raises(UnusableError) as caught:
            await fetching
        return caught.value

    return asyncio.run(fail())


def from_server(cache: MediaCache, *answers: bytes, path: str = "/girl.png") -> Awaitable[Fetched]:
    """Fetch from a server that answers so; the first of several leads to the next."""

    async def fetch() -> Fetched:
        async with serving(answers[0]) as server:
            return await cache.fetch(server.url + path, nothing)

    return fetch()


def test_a_file_of_the_web_is_fetched(tmp_path: Path) -> None:
    """Its facts are read from its content, and it is kept under a name that follows from it."""
    picture = files.picture(tmp_path, size=(300, 250)).read_bytes()
    cache = MediaCache(tmp_path / "media")
    found = asyncio.run(_awaited(from_server(cache, http(200, picture, kind="image/png"), path="/a.txt?x=1")))
    assert found.path.read_bytes() == picture
    assert found.path.parent == tmp_path / "media"
    assert found.sha256 == content(found.path) == found.path.name
    assert (found.facts.kind, found.facts.format, found.facts.width) == ("image", "png", 300)


async def _awaited(fetching: Awaitable[Fetched]) -> Fetched:
    return await fetching


def test_it_is_followed_to_where_it_moved(tmp_path: Path) -> None:
    """A server that sends on to another one is followed, but not for ever."""
    picture = files.picture(tmp_path).read_bytes()

    async def fetch() -> Fetched:
        async with serving(http(200, picture)) as last:
            moved = http(302, b"", f"Location: {last.url}/there")
            async with serving(moved) as first:
                return await MediaCache(tmp_path / "media").fetch(first.url, nothing)

    assert asyncio.run(fetch()).path.read_bytes() == picture
    circle = refused(from_server(MediaCache(tmp_path / "media"), http(302, b"", "Location: /again")))
    assert circle.code is Code.FAILED


@pytest.mark.parametrize(
    ("answer", "code", "told"),
    [
        (http(404, b"gone"), Code.FAILED, "404"),
        (http(200, b"<html>no picture</html>"), Code.UNREADABLE, "girl.png"),
        (http(200, b""), Code.UNREADABLE, "girl.png"),
        (http(200, bytes(100_001)), Code.TOO_LARGE, "0.1 MB"),
        (http(200, b"half", length=1000), Code.FAILED, "girl.png"),
        (b"no http at all\r\n\r\n", Code.FAILED, "girl.png"),
    ],
)
def test_what_cannot_be_had_is_told(tmp_path: Path, answer: bytes, code: Code, told: str) -> None:
    """The service's code, its words, and the address; nothing half is left."""
    cache = MediaCache(tmp_path / "media", limit_bytes=100_000)
    problem = refused(from_server(cache, answer))
    assert problem.code is code
    assert problem.message.startswith(("Failed to download http://127.0.0.1:", "Invalid file, cannot open"))
    assert told in problem.message
    assert not list((tmp_path / "media").glob(".*"))


def test_a_server_that_says_nothing_is_not_waited_for(tmp_path: Path) -> None:
    """After its time a download is given up."""

    async def fetch() -> Fetched:
        async with serving(b"", end="silence") as server:
            return await MediaCache(tmp_path, limit_seconds=0.2).fetch(server.url, nothing)

    problem = refused(fetch())
    assert problem.code is Code.SLOW
    assert "0.2 seconds" in problem.message


def test_nobody_there(tmp_path: Path) -> None:
    """A port on which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/girl.png"
        problem = refused(MediaCache(tmp_path).fetch(url, nothing))
    assert problem.code is Code.REFUSED
    assert url in problem.message


@pytest.mark.parametrize(
    "url",
    [
        "",
        "girl.png",
        "file:///etc/passwd",
        "ftp://127.0.0.1/x",
        "http://a:b/",
        "http://a:99999/",
        "http://\n/",
    ],
)
def test_other_addresses_are_none(tmp_path: Path, url: str) -> None:
    """Files of this machine and other protocols are never read."""
    assert refused(MediaCache(tmp_path).fetch(url, nothing)).code is Code.NO_ADDRESS


def test_pictures_in_the_request_itself(tmp_path: Path) -> None:
    """Base64 data are decoded; broken ones, other forms and too many are refused, briefly."""
    picture = files.picture(tmp_path)
    data = "data:image/png;base64," + base64.b64encode(picture.read_bytes()).decode()
    found = fetched(tmp_path / "media", data)
    assert found.path.read_bytes() == picture.read_bytes()
    assert found.sha256 == content(picture)
    cache = MediaCache(tmp_path / "media", limit_bytes=1000)
    for url, code in {
        data + "*": Code.FAILED,
        "data:text/plain,hello": Code.FAILED,
        "data:image/png;base64," + "A" * 2000: Code.TOO_LARGE,
        "data:image/png;base64,AAAA": Code.UNREADABLE,
    }.items():
        problem = refused(cache.fetch(url, nothing))
        assert problem.code is code
        assert len(problem.message) < 400


def test_uploads_are_asked_of_the_caller(tmp_path: Path) -> None:
    """An upload is used where it lies; one that may not be had is refused."""
    picture = files.picture(tmp_path)
    found = fetched(tmp_path / "media", "oss://folder/girl.png", {"oss://folder/girl.png": picture}.get)
    assert found.path == picture
    assert found.facts.kind == "image"
    gone = refused(MediaCache(tmp_path / "media").fetch("oss://x", lambda _url: tmp_path / "gone.png"))
    other = refused(MediaCache(tmp_path / "media").fetch("oss://x", nothing))
    assert gone.code is other.code is Code.NO_UPLOAD
    assert "oss://x" in other.message


def test_sample_addresses_need_no_internet(tmp_path: Path) -> None:
    """Several at once of the documents' addresses are answered by built-in files."""
    url = "https://help-static-aliyun-doc.aliyuncs.com/a/voice.mp3"

    async def fetch() -> list[Fetched]:
        cache = MediaCache(tmp_path / "media")
        return await asyncio.gather(*(cache.fetch(url, nothing) for _ in range(3)))

    first, *others = asyncio.run(fetch())
    assert first.facts.kind == "audio"
    assert others == [first, first]


def test_old_files_are_forgotten_and_used_ones_kept(tmp_path: Path) -> None:
    """What nobody asked for in two days goes; what is fetched again is kept for two more; folders stay."""
    folder, url = tmp_path / "media", "https://example.com/voice.wav"
    used = fetched(folder, url).path
    unused = folder / "unused"
    unused.write_bytes(b"old")
    (folder / "kept").mkdir()
    for path in (unused, folder / "kept"):
        os.utime(path, (0, 0))
    nearly = used.stat().st_mtime - KEPT_SECONDS + 60
    os.utime(used, (nearly, nearly))
    fetched(folder, url)
    assert {path.name for path in folder.iterdir()} == {used.name, "kept"}
    assert used.stat().st_mtime > nearly + 1000
