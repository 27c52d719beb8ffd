"""Fetching a video: streamed to a hidden part, gone on with after a cut, and given its name when it is whole.

`receive` brings the bytes, `publish` gives the file its name; who calls both can look at the file between.

No key travels here: the HTTP client is its own, and video links are signed by themselves. Redirects are
followed a few times, but never from outside to this machine or its network, which a link could otherwise be
used to reach (`fence.py`).
"""

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress

import httpx

from wan_notebook.catalog import text
from wan_notebook.service.addresses import is_local, is_loopback
from wan_notebook.service.connection import open_http
from wan_notebook.service.errors import DownloadError, LinkExpiredError, TransferError
from wan_notebook.service.fence import Fence
from wan_notebook.service.flushing import Flusher
from wan_notebook.service.partial import NOTHING, Kept, Mark, Part
from wan_notebook.service.ranges import NO_SUCH_RANGE, PARTIAL, continues, marked, wanted
from wan_notebook.service.storing import check_free, check_room, storing

Progress = Callable[[int, int | None], object]
"""Called with the bytes there so far and all there will be, None while that is unknown."""

LARGEST = 2 * 2**30  # bytes; 15 s of 1080P have some 20 MB
REDIRECTS = 5
TIMEOUT = httpx.Timeout(60, connect=10)
"""Seconds until the next bytes, and until the connection stands; a line that moves may be slow."""
LONGEST = 3600.0
"""Seconds one try may take, so that a host that sends in drops is not listened to for ever."""

_GONE = frozenset({403, 404, 410})
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


async def receive(
    url: str,
    part: Part,
    on_progress: Progress = lambda _now, _total: None,
    *,
    service: str | None = None,
    largest: int = LARGEST,
    transport: httpx.AsyncBaseTransport | None = None,
) -> int:
    """Bring a part to its whole length, which is returned, in bytes; go on with what it has.

    What came stays for the next try when the connection breaks or this is cancelled, provided the host says
    which content it is. Memory does not grow with the video.

    Args:
        url: the video link.
        part: the file.
        on_progress: told of every piece.
        service: address of the service the link is from: one that lies in this network or on this machine may
            lead there. Without it, a link to this machine may.
        largest: bytes above which it is refused.
        transport: replaces the network, for tests.

    Raises:
        LinkExpiredError: the link is no longer valid.
        TransferError: the connection or the host failed; it may be tried again.
        StorageError: the disk is full, the folder cannot be written, or the name is taken.
        DownloadError: the link leads where no video can be, or to something too large.
    """
    host = _address(url).host
    with storing(part.target, None):
        check_free(part.target)
    kept = part.kept()
    if kept.whole:
        return kept.size
    inside = await is_local(_address(service).host) if service else is_loopback(host)
    try:
        with part.growing():
            async with asyncio.timeout(LONGEST), open_http(url, transport) as http:
                receiving = _Receiving(http, Fence(host, inside=inside), part, largest, on_progress)
                return await receiving.all(url, kept)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        reason = f"{type(error).__name__}: {error}".removesuffix(": ")
        raise TransferError(text("service.download.cut", host=host, reason=reason)) from None


async def publish(part: Part) -> None:
    """Give a whole part its name for good; what bears the name already is never touched.

    Raises:
        StorageError: the name is taken, or cannot be given; the part stays.
    """
    with storing(part.target, part.size):
        await asyncio.to_thread(part.publish)


class _Receiving:
    """One try at bringing a part to its whole length.

    Args:
        http: the connection.
        fence: where it may lead.
        part: the file.
        largest: bytes above which it is refused.
        on_progress: told of every piece.
    """

    def __init__(
        self, http: httpx.AsyncClient, fence: Fence, part: Part, largest: int, on_progress: Progress
    ) -> None:
        self._http = http
        self._fence = fence
        self._part = part
        self._largest = largest
        self._on_progress = on_progress

    async def all(self, url: str, kept: Kept) -> int:
        """Ask for what is missing, and for all when the host does not give just that.

        Raises:
            DownloadError: as `receive` tells.
        """
        async with AsyncExitStack() as stack:
            response = await self._arrived(url, kept)
            stack.push_async_callback(response.aclose)
            if not continues(response, kept):
                if response.status_code in {PARTIAL, NO_SUCH_RANGE} and kept.size:
                    response = await self._arrived(url, NOTHING)
                    stack.push_async_callback(response.aclose)
                kept = NOTHING
            self._check_answer(response, kept)
            return await self._stored(response, kept, marked(response, kept))

    async def _arrived(self, url: str, kept: Kept) -> httpx.Response:
        """Return the open response at the end of the redirects.

        Raises:
            DownloadError: they lead inside from outside, to no web address, or never end.
        """
        headers = {"Accept-Encoding": "identity", **wanted(kept)}
        request = self._http.build_request("GET", url, headers=headers, timeout=TIMEOUT)
        for _hop in range(REDIRECTS + 1):
            await self._fence.guard(request)
            response = await self._http.send(request, stream=True)
            if response.next_request is None:
                return response
            await response.aclose()
            request = response.next_request
            _address(str(request.url))
        raise DownloadError(text("service.download.redirects", host=request.url.host, limit=REDIRECTS))

    def _check_answer(self, response: httpx.Response, kept: Kept) -> None:
        """Check that a response brings what was asked for.

        Raises:
            LinkExpiredError: it says that the link is no longer valid.
            TransferError: its host has a fault.
            DownloadError: it has no video, or one too large.
        """
        words = {"host": response.url.host, "status": response.status_code}
        if response.status_code in _GONE:
            raise LinkExpiredError(text("service.download.expired", **words))
        if response.status_code in _LATER:
            raise TransferError(text("service.download.later", **words))
        if response.status_code != (PARTIAL if kept.size else httpx.codes.OK):
            raise DownloadError(text("service.download.status", **words))
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise DownloadError(text("service.download.encoded", **words))
        self._check_size(marked(response, kept).total or 0, response)

    def _check_size(self, size: int, response: httpx.Response) -> None:
        if size > self._largest:
            words = {"host": response.url.host, "size": size, "limit": self._largest}
            raise DownloadError(text("service.download.large", **words))

    async def _stored(self, response: httpx.Response, kept: Kept, mark: Mark) -> int:
        """Write a response's body behind what was kept, and return the length of the whole.

        Raises:
            TransferError: fewer or more bytes came than were announced, or none at all.
            StorageError: it cannot be written; nothing is left of it.
            DownloadError: it is too large; nothing is left of it.
        """
        part, total, size = self._part, mark.total, kept.size
        try:
            with storing(part.target, total):
                check_room(part.path.parent, size, total)
                with part.opened(kept, mark) as file:
                    async with Flusher(file) as flusher:
                        async for piece in response.aiter_raw():
                            size += len(piece)
                            self._check_size(size, response)
                            file.write(piece)
                            self._on_progress(size, total)
                            await flusher.grown(size)
        except DownloadError:
            part.drop()
            raise
        if not size or size != (total or size):
            words = {"host": response.url.host, "received": size, "total": total or "unknown"}
            raise TransferError(text("service.download.short", **words))
        return size


def _address(url: str) -> httpx.URL:
    """Return the parsed link.

    Raises:
        DownloadError: it is not a web address.
    """
    with suppress(httpx.InvalidURL):
        address = httpx.URL(url)
        if address.scheme in {"http", "https"} and address.host and "%" not in address.host:
            return address
    shown = repr(url.partition("?")[0])  # what follows may be a signature
    raise DownloadError(text("service.download.address", url=shown))
