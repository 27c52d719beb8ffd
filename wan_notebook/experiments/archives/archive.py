"""An experiment in one file: its plan, the rows of its tasks and votes, and its videos."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from wan_notebook.catalog import SettingError, VideoState, text
from wan_notebook.experiments.archives.safe_names import ascii_name
from wan_notebook.experiments.report.writing import Written, publishing, written
from wan_notebook.records import Store
from wan_notebook.records.experiment_rows import Row, read_rows
from wan_notebook.records.experiments import Stored

FORMAT = 1
"""Version of what an archive holds."""
MARK = b"experiment of wan_notebook"
"""Comment of each archive; a file without it is somebody else's."""
ROWS = "experiment.json"
VIDEOS = "wan_videos"
"""Folder of the videos, in the archive and where it is unpacked; that of a studio bears the same name."""
PIECE = 2**20
"""Bytes copied at once."""


def export(store: Store, stored: Stored | None, name: str, path: Path) -> Written:
    """Write an experiment into a zip file.

    It holds the plan as it was typed, the rows of its tasks (prompts, requests, costs, times, ids of tasks),
    all its votes with the names of the voters, and the saved videos, unchanged. It holds no key, no account,
    no address of a service or a link to a video there, and no name of a notebook. Files the requests named
    are not in it, but their paths are.

    Args:
        store: the records.
        stored: the experiment as they know it; None before its first run.
        name: its name.
        path: the file, ending in ".zip"; an earlier archive of this name is replaced, nothing else is.

    Raises:
        SettingError: it was not run yet, or the file cannot be written.
        RecordsError: the records could not be read.
    """
    if stored is None:
        raise SettingError(text("report.error.before_run", name=name, what=text("report.what.export")))
    if path.suffix.lower() != ".zip":
        raise SettingError(text("report.error.zip", path=path))
    path = path.expanduser().absolute()
    rows = read_rows(store, stored)
    placed = list(_placed(store, rows.tasks))
    videos = {task["video"]: file for task, file in placed if file is not None}
    with publishing(path, _ours) as fresh, ZipFile(fresh, "x") as archive:
        archive.comment = MARK
        sums = {place: _pack(archive, place, file) for place, file in videos.items()}
        kept = {
            "format": FORMAT,
            "package": version("wan-notebook"),
            "experiment": rows.experiment,
            "tasks": [task for task, _ in placed],
            "votes": rows.votes,
            "videos": sums,
        }
        archive.writestr(ROWS, json.dumps(kept, ensure_ascii=False, indent=1), ZIP_DEFLATED)
    return written("archive", path, None, path.stat().st_size, len(videos))


def _ours(path: Path) -> bool:
    try:
        with ZipFile(path) as archive:
            return archive.comment == MARK
    except (BadZipFile, OSError):
        return False


def _placed(store: Store, tasks: Sequence[Row]) -> Iterator[tuple[dict[str, Any], Path | None]]:
    """Yield each row as the archive holds it, and its video; one whose file is gone has none."""
    for number, task in enumerate(tasks, 1):
        if task["video_state"] != VideoState.SAVED:
            yield {**task, "video": None}, None
            continue
        file = store.home / task["video"]
        if not file.is_file():
            yield {**task, "video": None, "video_state": VideoState.FAILED.value}, None
            continue
        arm = ascii_name(task["arm"] or "", otherwise="arm")
        yield {**task, "video": f"{VIDEOS}/{number:04}_{arm}_seed-{task['seed']}.mp4"}, file


def _pack(archive: ZipFile, place: str, file: Path) -> dict[str, Any]:
    """Put a video into the archive as it is, and return what it must be when it comes out."""
    checksum = hashlib.sha256()
    entry = ZipInfo.from_file(file, place)
    entry.compress_type = ZIP_STORED  # a video does not get smaller, and nothing can grow when it is unpacked
    size = 0
    with file.open("rb") as source, archive.open(entry, "w") as target:
        while piece := source.read(PIECE):
            checksum.update(piece)
            size += target.write(piece)
    return {"sha256": checksum.hexdigest(), "bytes": size}
