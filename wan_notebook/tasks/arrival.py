"""One video on its way from the service onto this machine, whatever there is of it already.

What is known is committed before each step, so that a later kernel can tell its own file from another's: the
name, length and figures of a file stand in the record before the file bears its name.
"""

import asyncio
from pathlib import Path
from typing import Any

from wan_notebook.catalog import SettingError, Status, VideoState, WanError, text
from wan_notebook.records import Record, Store
from wan_notebook.service import (
    DownloadError,
    LinkExpiredError,
    Part,
    ServiceClient,
    ServiceError,
    StorageError,
    jittered,
    may_retry_download,
    publish,
    receive,
    url_expires_at,
)
from wan_notebook.tasks.carried import Report, change
from wan_notebook.tasks.clock import Clock
from wan_notebook.tasks.facts import NotPlayableError
from wan_notebook.tasks.lifecycle import joined
from wan_notebook.tasks.videos import VideoFolder, checked_facts, write_sidecar

TRIES = 30
"""Tries without a new byte, about a quarter of an hour: an outage of ten minutes is sat out."""
PROGRESS = 2**16
"""Bytes that make a try one that brought something."""
PLAY_TRIES = 2
"""A file that cannot be played is fetched once more from its first byte."""


class NoLinkError(WanError):
    """A task that succeeded, and a service that gives no link to its video."""


NO_VIDEO = (DownloadError, NotPlayableError, NoLinkError, SettingError)
"""Why a video cannot be had; errors of the records are none, for then nothing can be said about it."""


class Arrival:
    """One video on its way.

    Args:
        record: the row, as it stands.
        report: told of each change.
        client: asks for a link anew.
        store: the records.
        videos: where it goes.
        clock: what time it is.
    """

    def __init__(
        self,
        record: Record,
        report: Report,
        client: ServiceClient,
        store: Store,
        videos: VideoFolder,
        clock: Clock,
    ) -> None:
        self._before = record
        self._record = record
        self._report = report
        self._client = client
        self._store = store
        self._videos = videos
        self._clock = clock
        self._asked = False
        self._unplayable = 0

    async def saved(self) -> Record:
        """Return the record with its video saved.

        Raises:
            WanError: it cannot be had.
        """
        if self._record.video_state is VideoState.SAVED and (path := self._store.path(self._record)):
            if path.exists():
                return self._record
        elif await self._published():
            return self._finished()
        self._change(video_state=VideoState.DOWNLOADING)
        if self._record.video_url is None:
            await self._ask_again(NoLinkError(text("tasks.video.no_link")))
        await self._arrived()
        return self._finished()

    def failed(self, error: WanError) -> Record:
        """Return the record of a video that cannot be had, with the reason."""
        before, state = self._before, self._state(error)
        if state is VideoState.EXPIRED:
            self._videos.part(before).drop()
        kept = {name: getattr(before, name) for name in ("video", "video_bytes", "facts")}
        if before.video_state is not VideoState.SAVED:
            kept = dict.fromkeys(kept)
        return self._change(video_state=state, error_message=str(error), **kept)

    def _state(self, error: WanError) -> VideoState:
        """Return what becomes of a video that could not be had.

        A host that refuses a link before its time may be a proxy on the way, so it is given up only when its
        time is over.
        """
        if self._before.video_state is VideoState.SAVED:
            return VideoState.SAVED
        ends = self._record.url_expires_at
        over = ends is None or ends <= self._clock.now()
        return VideoState.EXPIRED if isinstance(error, LinkExpiredError) and over else VideoState.FAILED

    async def _published(self) -> bool:
        """Return whether an earlier kernel brought the video and did not live to say so."""
        path, record = self._store.path(self._record), self._record
        if path is None or record.facts is None or not path.is_file():
            return False
        if path.stat().st_size != record.video_bytes:
            return False
        try:
            facts = await asyncio.to_thread(checked_facts, path)
        except NotPlayableError:
            return False
        return facts.to_json() == record.facts

    async def _arrived(self) -> None:
        """Fetch until the video is there.

        Raises:
            WanError: it cannot be had.
        """
        tries = 0
        while True:
            part = self._videos.part(self._record)
            before = part.kept().size
            try:
                await self._brought(part)
            except NO_VIDEO as error:
                tries = 1 if part.kept().size >= before + PROGRESS else tries + 1
                await self._bear(error, part, tries)
            else:
                return

    async def _brought(self, part: Part) -> None:
        """Receive, look at it, commit what it is, and only then give it its name.

        Raises:
            WanError: one of these failed.
        """
        size = await receive(str(self._record.video_url), part, service=self._client.base_url)
        try:
            facts = await asyncio.to_thread(checked_facts, part.path)
        except NotPlayableError:
            part.drop()
            raise
        self._change(video=str(part.target), video_bytes=size, facts=facts.to_json())
        await publish(part)

    async def _bear(self, error: WanError, part: Part, tries: int) -> None:
        """Return when trying again makes sense, after a pause.

        Raises:
            WanError: the error, when it does not.
        """
        if isinstance(error, LinkExpiredError):
            await self._ask_again(error)
            return
        if isinstance(error, StorageError) and part.taken and tries < TRIES:
            return  # another file took the name meanwhile; the next try looks for a free one
        if isinstance(error, NotPlayableError):
            self._unplayable += 1
            if self._unplayable == PLAY_TRIES:
                raise error
        elif not may_retry_download(error) or tries >= TRIES:
            raise error
        self._report(self._record, text("tasks.trouble.download", reason=str(error)))
        await self._clock.sleep(jittered(tries))

    async def _ask_again(self, error: WanError) -> None:
        """Ask the service for the link once more.

        Raises:
            WanError: the error, when this was done before or brings none.
        """
        if self._asked:
            raise error
        self._asked = True
        try:
            answer = await self._client.query(str(self._record.task_id))
        except ServiceError:
            raise error from None
        if answer.status is not Status.SUCCEEDED or not answer.video_url:
            raise error
        ends = url_expires_at(answer.video_url, self._record.finished_at)
        self._change(video_url=answer.video_url, url_expires_at=ends)

    def _finished(self) -> Record:
        """Write the sidecar, and say that the video is there, in this order: it is told of whole."""
        path, record = self._store.path(self._record), self._record
        remark = record.remark
        try:
            write_sidecar(Path(str(path)), record)
        except OSError as error:
            reason = error.strerror or str(error)
            remark = joined(remark, text("tasks.fetch.sidecar", video=path, reason=reason))
        self._videos.part(record, path).drop()
        return self._change(video_state=VideoState.SAVED, error_message=None, remark=remark)

    def _change(self, **changes: Any) -> Record:
        """Commit a change, then tell; nobody hears of a state the records do not hold."""
        self._record = change(self._store, self._record, self._report, changes)
        return self._record
