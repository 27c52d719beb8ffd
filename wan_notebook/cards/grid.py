"""The videos of an experiment as a plain HTML table: arms beside each other, blocks below each other."""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib.resources import files


@dataclass(frozen=True, kw_only=True)
class GridCell:
    """One video.

    Attributes:
        state: how far it is, in words.
        cost: what it cost, in words; "" when it cost nothing.
        source: address of its file relative to the notebook, None when there is none to open.
        poster: a small JPEG, None without one.
        good: whether there is nothing wrong with it.
    """

    state: str
    cost: str
    source: str | None = None
    poster: bytes | None = None
    good: bool = True


@dataclass(frozen=True, kw_only=True)
class GridCard:
    """What is shown.

    Attributes:
        title: name of the experiment.
        sentences: how far it is, what it cost.
        corner: what the rows are, in a word.
        arms: names of the columns.
        rows: name of each block with its cells.
    """

    title: str
    sentences: Sequence[str]
    corner: str
    arms: Sequence[str]
    rows: Sequence[tuple[str, Sequence[GridCell]]]


@cache
def _style() -> str:
    return (files(__package__) / "grid.css").read_text(encoding="utf-8")


def render_grid(card: GridCard) -> str:
    """Return it as HTML with classes only: without its style it is still a table."""
    said = "".join(f"<p>{escape(sentence)}</p>" for sentence in card.sentences)
    names = "".join(f'<th scope="col">{escape(arm)}</th>' for arm in card.arms)
    body = "".join(_row(block, cells) for block, cells in card.rows)
    head = f"<thead><tr><th>{escape(card.corner)}</th>{names}</tr></thead>"
    title = f'<p class="wan-grid-title"><strong>{escape(card.title)}</strong></p>'
    table = f'<div class="wan-grid-scroll"><table>{head}<tbody>{body}</tbody></table></div>'
    return f'<div class="wan-grid"><style>{_style()}</style>{title}{said}{table}</div>'


def _row(block: str, cells: Sequence[GridCell]) -> str:
    return f'<tr><th scope="row">{escape(block)}</th>{"".join(map(_cell, cells))}</tr>'


def _cell(cell: GridCell) -> str:
    inside = ""
    if cell.poster is not None:
        data = base64.b64encode(cell.poster).decode()
        inside = f'<img width="112" alt="" src="data:image/jpeg;base64,{data}"><br>'
    inside += escape(" · ".join(filter(None, (cell.state, cell.cost))))
    if cell.source is not None:
        inside = f'<a href="{escape(cell.source, quote=True)}" target="_blank">{inside}</a>'
    return f'<td class="{"wan-grid-good" if cell.good else "wan-grid-bad"}">{inside}</td>'
