"""Headers of the pictures of screens: PNG, BMP, GIF and WebP."""

import os
from typing import BinaryIO, Final

from wan_notebook.media.binary import MANY, exactly, numbers
from wan_notebook.media.errors import FlawError, Trouble
from wan_notebook.media.picture import Picture
from wan_notebook.media.signatures import HEAD

PNG_ALPHA: Final = (4, 6)
"""Colour types of PNG with an alpha channel: grey and colour."""
BMP_CORE: Final = 12
"""Bytes of the oldest BMP header, with 16-bit sizes."""
BMP_PLAIN, BMP_MASKS, BMP_ALPHA_MASKS = 0, 3, 6
"""Ways a BMP holds its pixels; the other ways are compressed."""
GIF_EXTENSION, GIF_PICTURE, GIF_CONTROL = b"\x21", b"\x2c", b"\xf9"
WEBP_LOSSY, WEBP_LOSSLESS, WEBP_EXTENDED = b"VP8 ", b"VP8L", b"VP8X"
WEBP_ALPHA, WEBP_MOVING = 0x10, 0x02
"""Bits for transparency and for animation in the flags of an extended WebP."""
FOURTEEN_BITS: Final = 0x3FFF
UNTOLD: Final = 0xFFFFFFFF
"""The length a recorder writes when it begins and does not know yet."""


def png(file: BinaryIO, size: int) -> Picture:
    """Read a PNG: header, and a walk through the chunks, for a transparent colour and for the end.

    Raises:
        FlawError: broken, or cut short.
    """
    del size
    width, height, _, colour = numbers(">IIBB", exactly(file, 26), 16)
    file.seek(8)
    transparent = False
    for _ in range(MANY):
        (length,) = numbers(">I", exactly(file, 4))
        name = exactly(file, 4)
        if name == b"IEND":
            break
        transparent |= name == b"tRNS"
        file.seek(length + 4, os.SEEK_CUR)
    return Picture(width, height, alpha=transparent or colour in PNG_ALPHA)


def bmp(file: BinaryIO, size: int) -> Picture:
    """Read a BMP; rows may be stored from above, which shows as a negative height.

    Raises:
        FlawError: broken, or cut short.
    """
    head = exactly(file, min(HEAD, size))
    start, header = numbers("<II", head, 10)
    if header == BMP_CORE:
        width, height, planes, bits = numbers("<HHHH", head, 18)
        packing = BMP_PLAIN
    else:
        width, height, planes, bits, packing = numbers("<iiHHI", head, 18)
    if planes != 1:
        raise FlawError(Trouble.UNKNOWN)
    height = abs(height)
    masks = packing in {BMP_MASKS, BMP_ALPHA_MASKS}
    row = (width * bits + 31) // 32 * 4
    if (masks or packing == BMP_PLAIN) and start + row * height > size:
        raise FlawError(Trouble.CUT)
    has_mask = packing == BMP_ALPHA_MASKS or (packing == BMP_MASKS and header >= 56)  # noqa: PLR2004 - with alpha
    return Picture(width, height, alpha=has_mask and numbers("<I", head, 66) != (0,))


def gif(file: BinaryIO, size: int) -> Picture:
    """Read a GIF up to its first picture.

    Raises:
        FlawError: broken, or cut short before the first picture.
    """
    del size
    width, height, flags = numbers("<HHB", exactly(file, 13), 6)
    if flags & 0x80:
        file.seek(3 << (flags & 7) + 1, os.SEEK_CUR)  # the colour table
    transparent = False
    for _ in range(MANY):
        part = exactly(file, 1)
        if part == GIF_PICTURE:
            return Picture(width, height, alpha=transparent)
        if part != GIF_EXTENSION:
            break
        transparent |= _gif_extension(file)
    raise FlawError(Trouble.BROKEN)


def _gif_extension(file: BinaryIO) -> bool:
    """Step over an extension of a GIF; return whether it makes a colour transparent."""
    name, length = exactly(file, 1), exactly(file, 1)[0]
    first = exactly(file, length)
    while length:
        length = exactly(file, 1)[0]
        file.seek(length, os.SEEK_CUR)
    return name == GIF_CONTROL and bool(first[:1]) and bool(first[0] & 1)


def webp(file: BinaryIO, size: int) -> Picture:
    """Read a WebP: lossy, lossless or extended.

    Raises:
        FlawError: broken, or cut short.
    """
    head = exactly(file, 30)
    check_riff(head, size)
    name = head[12:16]
    if name == WEBP_LOSSY:
        width, height = numbers("<HH", head, 26)
        return Picture(width & FOURTEEN_BITS, height & FOURTEEN_BITS)
    if name == WEBP_LOSSLESS:
        (bits,) = numbers("<I", head, 21)
        width, height = bits & FOURTEEN_BITS, bits >> 14 & FOURTEEN_BITS
        return Picture(width + 1, height + 1, alpha=bool(bits >> 28 & 1))
    if name == WEBP_EXTENDED:
        width, height = (int.from_bytes(head[place : place + 3], "little") for place in (24, 27))
        alpha, moving = bool(head[20] & WEBP_ALPHA), bool(head[20] & WEBP_MOVING)
        return Picture(width + 1, height + 1, alpha=alpha, unshown=moving)
    raise FlawError(Trouble.BROKEN)


def check_riff(head: bytes, size: int) -> None:
    """Check that a RIFF file (WebP, WAV) is as long as it says; a recorder may leave that open.

    Raises:
        FlawError: cut short, or not RIFF.
    """
    if not head.startswith(b"RIFF"):
        raise FlawError(Trouble.UNKNOWN)
    (length,) = numbers("<I", head, 4)
    forgotten = 1  # some writers leave out the last filling byte
    if length != UNTOLD and length + 8 > size + forgotten:
        raise FlawError(Trouble.CUT)
