"""Results as plain HTML in a notebook: no script, no widget, nothing asked of a server, and they last."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files

from wan_notebook.catalog import SettingError, WanError, text
from wan_notebook.experiments.outcome import Arm, Outcome
from wan_notebook.experiments.report.elements import Markup, element, joined
from wan_notebook.experiments.report.words import money, percent, seconds, span
from wan_notebook.experiments.running.cells import Stage

STAGES = (Stage.DONE, Stage.RUNNING, Stage.WAITING, Stage.SAVING, Stage.ASKED, Stage.FAILED, Stage.MISSING)


@cache
def _style() -> Markup:
    return Markup(f"<style>{(files(__package__) / 'card.css').read_text(encoding='utf-8')}</style>")


def card(inside: Markup) -> Markup:
    """Return a card; without its style, which an untrusted notebook drops, it still reads well."""
    return element("div", _style(), inside, class_="wan-result")


def summary(outcome: Outcome, verdict: str) -> Markup:
    """Return an experiment as a card: how far it is, what it cost, what the votes say so far."""
    return card(
        joined(
            _head(outcome),
            _table(outcome),
            element("p", verdict, class_="wan-result-verdict"),
        )
    )


def _head(outcome: Outcome) -> Markup:
    return joined(
        element("p", text("report.card.experiment"), class_="wan-result-label"),
        element("p", element("strong", outcome.plan.name)),
        element("p", state_of(outcome)),
        *(element("p", str(notice), class_="wan-result-label") for notice in outcome.plan.notices()),
    )


def state_of(outcome: Outcome) -> str:
    """Return in words how many cells are how far."""
    plan = outcome.plan
    counts = {stage: outcome.count(stage) for stage in STAGES}
    told = [text(f"report.stage.{stage}", count=count) for stage, count in counts.items() if count]
    size = text("report.card.size", arms=len(plan.arms), blocks=len(plan.blocks), videos=len(plan.cells))
    return text("report.card.state", size=size, told=", ".join(told))


def _table(outcome: Outcome) -> Markup:
    heads = ("arm", "videos", "spent", "seconds", "rate")
    head = element("tr", [element("th", text(f"report.costs.head.{name}"), scope="col") for name in heads])
    body = [element("tr", _row(arm)) for arm in outcome.arms]
    return element("table", element("thead", head), element("tbody", body))


def _row(arm: Arm) -> list[Markup]:
    rate = f"{percent(arm.rate.rate)} ({span(arm.rate.low, arm.rate.high)})" if arm.rate.votes else "–"
    mean = arm.seconds.value if arm.seconds else None
    spent = money(arm.spent, arm.currency) if arm.videos else "–"  # what is not there is not unknown
    figures = (str(arm.videos), spent, seconds(mean), rate)
    return [element("th", arm.name, scope="row"), *(element("td", figure) for figure in figures)]


def shown(outcome: Callable[[], Outcome]) -> Markup:
    """Return the card of an experiment, or of the reason why there is nothing to tell."""
    from wan_notebook.experiments.report.verdict import Verdict  # noqa: PLC0415 - it shows itself as a card, too

    try:
        found = outcome()
    except WanError as error:
        return card(element("p", str(error)))
    try:
        return summary(found, Verdict(found).sentences[0])
    except SettingError as error:  # nothing is worked out without the extra that does it
        return card(joined(_head(found), element("p", str(error))))
