"""Brings the media a request names onto this machine, as the service does before it begins.

What cannot be fetched is told in the service's words (protocol.md, sections 4.2 and 7): the documents give
the codes and the beginning "Failed to download".
"""

import asyncio
import base64
import binascii
import hashlib
import time
from collections.abc import AsyncIterable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from uuid import uuid4

import httpx

from wan_notebook.media import MediaFacts, UnreadableMediaError, read, sha256
from wan_notebook.simulator.making.standins import stand_in, stands_in
from wan_notebook.simulator.unusable import UnusableError

LIMIT_BYTES = 100 * 2**20
"""No media file of any model may be larger."""
LIMIT_SECONDS = 10.0
"""How long one download may take."""
REDIRECTS = 5
KEPT_SECONDS = 48 * 3600
"""Files nobody asked for since are deleted."""
HIGHEST_PORT = 65_535
SHOWN_LETTERS = 200
"""Letters of an address that are told in a message."""

FindUpload = Callable[[str], Path | None]
"""Returns the file behind an ``oss://`` address, None when the caller may not have it or it is gone."""


class Code(StrEnum):
    """What the service calls a download that failed."""

    FAILED = "InvalidParameter"
    NO_UPLOAD = "InvalidParameter.DataInspection"
    NO_ADDRESS = "InvalidURL"
    REFUSED = "InvalidURL.ConnectionRefused"
    SLOW = "InvalidURL.Timeout"
    TOO_LARGE = "InvalidFile.Size"
    UNREADABLE = "InvalidFile.Openerror"


@dataclass(frozen=True, slots=True)
class Fetched:
    """Media on this machine.

    Attributes:
        path: its file.
        sha256: hash of its content, in hex.
        facts: what it is.
    """

    path: Path
    sha256: str
    facts: MediaFacts


class MediaCache:
    """A folder of fetched media.

    Args:
        folder: made when missing; nothing is written outside it.
        limit_bytes: largest file taken.
        limit_seconds: longest download.
    """

    def __init__(
        self, folder: Path, limit_bytes: int = LIMIT_BYTES, limit_seconds: float = LIMIT_SECONDS
    ) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes
        self._limit_seconds = limit_seconds
        self._drawing = asyncio.Lock()

    async def fetch(self, url: str, find_upload: FindUpload) -> Fetched:
        """Bring one file here and say what it is.

        Args:
            url: ``http(s)://``, ``oss://`` or ``data:`` address.
            find_upload: finds the files behind ``oss://``.

        Raises:
            UnusableError: it cannot be had, or is no picture, clip or sound.
            OSError: the folder cannot be written.
        """
        await asyncio.to_thread(self._prune)
        path = await self._path(url, find_upload)
        try:
            return Fetched(path, *await asyncio.to_thread(_looked_at, path))
        except UnreadableMediaError:
            message = f"Invalid file, cannot open file as video, audio or image: {_shown(url)}"
            raise UnusableError(Code.UNREADABLE, message) from None

    async def _path(self, url: str, find_upload: FindUpload) -> Path:
        if url.startswith("data:"):
            return self._decoded(url)
        if url.startswith("oss://"):
            found = find_upload(url)
            if found is None or not found.is_file():
                raise _failed(Code.NO_UPLOAD, url, "no such upload of this account and model")
            return found
        if stands_in(url):
            async with self._drawing:
                return await asyncio.to_thread(self._drawn, url)
        return await self._downloaded(url)

    def _drawn(self, url: str) -> Path:
        path = stand_in(url, self._folder)
        path.touch()
        return path

    def _decoded(self, url: str) -> Path:
        head, _, written = url.partition(",")
        if not head.endswith(";base64"):
            raise _failed(Code.FAILED, url, "no base64 data")
        if len(written) * 3 // 4 > self._limit_bytes:
            raise self._too_large(url)
        try:
            content = base64.b64decode(written, validate=True)
        except (binascii.Error, ValueError):
            raise _failed(Code.FAILED, url, "the base64 data are broken") from None
        part = self._part()
        part.write_bytes(content)
        return part.replace(self._folder / hashlib.sha256(content).hexdigest())

    async def _downloaded(self, url: str) -> Path:
        """Download an address, following it elsewhere a few times.

        Raises:
            UnusableError: every way this can fail.
        """
        try:
            async with (
                asyncio.timeout(self._limit_seconds),
                httpx.AsyncClient(
                    follow_redirects=True,
                    max_redirects=REDIRECTS,
                    event_hooks={"request": [_check_port]},
                ) as client,
                client.stream("GET", url) as answer,
            ):
                if answer.status_code != httpx.codes.OK:
                    raise _failed(Code.FAILED, url, f"HTTP status {answer.status_code}")
                return await self._saved(url, answer.aiter_bytes())
        except (TimeoutError, httpx.TimeoutException):
            reason = f"not done within {self._limit_seconds:g} seconds"
            raise _failed(Code.SLOW, url, reason) from None
        except httpx.ConnectError:
            raise _failed(Code.REFUSED, url, "no connection could be made") from None
        except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
            raise _failed(Code.NO_ADDRESS, url, "no address of the web") from None
        except httpx.HTTPError as problem:
            raise _failed(Code.FAILED, url, str(problem) or type(problem).__name__) from None

    async def _saved(self, url: str, pieces: AsyncIterable[bytes]) -> Path:
        """Write what comes in to a file named by its content."""
        digest, size = hashlib.sha256(), 0
        part = self._part()
        try:
            with part.open("wb") as file:
                async for piece in pieces:
                    size += len(piece)
                    if size > self._limit_bytes:
                        raise self._too_large(url)
                    digest.update(piece)
                    file.write(piece)
            return part.replace(self._folder / digest.hexdigest())
        finally:
            part.unlink(missing_ok=True)

    def _part(self) -> Path:
        """Return where a file lies until it is whole: one of the same content may be in use."""
        return self._folder / f".{uuid4().hex}.part"

    def _too_large(self, url: str) -> UnusableError:
        limit = self._limit_bytes / 1_000_000
        return _failed(Code.TOO_LARGE, url, f"larger than {limit:g} MB")

    def _prune(self) -> None:
        """Make the folder, and delete in it what has not been asked for lately."""
        self._folder.mkdir(parents=True, exist_ok=True)
        oldest = time.time() - KEPT_SECONDS
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):  # another fetch was quicker
                if path.is_file() and path.stat().st_mtime < oldest:
                    path.unlink()


async def _check_port(request: httpx.Request) -> None:
    """Refuse a port no machine has, also of an address a server sends on to.

    Raises:
        httpx.UnsupportedProtocol: left to itself, httpx lets an error of the system through.
    """
    if (request.url.port or 0) > HIGHEST_PORT:
        message = f"port {request.url.port} is larger than {HIGHEST_PORT}"
        raise httpx.UnsupportedProtocol(message, request=request)


def _looked_at(path: Path) -> tuple[str, MediaFacts]:
    return sha256(path), read(path)


def _failed(code: Code, url: str, reason: str) -> UnusableError:
    return UnusableError(code, f"Failed to download {_shown(url)}: {reason}.")


def _shown(url: str) -> str:
    """Return an address as a message tells it."""
    return url if len(url) <= SHOWN_LETTERS else f"{url[:SHOWN_LETTERS]}…"
