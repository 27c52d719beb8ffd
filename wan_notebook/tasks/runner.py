"""Carries a task from where its record stands to its end: submit, ask, download, check.

The record is written before and after every step, so that whatever stops this, the next start knows where the
task stands. One create call at the most can have made a task: it is sent again only when nothing was created.
"""

import random
import uuid
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from wan_notebook.catalog import FINAL, SettingError, Status, VideoState, WanError, text
from wan_notebook.records import Record, Store
from wan_notebook.service import (
    DownloadError,
    LinkExpiredError,
    NotTheServiceError,
    ServiceClient,
    ServiceError,
    download,
    may_retry_create,
    may_retry_download,
    may_retry_query,
    pause,
)
from wan_notebook.tasks.clock import Clock
from wan_notebook.tasks.facts import NotPlayableError, read_facts
from wan_notebook.tasks.lifecycle import Changes, answered, created, not_created, not_sent, submitting
from wan_notebook.tasks.schedule import query_pauses
from wan_notebook.tasks.uploading import Uploader
from wan_notebook.tasks.videos import VideoFolder, write_sidecar

CREATE_TRIES = 8
"""Create calls for one task while the service answers "too many": about two minutes with back-off."""
REACH_TRIES = 3
DOWNLOAD_TRIES = 5

Report = Callable[[Record, str | None], None]
"""Called after each change with the new record, and a sentence while something goes wrong for now."""


class Runner:
    """Carries tasks; its coroutines run on the engine's loop only."""

    def __init__(
        self, client: ServiceClient, uploader: Uploader, store: Store, videos: VideoFolder, clock: Clock
    ) -> None:
        self._client = client
        self._uploader = uploader
        self._store = store
        self._videos = videos
        self._clock = clock
        self._reached = False

    async def carry(self, record: Record, report: Report) -> None:
        """Take a task to its end, reporting each change."""
        if record.status is Status.QUEUED:
            record = await self._submit(record, report)
        if record.task_id is not None and record.status not in FINAL:
            record = await self._follow(record, report)
        if record.status is Status.SUCCEEDED and record.video_state is not VideoState.SAVED:
            await self._fetch(record, report)

    async def _submit(self, record: Record, report: Report) -> Record:
        try:
            await self._reach(record, report)
            request, media = await self._uploader.sent(record, lambda sentence: report(record, sentence))
        except WanError as error:
            return self._change(record, report, not_sent(error, self._clock.now()))
        if media:
            record = self._change(record, report, {"media": media})
        body = request.draft()
        for tries in count(1):
            record = self._change(record, report, submitting(self._clock.now()))
            try:
                answer = await self._client.create(request.model.path, body)
            except ServiceError as error:
                if not may_retry_create(error) or tries == CREATE_TRIES:
                    return self._change(record, report, not_created(error, self._clock.now()))
                report(record, text("tasks.trouble.create", reason=str(error)))
                await self._wait(tries, error.retry_after)
            else:
                break
        return self._change(record, report, created(answer))

    async def _reach(self, record: Record, report: Report) -> None:
        """Ask the service once, without cost, so that a wrong address or key shows before a create call."""
        for tries in count(1):
            if self._reached:
                return
            try:
                await self._client.query(str(uuid.uuid4()))
            except ServiceError as error:
                passing = may_retry_query(error) and not isinstance(error, NotTheServiceError)
                if not passing or tries == REACH_TRIES:
                    raise
                report(record, text("tasks.trouble.create", reason=str(error)))
                await self._wait(tries, error.retry_after)
            else:
                self._reached = True

    async def _follow(self, record: Record, report: Report) -> Record:
        for seconds in query_pauses():
            await self._clock.sleep(seconds)
            try:
                answer = await self._client.query(str(record.task_id))
            except ServiceError as error:
                report(record, text("tasks.trouble.query", reason=str(error)))
                continue
            changes = answered(record, answer, self._clock.now())
            if changes:
                record = self._change(record, report, changes)
            elif answer.status is Status.UNKNOWN:
                report(record, text("tasks.trouble.unknown", task_id=record.task_id))
            if record.status in FINAL:
                break
        return record

    async def _fetch(self, record: Record, report: Report) -> None:
        """Download the video at once: its link lives 24 hours."""
        if record.video_url is None:
            self._fail_video(record, report, text("tasks.video.no_link"))
            return
        record = self._change(record, report, {"video_state": VideoState.DOWNLOADING})
        for tries in range(1, DOWNLOAD_TRIES + 1):
            try:
                changes = await self._save(record)
            except LinkExpiredError as error:
                self._fail_video(record, report, str(error), VideoState.EXPIRED)
                return
            except (DownloadError, NotPlayableError, SettingError) as error:
                if tries == DOWNLOAD_TRIES or not may_retry_download(error):
                    self._fail_video(record, report, str(error))
                    return
                report(record, text("tasks.trouble.download", reason=str(error)))
                await self._wait(tries)
            else:
                self._change(record, report, changes)
                return

    async def _save(self, record: Record) -> Changes:
        """Download, read back and describe; return what the record gains."""
        self._videos.make()
        target = self._videos.fresh(record)
        size = await download(str(record.video_url), target)
        facts = read_facts(target).to_json()
        changes: dict[str, Any] = {
            "video": str(target),
            "video_state": VideoState.SAVED,
            "video_bytes": size,
            "facts": facts,
            "error_message": None,
        }
        write_sidecar(target, replace(record, facts=facts))
        return changes

    async def _wait(self, tries: int, retry_after: float | None = None) -> None:
        await self._clock.sleep(pause(tries, retry_after, random.random()))  # noqa: S311 - jitter is no secret

    def _fail_video(
        self, record: Record, report: Report, reason: str, state: VideoState = VideoState.FAILED
    ) -> None:
        self._change(record, report, {"video_state": state, "error_message": reason})

    def _change(self, record: Record, report: Report, changes: Changes) -> Record:
        """Commit a change, then tell; nobody hears of a state the records do not hold."""
        fresh = self._store.update(record.row, **changes)
        report(fresh, None)
        return fresh
