"""The outermost boxes of an MP4 or MOV: whether the file goes on to the end of each."""

import os
from typing import BinaryIO, Final

from wan_notebook.media.binary import numbers
from wan_notebook.media.errors import FlawError, Trouble

NEEDED: Final = frozenset({b"moov", b"moof", b"mdat"})
"""Boxes with the contents; what else follows may be anything, players do not read it."""
LONG, TO_THE_END = 1, 0
"""Lengths with another meaning: the true one follows in 64 bits; all the rest."""
SHORTEST: Final = 8
BOXES: Final = 1000
"""A stream in pieces may have thousands; the rest of them is taken on trust."""


def check_boxes(file: BinaryIO, size: int) -> None:
    """Check that no box of the file goes beyond its end.

    Raises:
        FlawError: cut short.
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
        if length < SHORTEST or start + length >= size:
            return
        start += length
