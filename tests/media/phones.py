"""Videos as phones write them."""

import struct
from pathlib import Path

QUARTER = (0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)
"""The matrix of a phone held upright: shown a quarter turn clockwise."""
HALF = (-0x10000, 0, 0, 0, -0x10000, 0, 0, 0, 0x40000000)


def turned(path: Path, matrix: tuple[int, ...]) -> Path:
    """Write a matrix into the header of an MP4's first track, as a phone does."""
    data = bytearray(path.read_bytes())
    struct.pack_into(">9i", data, data.index(b"tkhd") + 44, *matrix)
    path.write_bytes(data)
    return path
