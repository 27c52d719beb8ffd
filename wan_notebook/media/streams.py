"""Videos and sounds, read with PyAV."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from wan_notebook.media.boxes import check_boxes
from wan_notebook.media.errors import FlawError, Trouble
from wan_notebook.media.facts import MediaFacts
from wan_notebook.media.raster import check_riff
from wan_notebook.media.signatures import HEAD

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import InputContainer

DEMUXERS: Final[Mapping[str, str]] = {
    "mp4": "mov",
    "mov": "mov",
    "m4a": "mov",
    "webm": "matroska",
    "mkv": "matroska",
    "avi": "avi",
    "flv": "flv",
    "wav": "wav",
    "mp3": "mp3",
    "aac": "aac",
    "flac": "flac",
    "ogg": "ogg",
}
"""PyAV's names. Always given, since it would else also find play lists, which name other files to open."""
MOST_PIXELS: Final = 100_000_000
"""Pixels of a picture that is decoded: one and a half times 8000 x 8000, the most the service takes."""
OPTIONS: Final[Mapping[str, str]] = {
    "protocol_whitelist": "none",  # what a file says, nothing else is opened
    "max_pixels": str(MOST_PIXELS),
    "probesize": "5000000",
}
MOST_PACKETS: Final = 1000
"""Pieces of a video read in search of the first picture: half a minute and more."""


@contextmanager
def opened(file: BinaryIO, demuxer: str) -> Iterator["InputContainer"]:
    """Open a file with PyAV for a while.

    Raises:
        FlawError: PyAV cannot read it, now or while it is open.
    """
    import av  # noqa: PLC0415 - takes a tenth of a second, and is not needed before the first file

    file.seek(0)
    try:
        with av.open(
            file, "r", format=demuxer, options=dict(OPTIONS), metadata_errors="replace"
        ) as container:
            yield container
    except av.FFmpegError as error:
        raise FlawError(Trouble.BROKEN, error.strerror or "") from error


def read_stream(name: str, file: BinaryIO, size: int) -> MediaFacts:
    """Return the facts of a video or sound of this format; of a video the first picture is decoded.

    Raises:
        FlawError: broken, or the end is missing where that can be told: MP4, MOV, WAV.
    """
    _check_end(name, file, size)
    with opened(file, DEMUXERS[name]) as container:
        sound = bool(container.streams.audio)
        video = moving(container)
        if video:
            return MediaFacts(kind="video", format=name, bytes=size, sound=sound, **_seen(container, video))
        if not sound:
            raise FlawError(Trouble.BROKEN, "neither picture nor sound in it")
        seconds = _seconds(container, container.streams.audio[0])
        return MediaFacts(kind="audio", format=name, bytes=size, sound=True, seconds=seconds)


def _check_end(name: str, file: BinaryIO, size: int) -> None:
    if DEMUXERS[name] == "mov":
        check_boxes(file, size)
    if name == "wav":
        file.seek(0)
        check_riff(file.read(HEAD), size)


def moving(container: "InputContainer") -> "VideoStream | None":
    """Return the first video in a file that is not the cover picture of a sound."""
    from av.stream import Disposition  # noqa: PLC0415 - as above

    for stream in container.streams.video:
        if not stream.disposition & Disposition.attached_pic:
            return stream
    return None


def _seen(container: "InputContainer", stream: "VideoStream") -> dict[str, Any]:
    frame = first_frame(container, stream)
    on_its_side = frame.rotation % 180 != 0
    return {
        "width": frame.height if on_its_side else frame.width,
        "height": frame.width if on_its_side else frame.height,
        "seconds": _seconds(container, stream),
        "fps": round(float(stream.average_rate), 3) if stream.average_rate else None,
        "alpha": any(part.is_alpha for part in frame.format.components),
    }


def _seconds(container: "InputContainer", stream: Any) -> float | None:
    import av  # noqa: PLC0415 - as above

    if stream.duration and stream.time_base:
        seconds = float(stream.duration * stream.time_base)
    else:
        seconds = (container.duration or 0) / av.time_base
    return round(seconds, 3) if seconds > 0 else None


def first_frame(container: "InputContainer", stream: "VideoStream") -> "VideoFrame":
    """Return the next picture of a video.

    Raises:
        FlawError: there is none.
    """
    for packet in islice(container.demux(), MOST_PACKETS):
        if packet.stream is stream:
            for frame in stream.decode(packet):
                return frame
    raise FlawError(Trouble.BROKEN, "no picture in it")
