"""What the card of a finished task shows: its record, its file read back, its address beside the notebook."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote

from wan_notebook.cards import Card
from wan_notebook.catalog import Status, text
from wan_notebook.service import failure
from wan_notebook.tasks import Facts, NotPlayableError, Studio, Task, differences, poster, read_facts, spoken


def card_of(task: Task, studio: Studio) -> Card:
    """Return the card of a task nobody carries any more."""
    record, video = task.record, task.video
    total = record.total_s
    notes = tuple(note for note in (task.trouble, record.remark) if note)
    shown: dict[str, Any] = {"record": record, "took": None if total is None else spoken(total)}
    if record.status is Status.FAILED:
        error = failure(record.error_code, record.error_message, record.request_id)
        remedy = text("cards.remedy", meaning=error.meaning, remedy=error.remedy)
        return Card(**shown, notes=notes, remedy=remedy)
    if video is None:
        return Card(**shown, notes=notes)
    try:
        facts = Facts(**record.facts) if record.facts else read_facts(video)
        notes = (*notes, *differences(facts, task.request))
        source = relative(video, studio.notebook_folder)
        return Card(**shown, notes=notes, source=source, poster=poster(video))
    except (NotPlayableError, OSError) as error:
        return Card(**shown, notes=(*notes, str(error)))


def relative(video: Path, folder: Path) -> str:
    """Return a video's address relative to the notebook: the only kind that lasts (jupyter.md)."""
    return quote(Path(os.path.relpath(video, folder)).as_posix())
