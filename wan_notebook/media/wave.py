"""WAV files: a header so simple that PyAV is not needed, which trusts a length of two gigabytes in it."""

import os
from typing import BinaryIO, Final

from wan_notebook.media.binary import MANY, exactly, numbers
from wan_notebook.media.errors import FlawError, Trouble
from wan_notebook.media.facts import MediaFacts
from wan_notebook.media.raster import check_riff

UNTOLD: Final = (0, 0xFFFFFFFF)
"""Lengths a recorder writes when it begins and does not know yet: all the rest of the file."""


def read_wave(file: BinaryIO, size: int) -> MediaFacts:
    """Return the facts of a WAV file: its length is that of its samples at the rate it gives.

    Raises:
        FlawError: broken, or cut short.
    """
    file.seek(0)
    check_riff(exactly(file, 12), size)
    rate = 0
    for _ in range(MANY):
        name = exactly(file, 4)
        (length,) = numbers("<I", exactly(file, 4))
        if name == b"data":
            return _facts(size, min(size - file.tell(), size if length in UNTOLD else length), rate)
        start = file.tell()
        if name == b"fmt ":
            (rate,) = numbers("<I", exactly(file, 12), 8)
        file.seek(start + length + length % 2, os.SEEK_SET)
    raise FlawError(Trouble.BROKEN, "no sound in it")


def _facts(size: int, length: int, rate: int) -> MediaFacts:
    if not rate or length < 1:
        raise FlawError(Trouble.BROKEN, "no sound in it")
    return MediaFacts("audio", "wav", size, seconds=round(length / rate, 3), sound=True)
