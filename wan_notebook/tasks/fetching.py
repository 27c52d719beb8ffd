"""Saves the videos of tasks that succeeded, and copies them to the mirror."""

import asyncio

from wan_notebook.catalog import VideoState
from wan_notebook.records import Record, Store
from wan_notebook.service import ServiceClient
from wan_notebook.tasks.arrival import NO_VIDEO, Arrival
from wan_notebook.tasks.carried import Report, change
from wan_notebook.tasks.clock import Clock
from wan_notebook.tasks.lifecycle import joined
from wan_notebook.tasks.mirror import Mirror, MirrorError
from wan_notebook.tasks.videos import VideoFolder


class Fetcher:
    """Fetches videos; its coroutines run on the engine's loop only.

    Args:
        client: asks for a link anew.
        store: the records.
        videos: where videos go.
        clock: what time it is.
        mirror: gets a copy of each, None for no copies.
    """

    def __init__(
        self,
        client: ServiceClient,
        store: Store,
        videos: VideoFolder,
        clock: Clock,
        mirror: Mirror | None = None,
    ) -> None:
        self._client = client
        self._store = store
        self._videos = videos
        self._clock = clock
        self._mirror = mirror
        self._swept = False

    def missing(self, record: Record) -> bool:
        """Return whether a video was saved and its file is gone."""
        path = self._store.path(record)
        return record.video_state is VideoState.SAVED and path is not None and not path.exists()

    async def fetch(self, record: Record, report: Report) -> Record:
        """Save the video of a task that succeeded, whatever there is of it already; return the record.

        That a video cannot be had is not raised: the record says so, and whether it may be tried again.
        A row whose file is gone (`missing`) stays SAVED when it cannot be had again, for its disk may only be
        away for now.

        Raises:
            RecordsError: the records cannot be written; the video stays, and is found by the next call.
        """
        arrival = Arrival(record, report, self._client, self._store, self._videos, self._clock)
        try:
            self._videos.make()
            await self._sweep()
            record = await arrival.saved()
        except NO_VIDEO as error:
            return arrival.failed(error)
        return await self.mirrored(record, report)

    async def mirrored(self, record: Record, report: Report) -> Record:
        """Copy a saved video to the mirror, if there is one and it lacks it; return the record.

        What goes wrong becomes a remark of the record.
        """
        path = self._store.path(record)
        if self._mirror is None or path is None or record.video_state is not VideoState.SAVED:
            return record
        try:
            await asyncio.to_thread(self._mirror.copy, path)
        except MirrorError as error:
            record = change(self._store, record, report, {"remark": joined(record.remark, str(error))})
        return record

    async def _sweep(self) -> None:
        """Remove old parts, once."""
        if not self._swept:
            self._swept = True
            await asyncio.to_thread(self._videos.sweep)
