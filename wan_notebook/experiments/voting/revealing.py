"""Which was which, for a voter who has answered: sums for each two arms, and each pair as it stood."""

from itertools import combinations
from typing import Any

from wan_notebook.catalog import text
from wan_notebook.experiments.voting.ballots import QUESTION, Ballot
from wan_notebook.experiments.voting.pairs import Pair
from wan_notebook.records import Choice


def revealed(ballot: Ballot) -> dict[str, Any]:
    """Return what a page shows of a ballot that is done: sums, and a table's columns and rows."""
    words = [text(f"vote.reveal.{name}") for name in ("block", "left", "right", "chosen")]
    return {
        "sums": sums(ballot),
        "columns": [*words, *ballot.criteria],
        "rows": [
            [
                pair.block.name,
                pair.left,
                pair.right,
                *(_spoken(pair, ballot.choice(pair, one)) for one in (QUESTION, *ballot.criteria)),
            ]
            for pair in ballot.complete
        ],
    }


def sums(ballot: Ballot) -> list[str]:
    """Return a sentence for each two arms that were compared: who was preferred how often."""
    arms = sorted({arm for pair in ballot.complete for arm in (pair.left, pair.right)})
    return [
        _sum(ballot, first, second, mine)
        for first, second in combinations(arms, 2)
        if (mine := [pair for pair in ballot.complete if {pair.left, pair.right} == {first, second}])
    ]


def _sum(ballot: Ballot, first: str, second: str, pairs: list[Pair]) -> str:
    said = [(preferred(pair, choice), choice) for pair in pairs if (choice := ballot.choice(pair, QUESTION))]
    wins, losses = (sum(arm == one for arm, _ in said) for one in (first, second))
    skips = sum(choice is Choice.SKIP for _, choice in said)
    ties = len(said) - wins - losses - skips
    sentence = text("vote.reveal.sum", first=first, wins=wins, losses=losses, second=second)
    if ties:
        sentence += text("vote.reveal.undecided", ties=ties)
    return sentence + text("vote.reveal.skipped", skips=skips) if skips else sentence


def preferred(pair: Pair, choice: Choice) -> str | None:
    """Return the arm that was preferred, None for neither."""
    return {Choice.LEFT: pair.left, Choice.RIGHT: pair.right}.get(choice)


def _spoken(pair: Pair, choice: Choice | None) -> str:
    if choice is None:
        return text("vote.reveal.none")
    return preferred(pair, choice) or text(f"vote.reveal.{choice}")
