"""A file written whole or not at all, which replaces only what was made here before."""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from errno import ENOTDIR
from html import escape
from os import strerror
from pathlib import Path
from urllib.parse import quote

from wan_notebook.catalog import SettingError, text
from wan_notebook.experiments.report.words import size
from wan_notebook.service import Part


@dataclass(frozen=True)
class Written:
    """What was written, as a cell shows it; also a path (`os.fspath`).

    Attributes:
        path: the file or folder, absolute.
        page: the page of it to open, absolute; None when it is none to look at.
        sentence: what it is.
    """

    path: Path
    page: Path | None
    sentence: str

    def __fspath__(self) -> str:
        return str(self.path)

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        if self.page is None:
            return f"<p>{escape(self.sentence)}</p>"
        opened = (
            f'<a href="{_address(self.page)}" target="_blank" rel="noopener">{escape(self.page.name)}</a>'
        )
        return f"<p>{escape(self.sentence)} {opened}</p>"


def _address(page: Path) -> str:
    """Return a page's address as seen from the notebook."""
    here = Path.cwd()
    return escape(quote(page.relative_to(here).as_posix()) if page.is_relative_to(here) else page.as_uri())


def written(key: str, path: Path, page: Path | None, bytes_: int, count: int) -> Written:
    """Return what was written, with its sentence."""
    sentence = text(f"report.written.{key}", path=path, size=size(bytes_), count=count)
    return Written(path.absolute(), page.absolute() if page else None, sentence)


@contextmanager
def publishing(target: Path, ours: Callable[[Path], bool]) -> Iterator[Path]:
    """Give a path to write to; when the block ends well the file gets its name, else it is gone.

    Args:
        target: its name; a file of ours is replaced.
        ours: whether a file that is there was made by us.

    Raises:
        SettingError: the name is that of another file, or the file cannot be written.
    """
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with told(target):
        try:
            _make(target.parent)
            _check(target, ours)
            yield fresh
            _check(target, ours)
            if target.exists():
                fresh.replace(target)
            else:
                Part(fresh, target).publish()
        finally:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)


@contextmanager
def told(target: Path) -> Iterator[None]:
    """Put what the system says of a file or folder that is written into one sentence.

    Raises:
        SettingError: it cannot be written.
    """
    try:
        yield
    except FileExistsError:
        raise SettingError(text("report.error.taken", path=target)) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingError(text("report.error.unwritten", path=target, reason=reason)) from error


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:  # which says of the target that it is there; it is a file where a folder must be
        raise NotADirectoryError(ENOTDIR, strerror(ENOTDIR)) from None


def _check(target: Path, ours: Callable[[Path], bool]) -> None:
    """Refuse a name that is that of something else."""
    if target.is_symlink() or (target.exists() and not (target.is_file() and ours(target))):
        raise FileExistsError
