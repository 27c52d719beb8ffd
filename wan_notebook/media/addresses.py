"""Media as addresses: a picture as a data URI, the kind of media an address seems to name."""

import base64
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from wan_notebook.media.errors import FlawError, Trouble
from wan_notebook.media.facts import Kind
from wan_notebook.media.files import State, ask, read
from wan_notebook.media.headers import PICTURES
from wan_notebook.media.streams import MOST_BYTES

KINDS: Final[Mapping[str, Kind]] = {
    ".jpg": "image",
    ".jpeg": "image",
    ".png": "image",
    ".bmp": "image",
    ".webp": "image",
    ".mp4": "video",
    ".mov": "video",
    ".mp3": "audio",
    ".wav": "audio",
}
"""The endings of what the service takes."""


def guess_kind(url: str) -> Kind | None:
    """Return the kind of media that the ending of an address names; None if it names none."""
    try:
        path = urlsplit(url).path
    except ValueError:  # not an address: "http://[", say
        return None
    return KINDS.get(PurePosixPath(unquote(path)).suffix.lower())


def data_uri(path: Path | str) -> str:
    """Return a picture as an address that holds it: `data:image/png;base64,…`.

    Raises:
        UnreadableMediaError: there is no such file, it is not a picture, or it has more than 64 MB.
    """
    return ask(Path(path), _encoded)


def _encoded(state: State) -> str:
    facts = read(state.path)
    if facts.kind != "image":
        raise FlawError(Trouble.SOUND if facts.kind == "audio" else Trouble.VIDEO)
    if facts.bytes > MOST_BYTES:
        raise FlawError(Trouble.HUGE, f"{facts.bytes} bytes, at most {MOST_BYTES}")
    code = base64.b64encode(state.path.read_bytes()).decode("ascii")
    return f"data:{PICTURES[facts.format].mime};base64,{code}"
