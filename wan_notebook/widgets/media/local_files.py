"""Files on the kernel's machine, for the form: received from a page, looked at, shown in it.

A page sends questions as messages and gets each answered once (`LocalFiles.asks`). Files it sends go into one
visible folder beside the task log and nowhere else.

What a page may be shown is no more than it could get without us: a page that can send a message has a live
kernel, which runs any code as the kernel's user; a saved notebook of someone else's has none, and gets
nothing. All the same only files are shown that a request may name: those that are pictures, videos or sounds
by their content, of at most 100 MB. A key, a text or a table is never sent to a page.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from math import gcd
from pathlib import Path
from time import monotonic
from typing import Any, Final

from wan_notebook.catalog import SettingError, WanError, local_path, text
from wan_notebook.media import MediaFacts, UnreadableMediaError, read, thumbnail
from wan_notebook.widgets.answering import Answer, Ask
from wan_notebook.widgets.media.incoming import Incoming

FOLDER: Final = "wan_inputs"
LARGEST: Final = 100
"""MB of the largest file any model takes."""
PIECE: Final = 4 << 20
"""Bytes sent to a page at once."""
IDLE: Final = 600
"""Seconds after which a page that sends nothing more is taken to be gone."""
THUMBNAIL: Final = 240
"""Pixels: twice the width at which it is shown, for sharp screens."""
MIMES: Final[Mapping[str, str]] = {"mov": "video/mp4", "mp3": "audio/mpeg", "m4a": "audio/mp4"}
"""Browsers play the streams of a MOV, but not under its own name."""
SIMPLE: Final = 32
"""Largest number in a shape that is written as two whole numbers, like 16:9."""


class LocalFiles:
    """Answers a form's questions about files of this machine.

    Args:
        home: the folder of the task log; files that a page sends go into `wan_inputs` there.
    """

    def __init__(self, home: Path) -> None:
        self.folder = home.absolute() / FOLDER
        self._incoming: dict[str, Incoming] = {}

    def asks(self) -> dict[str, Ask]:
        """Return what answers each type of question."""
        return {"file": self.receive, "look": self.look, "bytes": self.show}

    def receive(self, message: Mapping[str, Any], buffers: Sequence[Any]) -> Answer:
        """Take one piece of a file.

        Args:
            message: upload (an id of the page's choice), name, size and start in bytes, megabytes (the limit
                of where it is used); or only upload and cancel.
            buffers: the piece.

        Returns:
            How many bytes were received; of the last piece the file's path and what `look` says of it; or an
            error in a sentence, and then nothing is left of the file.
        """
        upload = str(message.get("upload"))
        try:
            return self._take(upload, message, b"".join(bytes(piece) for piece in buffers)), []
        except WanError as error:
            reason = str(error)
        except OSError as error:
            reason = text("widgets.media.not_stored", folder=self.folder, reason=error.strerror or error)
        self._drop(upload)
        return {"error": reason}, []

    def _take(self, upload: str, message: Mapping[str, Any], piece: bytes) -> dict[str, Any]:
        if message.get("cancel"):
            self._drop(upload)
            return {}
        start, name = int(message["start"]), str(message["name"])
        if start == 0:
            self._begin(upload, name, min(int(message["megabytes"]), LARGEST) << 20)
        if upload not in self._incoming:
            raise SettingError(text("widgets.media.broken_off", name=name))
        received = self._incoming[upload].take(start, piece)
        if received < int(message["size"]):
            return {"received": received}
        path = self._incoming[upload].keep()
        self._drop(upload)
        return {"path": shortest(path), **seen(path)}

    def _begin(self, upload: str, name: str, limit: int) -> None:
        for known, incoming in list(self._incoming.items()):
            if known == upload or monotonic() - incoming.touched > IDLE:
                self._drop(known)
        self._incoming[upload] = Incoming(self.folder, name, limit)

    def _drop(self, upload: str) -> None:
        incoming = self._incoming.pop(upload, None)
        if incoming:
            incoming.discard()

    def look(self, message: Mapping[str, Any], _buffers: Sequence[Any] = ()) -> Answer:
        """Tell kind and facts of a file and give a small picture; nothing of what is no file here."""
        path = local_path(str(message.get("url") or ""))
        return (seen(path) if path else {}), []

    def show(self, message: Mapping[str, Any], _buffers: Sequence[Any] = ()) -> Answer:
        """Give one piece of a media file, from `start` on, with the file's size and MIME type."""
        path = local_path(str(message.get("url") or ""))
        try:
            facts = read(path) if path else None
            if path is None or facts is None or facts.bytes > LARGEST << 20:
                return {"error": text("widgets.media.no_preview")}, []
            with path.open("rb") as file:
                file.seek(int(message.get("start") or 0))
                piece = file.read(PIECE)
        except (UnreadableMediaError, OSError):
            return {"error": text("widgets.media.no_preview")}, []
        mime = MIMES.get(facts.format, f"{facts.kind}/{facts.format}")
        return {"size": facts.bytes, "mime": mime}, [piece]


def shortest(path: Path) -> str:
    """Return how a request names a file: from the folder the kernel works in, where it lies under that."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def seen(path: Path) -> dict[str, Any]:
    """Return kind, facts in words and thumbnail of a media file; nothing when it cannot be read."""
    try:
        facts = read(path)
    except UnreadableMediaError:
        return {}
    found = {"kind": facts.kind, "facts": described(facts), "thumbnail": None}
    with suppress(UnreadableMediaError):  # a sound, or a picture of a format that cannot be drawn here
        found["thumbnail"] = f"data:image/jpeg;base64,{b64encode(thumbnail(path, THUMBNAIL)).decode()}"
    return found


def described(facts: MediaFacts) -> str:
    """Return the figures of a file in one line: format, pixels and shape, seconds, what is odd, size."""
    return text("widgets.media.join").join(_figures(facts))


def _figures(facts: MediaFacts) -> Iterator[str]:
    yield facts.format.upper()
    if facts.width and facts.height:
        shape = _shape(facts.width, facts.height)
        yield text("widgets.media.pixels", width=facts.width, height=facts.height, shape=shape)
    if facts.seconds is not None:
        yield text("widgets.media.length", seconds=f"{facts.seconds:.1f}")
    if facts.kind == "video" and not facts.sound:
        yield text("widgets.media.silent")
    if facts.alpha:
        yield text("widgets.media.alpha")
    size = facts.bytes / 2**20
    yield f"{size:.1f} MB" if size >= 1 else f"{max(1, facts.bytes >> 10)} KB"


def _shape(width: int, height: int) -> str:
    """Return width to height: 16:9 where whole numbers that small tell it, else 1.85:1 or 1:1.85."""
    common = gcd(width, height)
    if max(width, height) // common <= SIMPLE:
        return f"{width // common}:{height // common}"
    return f"{width / height:.2f}:1" if width > height else f"1:{height / width:.2f}"
