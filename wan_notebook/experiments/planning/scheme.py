"""What an experiment compares; values only, nothing is asked or sent.

An arm is what differs: values for any field of a request, the model among them. A case is words that fill
`{who}` in the texts of every arm, so that a conclusion holds for more than one scene. A block is a case with
a seed: within it nothing differs but the arm. A cell is an arm in a block: one video.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from typing import Any

from wan_notebook.catalog import Request, UnknownModelError, find_model, text
from wan_notebook.experiments.planning.filling import filled

EXTEND = "prompt_extend"


@dataclass(frozen=True)
class Block:
    """Where all arms meet on equal terms.

    Attributes:
        case: label of the case, "" without cases.
        values: what fills the names in texts.
        seed: the seed of every video in it.
    """

    case: str
    values: Mapping[str, str] = field(compare=False)
    seed: int

    @property
    def name(self) -> str:
        """What people read: "a fox · seed 1"."""
        seed = text("experiments.block.seed", seed=self.seed)
        return f"{self.case} · {seed}" if self.case else seed


@dataclass(frozen=True)
class Cell:
    """One video of an experiment.

    Attributes:
        arm: name of the arm.
        block: where it runs.
    """

    arm: str
    block: Block


@dataclass(frozen=True)
class Scheme:
    """What is compared with what, and by how many; `Plan` knows what follows from it.

    Attributes:
        name: of the experiment.
        model: id of the model of arms that name none.
        base: values of every arm.
        arms: what each arm adds or changes, by its name.
        seeds: the seeds of each case.
        cases: what fills the names in texts; none is one scene.
        voters: how many people are to vote on each pair.
        files: SHA-256 of each file on this machine the requests name, by path; known once it was run.
    """

    name: str
    model: str
    base: Mapping[str, Any]
    arms: Mapping[str, Mapping[str, Any]]
    seeds: tuple[int, ...]
    cases: tuple[Mapping[str, str], ...] = ()
    voters: int = 1
    files: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every case with every seed, in the order given."""
        labels = _labels(self.cases)
        scenes = zip(labels, self.cases, strict=True) if self.cases else [("", {})]
        return tuple(Block(label, values, seed) for label, values in scenes for seed in self.seeds)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """Every arm in every block, block by block."""
        return tuple(Cell(arm, block) for block in self.blocks for arm in self.arms)

    def values(self, arm: str) -> dict[str, Any]:
        """Return an arm's own values over those of all, without the model; names are not filled yet.

        The service rewrites prompts unless told not to, and does not show what it made of them.
        """
        values = {**self.base, **self.arms[arm]}
        model = values.pop("model", self.model)
        if values.get(EXTEND) is None and _takes(model, EXTEND):
            values[EXTEND] = False
        return values

    def model_of(self, arm: str) -> Any:
        """Return the model id of an arm, whatever was given as such."""
        return {**self.base, **self.arms[arm]}.get("model", self.model)

    def request(self, cell: Cell) -> Request:
        """Return the request of a cell.

        Raises:
            UnknownModelError: the catalogue has no such model.
        """
        values = filled(self.values(cell.arm), cell.block.values)
        return Request(self.model_of(cell.arm), **{**values, "seed": cell.block.seed})


def _labels(cases: tuple[Mapping[str, str], ...]) -> list[str]:
    """Return a label for each case: its values, made unique where two read the same."""
    labels: list[str] = []
    for number, case in enumerate(cases, 1):
        label = ", ".join(case.values()).strip(", ") or f"#{number}"
        again = (f"{label} ({times})" for times in count(2))
        labels.append(label if label not in labels else next(one for one in again if one not in labels))
    return labels


def _takes(model: Any, name: str) -> bool:
    """Whether a model has a parameter; one there is not has none."""
    try:
        return find_model(model).field(name) is not None
    except UnknownModelError:
        return False
