"""Numbers out of a file whose word is not to be trusted."""

import struct
from typing import BinaryIO

from wan_notebook.media.errors import FlawError, Trouble

MANY = 100_000
"""No honest file has more parts; a walk through the parts of a file ends here at the latest."""


def exactly(file: BinaryIO, count: int) -> bytes:
    """Return the next bytes of a file.

    Raises:
        FlawError: the file ends before.
    """
    data = file.read(count)
    if len(data) < count:
        raise FlawError(Trouble.CUT)
    return data


def numbers(layout: str, data: bytes, offset: int = 0) -> tuple[int, ...]:
    """Return whole numbers, laid out in the way of `struct`.

    Raises:
        FlawError: the data ends before.
    """
    try:
        return struct.unpack_from(layout, data, offset)
    except struct.error as error:
        raise FlawError(Trouble.CUT) from error
