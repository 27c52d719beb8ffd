"""A small picture of a picture or video."""

import io
from collections.abc import Mapping
from contextlib import suppress
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from wan_notebook.media.errors import FlawError, Trouble
from wan_notebook.media.facts import MediaFacts
from wan_notebook.media.files import State, ask, read
from wan_notebook.media.headers import PICTURES, read_picture
from wan_notebook.media.picture import Picture
from wan_notebook.media.streams import DEMUXERS, MOST_BYTES, MOST_PIXELS, first_frame, frames, moving, opened

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import InputContainer
    from av.video.plane import VideoPlane

TURNS: Final[Mapping[int, tuple[tuple[str, str | None], ...]]] = {
    2: (("hflip", None),),
    3: (("hflip", None), ("vflip", None)),
    4: (("vflip", None),),
    5: (("transpose", "cclock_flip"),),
    6: (("transpose", "clock"),),
    7: (("transpose", "clock_flip"),),
    8: (("transpose", "cclock"),),
}
"""Filters that turn a picture as its orientation asks, by Exif's numbers."""
ROTATIONS: Final[Mapping[int, int]] = {90: 8, 180: 3, 270: 6}
"""Degrees counter-clockwise, as PyAV counts, in Exif's numbers."""
MOST_FRAMES: Final = 60
"""Pictures decoded on the way from the key picture before: some 0.3 s of work at 1080p."""
OPAQUE: Final = 255
TALLEST: Final = 8
"""A small picture is at most so many times as high as it is asked to be wide; the service takes no taller."""


def thumbnail(path: Path, width: int = 160) -> bytes:
    """Return a small JPEG of a picture, or of a video at a third of its length, or before.

    Turned as displayed, transparency on white, never larger than the picture itself; read anew each time.

    Args:
        path: the file.
        width: pixels.

    Raises:
        UnreadableMediaError: there is no such file, or no picture in it that can be shown.
    """
    return ask(path, lambda state: _small(state, width))


def _small(state: State, width: int) -> bytes:
    facts = read(state.path)  # has looked for what is broken
    if facts.kind == "audio":
        raise FlawError(Trouble.SOUND)
    with state.path.open("rb") as file:
        if facts.kind == "image":
            return _of_picture(facts, file, width)
        with opened(file, DEMUXERS[facts.format]) as container:
            return _of_video(container, width)


def _of_picture(facts: MediaFacts, file: BinaryIO, width: int) -> bytes:
    picture = read_picture(facts.format, file, facts.bytes)
    if picture.width * picture.height > MOST_PIXELS or facts.bytes > MOST_BYTES:
        raise FlawError(Trouble.HUGE, f"{picture.width} x {picture.height} pixels, {facts.bytes} bytes")
    demuxer = PICTURES[facts.format].demuxer
    if demuxer is None or picture.unshown:
        raise FlawError(Trouble.UNSHOWN, facts.format)
    with opened(file, demuxer) as container:
        if not container.streams.video:
            raise FlawError(Trouble.BROKEN)
        frame = first_frame(container, container.streams.video[0])
        return _jpeg(_shown(frame, picture.orientation, width))


def _of_video(container: "InputContainer", width: int) -> bytes:
    stream = moving(container)
    if stream is None:
        raise FlawError(Trouble.SOUND)
    frame = _at_a_third(container, stream)
    return _jpeg(_shown(frame, ROTATIONS.get(frame.rotation % 360, 1), width))


def _at_a_third(container: "InputContainer", stream: "VideoStream") -> "VideoFrame":
    """Return the picture at a third of a video, or the last one towards it that can be had quickly."""
    import av  # noqa: PLC0415 - takes a tenth of a second, and is not needed before the first file

    third = (container.duration or 0) // 3
    with suppress(av.FFmpegError):  # a file without an index is shown from its beginning
        container.seek(third)
    frame = first_frame(container, stream)
    with suppress(av.FFmpegError):  # what is broken further on does not spoil the picture there is
        for later in islice(frames(container, stream), MOST_FRAMES):
            if later.time is None or later.time * av.time_base > third:
                break
            frame = later
    return frame


def _shown(frame: "VideoFrame", orientation: int, width: int) -> "VideoFrame":
    """Make a picture small, on white, and turned as displayed."""
    shown_width, shown_height = Picture(frame.width, frame.height, orientation=orientation).displayed
    scale = min(1, width / shown_width, TALLEST * width / shown_height)
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    return _turned(_on_white(frame.reformat(width, height, "rgba")), orientation)


def _on_white(frame: "VideoFrame") -> "VideoFrame":
    """Lay what is transparent on white, for a JPEG has no transparency; takes packed RGBA."""
    plane = frame.planes[0]
    pixels = _packed(plane)
    covers = pixels[3::4]
    if min(covers) < OPAQUE:
        mixed = bytearray(pixels)
        for channel in range(3):
            shades = zip(pixels[channel::4], covers, strict=True)
            mixed[channel::4] = bytes(OPAQUE - (OPAQUE - shade) * cover // OPAQUE for shade, cover in shades)
        spare = bytes(plane.line_size - 4 * frame.width)
        rows = range(0, len(mixed), 4 * frame.width)
        plane.update(b"".join(bytes(mixed[row : row + 4 * frame.width]) + spare for row in rows))
    return frame


def _packed(plane: "VideoPlane") -> bytes:
    """Return the bytes of packed RGBA without those that only fill up the lines."""
    lines = bytes(plane)
    starts = range(0, plane.height * plane.line_size, plane.line_size)
    return b"".join(lines[start : start + 4 * plane.width] for start in starts)


def _turned(frame: "VideoFrame", orientation: int) -> "VideoFrame":
    from av.filter import Graph  # noqa: PLC0415 - as above

    steps = TURNS.get(orientation)
    if not steps:
        return frame
    graph = Graph()
    source = graph.add_buffer(
        width=frame.width, height=frame.height, format=frame.format, time_base=Fraction(1)
    )
    filters = [graph.add(name, setting) for name, setting in steps]
    graph.link_nodes(source, *filters, graph.add("buffersink")).configure()
    graph.vpush(frame)
    return graph.vpull()


def _jpeg(frame: "VideoFrame") -> bytes:
    import av  # noqa: PLC0415 - as above

    target = io.BytesIO()
    with av.open(target, "w", format="mjpeg") as container:
        encoder = container.add_stream("mjpeg", rate=1, options={"qscale": "5"})
        encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, "yuvj420p"
        flat = frame.reformat(format="yuvj420p")
        flat.pts = 0
        for packet in (*encoder.encode(flat), *encoder.encode(None)):
            container.mux(packet)
    return target.getvalue()
