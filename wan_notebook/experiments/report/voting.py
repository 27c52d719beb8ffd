"""How it was decided, and by whom: method, the sides, how far voters agree, every vote."""

from collections.abc import Iterator

from wan_notebook.catalog import text
from wan_notebook.experiments.outcome import Outcome
from wan_notebook.experiments.report.elements import Markup, element
from wan_notebook.experiments.report.words import moment, seconds
from wan_notebook.experiments.results import preferred

FEW = 24
"""Votes shown without a click."""


def decided_section(outcome: Outcome) -> Iterator[Markup | None]:
    """Yield the method, and what speaks for or against trusting the votes."""
    yield element("p", outcome.decision.method())
    if outcome.preferences:
        yield element("p", outcome.position.sentence())
    if outcome.agreement is not None:
        yield element("p", outcome.agreement.sentence())
    others = dict.fromkeys(vote.question for vote in outcome.votes if vote.question != outcome.question)
    if others:
        listed = ", ".join(f"“{question}”" for question in others)
        yield element("p", text("report.decided.others", questions=listed), class_="note")


def votes_section(outcome: Outcome) -> Iterator[Markup | None]:
    """Yield every vote on any question, oldest first."""
    if not outcome.votes:
        yield element("p", text("report.rates.none"), class_="soft")
        return
    yield element("p", _counted(outcome))
    several = bool(outcome.criteria) or len({vote.question for vote in outcome.votes}) > 1
    names = ["voter", *(["asked"] if several else []), "block", "left", "right", "answer", "watched", "when"]
    head = [element("th", text(f"report.votes.head.{name}"), scope="col") for name in names]
    body = [element("tr", [cells[name] for name in names]) for cells in _rows(outcome)]
    table = element("table", element("thead", element("tr", head)), element("tbody", body))
    wide = element("div", table, class_="wide")
    if len(body) <= FEW:
        yield wide
    else:
        yield element("details", element("summary", text("report.votes.all", count=len(body))), wide)


def _counted(outcome: Outcome) -> str:
    voters = list(dict.fromkeys(vote.voter for vote in outcome.votes))
    return text("report.votes.counted", votes=len(outcome.votes), count=len(voters), voters=", ".join(voters))


def _rows(outcome: Outcome) -> Iterator[dict[str, Markup]]:
    names = {(block.case, block.seed): block.name for block in outcome.plan.blocks}
    for vote in outcome.votes:
        answer = preferred(vote) or text(f"report.choice.{vote.choice}")
        words = {
            "voter": vote.voter,
            "asked": vote.criterion or vote.question,
            "block": names[vote.case, vote.seed],
            "left": vote.left,
            "right": vote.right,
            "answer": element("strong", answer) if preferred(vote) else answer,
            "watched": seconds(vote.watch_s),
            "when": moment(vote.voted_at),
        }
        yield {name: element("td", word) for name, word in words.items()}
