"""What can be done with a finished task: the same with a new seed, the same finer, changed by hand."""

from typing import Any

from wan_notebook.catalog import ChoiceField, Request, text

NEW_SEED, FINER, CHANGE = "new_seed", "finer", "change"


def finest(request: Request) -> str | None:
    """Return the best resolution of the model, None when the request has it already."""
    field = request.model.field("resolution")
    best = field.options[-1] if isinstance(field, ChoiceField) else None
    return None if best == request.value("resolution") else best


def changes(request: Request, choice: str) -> dict[str, Any]:
    """Return the changes a choice makes, for `task.again`."""
    return {"resolution": finest(request)} if choice == FINER else {}


def choices(request: Request, region: str) -> list[dict[str, str]]:
    """Return the choices as plain data: a name, and a label with the price where it costs at once."""
    best = finest(request)
    price = request.estimate(region)
    found = [{"name": NEW_SEED, "label": text("widgets.again.new_seed", price=price)}]
    if best is not None:
        dearer = request.changed(resolution=best).estimate(region)
        label = text("widgets.again.finer", resolution=best, price=dearer)
        found.append({"name": FINER, "label": label})
    return [*found, {"name": CHANGE, "label": text("widgets.again.change", price=price)}]
