"""The half-finished file of a video: where it lies, what is known of it, how it gets its name.

Its name is the same at every try, so that the next one, of this kernel or of the next, goes on where the last
was cut. Beside it lies a note that says of which content it is the beginning; without one it is worthless.
Bytes are written at their own places, so that two who write the same content do each other no harm.
"""

import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO


@dataclass(frozen=True)
class Mark:
    """What tells one content from another.

    Attributes:
        validator: the host's mark for it (RFC 9110, 8.8), None when it gives none that is sure enough.
        total: bytes it has in all, None when the host does not tell.
    """

    validator: str | None = None
    total: int | None = None


@dataclass(frozen=True)
class Kept:
    """What is there from earlier tries.

    Attributes:
        size: bytes.
        mark: the content they belong to.
    """

    size: int = 0
    mark: Mark = Mark()

    @property
    def whole(self) -> bool:
        """Whether nothing is missing any more."""
        return self.size > 0 and self.size == self.mark.total


NOTHING = Kept()


@dataclass(frozen=True)
class Part:
    """A video on its way into a folder.

    Attributes:
        path: its file until it is whole.
        target: its file then; in the same folder.
    """

    path: Path
    target: Path

    @property
    def note(self) -> Path:
        """The file beside it that holds its mark."""
        return self.path.with_name(f"{self.path.name}.json")

    @property
    def size(self) -> int:
        """Bytes that are there, whatever they are worth."""
        with suppress(OSError):
            return self.path.lstat().st_size
        return 0

    @property
    def taken(self) -> bool:
        """Whether there is a file of its final name."""
        return os.path.lexists(self.target)

    def kept(self) -> Kept:
        """Return what can be gone on with."""
        try:
            found = os.lstat(self.path)
            mark = _read(json.loads(self.note.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return NOTHING
        fits = mark.total is None or found.st_size <= mark.total
        return Kept(found.st_size, mark) if stat.S_ISREG(found.st_mode) and fits else NOTHING

    def opened(self, kept: Kept, mark: Mark) -> BinaryIO:
        """Open it for the bytes that follow what was kept, anew when nothing was.

        Raises:
            OSError: it cannot be written.
        """
        if kept.size:
            file = self.path.open("r+b")
            file.seek(kept.size)
            return file
        self.drop()
        if mark.validator is not None:
            self.note.write_text(json.dumps(asdict(mark)), encoding="utf-8")
        return self.path.open("xb")

    @contextmanager
    def growing(self) -> Iterator[None]:
        """Have it removed when it stops growing too early and cannot be gone on with."""
        try:
            yield
        except BaseException:
            if not self.kept().size:
                self.drop()
            raise

    def drop(self) -> None:
        """Remove it and its note, as far as that can be done."""
        for path in (self.path, self.note):
            with suppress(OSError):
                path.unlink()

    def publish(self) -> None:
        """Give the whole file its name for good, without ever replacing another file.

        Raises:
            OSError: the name is taken, or cannot be given.
        """
        self._keep()
        try:
            os.link(self.path, self.target)
        except FileExistsError:
            raise
        except OSError:  # a file system without hard links
            self._claim()
        _settle(self.target.parent)
        self.drop()

    def _keep(self) -> None:
        """Have its bytes kept through a power cut.

        Raises:
            OSError: they are not; which of them are lost the system does not tell, so it is removed.
        """
        with self.path.open("r+b") as file:
            try:
                os.fsync(file.fileno())
            except OSError:
                self.drop()
                raise

    def _claim(self) -> None:
        """Claim the name first, then replace only our own claim."""
        self.target.touch(exist_ok=False)
        try:
            self.path.replace(self.target)
        except OSError:
            self.target.unlink()
            raise


def _read(told: Any) -> Mark:
    """Return the mark that a note holds.

    Raises:
        TypeError: it holds something else.
        ValueError: so too.
    """
    mark = Mark(**told)
    if not isinstance(mark.validator, str) or not isinstance(mark.total, int | None):
        raise TypeError
    return mark


def _settle(folder: Path) -> None:
    """Have a folder keep its new names through a power cut, where the system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
