"""What a video file really holds, read back with PyAV, and how it differs from what was asked."""

import io
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from wan_notebook.catalog import Request, WanError, text

POSTER_WIDTH = 320
"""Pixels; a JPEG of this width is some 10 KB, small enough to stay in a notebook file."""
SECONDS_TOLERANCE = 0.1
"""A video may be this much longer or shorter than asked: sound comes in whole blocks."""


@dataclass(frozen=True, slots=True)
class Facts:
    """A video's own figures.

    Attributes:
        width, height: pixels.
        fps: frames per second.
        seconds: length.
        video_codec, audio_codec: short names ("h264", "aac"); no sound is None.
    """

    width: int
    height: int
    fps: float
    seconds: float
    video_codec: str
    audio_codec: str | None

    def to_json(self) -> dict[str, Any]:
        """Return the figures as JSON values."""
        return asdict(self)


class NotPlayableError(WanError, ValueError):
    """A file that holds no readable video."""


def read_facts(path: Path) -> Facts:
    """Return the figures of a video file, its first picture decoded to prove that it plays.

    Raises:
        NotPlayableError: no video can be read from it.
    """
    try:
        with av.open(path) as container:
            stream = container.streams.video[0]
            next(container.decode(stream))
            seconds = _seconds(stream.duration, stream.time_base) or (container.duration or 0) / av.time_base
            sound = container.streams.audio
            return Facts(
                width=stream.width,
                height=stream.height,
                fps=round(float(stream.average_rate or 0), 3),
                seconds=round(seconds, 3),
                video_codec=stream.codec_context.name,
                audio_codec=sound[0].codec_context.name if sound else None,
            )
    except (av.FFmpegError, IndexError, StopIteration) as error:
        raise NotPlayableError(text("tasks.video.unreadable", name=path.name, reason=str(error))) from error


def _seconds(duration: int | None, time_base: Fraction | None) -> float:
    return float(duration * time_base) if duration and time_base else 0.0


def differences(facts: Facts, request: Request) -> list[str]:
    """Return one sentence for each figure that is not as asked."""
    found = []
    if request.size and request.size != (facts.width, facts.height):
        asked, got = "x".join(map(str, request.size)), f"{facts.width}x{facts.height}"
        found.append(text("tasks.difference.size", asked=asked, got=got))
    duration = request.value("duration")
    if duration and abs(facts.seconds - duration) > SECONDS_TOLERANCE:
        found.append(text("tasks.difference.seconds", asked=duration, got=facts.seconds))
    if facts.fps and facts.fps != request.model.fps:
        found.append(text("tasks.difference.fps", asked=request.model.fps, got=facts.fps))
    if facts.audio_codec is None and request.sounded:
        found.append(text("tasks.difference.silent"))
    return found


def poster(path: Path) -> bytes:
    """Return a small JPEG of the picture at one third of the video.

    Raises:
        NotPlayableError: no video can be read from the file.
    """
    try:
        with av.open(path) as container:
            stream = container.streams.video[0]
            if stream.duration:
                container.seek(stream.duration // 3, stream=stream)
            frame = next(container.decode(stream))
    except (av.FFmpegError, IndexError, StopIteration) as error:
        raise NotPlayableError(text("tasks.video.unreadable", name=path.name, reason=str(error))) from error
    height = max(2, round(frame.height * POSTER_WIDTH / frame.width / 2) * 2)
    small = frame.reformat(width=POSTER_WIDTH, height=height, format="yuvj420p")
    target = io.BytesIO()
    with av.open(target, "w", format="mjpeg") as image:
        encoder = image.add_stream("mjpeg", rate=1, options={"qscale": "5"})
        encoder.width, encoder.height, encoder.pix_fmt = POSTER_WIDTH, height, "yuvj420p"
        for packet in (*encoder.encode(small), *encoder.encode(None)):
            image.mux(packet)
    return target.getvalue()
