"""The figures of a media file."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["image", "video", "audio"]


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What a media file is.

    Attributes:
        kind: a moving GIF or WebP is an image; a file with sound and a cover picture is audio.
        format: by content, not by the file's ending: "jpeg", "png", "bmp", "webp", "gif", "tiff", "heic",
            "avif"; "mp4", "mov", "webm", "mkv"; "wav", "mp3", "m4a", "aac", "flac", "ogg".
        bytes: size of the file.
        width, height: pixels as displayed, a camera's rotation applied; None for audio.
        seconds: length; None for images, and where the file does not say.
        fps: frames per second on average; None for images, audio, and where the file does not say.
        alpha: the picture format carries transparency, also where every pixel is in fact opaque.
        sound: there is sound in it.
    """

    kind: Kind
    format: str
    bytes: int
    width: int | None = None
    height: int | None = None
    seconds: float | None = None
    fps: float | None = None
    alpha: bool = False
    sound: bool = False
