"""The cells block by block: a picture of each video, and what is to be said of it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from wan_notebook.catalog import VideoState, text
from wan_notebook.experiments.outcome import Outcome
from wan_notebook.experiments.planning.plan import Block
from wan_notebook.experiments.report.elements import Markup, element, joined
from wan_notebook.experiments.report.posters import poster
from wan_notebook.experiments.report.words import money, seconds
from wan_notebook.experiments.results import preferred
from wan_notebook.experiments.running.cells import CellState, Stage

Frame = Callable[[CellState, Path, str | None], Markup]
"""Shows a video that is there: its cell, its file, the address of its poster."""


def gallery(outcome: Outcome, frame: Frame) -> Markup:
    """Return every block with its cells side by side."""
    return joined(
        element(
            "section",
            element("h3", block.name),
            element("div", cells(outcome, block, frame), class_="cells"),
            class_="block",
        )
        for block in outcome.plan.blocks
    )


def cells(outcome: Outcome, block: Block, frame: Frame) -> Iterator[Markup]:
    """Yield a figure for each arm of a block."""
    for cell, state in outcome.states.items():
        if cell.block == block:
            caption = element("figcaption", element("strong", cell.arm), _said(outcome, state))
            yield element("figure", _picture(state, frame), caption)


def _picture(state: CellState, frame: Frame) -> Markup:
    if state.video is not None and state.video.is_file():
        return frame(state, state.video, poster(state.video))
    kind = "frame failed" if state.stage is Stage.FAILED else "frame empty"
    return element("div", status(state), class_=kind)


def status(state: CellState) -> str:
    """Return in words where a cell stands."""
    record = state.record
    if record is None or state.stage is Stage.MISSING:
        return text("report.cell.missing")
    if state.video is not None and not state.video.is_file():
        return text("report.cell.gone")
    if state.stage is Stage.FAILED and record.video_state is VideoState.EXPIRED:
        return text("cards.video_state.expired")
    return text(f"cards.status.{record.status}")


def _said(outcome: Outcome, state: CellState) -> str:
    """Return cost, time and votes of a video in one line."""
    record = state.record
    if record is None:
        return ""
    said: list[Any] = []
    if record.cost is not None:
        said.append(money(record.cost, record.currency))
    if record.run_s is not None:
        said.append(seconds(record.run_s))
    if votes := _votes(outcome, state):
        said.append(votes)
    return " · ".join(said)


def _votes(outcome: Outcome, state: CellState) -> str | None:
    cell = state.cell
    seen = [
        vote
        for vote in outcome.judged
        if (vote.case, vote.seed) == (cell.block.case, cell.block.seed)
        and cell.arm in {vote.left, vote.right}
    ]
    won = sum(preferred(vote) == cell.arm for vote in seen)
    return text("report.cell.votes", won=won, votes=len(seen)) if seen else None


def linked(address: Callable[[CellState, Path], str]) -> Frame:
    """Return how to show a video that lies beside the page.

    Args:
        address: tells where.
    """

    def frame(state: CellState, video: Path, small: str | None) -> Markup:
        label = text("report.cell.open", arm=state.cell.arm, block=state.cell.block.name)
        picture = element("img", src=small, alt="") if small else None
        return element("a", picture, href=address(state, video), aria_label=label, class_="frame")

    return frame


def playing(address: Callable[[CellState, Path], str], preload: str = "none") -> Frame:
    """Return how to show a video that the page itself plays.

    Args:
        address: tells where it is.
        preload: how much of it is read before it plays, in the words of HTML.
    """

    def frame(state: CellState, video: Path, small: str | None) -> Markup:
        label = text("report.cell.video", arm=state.cell.arm, block=state.cell.block.name)
        shown = element(
            "video",
            src=address(state, video),
            poster=small,
            controls=True,
            playsinline=True,
            preload=preload,
            aria_label=label,
        )
        return element("div", shown, class_="frame")

    return frame
