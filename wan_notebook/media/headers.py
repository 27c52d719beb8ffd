"""The header of a picture: which reader reads which format."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

from wan_notebook.media.camera import heif, jpeg, tiff
from wan_notebook.media.errors import FlawError, Trouble
from wan_notebook.media.picture import Picture
from wan_notebook.media.raster import bmp, gif, png, webp


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """How a picture format is read, named and decoded.

    Attributes:
        read: takes the file at its beginning and its size in bytes.
        mime: its name in a data URI.
        demuxer: what PyAV calls it; None if PyAV shows it wrongly or not at all.
    """

    read: Callable[[BinaryIO, int], Picture]
    mime: str
    demuxer: str | None


PICTURES: Final[Mapping[str, PictureFormat]] = {
    "png": PictureFormat(png, "image/png", "png_pipe"),
    "jpeg": PictureFormat(jpeg, "image/jpeg", "jpeg_pipe"),
    "bmp": PictureFormat(bmp, "image/bmp", "bmp_pipe"),
    "webp": PictureFormat(webp, "image/webp", "webp_pipe"),
    "gif": PictureFormat(gif, "image/gif", "gif"),
    "tiff": PictureFormat(tiff, "image/tiff", "tiff_pipe"),
    "avif": PictureFormat(heif, "image/avif", "mov"),
    "heic": PictureFormat(heif, "image/heic", None),  # PyAV shows one tile of many
}


def read_picture(name: str, file: BinaryIO, size: int) -> Picture:
    """Return what the header of a picture of this format says.

    Raises:
        FlawError: the header is broken, or the end of the file is missing.
    """
    file.seek(0)
    found = PICTURES[name].read(file, size)
    if found.width < 1 or found.height < 1:
        raise FlawError(Trouble.BROKEN, f"{found.width} x {found.height} pixels")
    return found
