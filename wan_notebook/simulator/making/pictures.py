"""Given pictures and clips as the planes of a frame: decoded, turned upright, cut to the frame's shape."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
from av.video.reformatter import ColorRange, Colorspace, Interpolation, VideoReformatter
from PIL import Image, ImageOps

Bytes = npt.NDArray[np.uint8]
Planes = tuple[Bytes, Bytes, Bytes]
"""Y, U, V of BT.709 in limited range, U and V at half the size of Y."""

BT709 = 1
"""ITU-T H.273: primaries, transfer and matrix of high-definition video all have this number."""
LIMITED = 1
"""Colour range: Y 16-235, U and V 16-240."""
SOON = 1e-4
"""Seconds by which a frame may be early: times of files are rounded."""


def tag_colours(target: av.VideoFrame | av.VideoCodecContext) -> None:
    """Say which colours the numbers mean, so that a browser shows what was drawn."""
    target.color_range = LIMITED
    target.colorspace = target.color_primaries = target.color_trc = BT709


def planes_of(frame: av.VideoFrame) -> Planes:
    """Return the planes of a 4:2:0 frame, open for writing as long as the frame lives."""
    luma, u, v = (
        np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)[:, : plane.width]
        for plane in frame.planes
    )
    return luma, u, v


def converted(image: Image.Image) -> Planes:
    """Return a picture of even size as planes, its transparency ignored."""
    frame = av.VideoFrame.from_ndarray(np.asarray(image.convert("RGB")), format="rgb24")
    return _scaled(VideoReformatter(), frame, image.width, image.height)


def still(path: str | Path, width: int, height: int) -> Planes:
    """Return a picture file scaled to fill this size, what sticks out cut away evenly.

    Raises:
        OSError: it cannot be read, or is no picture.
    """
    with Image.open(path) as opened:
        upright = _eight_bits(ImageOps.exif_transpose(opened)).convert("RGBA")
    ground = Image.new("RGBA", upright.size, "white")
    flat = Image.alpha_composite(ground, upright).convert("RGB")
    return converted(ImageOps.fit(flat, (width, height), Image.Resampling.LANCZOS))


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return a picture with samples of 8 bits; those of 16 bits Pillow would cut instead of scaling them."""
    deep = image.mode.startswith("I;16")
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)) if deep else image


def aspect(path: str | Path, *, moving: bool) -> float:
    """Return width divided by height of a picture or clip as it is shown."""
    if not moving:
        with Image.open(path) as opened:
            width, height = ImageOps.exif_transpose(opened).size
        return width / height
    with av.open(str(path)) as container:
        frame = next(container.decode(container.streams.video[0]))
    across, down = (frame.height, frame.width) if frame.rotation % 180 else (frame.width, frame.height)
    return across / down


def length(path: str | Path) -> float:
    """Return how long the pictures of a clip last, in seconds."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        if stream.duration is not None and stream.time_base is not None:
            return float(stream.duration * stream.time_base)
        return (container.duration or 0) / av.time_base


def last_picture(path: str | Path, width: int, height: int) -> Planes:
    """Return the picture a clip ends on, filling this size."""
    with av.open(str(path)) as container:
        *_, last = container.decode(container.streams.video[0])
    return _fitted(VideoReformatter(), last, width, height)


class Clip:
    """A clip that is played forwards, each picture filling a size.

    Args:
        path: its file.
        width, height: size of the pictures, both even.
        again: whether it begins anew at its end; else its last picture stays.
    """

    def __init__(self, path: str | Path, width: int, height: int, *, again: bool = False) -> None:
        self._path = str(path)
        self._size = width, height
        self._frames = self._endless() if again else self._once(0.0)
        self._scaler = VideoReformatter()  # one for all pictures: setting it up takes longer than a picture
        self._shown = _fitted(self._scaler, next(self._frames)[1], width, height)
        self._next = next(self._frames, None)

    def at(self, seconds: float) -> Planes:
        """Return the picture at a time; time does not run backwards."""
        due = None
        while self._next is not None and self._next[0] <= seconds + SOON:
            due = self._next[1]
            self._next = next(self._frames, None)
        if due is not None:
            self._shown = _fitted(self._scaler, due, *self._size)
        return self._shown

    def _once(self, start: float) -> Iterator[tuple[float, av.VideoFrame]]:
        """Yield each picture with its time, the first one at `start`."""
        with av.open(self._path) as container:
            stream = container.streams.video[0]
            stream.thread_type = "AUTO"
            first: float | None = None
            for frame in container.decode(stream):
                time = frame.time or 0.0
                first = time if first is None else first
                yield start + time - first, frame

    def _endless(self) -> Iterator[tuple[float, av.VideoFrame]]:
        lasts = max(length(self._path), 1e-2)
        rounds = 0
        while True:
            yield from self._once(rounds * lasts)
            rounds += 1


def _fitted(scaler: VideoReformatter, frame: av.VideoFrame, width: int, height: int) -> Planes:
    """Return a frame upright, scaled to fill this size, what sticks out cut away evenly."""
    turns = round(frame.rotation / 90) % 4
    across, down = (height, width) if turns % 2 else (width, height)
    factor = max(across / frame.width, down / frame.height)
    size = max(across, _even(frame.width * factor)), max(down, _even(frame.height * factor))
    planes = _scaled(scaler, frame, *size)
    found = [
        _middle(plane, across // part, down // part) for plane, part in zip(planes, (1, 2, 2), strict=True)
    ]
    luma, u, v = (np.ascontiguousarray(np.rot90(plane, turns)) for plane in found)
    return luma, u, v


def _scaled(scaler: VideoReformatter, frame: av.VideoFrame, width: int, height: int) -> Planes:
    """Return a copy of a frame at another size, in our colours."""
    scaled = scaler.reformat(
        frame,
        width,
        height,
        "yuv420p",
        dst_colorspace=Colorspace.ITU709,
        dst_color_range=ColorRange.MPEG,
        interpolation=Interpolation.BILINEAR,
    )
    luma, u, v = (plane.copy() for plane in planes_of(scaled))
    return luma, u, v


def _even(size: float) -> int:
    return round(size / 2) * 2


def _middle(plane: Bytes, width: int, height: int) -> Bytes:
    top, left = (plane.shape[0] - height) // 2, (plane.shape[1] - width) // 2
    return plane[top : top + height, left : left + width]
