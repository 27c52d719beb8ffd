"""The grid of an experiment: arms beside each other, blocks below each other, one cell a video.

It knows nothing of studios and experiments: it gets plain data and callbacks. Pictures and videos are no
traits, or they would end up in the notebook file: the page asks for them.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import traitlets

from wan_notebook.widgets.answering import Ask, reply, safe
from wan_notebook.widgets.assets import script, style
from wan_notebook.widgets.slotted import SlottedWidget

SCRIPTS = (
    "page/elements",
    "page/form_keys",
    "page/slot",
    "page/asking",
    "grid/film",
    "grid/cell",
    "grid/table",
    "grid/grid",
)
STYLES = ("page/progress", "grid/grid")


class RunGridWidget(SlottedWidget):
    """How far a run is, cell by cell.

    Traits:
        heading: title and sentence of the experiment.
        arms: names of the columns, each with a longer title.
        blocks: names of the rows.
        words: the sentences the script shows.
        cells: for each cell, row by row: its stage, what it cost, whether it has a picture, and a remark.
        totals: counts by stage, and the sentences under the grid.
        offer: what is asked before anything is sent: a sentence; empty when nothing is asked.
        failed: the cells that ended without a video: name and reason.
        going: whether something is under way.

    Questions of the page, each with an id: `start`, `stop`, `posters` with numbers of cells, which brings a
    JPEG each, and `video` with the number of a cell, which brings the file.
    """

    _esm = script(*SCRIPTS)
    _css = style(*STYLES)

    heading = traitlets.Dict().tag(sync=True)
    arms = traitlets.List(traitlets.Dict()).tag(sync=True)
    blocks = traitlets.List(traitlets.Unicode()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)
    cells = traitlets.List(traitlets.List()).tag(sync=True)
    totals = traitlets.Dict().tag(sync=True)
    offer = traitlets.Unicode().tag(sync=True)
    failed = traitlets.List(traitlets.Dict()).tag(sync=True)
    going = traitlets.Bool(default_value=False).tag(sync=True)

    def __init__(self, *, on_ask: Mapping[str, Ask], **traits: Any) -> None:
        super().__init__(**traits)
        self._asks = {name: safe(ask) for name, ask in on_ask.items()}
        self.on_msg(self._hear)

    def change(self, **traits: Any) -> None:
        """Show other values; all of them reach the page in one message."""
        with self.hold_sync():
            for name, value in traits.items():
                setattr(self, name, value)

    def _hear(self, _widget: object, message: Mapping[str, Any], buffers: Sequence[Any]) -> None:
        reply(self, self._asks, message, buffers)
