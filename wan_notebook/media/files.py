"""Questions about a file, asked again only when the file has changed."""

import hashlib
import stat
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, TypeVar

from wan_notebook.media.errors import FlawError, Trouble, UnreadableMediaError
from wan_notebook.media.facts import MediaFacts
from wan_notebook.media.headers import PICTURES, read_picture
from wan_notebook.media.signatures import HEAD, format_of
from wan_notebook.media.streams import read_stream
from wan_notebook.media.wave import read_wave

REMEMBERED: Final = 512
"""Files whose facts and sums are kept; some 300 bytes each."""
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class State:
    """A file as it was at a moment; a changed file has another state.

    Attributes:
        path: absolute.
        changed: nanoseconds since 1970.
        bytes: its size.
    """

    path: Path
    changed: int
    bytes: int


def ask(path: Path, question: Callable[[State], Answer]) -> Answer:
    """Return the answer to a question about a file as it is now.

    Raises:
        UnreadableMediaError: there is no such file, or it cannot be read.
    """
    try:
        return question(_state(path.absolute()))
    except FlawError as error:
        raise UnreadableMediaError(path, error.trouble, error.detail) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UnreadableMediaError(path, Trouble.MISSING) from error
    except PermissionError as error:
        raise UnreadableMediaError(path, Trouble.DENIED) from error
    except OSError as error:
        raise UnreadableMediaError(path, Trouble.FAILED, error.strerror or "") from error


def _state(path: Path) -> State:
    try:
        found = path.stat()
    except ValueError as error:  # a zero byte in the name
        raise FlawError(Trouble.MISSING) from error
    if stat.S_ISDIR(found.st_mode):
        raise FlawError(Trouble.FOLDER)
    if not stat.S_ISREG(found.st_mode):  # a pipe would be waited for, a device never ends
        raise FlawError(Trouble.SPECIAL)
    if not found.st_size:
        raise FlawError(Trouble.EMPTY)
    return State(path, found.st_mtime_ns, found.st_size)


def read(path: Path) -> MediaFacts:
    """Return what a media file is; quick enough for every key stroke, since a file is read once.

    May be called from any thread.

    Raises:
        UnreadableMediaError: there is no such file, or it is not one we can read.
    """
    return ask(path, _facts)


@lru_cache(maxsize=REMEMBERED)
def _facts(state: State) -> MediaFacts:
    with state.path.open("rb") as file:
        name = format_of(file.read(HEAD))
        if name == "wav":
            return read_wave(file, state.bytes)
        if name not in PICTURES:
            return read_stream(name, file, state.bytes)
        picture = read_picture(name, file, state.bytes)
    width, height = picture.displayed
    return MediaFacts("image", name, state.bytes, width, height, alpha=picture.alpha)


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hexadecimal; read in pieces, and once.

    May be called from any thread.

    Raises:
        UnreadableMediaError: there is no such file, or it cannot be read.
    """
    return ask(path, _sum)


@lru_cache(maxsize=REMEMBERED)
def _sum(state: State) -> str:
    with state.path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
