"""The outermost boxes of an MP4 or MOV: whether the file has room for what they claim."""

import os
from typing import BinaryIO, Final

from wan_notebook.media.binary import numbers
from wan_notebook.media.errors import FlawError, Trouble

NEEDED: Final = frozenset({b"moov", b"moof", b"mdat"})
"""Boxes with the contents; what else follows may be anything, players do not read it."""
LONG, TO_THE_END = 1, 0
"""Lengths with another meaning: the true one follows in 64 bits; all the rest."""
SHORTEST: Final = 8
SAMPLES: Final = b"stsz"
"""The box with the size of each sample, or of all."""
MOST_PACKED: Final = 16
"""Old compressed sound counts its samples unpacked, some four of them in a byte."""
MOST_BYTES: Final = 64 << 20
"""Bytes of the index that are looked through; that of ten hours of video is a third of it."""
BOXES: Final = 1000
"""A stream in pieces may have thousands; the rest of them is taken on trust."""


def check_boxes(file: BinaryIO, size: int) -> None:
    """Check that neither a box of the file nor what its index tells of goes beyond the file's end.

    Raises:
        FlawError: cut short, or broken.
    """
    start = 0
    for _ in range(BOXES):
        file.seek(start, os.SEEK_SET)
        head = file.read(16)
        if len(head) < SHORTEST:
            return
        (length,) = numbers(">I", head)
        if length == LONG:
            (length,) = numbers(">Q", head, 8)
        if length != TO_THE_END and start + length > size and head[4:8] in NEEDED:
            raise FlawError(Trouble.CUT)
        if head[4:8] == b"moov":
            file.seek(start)
            _check_samples(file.read(min(length or size, MOST_BYTES)), size)
        if length < SHORTEST or start + length >= size:
            return
        start += length


def _check_samples(index: bytes, size: int) -> None:
    """Check that the samples an index tells of have room in the file.

    Samples of one size need no table: a few bytes could make a reader build one of gigabytes.
    """
    place = index.find(SAMPLES)
    while place >= 0:
        each, count = numbers(">II", index, place + 8)
        if each * count > size * MOST_PACKED:
            raise FlawError(Trouble.BROKEN, f"{count} samples of {each} bytes in {size}")
        place = index.find(SAMPLES, place + 1)
