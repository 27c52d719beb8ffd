"""One file on its way from a page to this machine, piece by piece."""

import hashlib
import re
import unicodedata
import uuid
import weakref
from collections.abc import Mapping
from io import BufferedWriter
from pathlib import Path
from time import monotonic, time
from typing import Final

from wan_notebook.catalog import SettingError, text
from wan_notebook.media import UnreadableMediaError, read, sha256

PART: Final = ".part-"
"""How the names of files begin that are not whole yet."""
ABANDONED: Final = 3600
"""Seconds after which an unfinished file of another kernel is nobody's any more."""
NAME_LENGTH: Final = 40
ENDINGS: Final[Mapping[str, str]] = {"jpeg": "jpg"}
"""Endings of formats that are not the format's name."""


class Incoming:
    """A file that a page is sending.

    What has arrived lies under a name of its own and is removed with this object, unless `keep` was called.

    Args:
        folder: where the file goes; made if need be.
        name: what the file was called where it comes from; only words of it are used.
        limit: most bytes.

    Attributes:
        touched: seconds of a clock that only goes forward, when something last arrived.
    """

    def __init__(self, folder: Path, name: str, limit: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        _sweep(folder)
        self.touched = monotonic()
        self._folder = folder
        self._name = name
        self._limit = limit
        self._received = 0
        self._sum = hashlib.sha256()
        self._part = folder / f"{PART}{uuid.uuid4().hex}"
        self._file = self._part.open("xb")
        self.discard = weakref.finalize(self, _discard, self._file, self._part)

    def take(self, start: int, piece: bytes) -> int:
        """Write a piece to the end; return how many bytes there are now.

        Raises:
            SettingError: the piece belongs elsewhere, or the file is larger than allowed.
        """
        if start != self._received:
            raise SettingError(text("widgets.media.broken_off", name=self._name))
        self._received += len(piece)
        if self._received > self._limit:
            raise SettingError(text("widgets.media.too_large", name=self._name, maximum=self._limit >> 20))
        self._file.write(piece)
        self._sum.update(piece)
        self.touched = monotonic()
        return self._received

    def keep(self) -> Path:
        """Give the file its name, or the one it has when it came before; return it.

        The name tells the content, so the same content is there once and a name never changes its content.

        Raises:
            SettingError: it is no picture, video or sound.
        """
        self._file.close()
        try:
            facts = read(self._part)
        except UnreadableMediaError as error:
            raise SettingError(
                text("widgets.media.no_media", name=self._name, reason=error.reason)
            ) from error
        whole = self._sum.hexdigest()
        for known in self._folder.glob(f"*-{whole[:12]}.*"):
            if known.is_file() and sha256(known) == whole:
                return known
        ending = ENDINGS.get(facts.format, facts.format)
        return self._part.replace(self._folder / f"{_words(self._name)}-{whole[:12]}.{ending}")


def _words(name: str) -> str:
    """Return the letters and digits of a file's name, any script's, for a name that is safe anywhere."""
    stem = re.split(r"[/\\]", name)[-1].rpartition(".")[0] or name
    words = re.sub(r"[\W_]+", "-", unicodedata.normalize("NFC", stem))
    return words[:NAME_LENGTH].strip("-") or "file"


def _discard(file: BufferedWriter, part: Path) -> None:
    file.close()
    part.unlink(missing_ok=True)


def _sweep(folder: Path) -> None:
    """Remove what kernels that were killed have left half-sent."""
    for part in folder.glob(f"{PART}*"):
        if time() - part.stat().st_mtime > ABANDONED:
            part.unlink(missing_ok=True)
