"""A file of this machine on its way out: its pieces, its name there, and whether it is still what it was."""

import hashlib
import io
import os
import re
import secrets
from collections.abc import Callable
from pathlib import Path, PurePath

from wan_notebook.catalog import text
from wan_notebook.service.errors import UploadFileError

Progress = Callable[[int, int], object]
"""Called with the bytes handed to the network so far and all there are."""

_NAME_KEPT = 40  # characters of the file's own name in the new one
_ENDING_KEPT = 8
_MARKS = ("st_ino", "st_size", "st_mtime_ns")
"""What tells that a path leads to the same content as before."""


class Source(io.FileIO):
    """A file while it is sent.

    Args:
        path: the file.
        progress: told of every piece.

    Attributes:
        sent: bytes handed to the network so far.
        size: its bytes when it was opened.
    """

    def __init__(self, path: Path, progress: Progress) -> None:
        super().__init__(path)
        self._path = path
        self._progress = progress
        self._before = os.fstat(self.fileno())
        self._hash = hashlib.sha256()
        self.sent = 0
        self.size = self._before.st_size

    def read(self, size: int | None = -1, /) -> bytes:
        """Return the next piece; what was read before has been handed to the network by then.

        Raises:
            UploadFileError: it cannot be read, or is longer or shorter than its announced length, on which
                the HTTP library would stumble with an exception that is not its own.
        """
        self.sent = self.tell()
        self._progress(self.sent, self.size)
        try:
            piece = super().read(size) or b""
        except OSError as error:
            raise _unreadable(self._path, error) from None
        self._hash.update(piece)
        if self.tell() > self.size or (not piece and self.sent < self.size):
            raise changed(self._path)
        return piece

    def differs(self, sha256: str | None) -> bool:
        """Return whether the path no longer leads to this content, or another than the hash's was read."""
        try:
            after = self._path.stat()
        except OSError:
            return True
        same = all(getattr(self._before, mark) == getattr(after, mark) for mark in _MARKS)
        return not same or (sha256 is not None and self._hash.hexdigest() != sha256.lower())


def opened(path: Path, progress: Progress) -> Source:
    """Open a file for sending.

    Raises:
        UploadFileError: it is none, or cannot be read.
    """
    try:
        path.stat()
        if not path.is_file():  # a pipe would be waited for without end
            raise UploadFileError(text("service.upload.kind", path=path))
        return Source(path, progress)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from None


def changed(path: Path) -> UploadFileError:
    """Return the error for a file that is no longer what it was."""
    return UploadFileError(text("service.upload.changed", path=path))


def _unreadable(path: Path, error: Exception) -> UploadFileError:
    reason = getattr(error, "strerror", None) or error
    return UploadFileError(text("service.upload.missing", path=path, reason=reason))


def object_name(name: str) -> str:
    """Return a name for the store: ASCII, the only one of its kind, with the ending of the given one."""
    given = PurePath(name)
    stem = re.sub(r"[^A-Za-z0-9]+", "-", given.stem)[:_NAME_KEPT].strip("-")
    ending = re.sub(r"[^a-z0-9]", "", given.suffix.lower())[:_ENDING_KEPT]
    unique = "-".join(filter(None, (stem, secrets.token_hex(8))))
    return f"{unique}.{ending}" if ending else unique
