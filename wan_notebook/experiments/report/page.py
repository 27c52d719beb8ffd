"""The report as one page: what was found comes first, what it rests on after it."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib.resources import files

from wan_notebook.catalog import language, text
from wan_notebook.experiments.outcome import Outcome
from wan_notebook.experiments.report.about import about_section, failed_section, models
from wan_notebook.experiments.report.card import state_of
from wan_notebook.experiments.report.comparing import plan_section, requests_section
from wan_notebook.experiments.report.elements import Markup, element
from wan_notebook.experiments.report.gallery import Frame, gallery
from wan_notebook.experiments.report.rates import costs_section, preferred_section
from wan_notebook.experiments.report.verdict import Verdict
from wan_notebook.experiments.report.voting import decided_section, votes_section
from wan_notebook.experiments.report.words import moment, money
from wan_notebook.experiments.running.cells import Stage

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data: file:; media-src 'self' data: file:"
)
"""What a page may load: nothing but what it holds and what lies beside it."""
LANGUAGES = {"en": "en", "zh": "zh-CN"}

Section = Callable[[Outcome], Iterator[Markup | None]]


@cache
def asset(name: str) -> str:
    """Return a file of this room."""
    return (files(__package__) / name).read_text(encoding="utf-8")


def document(title: str, body: Markup, *, policy: str = POLICY, style: str = "") -> Markup:
    """Return a whole page without its doctype.

    Args:
        title: in the tab.
        body: what it shows.
        policy: what it may load.
        style: further style sheets.
    """
    head = [
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=policy),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="referrer", content="no-referrer"),
        element("title", title),
        Markup(f"<style>{asset('report.css')}{style}</style>"),
    ]
    return element("html", element("head", head), element("body", body), lang=LANGUAGES[language()])


def page(outcome: Outcome, frame: Frame) -> Markup:
    """Return the report.

    Args:
        outcome: what it tells of.
        frame: shows a video.
    """
    parts = (
        ("preferred", preferred_section),
        ("costs", costs_section),
        ("decided", decided_section),
        ("plan", plan_section),
        ("videos", lambda given: iter([gallery(given, frame)])),
        ("failed", failed_section),
        ("votes", votes_section),
        ("requests", requests_section),
        ("about", about_section),
    )
    sections = [_section(name, list(part(outcome))) for name, part in parts]
    main = element("main", header(outcome), verdict(outcome), sections, _footer(outcome))
    return document(text("report.page.tab", name=outcome.plan.name), main)


def _section(name: str, inside: list[Markup | None]) -> Markup | None:
    if not any(inside):
        return None
    return element("section", element("h2", text(f"report.title.{name}")), inside, id=name)


def header(outcome: Outcome) -> Markup:
    """Return the head of a page: name, question, how far it is."""
    asked = element("p", text("report.page.question", question=outcome.question), class_="lead")
    chips = [element("li", words) for words in _chips(outcome)]
    if outcome.simulated:
        chips.append(element("li", text("report.page.simulated"), class_="warn"))
    return element(
        "header",
        element("p", text("report.page.eyebrow"), class_="eyebrow"),
        element("h1", outcome.plan.name),
        asked if outcome.question else None,
        element("ul", chips, class_="facts"),
    )


def _chips(outcome: Outcome) -> Iterator[str]:
    yield state_of(outcome)
    yield ", ".join(models(outcome))
    spent: dict[str | None, float] = {}
    for arm in outcome.arms:
        if arm.spent is not None:
            spent[arm.currency] = spent.get(arm.currency, 0) + arm.spent
    if spent:
        yield text("report.page.spent", sums=" + ".join(money(sum_, name) for name, sum_ in spent.items()))
    yield moment(outcome.now)


def verdict(outcome: Outcome) -> Markup:
    """Return the verdict as a box of its own."""
    found = Verdict(outcome)
    label = element("h2", text("report.verdict.title"))
    said = [element("p", sentence) for sentence in found.sentences]
    return element("section", label, said, class_="verdict" if found.closed else "verdict open")


def _footer(outcome: Outcome) -> Markup:
    unfinished = len(outcome.states) - outcome.count(Stage.DONE) - outcome.count(Stage.FAILED)
    key = "unfinished" if unfinished else "finished"
    return element("footer", element("p", text(f"report.page.{key}", when=moment(outcome.now))))
