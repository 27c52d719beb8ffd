"""The player that compares videos: words as traits, the videos themselves as answers to questions."""

import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

from wan_notebook.catalog import text
from wan_notebook.widgets.answering import Answer, Ask, reply, safe
from wan_notebook.widgets.assets import script, style

SCRIPTS = (
    "page/elements",
    "page/form_keys",
    "page/asking",
    "media/files",
    "compare/clock_video",
    "compare/clock",
    "compare/stage",
    "compare/icons",
    "compare/keys",
    "compare/time",
    "compare/tools",
    "compare/captions",
    "compare/deck",
    "compare/compare",
)
STYLES = ("page/progress", "form/form", "compare/compare")
PIECE: Final = 4 << 20
"""Bytes of a video in one answer."""


class CompareWidget(anywidget.AnyWidget):
    """Two to four videos on one clock.

    Everything that is done with them happens in the page. It asks for the bytes of each video once, and again
    only when other videos are chosen.

    Traits:
        words: the sentences the script shows.
        videos: for each its key, name, prompt, line (model, seed, cost), facts and notes, width and height
            (pixels), fps, whether it has sound, and its arm, None outside of an experiment.
        chooser: in an experiment the names of blocks and arms, and the number of the block shown; else empty.

    Questions of the page, each with an id: `bytes` with a video's key as `url` and where to `start`, and
    `choose` with the number of a block and names of arms, or None for those it thinks best.
    """

    _esm = script(*SCRIPTS)
    _css = style(*STYLES)

    words = traitlets.Dict().tag(sync=True)
    videos = traitlets.List(traitlets.Dict()).tag(sync=True)
    chooser = traitlets.Dict().tag(sync=True)

    def __init__(self, *, on_ask: Mapping[str, Ask], **traits: Any) -> None:
        super().__init__(**traits)
        self._asks = {name: safe(ask) for name, ask in on_ask.items()}
        self.on_msg(self._hear)

    def show(self, videos: list[dict[str, Any]], chooser: dict[str, Any]) -> None:
        """Show other videos; all of it reaches the page at once."""
        with self.hold_sync():
            self.chooser = chooser
            self.videos = videos

    def _hear(self, _widget: object, message: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        reply(self, self._asks, message, buffers)


class Reels:
    """The files a page may ask for, each under a key that tells nothing."""

    def __init__(self) -> None:
        self._files: dict[str, Path] = {}

    def key(self, file: Path) -> str:
        """Return the key of a file, always the same one."""
        known = {path: key for key, path in self._files.items()}
        key = known.get(file) or secrets.token_hex(8)
        self._files[key] = file
        return key

    def bytes(self, message: Mapping[str, Any], _buffers: Sequence[Any] = ()) -> Answer:
        """Give one piece of a video, from `start` on, with the size of the whole."""
        file = self._files.get(str(message.get("url")))
        if file is None:
            return {"error": text("compare.error.gone")}, []
        try:
            with file.open("rb") as opened:
                opened.seek(int(message.get("start") or 0))
                piece = opened.read(PIECE)
            return {"size": file.stat().st_size, "mime": "video/mp4"}, [piece]
        except OSError:
            return {"error": text("compare.error.gone")}, []
