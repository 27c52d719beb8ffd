"""What `--dry-run` shows: the request as it would be sent, where, what it costs, what is wrong with it."""

import json

from wan_notebook import tasks
from wan_notebook.catalog import DEFAULT_REGION, IntegerField, Request, region_problem, text
from wan_notebook.magics.plain import Plain
from wan_notebook.tasks import Connection


def preview(request: Request) -> Plain:
    """Return a request in words. Nothing is sent, and no connection is needed."""
    try:
        connection = tasks.current().connection
    except tasks.NotConnectedError as missing:
        return _lines(request, DEFAULT_REGION, str(missing))
    return _lines(request, connection.region, _where(request, connection))


def _lines(request: Request, region: str | None, where: str) -> Plain:
    defaults = {name: value for name, value in request.model.defaults.items() if name not in request.values}
    body = request.changed(**defaults).draft()
    written = json.dumps(body, ensure_ascii=False, indent=2, default=repr)
    return Plain("\n".join([text("magics.dry_run.title"), where, written, *_notes(request, region)]))


def _where(request: Request, connection: Connection) -> str:
    words = {"url": f"{connection.base_url}/{request.model.path}", "region": connection.region}
    if connection.simulated:
        return text("magics.dry_run.simulated", **words)
    return text("magics.dry_run.elsewhere" if connection.region is None else "magics.dry_run.real", **words)


def _notes(request: Request, region: str | None) -> list[str]:
    """Return what the JSON does not tell: drawn values, price, remarks, problems."""
    drawn = [
        text("magics.dry_run.drawn", field=field.name)
        for field in request.model.fields
        if isinstance(field, IntegerField) and field.drawn and field.name not in request.values
    ]
    notices = [text("magics.dry_run.notice", notice=notice) for notice in request.notices()]
    misplaced = region_problem(request.model, region)
    found = [*request.problems(), *([misplaced] if misplaced else [])]
    problems = [text("magics.dry_run.problem", problem=problem) for problem in found]
    return [*drawn, _price(request, region), *notices, *problems]


def _price(request: Request, region: str | None) -> str:
    estimate = request.estimate(region)
    if estimate.high is None:
        return text("magics.dry_run.unplaced" if region is None else "magics.dry_run.unpriced")
    words = {"price": estimate, "region": region, "source": estimate.source, "date": estimate.date}
    return text("magics.dry_run.price", **words)
