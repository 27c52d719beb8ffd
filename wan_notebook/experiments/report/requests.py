"""The requests of an experiment as a reader of another machine may see them."""

import json
from collections.abc import Iterator
from typing import Any

from wan_notebook.catalog import Request, WanError
from wan_notebook.experiments.planning.plan import Plan
from wan_notebook.experiments.running.cells import CellState

LONGEST = 300
"""Letters of a value that are shown; only a picture written out as text has more than a prompt may have."""
INLINE = "data:"


def shown_body(plan: Plan, state: CellState) -> dict[str, Any]:
    """Return the JSON body of a cell's create call, as it was sent, or else as it would be.

    Files of this machine are named without their folders, and pictures written out as text are cut.
    """
    sent = state.record
    try:
        request = plan.request(state.cell) if sent is None else Request.from_body(sent.body)
        paths = {one.at: one.path.name for one in request.addresses() if one.path}
        body: dict[str, Any] = request.replaced(paths).draft()
    except WanError:  # a model that has left the catalogue
        body = {} if sent is None else sent.body
    cut: dict[str, Any] = _cut(body)
    return cut


def as_json(body: Any) -> str:
    """Return a body as people read it."""
    return json.dumps(body, ensure_ascii=False, indent=2)


def _cut(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _cut(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_cut(one) for one in value]
    long = isinstance(value, str) and value.startswith(INLINE) and len(value) > LONGEST
    return f"{value[:LONGEST]}… ({len(value)})" if long else value


def arm_values(plan: Plan, arm: str) -> dict[str, Any]:
    """Return an arm's values, the model first, as another machine may see them; names unfilled."""
    try:
        request = Request(plan.model_of(arm), **plan.values(arm))
        paths = {one.at: one.path.name for one in request.addresses() if one.path}
        values = {name: request.replaced(paths).value(name) for name in plan.values(arm)}
    except WanError:
        values = plan.values(arm)
    return {"model": plan.model_of(arm), **_cut(values)}


def differing(values: dict[str, dict[str, Any]]) -> Iterator[str]:
    """Yield the fields that are not the same in all arms, in the order they are first met."""
    for name in dict.fromkeys(name for mine in values.values() for name in mine):
        first, *others = (mine.get(name) for mine in values.values())
        if any(other != first for other in others):
            yield name
