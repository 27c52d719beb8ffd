"""What the service checks in a create call, and what it says (protocol.md, sections 2, 4.2 and 10).

Body and model are judged at once; a fault of the schema is accepted and makes a task that FAILS. The limits
are the catalogue's data, the judging is written here from the protocol, so that client and simulator do not
share a mistake. The documents give the texts of missing fields; those of wrong types and ranges are not
documented and follow the same pattern.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wan_notebook.catalog import (
    MODELS,
    BooleanField,
    ChoiceField,
    Field,
    IntegerField,
    Model,
    TextField,
    UrlField,
)
from wan_notebook.simulator import answers
from wan_notebook.simulator.answers import RefusedError


@dataclass(frozen=True, slots=True)
class Order:
    """A create call the service takes in.

    Attributes:
        model: what shall make it.
        values: the model's parameters by name, as the service understood them: defaults filled in, long
            texts cut, surplus keys left out.
        fault: message of the schema fault that makes the task FAIL, or None.
    """

    model: Model
    values: dict[str, Any]
    fault: str | None


def read_order(raw: bytes, path: str) -> Order:
    """Return what a body asks for.

    Args:
        raw: body of the call.
        path: endpoint it was sent to, under the base URL.

    Raises:
        RefusedError: no JSON object, no model, no input, unknown model, or the endpoint of another model.
    """
    body = _object(raw)
    model_id, given = body.get("model"), body.get("input")
    if not model_id:
        raise RefusedError(answers.NO_MODEL)
    if given is None:
        raise RefusedError(answers.NO_INPUT)
    parameters = body.get("parameters") or {}
    if not isinstance(given, dict) or not isinstance(parameters, dict):
        raise RefusedError(answers.NOT_JSON)
    model = MODELS.get(model_id) if isinstance(model_id, str) else None
    if model is None:
        raise RefusedError(answers.UNKNOWN_MODEL)
    if model.path != path:
        raise RefusedError(answers.WRONG_ENDPOINT)
    return judge(model, given, parameters)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise RefusedError(answers.NOT_JSON) from None
    if not isinstance(body, dict):
        raise RefusedError(answers.NOT_JSON)
    return body


def judge(model: Model, given: Mapping[str, Any], parameters: Mapping[str, Any]) -> Order:
    """Return the order for a known model; the first fault, in the order of its fields, is the one told."""
    places = {"input": given, "parameters": parameters}
    values: dict[str, Any] = {}
    faults: list[str] = []
    for field in model.fields:
        value = _found(field, places)
        complaint = _complaint(field, value)
        if complaint:
            faults.append(f"{complaint}: {field.place}.{field.name}")
        elif value is not None:
            values[field.name] = value[: field.maximum] if isinstance(field, TextField) else value
        elif field.default is not None:
            values[field.name] = field.default
    return Order(model, values, faults[0] if faults else None)


def _found(field: Field, places: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a field's value from its place, else from the other: documents disagree (protocol.md 11)."""
    value = places[field.place].get(field.name)
    if value is not None:
        return value
    other = "parameters" if field.place == "input" else "input"
    return places[other].get(field.name)


def _complaint(field: Field, value: Any) -> str | None:
    """Return what the service says of this value, None when it takes it."""
    blank = isinstance(value, str) and not value.strip()
    if value is None or (field.required and blank):
        return "Field required" if field.required else None
    return _COMPLAINTS[type(field)](field, value)


def _text(_field: Any, value: Any) -> str | None:
    """Refuse what is no text or cannot be written as UTF-8; length is no fault, the excess is cut."""
    if isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value):
        return None
    return "Input should be a valid string"


def _choice(field: ChoiceField, value: Any) -> str | None:
    if value in field.options:
        return None
    *first, last = (repr(option) for option in field.options)
    return f"Input should be {', '.join(first)} or {last}" if first else f"Input should be {last}"


def _integer(field: IntegerField, value: Any) -> str | None:
    if type(value) is not int:
        return "Input should be a valid integer"
    if value < field.minimum:
        return f"Input should be greater than or equal to {field.minimum}"
    if value > field.maximum:
        return f"Input should be less than or equal to {field.maximum}"
    return None


def _boolean(_field: BooleanField, value: Any) -> str | None:
    return None if isinstance(value, bool) else "Input should be a valid boolean"


def _url(field: UrlField, value: Any) -> str | None:
    if not isinstance(value, str):
        return "Input should be a valid string"
    scheme, _, rest = value.partition("://")
    host = rest.split("/")[0].split("?")[0].split("#")[0]
    known = scheme.lower() in field.schemes
    return None if known and host and not any(c.isspace() for c in value) else "url error, please check url！"


_COMPLAINTS: dict[type[Field], Callable[[Any, Any], str | None]] = {
    TextField: _text,
    ChoiceField: _choice,
    IntegerField: _integer,
    BooleanField: _boolean,
    UrlField: _url,
}
