"""Which media an accepted order names, and the part each plays in the video."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from wan_notebook.catalog import VOICE, FileRule, MediaField, MediaType, Model, UrlField, UrlsField
from wan_notebook.catalog.addresses import Kind
from wan_notebook.simulator.making.ingredients import Role

REFERENCES: dict[Kind, Role] = {
    "image": "reference_image",
    "video": "reference_video",
    "audio": "driving_audio",
}
"""Parts of items in a list whose type says no more than what they are."""
SINGLES: dict[Kind, Role] = {"image": "first_frame", "video": "first_clip", "audio": "audio"}
"""Parts of single addresses, such as `img_url` and `audio_url`."""


@dataclass(frozen=True, slots=True)
class Source:
    """One address of an order.

    Attributes:
        name: type of the media item, else name of the field.
        place: where it stands in the body: ``input.media.0.url``.
        url: the address.
        rules: what its file may be; of several the one of its kind.
        role: the part it plays, None where only the file tells.
        label: what the prompt calls it, "" where it is counted as usual.
        voice: what a reference speaks with.
    """

    name: str
    place: str
    url: str
    rules: tuple[FileRule, ...]
    role: Role | None = None
    label: str = ""
    voice: "Source | None" = None


def sources(model: Model, values: Mapping[str, Any]) -> list[Source]:
    """Return every media file the values name, in the order of the fields; voices with their references."""
    found: list[Source] = []
    for field in model.fields:
        value = values.get(field.name)
        if value is None or field.name == VOICE:
            continue
        if isinstance(field, UrlField):
            found.append(_single(field, value))
        elif isinstance(field, UrlsField):
            found += [_listed(model, field, number, url) for number, url in enumerate(value)]
        elif isinstance(field, MediaField):
            found += [_item(model, field, number, values) for number in range(len(value))]
    return found


def without_media(model: Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that name no file."""
    named = {field.name for field in model.fields if isinstance(field, UrlField | UrlsField | MediaField)}
    return {name: value for name, value in values.items() if name not in named}


def _single(field: UrlField, url: str) -> Source:
    place = f"{field.place}.{field.name}"
    return Source(field.name, place, url, (field.rule,), SINGLES[field.rule.kind])


def _listed(model: Model, field: UrlsField, number: int, url: str) -> Source:
    label = f"character{number + 1}" if model.naming == "character" else ""
    return Source(field.name, f"{field.place}.{field.name}.{number}", url, field.rules, label=label)


def _item(model: Model, field: MediaField, number: int, values: Mapping[str, Any]) -> Source:
    item = values[field.name][number]
    media_type = next(one for one in field.types if one.name == item["type"])
    place = f"{field.place}.{field.name}.{number}"
    known = media_type.name in get_args(Role)
    return Source(
        name=media_type.name,
        place=f"{place}.url",
        url=item["url"],
        rules=(media_type.rule,),
        role=media_type.name if known else REFERENCES[media_type.rule.kind],  # type: ignore[arg-type]
        voice=_voice(model, media_type, item.get(VOICE), values.get(VOICE), place),
    )


def _voice(
    model: Model, media_type: MediaType, own: str | None, common: str | None, place: str
) -> Source | None:
    """Return an item's voice, else the one given for all (protocol.md 11, "reference_voice")."""
    if own is not None and media_type.voice is not None:
        return Source(VOICE, f"{place}.{VOICE}", own, (media_type.voice,))
    field = model.field(VOICE)
    if common is None or media_type.voice is None or field is None:
        return None
    return Source(VOICE, f"{field.place}.{VOICE}", common, (media_type.voice,))
