"""What a report rests on: versions, models, where they ran, prices, dates; and what went wrong."""

import platform
from collections.abc import Iterator
from importlib.metadata import version

from wan_notebook.catalog import text
from wan_notebook.experiments.outcome import Outcome
from wan_notebook.experiments.report.elements import Markup, element
from wan_notebook.experiments.report.gallery import status
from wan_notebook.experiments.report.words import moment
from wan_notebook.experiments.running.cells import CellState, Stage

PACKAGE = "wan-notebook"


def failed_section(outcome: Outcome) -> Iterator[Markup | None]:
    """Yield each cell without a video, with the reason; nothing when there is none."""
    failed = [state for state in outcome.states.values() if state.stage is Stage.FAILED]
    if failed:
        yield element("p", text("report.failed.lead", count=len(failed)))
        yield element("ul", [element("li", _reason(state)) for state in failed])


def _reason(state: CellState) -> str:
    record = state.record
    said = (record and record.error_message) or text("report.failed.unknown")
    words = {"arm": state.cell.arm, "block": state.cell.block.name, "status": status(state), "reason": said}
    return text("report.failed.cell", **words, attempts=state.attempts)


def about_section(outcome: Outcome) -> Iterator[Markup | None]:
    """Yield versions, models, places, prices and dates."""
    records = outcome.records
    listed = {
        "reported": [moment(outcome.now)],
        "begun": [] if outcome.stored is None else [moment(outcome.stored.created_at)],
        "uid": [] if outcome.stored is None else [outcome.stored.uid],
        "models": [record.model for record in records] or list(models(outcome)),
        "place": [_place(record.simulated, record.region) for record in records],
        "prices": [_prices(record.price_source, record.price_date) for record in records],
        "package": [f"{PACKAGE} {version(PACKAGE)}"],
        "python": [f"Python {platform.python_version()}"],
    }
    yield element("dl", [_entry(name, values) for name, values in listed.items() if any(values)])


def _entry(name: str, values: list[str]) -> list[Markup]:
    said = ", ".join(dict.fromkeys(value for value in values if value))
    return [element("dt", text(f"report.about.{name}")), element("dd", said)]


def models(outcome: Outcome) -> list[str]:
    """Return the models of the plan, each once."""
    return list(dict.fromkeys(str(outcome.plan.model_of(arm)) for arm in outcome.plan.arms))


def _place(simulated: bool, region: str | None) -> str:  # noqa: FBT001 - a column of the records
    if simulated:
        return text("report.about.simulator")
    return text("report.about.service", region=region) if region else ""


def _prices(source: str | None, date: object) -> str:
    return f"{source} ({date})" if source and date else source or ""
