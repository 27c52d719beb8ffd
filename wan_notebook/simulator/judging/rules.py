"""What the service reads in a create call, and what it says to it (protocol.md, sections 2, 4.2, 6 and 10).

Body and model are judged at once; a fault of the schema is accepted and makes a task that FAILS, unless the
settings ask for the other form the documents describe.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from wan_notebook.catalog import VOICE, Field, MediaField, Model, TextField, UnknownModelError, find_model
from wan_notebook.simulator import answers
from wan_notebook.simulator.answers import RefusedError
from wan_notebook.simulator.judging.fields import cap_complaint, complaint
from wan_notebook.simulator.uploads import unresolved

ITEM_KEYS = ("type", "url", VOICE)


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


def read_order(raw: bytes, path: str, resolve_header: str | None = None) -> Order:
    """Return what a body asks for.

    Args:
        raw: body of the call.
        path: endpoint it was sent to, under the base URL.
        resolve_header: the call's header X-DashScope-OssResourceResolve.

    Raises:
        RefusedError: no JSON object, no model, no input, unknown model, the endpoint of another model, or
            uploads that shall not be resolved.
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
    model = _model(model_id)
    if model.path != path:
        raise RefusedError(answers.WRONG_ENDPOINT)
    _check_uploads(body, resolve_header)
    return judge(model, given, parameters)


def _object(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        raise RefusedError(answers.NOT_JSON) from None
    if not isinstance(body, dict):
        raise RefusedError(answers.NOT_JSON)
    return body


def _model(model_id: Any) -> Model:
    """Return a model, or for a snapshot of one that model's rules."""
    try:
        return find_model(model_id if isinstance(model_id, str) else "")
    except UnknownModelError:
        raise RefusedError(answers.UNKNOWN_MODEL) from None


def _check_uploads(body: dict[str, Any], resolve_header: str | None) -> None:
    """Refuse addresses of the upload store in a call that does not ask for them to be resolved."""
    try:
        fault = unresolved(body, resolve_header)
    except RecursionError:
        fault = answers.NOT_JSON
    if fault is not None:
        raise RefusedError(fault)


def judge(model: Model, given: Mapping[str, Any], parameters: Mapping[str, Any]) -> Order:
    """Return the order for a known model; the first fault, in the order of its fields, is the one told."""
    places = {"input": given, "parameters": parameters}
    values: dict[str, Any] = {}
    faults: list[str] = []
    for field in model.fields:
        value = _found(field, places)
        fault = complaint(field, value)
        if fault:
            faults.append(fault)
        elif value is not None:
            values[field.name] = _understood(field, value)
        elif field.default is not None:
            values[field.name] = field.default
    faults += [] if faults else _caps(model, values)
    return Order(model, values, faults[0] if faults else None)


def _understood(field: Field, value: Any) -> Any:
    """Return an accepted value as it is used: texts cut, of media items what the service knows."""
    if isinstance(field, TextField):
        return value[: field.maximum]
    if isinstance(field, MediaField):
        return [{key: item[key] for key in ITEM_KEYS if item.get(key) is not None} for item in value]
    return value


def _caps(model: Model, values: Mapping[str, Any]) -> list[str]:
    """Return the faults of numbers that what else is there limits further."""
    items = values.get("media")
    found = (
        cap_complaint(cap, values.get(cap.field), items, f"{field.place}.{field.name}")
        for cap in model.caps
        for field in model.fields
        if field.name == cap.field
    )
    return [fault for fault in found if fault]


def _found(field: Field, places: Mapping[str, Mapping[str, Any]]) -> Any:
    """Return a field's value from its place, else from the other: documents disagree (protocol.md 11)."""
    value = places[field.place].get(field.name)
    if value is not None:
        return value
    other = "parameters" if field.place == "input" else "input"
    return places[other].get(field.name)
