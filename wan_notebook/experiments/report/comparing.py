"""What was compared: the arms side by side, what is the same in all, cases and seeds, exact requests."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from wan_notebook.catalog import text
from wan_notebook.experiments.outcome import Outcome
from wan_notebook.experiments.report.elements import Markup, element
from wan_notebook.experiments.report.marking import marked
from wan_notebook.experiments.report.requests import arm_values, as_json, differing, shown_body

PROSE = ("prompt", "negative_prompt")
"""Fields of which words are marked; of others the whole value is."""


def plan_section(outcome: Outcome) -> Iterator[Markup | None]:
    """Yield the arms side by side with what differs marked, then what all have in common."""
    plan = outcome.plan
    values = {arm: arm_values(plan, arm) for arm in plan.arms}
    own = list(differing(values))
    yield element("p", text("report.plan.marked"), class_="soft")
    for notice in plan.notices():
        yield element("p", str(notice), class_="soft")
    yield element("div", [_arm(arm, values, own) for arm in values], class_="arms")
    common = {name: value for name, value in next(iter(values.values())).items() if name not in own}
    yield element("h3", text("report.plan.common"))
    yield element("dl", _listed(common.items()))
    yield element("h3", text("report.plan.blocks"))
    yield element("p", _blocks(outcome))
    if plan.cases:
        yield _cases(outcome)


def _arm(arm: str, values: dict[str, dict[str, Any]], own: Sequence[str]) -> Markup:
    """Return an arm's own values; in texts only the words are marked that another arm has not."""
    fields = []
    for name in own:
        mine = values[arm].get(name)
        others = [shown(each.get(name)) for other, each in values.items() if other != arm]
        if isinstance(mine, str) and name in PROSE and any(others):
            compared = others if arm == next(iter(values)) else others[:1]
            said = element("dd", marked(mine, compared), class_="prompt")
        else:
            said = element("dd", element("mark", shown(mine), class_="differs"), class_="prompt")
        fields += [element("dt", name), said]
    return element("section", element("h3", arm), element("dl", fields), class_="arm")


def _listed(values: Any) -> list[Markup]:
    return [
        part
        for name, value in values
        for part in (element("dt", name), element("dd", shown(value), class_="prompt"))
    ]


def shown(value: Any) -> str:
    """Return a value as people read it; one that is not given as a dash."""
    if value is None:
        return "–"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _blocks(outcome: Outcome) -> str:
    plan = outcome.plan
    seeds = ", ".join(map(str, plan.seeds))
    if not plan.cases:
        return text("report.plan.seeds", blocks=len(plan.blocks), seeds=seeds)
    return text("report.plan.grid", blocks=len(plan.blocks), cases=len(plan.cases), seeds=seeds)


def _cases(outcome: Outcome) -> Markup:
    """Return the words of each case."""
    names = list(dict.fromkeys(name for case in outcome.plan.cases for name in case))
    if len(names) == 1:  # its words are the labels
        words = ", ".join(case.get(names[0], "–") for case in outcome.plan.cases)
        return element("dl", _listed([(f"{{{names[0]}}}", words)]))
    labels = dict.fromkeys(block.case for block in outcome.plan.blocks)
    head = [element("th", words, scope="col") for words in (text("report.plan.case"), *names)]
    body = [
        element(
            "tr",
            element("th", label, scope="row"),
            [element("td", case.get(name, "–"), class_="prompt") for name in names],
        )
        for label, case in zip(labels, outcome.plan.cases, strict=True)
    ]
    table = element("table", element("thead", element("tr", head)), element("tbody", body))
    return element("div", table, class_="wide")


def requests_section(outcome: Outcome) -> Iterator[Markup | None]:
    """Yield the JSON body of every cell, as it was sent, under its arm."""
    yield element("p", text("report.requests.lead"), class_="soft")
    for arm in outcome.plan.arms:
        bodies = [
            [
                element("h4", state.cell.block.name),
                element("pre", as_json(shown_body(outcome.plan, state))),
            ]
            for state in outcome.states_of(arm)
        ]
        summary = element("summary", text("report.requests.arm", arm=arm, count=len(bodies)))
        yield element("details", summary, bodies)
