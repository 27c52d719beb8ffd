"""What a form shows of the catalogue, as plain data: its models, its controls, its words."""

from typing import Any

from wan_notebook.catalog import (
    MODELS,
    REGIONS,
    Field,
    IntegerField,
    Model,
    UrlField,
    examples,
    region_problem,
    text,
)
from wan_notebook.tasks import Connection

WORDS = {
    "progress": (
        "copy",
        "copied",
        "copy_title",
        "seconds",
        "slot_lost",
        "cancel",
        "cancel_title",
        "none_of_them",
        "this_one",
    ),
    "form": (
        "waiting",
        "advanced",
        "preview",
        "simulated",
        "simulated_title",
        "random",
        "last",
        "fresh",
        "open",
        "disputed",
        "mend",
        "unpriced",
    ),
    "again": ("again",),
    "heading": ("model", "other", "other_label", "use", "examples", "undo", "close"),
    "media": (
        "add",
        "add_voice",
        "address",
        "address_label",
        "audio",
        "choose",
        "choose_many",
        "down",
        "drag",
        "empty",
        "image",
        "inline",
        "insert",
        "loading",
        "moved",
        "no_kind",
        "no_place",
        "no_preview",
        "open_audio",
        "open_image",
        "open_video",
        "remove",
        "remove_voice",
        "removed",
        "stop",
        "too_large_here",
        "type",
        "unsent",
        "up",
        "video",
        "voice",
    ),
    "shots": (
        "title",
        "begin",
        "begin_help",
        "intro",
        "shot",
        "text",
        "add",
        "remove",
        "border",
        "span",
        "total",
        "total_of",
        "help",
    ),
}


def words() -> dict[str, str]:
    """Return the sentences the script shows; those of a part of it begin with its name (`shots_add`)."""
    bare = {"progress", "form", "again"}
    return {
        name if section in bare else f"{section}_{name}": text(f"widgets.{section}.{name}")
        for section, names in WORDS.items()
        for name in names
    }


def control(field: Field) -> dict[str, Any]:
    """Return the description of a field's control: the catalogue's own data."""
    return {
        **field.limits(),
        **({"rules": [field.rule.limits()]} if isinstance(field, UrlField) else {}),
        "name": field.name,
        "kind": field.kind,
        "label": field.label,
        "help": field.help,
        "dispute": field.dispute,
        "default": field.default,
        "required": field.required,
        "advanced": field.advanced,
        "unit": text(f"widgets.unit.{field.unit}") if isinstance(field, IntegerField) and field.unit else "",
    }


def heading(model: Model, connection: Connection) -> dict[str, Any]:
    """Return what stands above the fields: the model, and where requests for it go."""
    region = REGIONS.get(connection.region or "")
    move = text("widgets.heading.move", successor=model.successor) if model.successor else ""
    return {
        "model": model.id,
        "mode": text(f"widgets.mode.{model.mode}"),
        "place": region.id if region else text("widgets.heading.own_address"),
        "dispute": region.dispute if region else "",
        "simulated": connection.simulated,
        "move": move,
        "shots": tells_shots(model),
        "examples": [{"id": one.id, "title": one.title} for one in examples(model.id)],
    }


def choosable(connection: Connection) -> list[dict[str, Any]]:
    """Return the models by family, each with a label that says what it does and whether it is offered."""
    families: dict[str, list[dict[str, str]]] = {}
    for model in MODELS.values():
        families.setdefault(model.family, []).append({"id": model.id, "label": _label(model, connection)})
    return [{"family": family, "models": models} for family, models in families.items()]


def _label(model: Model, connection: Connection) -> str:
    said = {"model": model.id, "mode": text(f"widgets.mode.{model.mode}")}
    if region_problem(model, connection.region) is None:
        return text("widgets.heading.choice", **said)
    return text("widgets.heading.choice_absent", **said, region=connection.region)


def tells_shots(model: Model) -> bool:
    """Return whether a model is told its shots in the prompt.

    Those with a parameter for it are not, but for wan2.6-r2v, whose page tells them in the prompt all the
    same; a video that is edited keeps the shots it has.
    """
    return model.mode != "edit" and (model.field("shot_type") is None or model.mode == "r2v")
