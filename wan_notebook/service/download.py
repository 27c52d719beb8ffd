"""Fetching a video: streamed to a hidden name beside its place, checked, then given its name.

No key travels here: the HTTP client is its own, and video links are signed by themselves. Redirects are
followed a few times, but never from outside to this machine or its network, which a link could otherwise be
used to reach.
"""

import asyncio
import errno
import os
import secrets
import shutil
import ssl
from collections.abc import Callable, Iterator
from contextlib import aclosing, contextmanager, suppress
from pathlib import Path

import httpx

from wan_notebook.catalog import text
from wan_notebook.service.addresses import is_local, is_loopback
from wan_notebook.service.connection import open_http
from wan_notebook.service.errors import DownloadError, LinkExpiredError, StorageError, TransferError

Progress = Callable[[int, int | None], object]
"""Called with the bytes received so far and all there will be, None while that is unknown."""

LARGEST = 2 * 2**30  # bytes; 15 s of 1080P have some 20 MB
REDIRECTS = 5
TIMEOUT = httpx.Timeout(60, connect=10)
"""Seconds until the next bytes, and until the connection stands; a line that moves may be slow."""

_GONE = frozenset({403, 404, 410})
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_NAME_KEPT = 40  # characters of the target in the hidden name, since names end at 255 bytes
_FAULTS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
    errno.EROFS: "forbidden",
    errno.ENOENT: "folder",
    errno.ENOTDIR: "folder",
    errno.EEXIST: "taken",
}


async def download(
    url: str,
    target: Path,
    on_progress: Progress = lambda _received, _total: None,
    *,
    largest: int = LARGEST,
    transport: httpx.AsyncBaseTransport | None = None,
) -> int:
    """Fetch a video into a file that does not exist yet, and return its length in bytes.

    The file appears whole or not at all, and what was there before is never touched. Cancelling removes
    what came.

    Args:
        url: the video link.
        target: where the file shall be.
        on_progress: told of every piece.
        largest: bytes above which it is refused.
        transport: replaces the network, for tests.

    Raises:
        LinkExpiredError: the link is no longer valid.
        TransferError: the connection or the host failed; it may be tried again.
        StorageError: the disk is full, the folder cannot be written, or the name is taken.
        DownloadError: the link leads where no video can be, or to something too large.
    """
    host = _address(url).host
    hidden = target.with_name(f".{target.name[:_NAME_KEPT]}.{secrets.token_hex(4)}.part")
    try:
        async with open_http(url, transport) as http, aclosing(await _arrived(http, url)) as response:
            total = _promised(response, largest)
            with _storing(target, total):
                received = await _store(response, hidden, total, largest, on_progress)
                _publish(hidden, target)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        reason = f"{type(error).__name__}: {error}".removesuffix(": ")
        raise TransferError(text("service.download.cut", host=host, reason=reason)) from None
    finally:
        with suppress(OSError):
            hidden.unlink(missing_ok=True)
    return received


def _address(url: str) -> httpx.URL:
    """Return the parsed link.

    Raises:
        DownloadError: it is not a web address.
    """
    with suppress(httpx.InvalidURL):
        address = httpx.URL(url)
        if address.scheme in {"http", "https"} and address.host and "%" not in address.host:
            return address
    raise DownloadError(text("service.download.address", url=repr(url)))


async def _arrived(http: httpx.AsyncClient, url: str) -> httpx.Response:
    """Return the open response at the end of the redirects.

    Raises:
        DownloadError: they lead inside from outside, to no web address, or never end.
    """
    inside = is_loopback(_address(url).host)
    request = http.build_request("GET", url, headers={"Accept-Encoding": "identity"}, timeout=TIMEOUT)
    for _hop in range(REDIRECTS + 1):
        response = await http.send(request, stream=True)
        if response.next_request is None:
            return response
        await response.aclose()
        request = response.next_request
        host = _address(str(request.url)).host
        if not inside and await is_local(host):
            raise DownloadError(text("service.download.inside", host=host))
    raise DownloadError(text("service.download.redirects", host=request.url.host, limit=REDIRECTS))


def _promised(response: httpx.Response, largest: int) -> int | None:
    """Return the bytes a response announces, None when it does not say.

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
    if response.status_code != httpx.codes.OK:
        raise DownloadError(text("service.download.status", **words))
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise DownloadError(text("service.download.encoded", **words))
    length = response.headers.get("Content-Length", "")
    total = int(length) if length.isdecimal() else None
    _check_size(total or 0, largest, response)
    return total


def _check_size(size: int, largest: int, response: httpx.Response) -> None:
    if size > largest:
        words = {"host": response.url.host, "size": size, "limit": largest}
        raise DownloadError(text("service.download.large", **words))


async def _store(
    response: httpx.Response, hidden: Path, total: int | None, largest: int, on_progress: Progress
) -> int:
    """Write a response's body to a new file, durably, and return its length in bytes.

    Raises:
        TransferError: fewer or more bytes came than were announced, or none at all.
        OSError: it cannot be written.
    """
    if total is not None and shutil.disk_usage(hidden.parent).free < total:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    received = 0
    with hidden.open("xb") as file:
        async for piece in response.aiter_raw():
            received += len(piece)
            _check_size(received, largest, response)
            file.write(piece)
            on_progress(received, total)
        file.flush()
        await asyncio.to_thread(os.fsync, file.fileno())
    if not received or received != (total or received):
        words = {"host": response.url.host, "received": received, "total": total or "unknown"}
        raise TransferError(text("service.download.short", **words))
    return received


def _publish(hidden: Path, target: Path) -> None:
    """Give a file its name without ever replacing another file.

    Raises:
        OSError: the name is taken, or cannot be given.
    """
    try:
        os.link(hidden, target)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: claim the name first, then replace only our own claim
        target.touch(exist_ok=False)
        hidden.replace(target)


@contextmanager
def _storing(target: Path, total: int | None) -> Iterator[None]:
    """Turn faults of the disk into one sentence with path, bytes and remedy."""
    try:
        yield
    except ssl.SSLError:  # an OSError of the network
        raise
    except OSError as error:
        fault = _FAULTS.get(error.errno or 0, "disk")
        needed = text("service.download.bytes", count=total) if total else text("service.download.some_bytes")
        words = {"path": target, "needed": needed, "reason": error.strerror or error}
        raise StorageError(text(f"service.download.{fault}", **words)) from None
