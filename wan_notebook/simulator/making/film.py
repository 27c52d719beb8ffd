"""The pictures of a video, back to front: scene or given clip, references, first and last frame."""

import math
from collections.abc import Iterator

import av

from wan_notebook.simulator.making.cast import Cast
from wan_notebook.simulator.making.dissolve import Dissolve
from wan_notebook.simulator.making.ingredients import Role
from wan_notebook.simulator.making.lettering import labels
from wan_notebook.simulator.making.palette import choose
from wan_notebook.simulator.making.pictures import (
    Clip,
    Planes,
    last_picture,
    length,
    planes_of,
    still,
    tag_colours,
)
from wan_notebook.simulator.making.places import ASIDE, CENTRE
from wan_notebook.simulator.making.restyle import Restyle
from wan_notebook.simulator.making.scene import Scene
from wan_notebook.simulator.making.stage import Stage
from wan_notebook.simulator.making.tint import tinted
from wan_notebook.simulator.making.video import Video

GIVING_WAY = 2.4
"""Seconds a given picture takes to become the scene, and the scene to become one."""
ALONE, BOTH = 0.7, 0.45
"""Shares of a short video that one such change may take, and each of two."""
SHORTEST = 0.2
"""Seconds under which a clip is not continued by a scene: its last picture stays."""


def pictures(video: Video) -> Iterator[av.VideoFrame]:
    """Yield the pictures of a video, numbered from 0."""
    film, tags = _Film(video), labels(video)
    cast = Cast(video, ASIDE if film.plays else CENTRE)
    for number in range(video.frames):
        seconds = number / video.fps
        frame = film.ground(seconds)
        planes = planes_of(frame)
        if not film.hides(seconds):
            cast.blend(planes, seconds)
        film.change(planes, seconds)
        for tag in tags:
            tag.blend(list(planes))
        frame.pts = number
        yield frame


class _Film:
    """What lies behind the references, and what lies over them.

    Attributes:
        plays: whether a given clip plays.
    """

    def __init__(self, video: Video) -> None:
        self._video = video
        self._size = video.width, video.height
        look = choose(video.prompt, video.theme_hash)
        edited, begun = video.find("video"), video.find("first_clip")
        own = edited or begun
        self._clip = Clip(own.file, *self._size) if own else None
        self.plays = own is not None
        self._restyle = Restyle(look) if edited else None
        self._clip_end = math.inf if edited else min(length(begun.file), video.length) if begun else 0.0
        opening, closing = self._opening(), self._still("last_frame")
        self._changes = self._timed(opening, closing)
        coloured = opening or closing
        self._scene = Stage(Scene(video, tinted(look, coloured) if coloured else None), *self._size)

    def ground(self, seconds: float) -> av.VideoFrame:
        """Return what lies behind everything at a time; unpainted where that is hidden."""
        if self._clip and seconds < self._clip_end:
            planes = self._clip.at(seconds)
            return self._frame(self._restyle.draw(planes) if self._restyle else planes)
        if self.hides(seconds):
            return self._frame(None)
        return self._scene.frame(seconds)

    def hides(self, seconds: float) -> bool:
        """Return whether a given picture hides everything else at a time."""
        return any(change.covers(seconds) for change in self._changes)

    def change(self, planes: Planes, seconds: float) -> None:
        """Lay the given first and last picture over a frame, as far as they are seen at a time."""
        for change in self._changes:
            change.blend(planes, seconds)

    def _still(self, role: Role) -> Planes | None:
        given = self._video.find(role)
        return still(given.file, *self._size) if given else None

    def _opening(self) -> Planes | None:
        """Return the picture the scene begins with: the given one, or that on which the clip ends."""
        begun = self._video.find("first_clip")
        return last_picture(begun.file, *self._size) if begun else self._still("first_frame")

    def _timed(self, opening: Planes | None, closing: Planes | None) -> list[Dissolve]:
        """Return the changes from the opening picture and to the closing one, each with its time."""
        first = 0.0 if math.isinf(self._clip_end) else self._clip_end
        last = (self._video.frames - 1) / self._video.fps
        seconds = min(GIVING_WAY, (BOTH if opening and closing else ALONE) * max(SHORTEST, last - first))
        found = []
        if opening and last - first > SHORTEST:
            found.append(Dissolve(opening, first, seconds, self._video.seed))
        if closing:
            found.append(Dissolve(closing, last, -seconds, self._video.seed + 1))
        return found

    def _frame(self, planes: Planes | None) -> av.VideoFrame:
        frame = av.VideoFrame(*self._size, "yuv420p")
        tag_colours(frame)
        for target, plane in zip(planes_of(frame), planes or (), strict=False):
            target[:] = plane
        return frame
