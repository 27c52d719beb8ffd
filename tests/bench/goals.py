"""The goals of `goals.toml`: what each row should keep."""

import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tests.bench.figures import Figure

GOALS = Path(__file__).with_name("goals.toml")
SIGNS = {"at most": "≤", "at least": "≥"}


class Goal(BaseModel):
    """One row's goal; the fields are explained at the top of `goals.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: str
    peer: str | None = None
    unit: str
    judged: Literal["ratio", "figure"]
    direction: Literal["at most", "at least"]
    bound: float

    def __str__(self) -> str:
        unit = "×" if self.judged == "ratio" else f" {self.unit}"
        return f"{SIGNS[self.direction]} {self.bound:g}{unit}"

    def met(self, figure: Figure) -> bool:
        """Whether a figure keeps the bound.

        Raises:
            ValueError: a ratio is wanted and the row measured no peer.
        """
        value = figure.ratio if self.judged == "ratio" else figure.ours
        if value is None:
            message = f"{self.what}: the goal is a ratio, but no peer was measured"
            raise ValueError(message)
        return value <= self.bound if self.direction == "at most" else value >= self.bound


def read_goals(path: Path = GOALS) -> dict[str, Goal]:
    """Return the goals by row.

    Raises:
        pydantic.ValidationError: the file holds something else.
    """
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    return {row: Goal(**table) for row, table in tables.items()}
