"""The verdict: first in one sentence, then pair by pair."""

from collections.abc import Iterator
from dataclasses import dataclass

from wan_notebook.catalog import text
from wan_notebook.experiments.outcome import Outcome
from wan_notebook.experiments.report.card import card
from wan_notebook.experiments.report.elements import element, joined
from wan_notebook.experiments.statistics import Decision, Kind

PAIR = 2
FEW = 6
"""Pairs of which each is told; of more only those with a winner."""
WON = frozenset({Kind.WINNER, Kind.EARLY_WINNER})


@dataclass(frozen=True)
class Verdict:
    """What the votes allow to say; a cell shows its sentences.

    Attributes:
        outcome: what it rests on.
    """

    outcome: Outcome

    @property
    def decision(self) -> Decision:
        """The decision on each pair of arms, as data."""
        return self.outcome.decision

    @property
    def sentences(self) -> list[str]:
        """The verdict in words, the most important first."""
        return list(self._sentences())

    def _sentences(self) -> Iterator[str]:
        if not self.outcome.judged:
            yield text("report.verdict.no_votes")
            return
        pairs = self.decision.pairs
        if len(self.outcome.plan.arms) > PAIR:
            yield self._of_all()
        told = [pair for pair in pairs if len(pairs) <= FEW or pair.kind in WON]
        yield from (pair.sentence() for pair in told)
        if len(told) < len(pairs):
            yield text("report.verdict.rest", count=len(pairs) - len(told))
        if self.outcome.simulated:
            yield text("report.verdict.simulated")

    def _of_all(self) -> str:
        """Return whether one arm is better than all others."""
        if self.decision.best is not None:
            return text("report.verdict.best", arm=self.decision.best)
        open_ = any(pair.kind is Kind.NOT_ENOUGH for pair in self.decision.pairs)
        return text("report.verdict.not_yet" if open_ else "report.verdict.no_best")

    @property
    def closed(self) -> bool:
        """Whether there is nothing left to wait for."""
        return bool(self.outcome.judged) and (self.decision.complete or self.decision.best is not None)

    def __repr__(self) -> str:
        return "\n".join(self.sentences)

    def _repr_html_(self) -> str:
        first, *others = self.sentences
        asked = self.outcome.criterion or self.outcome.question
        said = [element("p", element("strong", first)), *(element("p", other) for other in others)]
        label = text("report.verdict.asked", question=asked) if asked else text("report.verdict.title")
        return card(joined(element("p", label, class_="wan-result-label"), said)).html
