"""A widget with a slot: live parts in the widget, finished cards in a plain output beside it.

A cell then has two outputs. The widget is gone after a kernel restart; the slot, plain HTML with a display
id, stays in the notebook file (jupyter.md, "The slot").
"""

import uuid
from collections.abc import Iterable
from typing import Any

import anywidget
import traitlets
from IPython.display import HTML, display, update_display

from wan_notebook.cards import slot
from wan_notebook.catalog import text


class SlottedWidget(anywidget.AnyWidget):
    """Base of the form and the task view.

    Traits:
        slot_id: mark of the slot, unique in a notebook.
        slot_html: what the slot shows, newest first.
        tasks: running tasks as plain data (see `board.running`).
        words: the sentences the script shows.
    """

    slot_id = traitlets.Unicode().tag(sync=True)
    slot_html = traitlets.Unicode().tag(sync=True)
    tasks = traitlets.List(traitlets.Dict()).tag(sync=True)
    words = traitlets.Dict().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        slot_id = uuid.uuid4().hex
        super().__init__(slot_id=slot_id, slot_html=slot(slot_id, ()), **traits)

    def fill_slot(self, cards: Iterable[str]) -> None:
        """Show these cards in the slot, in every page and in the notebook file; from any thread."""
        self.slot_html = slot(self.slot_id, cards)
        update_display(HTML(self.slot_html), display_id=self.slot_id)

    def _ipython_display_(self) -> None:
        bundle = self._repr_mimebundle_()
        data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
        # What a viewer without a kernel shows in place of the widget (jupyter.md, "The slot", 3).
        data = {**(data or {}), "text/plain": text("widgets.needs_kernel")}
        display(data, metadata=metadata, raw=True)
        display(HTML(self.slot_html), display_id=self.slot_id)
