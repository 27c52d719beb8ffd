"""Carries a task from where its record stands to its end: send, settle, ask, download.

The record is written before and after every step, so that whatever stops this, the next start knows where the
task stands. One create call at the most can have made a task: it is sent again only when nothing was created.
"""

from dataclasses import dataclass

from wan_notebook.catalog import FINAL, Status, VideoState, text
from wan_notebook.records import Record, Store
from wan_notebook.service import ServiceError
from wan_notebook.tasks.carried import Report, change, still_own
from wan_notebook.tasks.clock import Clock
from wan_notebook.tasks.experience import Experience
from wan_notebook.tasks.fetching import Fetcher
from wan_notebook.tasks.lifecycle import answered, lost
from wan_notebook.tasks.poller import Poller
from wan_notebook.tasks.recovery import Recovery
from wan_notebook.tasks.schedule import Timetable
from wan_notebook.tasks.sending import Sender
from wan_notebook.tasks.waiting import Watched


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Carries tasks; its coroutines run on the engine's loop only.

    Attributes:
        sender: sends what is QUEUED.
        recovery: settles what is UNCONFIRMED.
        poller: asks for what has an id.
        fetcher: saves videos.
        experience: tells when to ask.
        store: the records.
        clock: what time it is.
    """

    sender: Sender
    recovery: Recovery
    poller: Poller
    fetcher: Fetcher
    experience: Experience
    store: Store
    clock: Clock

    async def carry(self, record: Record, report: Report) -> None:
        """Take a task to its end, reporting each change.

        Raises:
            TakenError: another studio carries it by now.
            RecordsError: the records cannot be read or written.
        """
        owner = record.owner
        if record.status is Status.QUEUED:
            record = still_own(await self.sender.send(record, report), owner)
        elif record.status is Status.SUBMITTING:  # by a kernel that has died, or nobody would carry it anew
            record = change(self.store, record, report, lost())
        if record.status is Status.UNCONFIRMED:
            record = still_own(await self.recovery.settled(record, report), owner)
            report(record, None)
        if record.task_id is not None and record.status not in FINAL:
            timetable = self.experience.timetable(record)
            while record.status not in FINAL:
                record = await self._heard(record, timetable, report)
        if record.status is Status.SUCCEEDED and self.lacks_video(record):
            await self.fetcher.fetch(record, report)

    def lacks_video(self, record: Record) -> bool:
        """Return whether the video of a task that succeeded is still, or again, to be fetched."""
        if record.video_state is VideoState.SAVED:
            return self.fetcher.missing(record)
        return record.video_state is not VideoState.EXPIRED

    async def _heard(self, record: Record, timetable: Timetable, report: Report) -> Record:
        """Wait for the next news of a task; return its record, changed or not."""
        watched = Watched(
            task_id=str(record.task_id),
            since=record.submitted_at or record.created_at,
            status=record.status,
            timetable=timetable,
        )
        try:
            answer = await self.poller.answer(watched)
        except ServiceError as error:
            report(record, text("tasks.trouble.query", reason=str(error)))
            return record
        changes = answered(record, answer, self.clock.now())
        if changes:
            return change(self.store, record, report, changes)
        unknown = answer.status is Status.UNKNOWN
        report(record, text("tasks.trouble.unknown", task_id=record.task_id) if unknown else None)
        return record
