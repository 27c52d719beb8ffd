"""A widget with a slot: live parts in the widget, finished cards in a plain output beside it.

A cell then has two outputs. The widget is gone after a kernel restart; the slot, plain HTML with a display
id, stays in the notebook file (jupyter.md, "The slot").
"""

import uuid
from contextvars import Context
from typing import Any

import anywidget
import traitlets
from IPython.display import display

from wan_notebook.cards import slot
from wan_notebook.catalog import text


class SlottedWidget(anywidget.AnyWidget):
    """Base of a widget with a slot.

    Traits:
        slot_id: mark of the slot, unique in a notebook.
        slot_html: what the slot shows, newest first.
    """

    slot_id = traitlets.Unicode().tag(sync=True)
    slot_html = traitlets.Unicode().tag(sync=True)

    def __init__(self, **traits: Any) -> None:
        slot_id = uuid.uuid4().hex
        super().__init__(slot_id=slot_id, slot_html=slot(slot_id, ()), **traits)
        self._slot_text = ""

    def fill_slot(self, cards: dict[str, str]) -> None:
        """Show cards in the slot, in every page and in the notebook file; from any thread.

        Args:
            cards: the sentence of each finished task, for readers without HTML, and its card.
        """
        self._slot_text = "\n".join(cards)
        self.slot_html = slot(self.slot_id, cards.values())
        # In a context of its own: the engine's thread carries that of the cell that started the task, and
        # ipykernel 7 would send the change in the name of that cell, which nbclient then drops.
        Context().run(display, self._slot(), display_id=self.slot_id, raw=True, update=True)

    def _slot(self) -> dict[str, str]:
        return {"text/html": self.slot_html, "text/plain": self._slot_text}

    def _ipython_display_(self) -> None:
        show(self, text("widgets.needs_kernel"))
        display(self._slot(), display_id=self.slot_id, raw=True)


def show(widget: anywidget.AnyWidget, instead: str) -> None:
    """Display a widget, with a sentence for viewers that have no kernel (jupyter.md, "The slot", 3)."""
    bundle = widget._repr_mimebundle_()
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    display({**(data or {}), "text/plain": instead}, metadata=metadata, raw=True)
