"""The body of a create call as JSON: read as people write it, checked for its shape, written."""

import json
import re
from collections.abc import Mapping
from os import PathLike
from typing import Any

from wan_notebook.catalog.errors import SettingError
from wan_notebook.catalog.texts import text

Body = dict[str, Any]
PLACES = ("input", "parameters")
LOOSE = re.compile(
    r"""
    (?P<string> " (?: \\. | [^"\\] )* " )
    | // [^\n]* | /\* .*? \*/               # comments
    | , (?= (?: \s | //[^\n]* )* [}\]] )    # a comma behind the last entry
    """,
    re.VERBOSE | re.DOTALL,
)
"""What JSON does not know, but the documents' pages and people's editors have."""
LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
SHOWN = 40
"""Characters of a wrong value that an error quotes."""


def read_body(given: str | Mapping[str, Any]) -> Body:
    """Return a body that has a model, input and parameters.

    Args:
        given: the body, or its JSON; comments and commas behind the last entry are passed over.

    Raises:
        SettingError: it is no JSON, or not the body of a create call.
    """
    body = parsed(given) if isinstance(given, str) else given
    if not isinstance(body, Mapping):
        raise SettingError(text("catalog.snippet.body", value=quoted(body)))
    if not isinstance(body.get("model"), str):
        raise SettingError(text("catalog.snippet.model"))
    for place in PLACES:
        if not isinstance(body.get(place) or {}, Mapping):
            raise SettingError(text("catalog.snippet.place", place=place, value=quoted(body[place])))
    return {"model": body["model"], **{place: dict(body.get(place) or {}) for place in PLACES}}


def is_body(value: object) -> bool:
    """Return whether a value looks like the body of a create call."""
    return isinstance(value, Mapping) and "model" in value and any(place in value for place in PLACES)


def parsed(written: str) -> Any:
    """Return what JSON says.

    Raises:
        SettingError: it cannot be read; the message says where.
    """
    try:
        return json.loads(written)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(LOOSE.sub(lambda found: found["string"] or "", written), strict=False)
    except RecursionError:
        reason = "RecursionError"
    except ValueError as error:
        reason = str(error)
    raise SettingError(text("catalog.snippet.json", value=quoted(written.strip()), reason=reason))


def plain(body: Mapping[str, Any]) -> Body:
    """Return a body in JSON's own types: paths as text, and what JSON cannot hold as Python writes it."""
    made: Body = json.loads(json.dumps(body, default=_told))
    return made


def _told(value: object) -> str:
    return str(value) if isinstance(value, PathLike) else repr(value)


def encoded(value: Any, indent: int | None = None) -> str:
    """Return JSON that is readable in any script, and can be written as UTF-8."""
    written = json.dumps(value, ensure_ascii=False, indent=indent)
    return LONE_SURROGATE.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def quoted(value: object) -> str:
    """Return the beginning of a value, for an error."""
    shown = value if isinstance(value, str) else repr(value)
    return shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
