"""The second output of a form's cell: the place where finished cards stay (jupyter.md, "The slot")."""

from collections.abc import Iterable
from functools import cache
from html import escape
from importlib.resources import files


@cache
def _style() -> str:
    return (files(__package__) / "card.css").read_text(encoding="utf-8")


def slot(slot_id: str, cards: Iterable[str]) -> str:
    """Return the slot's HTML: its mark, the style of the cards, the cards.

    The mark lets the widget's script find this output in the notebook after the page was loaded again. The
    style is in each slot because a saved notebook has nowhere else to keep it.
    """
    inside = "".join(cards)
    return f'<div class="wan-slot" data-wan-slot="{escape(slot_id)}"><style>{_style()}</style>{inside}</div>'
