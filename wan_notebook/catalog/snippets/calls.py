"""Calls in Python code that create a task, and the body that each of them sends."""

import ast
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from wan_notebook.catalog.errors import SettingError
from wan_notebook.catalog.snippets.body import Body, is_body, parsed, read_body
from wan_notebook.catalog.snippets.dashscope_sdk import OWN, sent
from wan_notebook.catalog.snippets.values import Names, dotted

SDK = {"call", "async_call"}
SDK_CLASSES = {"VideoSynthesis", "AioVideoSynthesis"}
HTTP = {"post", "request", "Request"}
PAYLOADS = {"json", "data", "content", "body"}
"""Keywords under which HTTP clients take a body."""
OURS = {"generate", "Request", "form"}
OURS_PARTS = 2
"""Parts of the longest name of ours: `wan.generate`."""
NO_PARAMETERS = {"tags"}
"""Keywords of ours that are no parameters."""


@dataclass(frozen=True, slots=True)
class Given:
    """A call of ours: parameters by name, whatever place they have in the body.

    Attributes:
        model: model id.
        values: the parameters.
    """

    model: str
    values: dict[str, Any]


def create_call(node: ast.Call, names: Names) -> Body | Given | None:
    """Return what a call sends when it is a create call.

    Raises:
        UnknownValueError: it seems to be one, and something in it is not written out.
        SettingError: it is one, and what it sends is no body.
    """
    path = dotted(node.func)
    keywords = {one.arg for one in node.keywords}
    if path[-1] in SDK and (SDK_CLASSES.intersection(path) or "model" in keywords):
        return _of_sdk(node, names)
    if path[-2:] == ["Request", "from_body"]:
        return read_body(names.value(node.args[0]))
    if path[-1] in OURS and len(path) <= OURS_PARTS and node.args and not PAYLOADS & keywords:
        return _of_ours(node, names)
    return _of_http(node, names) if path[-1] in HTTP else None


def _of_sdk(node: ast.Call, names: Names) -> Body:
    positional = dict(zip(("model", "prompt"), map(names.value, node.args), strict=False))
    return read_body(sent({**positional, **_keywords(node, names, OWN - {"model", "extra_input"})}))


def _of_ours(node: ast.Call, names: Names) -> Given | None:
    model = names.known(node.args[0])
    if not isinstance(model, str) or "/" in model:
        return None
    return Given(model, _keywords(node, names, NO_PARAMETERS))


def _of_http(node: ast.Call, names: Names) -> Body | None:
    named = [names.value(one.value) for one in node.keywords if one.arg in PAYLOADS]
    for value in [*named, *map(names.known, node.args)]:
        body = _loaded(value)
        if is_body(body):
            return read_body(body)
    return None


def _loaded(value: Any) -> Any:
    """Return what JSON text says, and anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        return parsed(value)
    except SettingError:
        return None


def _keywords(node: ast.Call, names: Names, passed_over: Collection[str]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for keyword in node.keywords:
        if keyword.arg is None:
            given.update(names.value(keyword.value))
        elif keyword.arg not in passed_over:
            given[keyword.arg] = names.value(keyword.value)
    return given
