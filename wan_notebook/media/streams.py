"""Videos and sounds, read with PyAV."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from wan_notebook.media.boxes import check_boxes
from wan_notebook.media.errors import FlawError, Trouble
from wan_notebook.media.facts import MediaFacts

if TYPE_CHECKING:
    from av import VideoFrame, VideoStream
    from av.container import InputContainer
    from av.stream import Stream

DEMUXERS: Final[Mapping[str, str]] = {
    "mp4": "mov",
    "mov": "mov",
    "m4a": "mov",
    "webm": "matroska",
    "mkv": "matroska",
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
MOST_BYTES: Final = 64 << 20
"""Bytes given to PyAV of one file; the index of ten hours of video is a third of it."""
MOST_PACKETS: Final = 1000
"""Pieces of a video read in search of the first picture: half a minute and more."""


class Sparing:
    """A file that ends early for who reads too much of it: PyAV searches broken files to the end.

    Where it really ends can still be asked, for the length of a sound is reckoned from it.
    """

    def __init__(self, file: BinaryIO, budget: int = MOST_BYTES) -> None:
        self._file = file
        self._left = budget
        self.seek = file.seek
        self.tell = file.tell

    def read(self, count: int) -> bytes:
        """Return the next bytes, as long as there are any left to give."""
        data = self._file.read(min(count, self._left))
        self._left -= len(data)
        return data


@contextmanager
def opened(file: BinaryIO, demuxer: str) -> Iterator["InputContainer"]:
    """Open a file with PyAV for a while.

    Raises:
        FlawError: PyAV cannot read it, now or while it is open.
    """
    import av  # noqa: PLC0415 - takes a tenth of a second, and is not needed before the first file

    file.seek(0)
    sparing = Sparing(file)
    try:
        with av.open(
            sparing, "r", format=demuxer, options=dict(OPTIONS), metadata_errors="replace"
        ) as container:
            yield container
    except av.FFmpegError as error:
        raise FlawError(Trouble.BROKEN, error.strerror or "") from error


def read_stream(name: str, file: BinaryIO, size: int) -> MediaFacts:
    """Return the facts of a video or sound of this format; of a video the first picture is decoded.

    Raises:
        FlawError: broken, or the end is missing where that can be told: MP4 and MOV.
    """
    if DEMUXERS[name] == "mov":
        check_boxes(file, size)
    with opened(file, DEMUXERS[name]) as container:
        tone = next(iter(container.streams.audio), None)
        sound = tone is not None
        video = moving(container)
        if video:
            return MediaFacts(kind="video", format=name, bytes=size, sound=sound, **_seen(container, video))
        if tone is None or not (known(tone) and tone.rate):
            raise FlawError(Trouble.BROKEN, "neither picture nor sound in it")
        seconds = _seconds(container, tone)
        return MediaFacts(kind="audio", format=name, bytes=size, sound=True, seconds=seconds)


def known(stream: "Stream") -> bool:
    """Whether PyAV can decode a stream; without a decoder there is no context, whatever its types say."""
    return getattr(stream, "codec_context", None) is not None


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


def frames(container: "InputContainer", stream: "VideoStream") -> Iterator["VideoFrame"]:
    """Yield the pictures of a video from where it stands, of so many packets only.

    Raises:
        FlawError: they are coded in a way that is not known.
    """
    if not known(stream):
        raise FlawError(Trouble.BROKEN, "coded in a way that is not known")
    for packet in islice(container.demux(), MOST_PACKETS):
        if packet.stream is stream:
            yield from stream.decode(packet)


def first_frame(container: "InputContainer", stream: "VideoStream") -> "VideoFrame":
    """Return the next picture of a video.

    Raises:
        FlawError: there is none.
    """
    frame = next(frames(container, stream), None)
    if frame is None:
        raise FlawError(Trouble.BROKEN, "no picture in it")
    return frame
