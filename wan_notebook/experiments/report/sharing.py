"""An experiment as a folder of static pages, which open from a disk, without a network or a server."""

import json
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from wan_notebook.catalog import SettingError, text
from wan_notebook.experiments.archives.safe_names import ascii_name
from wan_notebook.experiments.outcome import Outcome
from wan_notebook.experiments.planning.plan import Cell
from wan_notebook.experiments.report import BEGINNING
from wan_notebook.experiments.report.blocks import REPORT, Place, Places, pages
from wan_notebook.experiments.report.elements import Markup
from wan_notebook.experiments.report.gallery import linked
from wan_notebook.experiments.report.page import page
from wan_notebook.experiments.report.posters import poster_bytes
from wan_notebook.experiments.report.writing import Written, told, written
from wan_notebook.experiments.running.cells import CellState

LIST = "wan_share.json"
"""File in the folder that lists what was put there; a folder without it is somebody else's."""


def share(outcome: Outcome, folder: Path) -> Written:
    """Write an experiment as static pages: a first page, one for each block, the report, the videos.

    Args:
        outcome: what they tell of.
        folder: where to; new, empty, or made here before. Files there that were not made here stay.

    Raises:
        SettingError: it was not run yet, the folder holds something else, or nothing can be written.
    """
    if outcome.stored is None:
        name = outcome.plan.name
        raise SettingError(text("report.error.before_run", name=name, what=text("report.what.share")))
    folder = folder.expanduser().absolute()
    with told(folder):
        before = _listed(folder)
        fresh = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}.part")
        try:
            places = dict(_places(outcome))
            _fill(fresh, outcome, places)
            size = sum(file.stat().st_size for file in _files(fresh))
            _move(fresh, folder, before)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return written("shared", folder, folder / "index.html", size, len(places))


def _places(outcome: Outcome) -> Iterator[tuple[Cell, Place]]:
    """Yield where the copy of each video goes; names are of letters every system and server takes."""
    for number, block in enumerate(outcome.plan.blocks, 1):
        states = [state for cell, state in outcome.states.items() if cell.block == block]
        for place, state in enumerate(states, 1):
            if state.video is not None and state.video.is_file():
                name = f"{number:03}-{place:02}-{ascii_name(state.cell.arm, otherwise='arm')}"
                yield state.cell, Place(state.video, f"videos/{name}.mp4", f"posters/{name}.jpg")


def _fill(fresh: Path, outcome: Outcome, places: Places) -> None:
    """Write everything into a new folder."""
    for name in ("blocks", "videos", "posters"):
        (fresh / name).mkdir(parents=True)
    for place in places.values():
        shutil.copyfile(place.source, fresh / place.video)
        (fresh / place.poster).write_bytes(poster_bytes(place.source) or b"")
    for name, markup in [*pages(outcome, places), (REPORT, _report(outcome, places))]:
        (fresh / name).write_bytes(BEGINNING + markup.html.encode())


def _report(outcome: Outcome, places: Places) -> Markup:
    def address(state: CellState, _video: Path) -> str:
        return places[state.cell].video

    return page(outcome, linked(address))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _listed(folder: Path) -> frozenset[str]:
    """Return the files an earlier call put into the folder.

    Raises:
        FileExistsError: the folder is somebody else's.
    """
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise FileExistsError
    if not folder.exists() or not any(folder.iterdir()):
        return frozenset()
    try:
        listed = json.loads((folder / LIST).read_text(encoding="utf-8"))["files"]
        return frozenset(name for name in listed if _inside(name))
    except (OSError, ValueError, KeyError, TypeError):
        raise FileExistsError from None


def _inside(name: str) -> bool:
    """Return whether a name stays in the folder, whoever wrote the list."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and ":" not in name


def _move(fresh: Path, folder: Path, before: frozenset[str]) -> None:
    """Put the new files in the place of the old; the list names both while that goes on.

    Raises:
        FileExistsError: a file of somebody else's has a name that is needed.
    """
    now = {file.relative_to(fresh).as_posix() for file in _files(fresh)}
    for name in now - before:
        if (folder / name).exists():
            raise FileExistsError
    folder.mkdir(parents=True, exist_ok=True)
    _list(folder, now | before)
    for name in sorted(before - now):
        (folder / name).unlink(missing_ok=True)
    for name in sorted(now):
        (folder / name).parent.mkdir(exist_ok=True)
        (fresh / name).replace(folder / name)
    _list(folder, now)


def _list(folder: Path, files: Iterable[str]) -> None:
    said = {"made_by": "wan_notebook", "files": sorted(files)}
    (folder / LIST).write_text(json.dumps(said, indent=1), encoding="utf-8")
