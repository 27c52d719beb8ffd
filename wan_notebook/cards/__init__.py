"""A record as plain HTML that lasts in a notebook file: no script, no widget, nothing asked of a server."""

from wan_notebook.cards.card import Card, render
from wan_notebook.cards.slot import slot

__all__ = ["Card", "render", "slot"]
