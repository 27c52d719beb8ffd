"""Puts the files of this machine that a request names into the service's upload store, each content once.

Everything here happens before the create call: whatever goes wrong, nothing was submitted.
"""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterable
from pathlib import Path
from typing import Any

from wan_notebook import media
from wan_notebook.catalog import Address, Request, WanError, in_words, text
from wan_notebook.media import UnreadableMediaError
from wan_notebook.records import Record, Uploads
from wan_notebook.service import (
    ServiceClient,
    ServiceError,
    UploadFileError,
    jittered,
    may_retry_upload,
    upload,
)
from wan_notebook.tasks.clock import Clock

AT_ONCE = 3
"""Files sent side by side: enough to fill a line, few enough that each moves."""
TRIES = 4
LONGEST_NAME = 48
"""Letters of a file's name that are told in a sentence."""

Told = Callable[[str], None]
"""Called with one sentence on how far it is."""
Moved = Callable[[int, int], object]
"""Called with the bytes of a file sent so far and all it has."""


def described(request: Request) -> list[dict[str, Any]]:
    """Return what a record keeps of each media file: where it is named, its address, and its content's hash.

    Raises:
        UploadFileError: a file cannot be read.
    """
    return [_described(address) for address in request.addresses()]


def settled(request: Request) -> Request:
    """Return the request with whole paths, so that it means the same files in another folder."""
    paths = {one.at: one.path for one in request.addresses()}
    return request.replaced({at: str(path.absolute()) for at, path in paths.items() if path})


def _described(address: Address) -> dict[str, Any]:
    found: dict[str, Any] = {"place": address.name, "url": address.url, "kind": address.kind}
    if address.path is None:
        return found
    try:
        return found | {"bytes": media.read(address.path).bytes, "sha256": media.sha256(address.path)}
    except UnreadableMediaError as error:
        raise _unreadable(address.path, error) from error


class Uploader:
    """Sends files; its coroutines run on the engine's loop only.

    Args:
        client: asks for the permissions to upload.
        uploads: what was sent before.
        clock: what time it is.
    """

    def __init__(self, client: ServiceClient, uploads: Uploads, clock: Clock) -> None:
        self._client = client
        self._uploads = uploads
        self._clock = clock
        self._one_at_a_time: dict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._places: asyncio.Semaphore | None = None

    async def sent(self, record: Record, told: Told) -> tuple[Request, list[dict[str, Any]]]:
        """Upload what a record's request names, and return the request as it is sent, with its media.

        Raises:
            WanError: a file is not what it was, or could not be sent; nothing was submitted.
        """
        request = Request.from_body(record.body)
        listed = {one["place"]: one for one in record.media or ()}
        local = [one for one in request.addresses() if one.path]
        progress = _Progress(told, [listed[one.name] for one in local])
        urls = await _together(
            self._url(record.model, one, listed[one.name]["sha256"], progress) for one in local
        )
        found = dict(zip((one.at for one in local), urls, strict=True))
        sent = {one.name: url for one, url in zip(local, urls, strict=True)}
        kept = [one | ({"sent": sent[place]} if place in sent else {}) for place, one in listed.items()]
        return request.replaced(found), kept

    async def _url(self, model: str, address: Address, sha256: str, progress: "_Progress") -> str:
        """Return where a content lies, sending it unless it is there; never the same twice at once."""
        path = address.path or Path(address.url)
        async with self._one_at_a_time[model, sha256]:
            if sha256 != await asyncio.to_thread(_hash, path):
                raise UploadFileError(text("tasks.upload.changed", path=path))
            known = self._uploads.find(model, sha256, self._clock.now())
            if known is None:
                begun = self._clock.now()
                known = await self._tried(model, path, sha256, progress.of(address.name), progress.say)
                self._uploads.keep(model, sha256, known, begun)
            progress.done(address.name)
            return known

    async def _tried(self, model: str, path: Path, sha256: str, moved: Moved, say: Told) -> str:
        self._places = self._places or asyncio.Semaphore(AT_ONCE)
        async with self._places:
            tries = 1
            while True:
                try:
                    policy = await self._client.policy(model)
                    name = f"{path.stem}.{_ending(path)}"
                    return await upload(path, policy, name=name, sha256=sha256, progress=moved)
                except WanError as error:
                    if tries == TRIES or not may_retry_upload(error):
                        raise
                    say(text("tasks.upload.retry", reason=error))
                    wish = error.retry_after if isinstance(error, ServiceError) else None
                await self._clock.sleep(jittered(tries, wish))
                tries += 1


def _hash(path: Path) -> str:
    try:
        return media.sha256(path)
    except UnreadableMediaError as error:
        raise _unreadable(path, error) from error


def _ending(path: Path) -> str:
    """Return the ending of the true container: the service looks at it (protocol.md, section 6)."""
    try:
        true = media.read(path).format
    except UnreadableMediaError as error:
        raise _unreadable(path, error) from error
    return {"jpeg": "jpg"}.get(true, true)


def _unreadable(path: Path, error: UnreadableMediaError) -> UploadFileError:
    return UploadFileError(text("service.upload.missing", path=path, reason=in_words(error)))


async def _together(jobs: Iterable[Coroutine[Any, Any, str]]) -> list[str]:
    """Run jobs side by side; the first that fails stops the others, and its error is raised alone."""
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(job) for job in jobs]
    except BaseExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


class _Progress:
    """Tells in whole percent how far several uploads are together.

    Args:
        told: gets the sentence.
        files: the files as a record lists them; one may stand in several places.
    """

    def __init__(self, told: Told, files: list[dict[str, Any]]) -> None:
        self.say = told
        self._sizes: dict[str, int] = {one["place"]: one["bytes"] for one in files}
        self._sent = dict.fromkeys(self._sizes, 0)
        self._names = ", ".join(dict.fromkeys(_shown(Path(one["url"]).name) for one in files))
        self._last = -1

    def of(self, place: str) -> Moved:
        """Return the callback for the file of one place."""
        return lambda sent, _total: self._tell(place, sent)

    def done(self, place: str) -> None:
        """Count the file of a place as sent."""
        self._sent[place] = self._sizes[place]

    def _tell(self, place: str, sent: int) -> None:
        self._sent[place] = sent
        percent = 100 * sum(self._sent.values()) // max(sum(self._sizes.values()), 1)
        if percent // 10 != self._last // 10:  # ten messages an upload are enough for a line of text
            self._last = percent
            self.say(text("tasks.upload.progress", files=self._names, percent=percent))


def _shown(name: str) -> str:
    """Return a file's name as a line of text can hold it, beginning and end."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME // 2]}…{name[-LONGEST_NAME // 4 :]}"
