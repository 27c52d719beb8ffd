"""Downloads in tests: of a video that is noise, from hosts that are there and hosts that are not."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.service.loopback import End, serving
from wan_notebook.service import (
    Part,
    Progress,
    TransferError,
    publish,
    receive,
)

VIDEO = hashlib.shake_256(b"a video").digest(300_000)
OUTSIDE = "http://8.8.8.8"
ETAG = '"v1"'
CHANGED = hashlib.shake_256(b"another video").digest(250_000)
Answer = Callable[[httpx.Request], httpx.Response]


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
