"""The table `make bench` prints, and what falls short in a line each."""

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import version

from tests.bench.figures import Figure
from tests.bench.goals import Goal

HEADINGS = ("row", "what", "ours", "peer", "ratio", "goal", "verdict")
PEERS = ("dashscope", "ipywidgets", "ipykernel", "jupyterlab")


@dataclass(frozen=True)
class Outcome:
    """How one row ended.

    Attributes:
        row: its name.
        goal: what it should keep.
        figure: what was measured, None when that was not possible.
        reason: why it was not possible.
    """

    row: str
    goal: Goal
    figure: Figure | None
    reason: str = ""

    @property
    def verdict(self) -> str:
        """The goal's judgement in words."""
        if self.figure is None:
            return "not measured"
        return "meets" if self.goal.met(self.figure) else "falls short"


def machine() -> str:
    """Return what the figures hang on: interpreter, cores, versions and load."""
    versions = ", ".join(f"{name} {version(name)}" for name in PEERS)
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, {versions}"


def load() -> str:
    """Return the load of the last minute; well above the number of cores no figure is worth much."""
    return f"{os.getloadavg()[0]:.2f}"


def table(outcomes: Iterable[Outcome]) -> str:
    """Return the outcomes as a table of text."""
    lines = [HEADINGS, *map(_cells, outcomes)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(_aligned(line, widths) for line in lines)


def shortfalls(outcomes: Iterable[Outcome]) -> list[str]:
    """Return a line for each row that does not meet its goal."""
    return [_shortfall(outcome) for outcome in outcomes if outcome.verdict != "meets"]


def _shortfall(outcome: Outcome) -> str:
    if outcome.figure is None:
        return f"{outcome.row} was not measured: {outcome.reason}"
    goal, figure = outcome.goal, outcome.figure
    ratio = goal.judged == "ratio" and figure.ratio is not None
    got = f"{_number(figure.ratio)}×" if ratio else f"{_number(figure.ours)} {goal.unit}"
    against = f" against {goal.peer}" if goal.peer else ""
    return f"{outcome.row} falls short: {goal.what}{against} is {got}, the goal {goal}"


def _cells(outcome: Outcome) -> tuple[str, ...]:
    goal = outcome.goal
    what = f"{goal.what} / {goal.peer}" if goal.peer else goal.what
    figure = outcome.figure or Figure(float("nan"))
    ratio = "" if figure.ratio is None else f"{_number(figure.ratio)}×"
    peer = "" if figure.peer is None else f"{_number(figure.peer)} {goal.unit}"
    ours = f"{_number(figure.ours)} {goal.unit}" if outcome.figure else ""
    return (outcome.row, what, ours, peer, ratio, str(goal), outcome.verdict)


def _aligned(cells: Sequence[str], widths: Sequence[int]) -> str:
    """Return one line: words to the left, figures to the right."""
    figures = range(2, 5)
    columns = (
        cell.rjust(width) if place in figures else cell.ljust(width)
        for place, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join(columns).rstrip()


def _number(value: float | None) -> str:
    """Return a count as it is, another figure with the three digits that count."""
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 or value == round(value) else f"{value:#.3g}"
