"""The report: one file, without network, script or server, that tells all of an experiment."""

from base64 import b64encode
from collections.abc import Iterator
from os import path as os_path
from pathlib import Path
from secrets import token_hex
from urllib.parse import quote

from wan_notebook.catalog import SettingError, text
from wan_notebook.experiments.outcome import Outcome
from wan_notebook.experiments.report.gallery import linked, playing
from wan_notebook.experiments.report.page import page
from wan_notebook.experiments.report.verdict import Verdict
from wan_notebook.experiments.report.words import size
from wan_notebook.experiments.report.writing import Written, publishing, written
from wan_notebook.experiments.running.cells import CellState

__all__ = ["Verdict", "Written", "report"]

ENDINGS = (".html", ".htm")
MOST_BYTES = 500_000_000
"""Videos in a report; a browser reads the whole file before it shows anything."""
PIECE = 3 * 2**18
"""Bytes of a video encoded at once; a multiple of 3, so that the pieces join."""
BEGINNING = b"<!doctype html>\n<!-- a report of wan_notebook -->\n"
"""How each report begins; a file that does not is somebody else's."""


def report(outcome: Outcome, path: Path, *, videos: bool = False) -> Written:
    """Write the report of an experiment.

    Args:
        outcome: what it tells of.
        path: the file, ending in ".html"; an earlier report of this name is replaced, nothing else is.
        videos: whether the videos are in the file; else it links to them where they lie.

    Raises:
        SettingError: the name cannot be used, or the videos are more than 500 MB.
    """
    if path.suffix.lower() not in ENDINGS:
        raise SettingError(text("report.error.ending", path=path, endings=" / ".join(ENDINGS)))
    path = path.expanduser().absolute()
    files = [state.video for state in outcome.states.values() if state.video and state.video.is_file()]
    total = sum(file.stat().st_size for file in files)
    if videos and total > MOST_BYTES:
        words = {"size": size(total), "most": size(MOST_BYTES)}
        raise SettingError(text("report.error.large", **words))
    with publishing(path, _ours) as fresh, fresh.open("xb") as file:
        file.write(BEGINNING)
        for piece in _embedded(outcome) if videos else _linking(outcome, path.parent):
            file.write(piece)
        whole = file.tell()
    key = "embedded" if videos else "linked"
    return written(key, path, path, whole, len(files))


def _ours(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(BEGINNING)) == BEGINNING


def _linking(outcome: Outcome, folder: Path) -> Iterator[bytes]:
    """Yield the report with links to the videos."""

    def address(_state: CellState, video: Path) -> str:
        return relative(video, folder)

    yield page(outcome, linked(address)).html.encode()


def _embedded(outcome: Outcome) -> Iterator[bytes]:
    """Yield the report with the videos in it, each read when its place has come."""
    places: dict[str, Path] = {}

    def address(_state: CellState, video: Path) -> str:
        mark = token_hex(16)
        places[mark] = video
        return mark

    rest = page(outcome, playing(address)).html
    for mark, video in places.items():
        before, _, rest = rest.partition(mark)
        yield before.encode()
        yield from _data(video)
    yield rest.encode()


def _data(video: Path) -> Iterator[bytes]:
    """Yield a video as a `data:` address."""
    yield b"data:video/mp4;base64,"
    with video.open("rb") as file:
        while piece := file.read(PIECE):
            yield b64encode(piece)


def relative(file: Path, folder: Path) -> str:
    """Return the address of a file as a page in a folder names it."""
    try:
        return quote(Path(os_path.relpath(file, folder)).as_posix())
    except ValueError:  # on another drive
        return file.as_uri()
