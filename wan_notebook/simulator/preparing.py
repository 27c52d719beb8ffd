"""From an accepted task to the video that is to be made for it: its media are fetched on the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wan_notebook.catalog import find_model
from wan_notebook.simulator.clock import Clock
from wan_notebook.simulator.commission import video_of
from wan_notebook.simulator.fetching import MediaCache
from wan_notebook.simulator.gathering import gather
from wan_notebook.simulator.judging.sources import sources, without_media
from wan_notebook.simulator.judging.usage import usage
from wan_notebook.simulator.making.video import Video
from wan_notebook.simulator.store import Task
from wan_notebook.simulator.uploads import Uploads


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is known of a task when its media are here.

    Attributes:
        video: the video to make.
        usage: what it will be billed by.
        values: the task's values without its media, which may be large.
    """

    video: Video
    usage: dict[str, Any]
    values: Mapping[str, Any]


class Preparer:
    """Prepares tasks.

    Args:
        cache: fetches media.
        uploads: files sent for tasks.
        clock: tells which uploads have expired.
        caption: what is written into the pictures, as in `Settings.caption`.
    """

    def __init__(self, cache: MediaCache, uploads: Uploads, clock: Clock, caption: str) -> None:
        self._cache = cache
        self._uploads = uploads
        self._clock = clock
        self._caption = caption

    async def prepare(self, task: Task) -> Prepared:
        """Fetch a task's media and return what is to be made.

        Raises:
            UnusableError: media cannot be had, or the service does not take them.
            OSError: media cannot be kept.
            UnknownModelError: the model has left the catalogue since.
        """
        model = find_model(task.model)
        now = self._clock.now()
        given = await gather(
            sources(model, task.values),
            self._cache,
            lambda url: self._uploads.find(url, task.account, task.model, now),
        )
        video = video_of(model, task.values, given, self._caption)
        size = video.width, video.height
        billed = usage(model, task.values, given, size, video.seconds)
        return Prepared(video, billed, without_media(model, task.values))
