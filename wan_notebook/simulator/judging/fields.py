"""What the service says of the value of one field in a create call (protocol.md, sections 2 and 4.2).

The limits are the catalogue's data, the judging is written here from the protocol, so that client and
simulator do not share a mistake.
"""

from collections.abc import Callable
from typing import Any

from wan_notebook.catalog import (
    BooleanField,
    Cap,
    ChoiceField,
    Field,
    IntegerField,
    MediaField,
    TextField,
    UrlField,
    UrlsField,
)
from wan_notebook.simulator.judging import media
from wan_notebook.simulator.judging.media import NO_TEXT, REQUIRED, options


def complaint(field: Field, value: Any) -> str | None:
    """Return what the service says of a value, with the place it stands in; None when it takes it."""
    path = f"{field.place}.{field.name}"
    blank = isinstance(value, str) and not value.strip()
    if value is None or (field.required and blank):
        return f"{REQUIRED}: {path}" if field.required else None
    return _COMPLAINTS[type(field)](field, value, path)


def cap_complaint(cap: Cap, number: Any, items: Any, path: str) -> str | None:
    """Return what the service says of a number that is limited further by media items.

    Args:
        cap: the limit, and the type of the items it holds with.
        number: the number, already judged for itself.
        items: the media items, already judged.
        path: where the number stands.
    """
    holds = any(item["type"] == cap.media for item in items or ())
    if not holds or number is None or number <= cap.maximum:
        return None
    return f"Input should be less than or equal to {cap.maximum}: {path}"


def _text(_field: Any, value: Any, path: str) -> str | None:
    """Refuse what is no text or cannot be written as UTF-8; length is no fault, the excess is cut."""
    if isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value):
        return None
    return f"{NO_TEXT}: {path}"


def _choice(field: ChoiceField, value: Any, path: str) -> str | None:
    return None if value in field.options else f"{options(field.options)}: {path}"


def _integer(field: IntegerField, value: Any, path: str) -> str | None:
    if type(value) is not int:
        return f"Input should be a valid integer: {path}"
    if value == field.besides:
        return None
    if value < field.minimum:
        return f"Input should be greater than or equal to {field.minimum}: {path}"
    if value > field.maximum:
        return f"Input should be less than or equal to {field.maximum}: {path}"
    return None


def _boolean(_field: BooleanField, value: Any, path: str) -> str | None:
    return None if isinstance(value, bool) else f"Input should be a valid boolean: {path}"


_COMPLAINTS: dict[type[Field], Callable[[Any, Any, str], str | None]] = {
    TextField: _text,
    ChoiceField: _choice,
    IntegerField: _integer,
    BooleanField: _boolean,
    UrlField: media.url,
    UrlsField: media.urls,
    MediaField: media.media,
}
