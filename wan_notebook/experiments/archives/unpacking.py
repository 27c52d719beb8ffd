"""An archived experiment unpacked into a folder of its own; nothing in the file is trusted.

Videos are stored in the archive as they are, so that what comes out can be no larger than the archive itself;
each must be the one its checksum tells of. Names are of one form, which leads nowhere else. All is unpacked
beside the folder first, and is given its name when it is whole.
"""

import hashlib
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from wan_notebook.catalog import SettingError, WanError, text
from wan_notebook.experiments.archives.archive import FORMAT, PIECE, ROWS, VIDEOS
from wan_notebook.experiments.archives.safe_names import safe_name
from wan_notebook.experiments.planning.plan import Plan
from wan_notebook.experiments.report.writing import told
from wan_notebook.records import Store
from wan_notebook.records.experiment_rows import ExperimentRows, write_rows
from wan_notebook.records.experiments import Experiments, Stored

MOST_ROWS = 100 * 2**20
"""Bytes of rows that are read: some ten thousand tasks and votes."""
MOST_VIDEOS = 10_000
VIDEO_NAME = re.compile(rf"{VIDEOS}/[0-9A-Za-z][0-9A-Za-z_-]{{0,120}}\.mp4")
SOURCE = ".wan_archive"
"""File in the folder that names the archive it came from, by the checksum of its rows."""

Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
Rows = list[dict[str, str | bool | int | float | None]]


class _Video(BaseModel):
    """What a video must be when it comes out."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    sha256: Sha256
    bytes: Annotated[int, Field(ge=0)]


class _Experiment(BaseModel):
    """The experiment's own row."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    name: str
    uid: Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
    plan: str
    created_at: Annotated[int, Field(ge=0)]


class _Contents(BaseModel):
    """The rows of an archive."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    format: Literal[1]
    package: str
    experiment: _Experiment
    tasks: Rows
    votes: Rows
    videos: dict[Annotated[str, Field(pattern=f"^{VIDEO_NAME.pattern}$")], _Video]


@dataclass(frozen=True)
class _Archive:
    """An archive that was looked through.

    Attributes:
        zip: the open file.
        contents: its rows.
        source: checksum of the rows.
    """

    zip: ZipFile
    contents: _Contents
    source: str


def load(path: Path, folder: Path | None = None) -> tuple[Store, Stored]:
    """Unpack an archive and return its records and the experiment in them.

    The same archive loaded again into the same place is opened as it is there, with the votes since.

    Args:
        path: the archive.
        folder: where to; new, empty, or made by an earlier load of the same archive. Else a folder beside the
            archive named after the experiment, with a number when that is taken.

    Raises:
        SettingError: it is no archive, it is damaged, or it cannot be unpacked there.
    """
    path = path.expanduser().absolute()
    with _opened(path) as archive:
        target = _target(archive, path, folder and folder.expanduser().absolute())
        if _source(target) != archive.source:
            _unpack(archive, target, path)
    store = Store.open(target)
    stored = Experiments(store).find(archive.contents.experiment.name)
    if stored is None:
        store.close()
        raise SettingError(text("report.archive.broken", path=path, reason=text("report.archive.no_plan")))
    return store, stored


@contextmanager
def _opened(path: Path) -> Iterator[_Archive]:
    """Open an archive and look it through; whatever is wrong with it is said in one sentence."""
    try:
        with ZipFile(path) as opened:
            yield _looked_through(opened, path)
    except FileNotFoundError:
        raise SettingError(text("report.archive.absent", path=path)) from None
    except BadZipFile as error:
        raise _broken(path, str(error)) from error
    except OSError as error:
        raise _broken(path, error.strerror or str(error)) from error


def _looked_through(opened: ZipFile, path: Path) -> _Archive:
    """Return an archive after a look at names, sizes and rows.

    Raises:
        SettingError: it is none, or not as it was written.
    """
    entries = {entry.filename: entry for entry in opened.infolist()}
    if ROWS not in entries or len(entries) != len(opened.infolist()):
        raise SettingError(text("report.archive.foreign", path=path))
    if entries[ROWS].file_size > MOST_ROWS or len(entries) > MOST_VIDEOS:
        raise _broken(path, text("report.archive.size"))
    with opened.open(ROWS) as file:
        rows = file.read(MOST_ROWS)
    contents = _read(rows, path)
    videos = {name: entry for name, entry in entries.items() if name != ROWS}
    named = {task.get("video") for task in contents.tasks} - {None}
    if videos.keys() != contents.videos.keys() or named != contents.videos.keys():
        raise _broken(path, text("report.archive.videos"))
    if not all(_as_told(entry, contents.videos[name]) for name, entry in videos.items()):
        raise _broken(path, text("report.archive.size"))
    if sum(entry.file_size for entry in videos.values()) > path.stat().st_size:
        raise _broken(path, text("report.archive.size"))
    return _Archive(opened, contents, hashlib.sha256(rows).hexdigest())


def _read(rows: bytes, path: Path) -> _Contents:
    """Return the rows of an archive.

    Raises:
        SettingError: they are none, or a newer version wrote them.
    """
    try:
        return _Contents.model_validate_json(rows)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        if place == "format":
            raise SettingError(text("report.archive.newer", path=path, known=FORMAT)) from None
        raise _broken(path, f"{place}: {first['msg']}") from None


def _as_told(entry: ZipInfo, video: _Video) -> bool:
    """Return whether a video is stored as it is, and as large as the rows say."""
    return entry.compress_type == ZIP_STORED and entry.file_size == entry.compress_size == video.bytes


def _target(archive: _Archive, path: Path, folder: Path | None) -> Path:
    """Return the folder to unpack to, or the one an earlier load made.

    Raises:
        SettingError: the folder asked for holds something else.
    """
    if folder is not None:
        if _free(folder) or _source(folder) == archive.source:
            return folder
        raise SettingError(text("report.error.taken", path=folder))
    name = safe_name(archive.contents.experiment.name, otherwise="experiment")
    candidate, number = path.parent / name, 1
    while not _free(candidate) and _source(candidate) != archive.source:
        number += 1
        candidate = path.parent / f"{name}-{number}"
    return candidate


def _free(folder: Path) -> bool:
    """Return whether there is nothing of this name, or an empty folder."""
    if folder.is_symlink():
        return False
    return not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))


def _source(folder: Path) -> str | None:
    """Return the archive a folder came from."""
    try:
        return (folder / SOURCE).read_text(encoding="ascii")
    except (OSError, ValueError):
        return None


def _unpack(archive: _Archive, target: Path, path: Path) -> None:
    """Unpack everything beside the folder, then give it its name.

    Raises:
        SettingError: a video is not the one it should be, the rows are none, or nothing can be written.
    """
    fresh = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with told(target):
        try:
            (fresh / VIDEOS).mkdir(parents=True)
            for name, video in archive.contents.videos.items():
                if _take_out(archive.zip, name, fresh / name) != video.sha256:
                    raise _broken(path, text("report.archive.checksum", name=name))
            _keep_rows(archive.contents, fresh, path)
            (fresh / SOURCE).write_text(archive.source, encoding="ascii")
            if target.exists():
                target.rmdir()  # it was empty
            fresh.rename(target)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def _take_out(opened: ZipFile, name: str, file: Path) -> str:
    """Write a video as a plain file and return its checksum."""
    checksum = hashlib.sha256()
    with opened.open(name) as source, file.open("xb") as target:
        while piece := source.read(PIECE):
            checksum.update(piece)
            target.write(piece)
    return checksum.hexdigest()


def _keep_rows(contents: _Contents, folder: Path, path: Path) -> None:
    """Write the rows into records of their own.

    Raises:
        SettingError: they are not the rows of an experiment, and of this one.
    """
    rows = ExperimentRows(contents.experiment.model_dump(), contents.tasks, contents.votes)
    try:
        _check_rows(contents)
        with closing(Store.open(folder)) as store:
            write_rows(store, rows)
    except (ValueError, WanError) as error:
        raise _broken(path, str(error)) from error


def _check_rows(contents: _Contents) -> None:
    """Refuse rows of something else.

    Raises:
        ValueError: the plan is none, or a row belongs to another experiment.
    """
    experiment = contents.experiment
    plan = _plan(experiment.plan)
    blocks = {(block.case, block.seed) for block in plan.blocks}
    strangers = [task for task in contents.tasks if task.get("experiment") != experiment.name]
    strangers += [vote for vote in contents.votes if vote.get("experiment") != experiment.uid]
    strangers += [vote for vote in contents.votes if (vote.get("case"), vote.get("seed")) not in blocks]
    strangers += [
        vote for vote in contents.votes if not {vote.get("left"), vote.get("right")} <= {*plan.arms}
    ]
    if plan.name != experiment.name or strangers:
        raise ValueError(text("report.archive.strangers"))


def _plan(kept: str) -> Plan:
    """Return a plan whose parts are what a user may have typed.

    Raises:
        ValueError: it is none.
    """
    try:
        plan = Plan.of_json(kept)
        parts = {part: getattr(plan, part) for part in ("model", "base", "arms", "seeds", "cases", "voters")}
        Plan.of(plan.name, **parts)
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(text("report.archive.no_plan")) from error
    return plan


def _broken(path: Path, reason: str) -> SettingError:
    return SettingError(text("report.archive.broken", path=path, reason=reason))
