"""What a studio says of itself: where it sends, where things lie, what was spent."""

from pathlib import Path

from wan_notebook.catalog import text
from wan_notebook.records import Store
from wan_notebook.tasks.connection import Connection


def introduced(connection: Connection, store: Store, videos: Path, here: Path, spent: str) -> str:
    """Return a studio in words.

    Args:
        connection: where it sends.
        store: its log.
        videos: its folder of videos.
        here: the notebook's folder; what lies below it is named as seen from there.
        spent: what was spent today, in words.
    """
    billed = "real" if connection.region else "own"
    key = "simulated" if connection.simulated else billed
    address = {"address": connection.base_url, "region": connection.region}
    places = {"log": _near(store.file, here), "videos": _near(videos, here)}
    notice = f" {store.notice}" if store.notice else ""
    return text(f"tasks.studio.{key}", **address, **places) + spent + notice


def _near(path: Path, here: Path) -> Path:
    return path.relative_to(here) if path.is_relative_to(here) else path
