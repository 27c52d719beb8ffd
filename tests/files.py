"""Small real media files for tests; another name gives other bytes."""

import zlib
from pathlib import Path

import av
import numpy as np
from PIL import Image

RATE = 44_100
"""Samples of sound in a second."""
OPUS_RATE = 48_000
"""The same for Opus, which knows no 44 100."""
SOUND_FRAME = 1152
"""Samples in a frame of MP3; AAC and PCM take what they get."""
VIDEO_CODECS = {".webm": "libvpx"}
SOUND_CODECS = {
    ".mp3": "libmp3lame",
    ".wav": "pcm_s16le",
    ".flac": "flac",
    ".ogg": "libopus",
    ".webm": "libopus",
}
QUICK = {
    "libx264": {"preset": "ultrafast", "crf": "35"},
    "libvpx": {"deadline": "realtime", "cpu-used": "8"},
    "libmp3lame": {"compression_level": "9"},
}
"""What makes each encoder quick; the others have nothing to set."""


def picture(
    folder: Path,
    name: str = "girl.png",
    size: tuple[int, int] = (320, 240),
    alpha: bool = False,  # noqa: FBT001, FBT002 - reads as a word where it is used
) -> Path:
    """Write a picture of one colour in the format of the name's ending.

    Args:
        folder: where the file goes; made if need be.
        name: file name; png, jpg, bmp, webp, gif or whatever else Pillow writes.
        size: width and height in pixels.
        alpha: half transparent; png and webp can be.
    """
    shade = _shade(name)
    image = Image.new("RGBA", size, (*shade, 128)) if alpha else Image.new("RGB", size, shade)
    path = _place(folder, name)
    image.save(path)
    return path


def clip(
    folder: Path,
    name: str = "walk.mp4",
    seconds: float = 2.0,
    size: tuple[int, int] = (320, 240),
    sound: bool = True,  # noqa: FBT001, FBT002 - reads as a word where it is used
    fps: int = 10,
) -> Path:
    """Write a video whose picture grows brighter, with a tone or silent.

    Args:
        folder: where the file goes; made if need be.
        name: file name; mp4, mov or webm.
        seconds: length of picture and tone.
        size: width and height in pixels, both even.
        sound: with a tone.
        fps: frames per second.
    """
    path = _place(folder, name)
    with av.open(str(path), "w") as container:
        codec = VIDEO_CODECS.get(path.suffix, "libx264")
        pictures = container.add_stream(codec, rate=fps, options=QUICK[codec])
        assert isinstance(pictures, av.VideoStream)
        pictures.width, pictures.height = size
        pictures.pix_fmt = "yuv420p"
        tone = _tone_stream(container, path) if sound else None
        _draw(container, pictures, round(seconds * fps), name)
        if tone:
            _play(container, tone, seconds, name)
    return path


def sound(folder: Path, name: str = "voice.mp3", seconds: float = 3.0) -> Path:
    """Write a tone in the format of the ending: mp3, wav, flac, ogg, m4a or aac.

    Args:
        folder: where the file goes; made if need be.
        name: file name.
        seconds: length.
    """
    path = _place(folder, name)
    with av.open(str(path), "w") as container:
        _play(container, _tone_stream(container, path), seconds, name)
    return path


def _place(folder: Path, name: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder / name


def _shade(name: str) -> tuple[int, int, int]:
    number = zlib.crc32(name.encode())
    return number & 255, number >> 8 & 255, number >> 16 & 255


def _draw(container: av.container.OutputContainer, stream: av.VideoStream, frames: int, name: str) -> None:
    for number in range(frames):
        values = np.full((stream.height, stream.width, 3), _shade(name), np.uint8)
        values[: stream.height // 2] = 255 * number // frames
        frame = av.VideoFrame.from_ndarray(values, format="rgb24")
        frame.pts = number
        container.mux(stream.encode(frame))
    container.mux(stream.encode())


def _tone_stream(container: av.container.OutputContainer, path: Path) -> av.AudioStream:
    codec = SOUND_CODECS.get(path.suffix, "aac")
    stream = container.add_stream(
        codec, rate=OPUS_RATE if codec == "libopus" else RATE, layout="mono", options=QUICK.get(codec)
    )
    assert isinstance(stream, av.AudioStream)
    return stream


def _play(container: av.container.OutputContainer, stream: av.AudioStream, seconds: float, name: str) -> None:
    count = round(seconds * stream.rate)
    pitch = 220 + zlib.crc32(name.encode()) % 660
    wave = np.sin(np.arange(count) * (2 * np.pi * pitch / stream.rate)) * 8000
    for first in range(0, count, SOUND_FRAME):
        piece = wave[None, first : first + SOUND_FRAME].astype(np.int16)
        frame = av.AudioFrame.from_ndarray(piece, format="s16", layout="mono")
        frame.sample_rate, frame.pts = stream.rate, first
        container.mux(stream.encode(frame))
    container.mux(stream.encode())
