"""Small pictures of videos, as addresses that hold them."""

from base64 import b64encode
from functools import lru_cache
from pathlib import Path

from wan_notebook import media
from wan_notebook.media import UnreadableMediaError

WIDTH = 240
"""Pixels: some 8 KB each."""
KEPT = 512
"""Posters remembered: two experiments of the largest usual size."""


def poster(video: Path) -> str | None:
    """Return a `data:` address of a small JPEG, None for a video that cannot be read."""
    small = poster_bytes(video)
    return None if small is None else f"data:image/jpeg;base64,{b64encode(small).decode()}"


def poster_bytes(video: Path) -> bytes | None:
    """Return a small JPEG, None for a video that cannot be read."""
    try:
        seen = video.stat()
    except OSError:
        return None
    return _drawn(video, seen.st_mtime_ns, seen.st_size)


@lru_cache(KEPT)
def _drawn(video: Path, _changed: int, _size: int) -> bytes | None:
    try:
        return media.thumbnail(video, WIDTH)
    except UnreadableMediaError:
        return None
