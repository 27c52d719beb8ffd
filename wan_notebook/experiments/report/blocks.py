"""Static pages of shared videos: one that leads to all, and one for each block, its videos side by side."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wan_notebook.catalog import text
from wan_notebook.experiments.archives.safe_names import ascii_name
from wan_notebook.experiments.outcome import Outcome
from wan_notebook.experiments.planning.plan import Block, Cell
from wan_notebook.experiments.report.comparing import plan_section
from wan_notebook.experiments.report.elements import Markup, element
from wan_notebook.experiments.report.gallery import cells, playing, status
from wan_notebook.experiments.report.page import POLICY, asset, document, header, verdict
from wan_notebook.experiments.report.rates import costs_section, preferred_section
from wan_notebook.experiments.report.requests import as_json, shown_body
from wan_notebook.experiments.running.cells import CellState
from wan_notebook.widgets.assets import script

SPEEDS = ("0.25", "0.5", "1", "1.5", "2")
REPORT = "report.html"


@dataclass(frozen=True)
class Place:
    """Where a shared video lies, as the first page names it.

    Attributes:
        source: the file it is a copy of.
        video: its own.
        poster: that of its poster.
    """

    source: Path
    video: str
    poster: str


Places = Mapping[Cell, Place]


def page_name(number: int, block: Block) -> str:
    """Return the file of a block's page; blocks are counted from 1."""
    return f"blocks/{number:03}-{ascii_name(block.name, otherwise='block')}.html"


def pages(outcome: Outcome, places: Places) -> Iterator[tuple[str, Markup]]:
    """Yield the name of each page, and the page."""
    names = [page_name(number, block) for number, block in enumerate(outcome.plan.blocks, 1)]
    yield "index.html", _index(outcome, places, names)
    for number, block in enumerate(outcome.plan.blocks):
        yield names[number], _block_page(outcome, places, names, number, block)


def _index(outcome: Outcome, places: Places, names: Sequence[str]) -> Markup:
    cards = [
        _card(outcome, places, block, name) for block, name in zip(outcome.plan.blocks, names, strict=True)
    ]
    parts = [
        element("h2", text("report.title.videos")),
        element("p", text("report.share.lead"), class_="soft"),
        element("div", cards, class_="index"),
        element("h2", text("report.title.preferred")),
        list(preferred_section(outcome)),
        element("h2", text("report.title.costs")),
        list(costs_section(outcome)),
        element("h2", text("report.title.plan")),
        list(plan_section(outcome)),
        element("footer", element("a", text("report.share.report"), href=REPORT)),
    ]
    main = element("main", header(outcome), verdict(outcome), parts)
    return document(outcome.plan.name, main, style=asset("share.css"))


def _card(outcome: Outcome, places: Places, block: Block, name: str) -> Markup:
    """Return a block as a link with a strip of its posters."""
    posters = [
        element("img", src=place.poster, alt="") if place else element("span")
        for place in (places.get(cell) for cell in outcome.plan.cells if cell.block == block)
    ]
    return element("a", element("strong", block.name), element("div", posters, class_="strip"), href=name)


def _block_page(outcome: Outcome, places: Places, names: Sequence[str], number: int, block: Block) -> Markup:
    states = [state for cell, state in outcome.states.items() if cell.block == block]
    shown = [state for state in states if state.cell in places]

    def address(state: CellState, _video: Path) -> str:
        return f"../{places[state.cell].video}"

    figures = element("div", cells(outcome, block, playing(address, "auto")), class_="cells")
    main = element(
        "main",
        _steps(outcome, names, number),
        element("header", element("p", outcome.plan.name, class_="eyebrow"), element("h1", block.name)),
        element("div", figures, _bar(shown) if shown else None, class_="together"),
        element("h2", text("report.share.prompts")),
        [_asked(outcome, state) for state in states],
    )
    title = f"{block.name} · {outcome.plan.name}"
    if not shown:
        return document(title, main, style=asset("share.css"))
    code = f"{script('compare/clock_video', 'compare/clock')}\n{asset('share.js')}"
    checksum = b64encode(hashlib.sha256(code.encode()).digest()).decode()
    body = element("div", main, Markup(f'<script type="module">{code}</script>'))
    return document(title, body, policy=f"{POLICY}; script-src 'sha256-{checksum}'", style=asset("share.css"))


def _steps(outcome: Outcome, names: Sequence[str], number: int) -> Markup:
    """Return the way back, and to the blocks before and after."""
    blocks = outcome.plan.blocks

    def step(to: int, arrow: str) -> Markup:
        if not 0 <= to < len(blocks):
            return element("span")
        words = f"← {blocks[to].name}" if arrow == "prev" else f"{blocks[to].name} →"
        return element("a", words, href=names[to].removeprefix("blocks/"), rel=arrow)

    home = element("a", text("report.share.home"), href="../index.html")
    return element("nav", step(number - 1, "prev"), home, step(number + 1, "next"))


def _bar(states: Sequence[CellState]) -> Markup:
    """Return the controls, hidden until the script works them."""
    play, pause = text("report.share.play"), text("report.share.pause")
    speeds = [element("option", f"{speed}×", value=speed, selected=speed == "1") for speed in SPEEDS]
    arms = [element("option", state.cell.arm, value=str(place)) for place, state in enumerate(states)]
    silent = element("option", text("report.share.silent"), value="")
    time = text("report.share.time")
    parts: list[Any] = [
        element("button", play, type="button", data_part="play", data_play=play, data_pause=pause),
        element("button", text("report.share.back"), type="button", data_part="back"),
        element(
            "input", type="range", min="0", max="1", step="any", value="0", aria_label=time, data_part="scrub"
        ),
        element("output", data_part="time"),
        element("label", text("report.share.speed"), " ", element("select", speeds, data_part="speed")),
        element("label", text("report.share.sound"), " ", element("select", silent, arms, data_part="sound")),
    ]
    return element("div", parts, class_="bar", hidden=True)


def _asked(outcome: Outcome, state: CellState) -> Markup:
    """Return what was asked for in one cell."""
    body = shown_body(outcome.plan, state)
    prompt = body.get("input", {}).get("prompt") or "–"
    return element(
        "section",
        element("h3", state.cell.arm),
        element("p", prompt, class_="prompt"),
        element("p", status(state), class_="soft"),
        element("details", element("summary", text("report.share.request")), element("pre", as_json(body))),
    )
