"""How far a run is: a snapshot, taken from the task log."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from wan_notebook.catalog import Status, amount, text
from wan_notebook.experiments.planning.scheme import Cell
from wan_notebook.experiments.running.cells import CellState, Stage, reason
from wan_notebook.records import BudgetError, Left, Sum

SHOWN = (Stage.DONE, Stage.SAVING, Stage.RUNNING, Stage.WAITING, Stage.ASKED, Stage.FAILED, Stage.MISSING)
"""The order in which counts are told."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is.

    Attributes:
        states: where each cell stands.
        spent: what the experiment has cost so far, each currency and play money apart.
        left: how far the budget of this run is used, None without one.
        held: why no more is sent, None when more would be.
        trouble: what went wrong here, in one sentence.
        started: whether anything is sent.
        ended: whether nothing more happens.
    """

    states: Mapping[Cell, CellState]
    spent: tuple[Sum, ...] = ()
    left: Left | None = None
    held: BudgetError | None = None
    trouble: str | None = None
    started: bool = False
    ended: bool = False

    @property
    def counts(self) -> Counter[Stage]:
        """How many cells are how far."""
        return Counter(state.stage for state in self.states.values())

    @property
    def failed(self) -> list[CellState]:
        """The cells that ended without a video, and those whose answer was lost."""
        return [one for one in self.states.values() if one.stage in {Stage.FAILED, Stage.ASKED}]

    def sentences(self) -> list[str]:
        """Return how far it is in words: counts, sums, what holds it up."""
        counts = self.counts
        parts = [
            text(f"experiments.stage.count_{stage}", count=counts[stage]) for stage in SHOWN if counts[stage]
        ]
        said = [text("experiments.progress.counts", videos=len(self.states), parts=", ".join(parts))]
        said.append(spending(self.spent, self.left))
        if counts[Stage.MISSING] and self.held is not None:
            said.append(
                text(
                    "experiments.progress.held",
                    count=counts[Stage.MISSING],
                    reason=_why(self.held, self.left),
                )
            )
        elif counts[Stage.MISSING] and self.ended:
            said.append(text("experiments.progress.missing", count=counts[Stage.MISSING]))
            said.extend(self._told("refused", Stage.MISSING, Status.NOT_CREATED))
        if counts[Stage.FAILED] and (self.ended or not self.started):
            said.append(text("experiments.progress.failed", count=counts[Stage.FAILED]))
        if counts[Stage.ASKED] and (self.ended or not self.started):
            said.append(text("experiments.progress.asked", count=counts[Stage.ASKED]))
        if counts[Stage.SAVING] and self.ended:
            said.append(text("experiments.progress.unfetched", count=counts[Stage.SAVING]))
            said.extend(self._told("unsaved", Stage.SAVING, Status.SUCCEEDED))
        return [*said, *([self.trouble] if self.trouble else [])]

    def _told(self, key: str, stage: Stage, status: Status) -> list[str]:
        """Return why cells have stopped at a stage with this status: the reason most of them have."""
        tried = [one.record for one in self.states.values() if one.stage is stage]
        reasons = Counter(
            reason(record).replace(record.request_id or "\0", "…")
            for record in tried
            if record is not None and record.status is status and record.error_message
        )
        return [text(f"experiments.progress.{key}", reason=why) for why, _ in reasons.most_common(1)]


def spending(spent: Iterable[Sum], left: Left | None) -> str:
    """Return what was spent, and what a budget has left, in words."""
    kinds = {True: "play", False: "sum"}
    sums = [
        text(f"experiments.progress.{kinds[one.simulated]}", amount=amount(one.cost), currency=one.currency)
        for one in spent
        if one.cost
    ]
    told = text("experiments.progress.spent", sums=", ".join(sums) or text("experiments.progress.nothing"))
    unknown = sum(one.unknown for one in spent)
    if unknown:
        told += text("experiments.progress.unknown", count=unknown)
    if left is None:
        return told
    rest = {"reserved": left.reserved, "left": max(left.left, Decimal(0)), "cap": left.cap}
    words = {name: amount(value) for name, value in rest.items()}
    return told + text("experiments.progress.budget", **words, currency=left.budget.currency)


def _why(held: BudgetError, own: Left | None) -> str:
    """Return in short why a budget lets no more through, the run's own or one of the log."""
    budget = held.left.budget
    if held.asked is None:
        return text("experiments.progress.unpriced", budget=budget, currency=budget.currency)
    sums = {"asked": amount(held.asked), "left": amount(max(held.left.left, Decimal(0)))}
    key = "full" if own is not None and own.budget == budget else "full_log"
    return text(f"experiments.progress.{key}", **sums, budget=budget)
