"""What the disk says while a video is written, in one sentence with path, bytes and remedy."""

import errno
import os
import shutil
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from wan_notebook.catalog import text
from wan_notebook.service.errors import PartGoneError, StorageError

_FAULTS = {
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EFBIG: "full",
    errno.EACCES: "forbidden",
    errno.EPERM: "forbidden",
    errno.EROFS: "forbidden",
    errno.ENOENT: "folder",
    errno.ENOTDIR: "folder",
    errno.EEXIST: "taken",
}


@contextmanager
def storing(target: Path, total: int | None) -> Iterator[None]:
    """Tell faults of the disk as what they mean for a video.

    Args:
        target: where it shall be.
        total: bytes it has, None while that is unknown.

    Raises:
        PartGoneError: it was there half-finished, and somebody removed it.
        StorageError: it cannot be there.
    """
    try:
        yield
    except ssl.SSLError:  # an OSError of the network
        raise
    except OSError as error:
        fault = _FAULTS.get(error.errno or 0, "disk")
        if isinstance(error, FileNotFoundError) and target.parent.is_dir():
            fault = "gone"
        needed = text("service.download.bytes", count=total) if total else text("service.download.some_bytes")
        words = {"path": target, "needed": needed, "reason": error.strerror or error}
        kind = PartGoneError if fault == "gone" else StorageError
        raise kind(text(f"service.download.{fault}", **words)) from None


def check_free(target: Path) -> None:
    """Check before anything is fetched that a name is free.

    Raises:
        OSError: it is taken.
    """
    if os.path.lexists(target):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))


def check_room(folder: Path, size: int, total: int | None) -> None:
    """Check before the disk is filled that there is room: the records beside the video need the last bytes.

    Args:
        folder: where the video is written.
        size: bytes of it that are there.
        total: bytes it has, None while that is unknown.

    Raises:
        OSError: there is no room for what is missing, or no folder.
    """
    if total is not None and shutil.disk_usage(folder).free < total - size:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
