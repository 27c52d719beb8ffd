"""Headers of the pictures of cameras, which say how to turn them: JPEG, TIFF, HEIC and AVIF."""

import io
import os
from collections.abc import Mapping
from contextlib import suppress
from typing import BinaryIO, Final

from wan_notebook.media.binary import MANY, exactly, numbers
from wan_notebook.media.errors import FlawError, Trouble
from wan_notebook.media.picture import Picture

JPEG_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""Segments of a JPEG with its size, one for each way of coding."""
JPEG_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""Segments of a JPEG without a length."""
JPEG_EXIF, JPEG_SCAN, JPEG_END = 0xE1, 0xDA, b"\xff\xd9"
SEARCHED: Final = 64 << 20
"""Bytes of a JPEG in which its end is looked for; three times what the service takes."""
PIECE: Final = 1 << 20
WIDTH, HEIGHT, ORIENTATION, EXTRA = 256, 257, 274, 338
"""Numbers of tags of TIFF, which Exif has taken over."""
TAG_LAYOUTS: Final[Mapping[int, str]] = {1: "B", 3: "H", 4: "I"}
"""Whole numbers in a tag, by the tag's type."""
TIFF_ALPHA: Final = (1, 2)
"""Values of the tag for extra samples that mean transparency."""
HEIF_HEAD: Final = 1 << 16
"""Bytes in which an HEIC or AVIF tells what is in it."""
HEIF_TURNS: Final = (1, 8, 3, 6)
"""Quarter turns counter-clockwise, as HEIC counts, in Exif's numbers."""


def jpeg(file: BinaryIO, size: int) -> Picture:
    """Read a JPEG up to its pixels, and look for its end.

    Raises:
        FlawError: broken, or cut short.
    """
    del size
    width = height = 0
    orientation = 1
    exactly(file, 2)
    for _ in range(MANY):
        marker = _jpeg_marker(file)
        if marker in JPEG_BARE:
            continue
        (length,) = numbers(">H", exactly(file, 2))
        if marker == JPEG_SCAN:
            _check_end(file)
            return Picture(width, height, orientation=orientation)
        if marker in JPEG_FRAMES or marker == JPEG_EXIF:
            body = exactly(file, max(0, length - 2))
            if marker == JPEG_EXIF:
                orientation = _exif_orientation(body) or orientation
            else:
                height, width = numbers(">HH", body, 1)
        else:
            file.seek(max(0, length - 2), os.SEEK_CUR)
    raise FlawError(Trouble.BROKEN)


def _jpeg_marker(file: BinaryIO) -> int:
    if exactly(file, 1) != b"\xff":
        raise FlawError(Trouble.BROKEN)
    for _ in range(MANY):
        marker = exactly(file, 1)[0]
        if marker != 0xFF:  # noqa: PLR2004 - any number of these may stand before a marker
            return marker
    raise FlawError(Trouble.BROKEN)


def _check_end(file: BinaryIO) -> None:
    """Look for the end mark among the pixels, where it cannot stand by chance; phones write on after it."""
    last = b""
    for _ in range(SEARCHED // PIECE):
        piece = file.read(PIECE)
        if JPEG_END in last + piece:
            return
        if len(piece) < PIECE:
            raise FlawError(Trouble.CUT)
        last = piece[-1:]


def _exif_orientation(body: bytes) -> int | None:
    if not body.startswith(b"Exif\0\0"):
        return None
    with suppress(FlawError):  # a photograph is not worse for broken remarks
        return _known(_tags(io.BytesIO(body[6:])).get(ORIENTATION, 1))
    return None


def _known(orientation: int) -> int:
    return orientation if 1 <= orientation <= 8 else 1  # noqa: PLR2004 - Exif numbers them 1 to 8


def tiff(file: BinaryIO, size: int) -> Picture:
    """Read the first picture of a TIFF; whether its end is there is not looked at.

    Raises:
        FlawError: broken, or cut short before its tags.
    """
    del size
    tags = _tags(file)
    return Picture(
        tags.get(WIDTH, 0),
        tags.get(HEIGHT, 0),
        alpha=tags.get(EXTRA) in TIFF_ALPHA,
        orientation=_known(tags.get(ORIENTATION, 1)),
    )


def _tags(file: BinaryIO) -> dict[int, int]:
    """Return the whole numbers among the first tags of a TIFF, or of Exif, which is laid out like one."""
    head = exactly(file, 8)
    order = "<" if head.startswith(b"II") else ">"
    (start,) = numbers(f"{order}I", head, 4)
    file.seek(start)
    (count,) = numbers(f"{order}H", exactly(file, 2))
    table = exactly(file, count * 12)
    found = {}
    for place in range(0, len(table), 12):
        tag, layout = numbers(f"{order}HH", table, place)
        if layout in TAG_LAYOUTS:
            (found[tag],) = numbers(order + TAG_LAYOUTS[layout], table, place + 8)
    return found


def heif(file: BinaryIO, size: int) -> Picture:
    """Read an HEIC or AVIF: its largest picture, of which the others are tiles or small copies.

    Raises:
        FlawError: broken, or cut short before its sizes.
    """
    head = exactly(file, min(HEIF_HEAD, size))
    sizes = [numbers(">II", head, place + 8) for place in _places(head, b"ispe")]
    if not sizes:
        raise FlawError(Trouble.BROKEN)
    width, height = max(sizes, key=lambda pair: pair[0] * pair[1])
    turns = [head[place + 4] & 3 for place in _places(head, b"irot") if place + 4 < len(head)]
    orientation = HEIF_TURNS[turns[0]] if turns else 1
    return Picture(width, height, alpha=b"auxiliary:alpha" in head, orientation=orientation)


def _places(data: bytes, mark: bytes) -> list[int]:
    places, place = [], data.find(mark)
    while place >= 0:
        places.append(place)
        place = data.find(mark, place + 1)
    return places
