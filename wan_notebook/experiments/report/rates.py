"""How often each arm was preferred, and what that costs: charts and tables."""

from collections.abc import Iterator
from dataclasses import replace

from wan_notebook.catalog import text
from wan_notebook.experiments.outcome import Arm, Outcome
from wan_notebook.experiments.report.chart import Interval, Point, forest, scatter
from wan_notebook.experiments.report.elements import Markup, element, joined
from wan_notebook.experiments.report.words import DASH, money, percent, seconds, signed, span
from wan_notebook.experiments.statistics import Interval as Estimated
from wan_notebook.experiments.statistics import PairDecision, WinRate

PAIR = 2


def preferred_section(outcome: Outcome) -> Iterator[Markup | None]:
    """Yield how often each arm was preferred: on the question, then on each further criterion."""
    if not outcome.judged:
        yield element("p", text("report.rates.none"), class_="soft")
        return
    yield _forests(outcome, text("report.rates.caption", question=outcome.question))
    yield element("div", _pairs(outcome), class_="wide")
    several = len(outcome.plan.arms) > PAIR
    yield element("p", text("report.rates.reading"), class_="soft")
    yield element("p", text("report.rates.corrected"), class_="soft") if several else None
    for criterion in outcome.criteria:
        part = replace(outcome, criterion=criterion)
        yield element("h3", text("report.rates.criterion", criterion=criterion))
        yield _forests(part, text("report.rates.criterion_caption", votes=len(part.preferences)))


def _forests(outcome: Outcome, caption: str) -> Markup:
    """Return the chart of the pair; of more arms each against all others, then each pair."""
    pairs = [row for pair in outcome.decision.pairs if (row := _pair_row(pair))]
    if len(outcome.plan.arms) == PAIR:
        return forest(pairs, caption)
    best = outcome.decision.best
    arms = [row for arm in outcome.arms if (row := _row(arm.name, arm.rate, clear=arm.name == best))]
    title = element("h3", text("report.rates.pairs"))
    return joined(forest(arms, caption), title, forest(pairs, text("report.rates.pairs_caption")))


def _pair_row(pair: PairDecision) -> Interval | None:
    against = element("span", text("report.rates.versus", arm=pair.second), class_="versus")
    return _row([pair.first, " ", against], pair.win_rate, clear=pair.winner is not None)


def _row(label: object, rate: WinRate, *, clear: bool) -> Interval | None:
    if rate.rate is None or rate.low is None or rate.high is None:
        return None
    words = text("report.rates.row", rate=percent(rate.rate), span=span(rate.low, rate.high))
    return Interval(label=label, value=rate.rate, low=rate.low, high=rate.high, words=words, clear=clear)


def _pairs(outcome: Outcome) -> Markup:
    """Return the counts of each pair."""
    heads = ("pair", "wins", "losses", "ties", "both_bad", "blocks", "p", "p_holm", "verdict")
    shown = [name for name in heads if name != "p_holm" or len(outcome.plan.arms) > PAIR]
    rows = [_pair_cells(outcome, pair) for pair in outcome.decision.pairs if pair.win_rate.votes]
    head = [
        _head(text(f"report.rates.head.{name}"), number=name not in {"pair", "verdict"}) for name in shown
    ]
    body = [element("tr", [cells[name] for name in shown]) for cells in rows]
    return element("table", element("thead", element("tr", head)), element("tbody", body))


def _head(words: str, *, number: bool) -> Markup:
    return element("th", words, scope="col", class_="number" if number else None)


def _pair_cells(outcome: Outcome, pair: PairDecision) -> dict[str, Markup]:
    rate, bad = pair.win_rate, outcome.both_bad(pair.first, pair.second)
    against = element("span", text("report.rates.versus", arm=pair.second), class_="soft")
    figures = {
        "wins": rate.wins,
        "losses": rate.losses,
        "ties": rate.ties - bad,
        "both_bad": bad,
        "blocks": rate.blocks,
        "p": f"{rate.p:.3f}",
        "p_holm": f"{pair.p_holm:.3f}",
    }
    verdict = text(f"report.kind.{pair.kind}", winner=pair.winner or "")
    return {
        "pair": element("th", pair.first, " ", against, scope="row"),
        **{name: number(str(value)) for name, value in figures.items()},
        "verdict": element("td", verdict),
    }


def number(words: str, below: str | None = None) -> Markup:
    """Return a cell of figures, with its interval under it."""
    return element("td", words, element("small", below) if below else None, class_="number")


def costs_section(outcome: Outcome) -> Iterator[Markup | None]:
    """Yield what each arm cost, and its win rate against its cost as a chart."""
    heads = ("videos", "failed", "cost", "spent", "seconds", "rate", "strength", "per_preferred")
    head = [_head(text("report.costs.head.arm"), number=False)]
    head += [_head(text(f"report.costs.head.{name}"), number=True) for name in heads]
    strengths = {one.arm: one for one in outcome.strengths.arms}
    best = outcome.decision.best
    body = []
    for arm in outcome.arms:
        strength = strengths[arm.name]
        figures = [
            number(str(arm.videos)),
            number(str(arm.failed.count), span(arm.failed.low, arm.failed.high)),
            _sum(arm.cost, arm.currency),
            number(money(arm.spent, arm.currency)),
            _seconds(arm.seconds),
            number(percent(arm.rate.rate), span(arm.rate.low, arm.rate.high)),
            number(_plain(strength.score), _ends(strength.low, strength.high)),
            _sum(arm.per_preferred, arm.currency),
        ]
        row = [element("th", arm.name, scope="row"), figures]
        body.append(element("tr", row, class_="best" if arm.name == best else None))
    table = element("table", element("thead", element("tr", head)), element("tbody", body))
    yield element("div", table, class_="wide")
    yield element("p", text("report.costs.reading"), class_="soft")
    if not outcome.strengths.connected and outcome.preferences:
        yield element("p", outcome.strengths.sentence(), class_="note")
    yield _scatter(outcome)


def _sum(value: Estimated | None, currency: str | None) -> Markup:
    if value is None:
        return number(DASH)
    ends = None
    if value.low is not None and value.high is not None and value.low != value.high:
        ends = text("report.words.range", low=money(value.low, None), high=money(value.high, None))
    return number(money(value.value, currency), ends)


def _seconds(value: Estimated | None) -> Markup:
    if value is None:
        return number(DASH)
    ends = None
    if value.low is not None and value.high is not None and value.low != value.high:
        ends = text("report.words.range", low=seconds(value.low), high=seconds(value.high))
    return number(seconds(value.value), ends)


def _plain(value: float | None) -> str:
    return DASH if value is None else signed(value)


def _ends(low: float | None, high: float | None) -> str | None:
    if low is None or high is None:
        return None
    return text("report.words.range", low=signed(low), high=signed(high))


def _scatter(outcome: Outcome) -> Markup | None:
    """Return the chart of win rate against cost; None when there is nothing to set against each other."""
    points = [point for arm in outcome.arms if (point := _point(arm))]
    currencies = {arm.currency for arm in outcome.arms}
    if len(points) < PAIR or len(currencies) > 1:
        return None
    (currency,) = currencies
    words = {"across": text("report.costs.across", currency=currency), "up": text("report.costs.up")}
    title = text("report.costs.chart")
    return joined(element("h3", title), scatter(points, **words, title=title))


def _point(arm: Arm) -> Point | None:
    cost, rate = arm.cost, arm.rate
    if cost is None or rate.rate is None or rate.low is None or rate.high is None:
        return None
    low, high = (cost.value if end is None else max(0.0, end) for end in (cost.low, cost.high))
    return Point(label=arm.name, across=(low, cost.value, high), up=(rate.low, rate.rate, rate.high))
