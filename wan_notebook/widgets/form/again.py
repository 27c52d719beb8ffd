"""What can be done with a finished task: the same with a new seed, the same finer, changed by hand."""

from typing import Any

from wan_notebook.catalog import ChoiceField, Request, text

NEW_SEED, FINER, CHANGE = "new_seed", "finer", "change"


def finest(request: Request) -> str | None:
    """Return the best resolution of the model, None when the request has it already, or cannot tell it."""
    pixels = request.model.pixels
    best = list(pixels)[-1] if pixels else None
    return None if request.resolution in {None, best} else best


def finer(request: Request) -> dict[str, Any]:
    """Return what makes a request one of the best resolution in the same shape; nothing when it is that."""
    best = finest(request)
    if best is None:
        return {}
    if not isinstance(request.model.field("size"), ChoiceField):
        return {"resolution": best}
    shapes = request.model.pixels[request.resolution or ""]
    shape = next(ratio for ratio, size in shapes.items() if size == request.size)
    width, height = request.model.pixels[best][shape]
    return {"size": f"{width}*{height}"}


def changes(request: Request, choice: str) -> dict[str, Any]:
    """Return the changes a choice makes, for `task.again`."""
    return finer(request) if choice == FINER else {}


def choices(request: Request, region: str | None) -> list[dict[str, str]]:
    """Return the choices as plain data: a name, and a label with the price where it costs at once."""
    price = request.estimate(region)
    found = [{"name": NEW_SEED, "label": text("widgets.again.new_seed", price=price)}]
    best = finer(request)
    if best:
        label = text(
            "widgets.again.finer",
            resolution=finest(request),
            price=request.changed(**best).estimate(region),
        )
        found.append({"name": FINER, "label": label})
    return [*found, {"name": CHANGE, "label": text("widgets.again.change", price=price)}]
