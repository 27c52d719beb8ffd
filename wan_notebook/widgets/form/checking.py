"""What a form says of its values: problems, remarks, names for the prompt, price, the request itself."""

import json
from typing import Any

from wan_notebook.catalog import (
    VOICE,
    Estimate,
    Problem,
    Request,
    names,
    quote,
    read_shots,
    region_problem,
    text,
)
from wan_notebook.tasks import Connection
from wan_notebook.widgets.form.describing import tells_shots


def check(request: Request, connection: Connection) -> dict[str, Any]:
    """Return what the form shows of a request.

    Returns:
        problems: a sentence by field, "model" among them.
        items: sentences by field, then number of the item (as text, for JSON).
        notices: field, message and index of each remark, and whether a click mends it.
        names: how the prompt calls each item, by field; None for an item without a name.
        shots: what the prompt tells in shots, None where it tells none or the model is not told so.
        duration: seconds the shots should fill.
        refused: whether the model cannot be used here at all.
        generate, dated, note: the button's words, and what is to be known of the price.
        currency: that of the price, None when the price is not known.
        preview: the request as JSON.
    """
    refused = region_problem(request.model, connection.region)
    problems = [*([refused] if refused else []), *request.problems()]
    return {
        "problems": {one.field: one.message for one in reversed(problems) if one.item is None},
        "items": items(problems),
        "notices": [
            {"field": one.field, "message": one.message, "mend": one.mend is not None, "index": index}
            for index, one in enumerate(request.notices())
        ],
        "names": named(request),
        "shots": told(request),
        "duration": request.usable("duration"),
        "refused": refused is not None,
        **priced(request, connection),
        "preview": json.dumps(request.draft(), ensure_ascii=False, indent=2, default=repr),
    }


def items(problems: list[Problem]) -> dict[str, dict[str, str]]:
    """Return the first problem of each item."""
    found: dict[str, dict[str, str]] = {}
    for one in problems:
        if one.item is not None:
            found.setdefault(one.field, {}).setdefault(str(one.item), one.message)
    return found


def named(request: Request) -> dict[str, list[str | None]]:
    """Return how the prompt calls each item of each list."""
    scheme = request.model.naming
    if scheme is None:
        return {}
    prompt = request.usable("prompt") or ""
    found = [one for one in request.addresses() if one.item is not None and one.at[-1] != VOICE]
    called: dict[str, list[str | None]] = {}
    for address, name in zip(found, names(request.kinds(), scheme, prompt), strict=True):
        field = str(address.at[0])
        # An item that has no address yet has no place in `kinds`, and no name.
        called.setdefault(field, [None] * len(request.value(field)))[address.item or 0] = name
    return called


def told(request: Request) -> dict[str, Any] | None:
    """Return what the prompt tells in shots, as plain data."""
    prompt = request.usable("prompt")
    board = read_shots(prompt) if prompt and tells_shots(request.model) else None
    if board is None:
        return None
    shots = [{"start": shot.start, "end": shot.end, "text": shot.text} for shot in board.shots]
    return {"intro": board.intro, "shots": shots}


def priced(request: Request, connection: Connection) -> dict[str, str | None]:
    """Return the button's words, date and currency of the price, and what else is to be known of it."""
    estimate = request.estimate(connection.region)
    known = estimate.high is not None
    sentences = [_basis(request, estimate, connection), *_doubts(request, estimate)]
    return {
        "generate": text("widgets.form.generate", price=estimate),
        "dated": text("widgets.form.dated", date=estimate.date) if known else "",
        "note": " ".join(sentences),
        "currency": estimate.currency if known else None,
    }


def _basis(request: Request, estimate: Estimate, connection: Connection) -> str:
    """Say where a price comes from, or why there is none."""
    simulated = connection.simulated
    if estimate.high is not None:
        key = "simulated" if simulated else "estimate"
        return text(f"widgets.price.{key}", source=estimate.source)
    tiers = request.model.pixels
    if any(quote(request.model.id, connection.region, tier, sound=request.sounded) for tier in tiers):
        return text("widgets.price.open")
    if connection.region is None:
        return text("widgets.price.no_region")
    return text("widgets.price.unknown_simulated" if simulated else "widgets.price.unknown")


def _doubts(request: Request, estimate: Estimate) -> list[str]:
    """Say why there are two prices where there are: a length nobody knows yet, or documents that disagree."""
    if estimate.low == estimate.high:
        return []
    videos = [one for one in request.references() if one.kind != "image"]
    shared = request.model.input_shares == "videos" and 0 < len(videos) < len(request.references())
    unknown = request.model.billing == "edit" or any(one.seconds is None for one in videos)
    return [
        *([text("catalog.disputed.input_share")] if shared else []),
        *([text("widgets.price.length")] if unknown else []),
    ]
