"""Values that code writes out, read without running it: literals, names set to them, and what joins them."""

import ast
import json
import operator
from collections.abc import Callable
from copy import copy
from typing import Any

from wan_notebook.catalog.snippets.body import quoted

JOINED: dict[type, Callable[[Any, Any], Any]] = {ast.Add: operator.add, ast.BitOr: operator.or_}
SIGNS: dict[type, Callable[[Any], Any]] = {
    ast.USub: operator.neg,
    ast.UAdd: operator.pos,
    ast.Not: operator.not_,
}
LONGEST = 1 << 27
"""Characters of the longest text that is put together; five images of 20 MB in base64 are about as many."""
MEDIA_TYPES = "MediaType"
"""The class whose constants are the SDK's media types: `VideoSynthesis.MediaType.FIRST_FRAME`."""


class UnknownValueError(Exception):
    """A value that only running the code would tell; the message is its expression."""


class Names:
    """Values of names, as far as the code read so far tells them."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._reasons: dict[str, str] = {}

    def set(self, name: str, value: Any) -> None:
        """Note what a name stands for from here on."""
        self._values[name] = value

    def forget(self, name: str, reason: str | None = None) -> None:
        """Note that a name now has a value that is not known, because of an expression."""
        self._values.pop(name, None)
        self._reasons[name] = reason or name

    def named(self, name: str) -> Any:
        """Return what a name stands for.

        Raises:
            UnknownValueError: it is not known.
        """
        if name in self._values:
            return self._values[name]
        raise UnknownValueError(self._reasons.get(name, name))

    def value(self, node: ast.expr) -> Any:
        """Return what an expression stands for.

        Raises:
            UnknownValueError: only running the code would tell.
        """
        read = READERS.get(type(node))
        try:
            if read is not None:
                return read(self, node)
        except (TypeError, KeyError, IndexError, ValueError):
            pass
        raise UnknownValueError(quoted(ast.unparse(node)))

    def known(self, node: ast.expr) -> Any:
        """Return what an expression stands for, None when that is not known."""
        try:
            return self.value(node)
        except UnknownValueError:
            return None


def dotted(node: ast.expr) -> list[str]:
    """Return the parts of a dotted name, of which what is no name is "": `a.b().c` as ["", "c"]."""
    if isinstance(node, ast.Attribute):
        return [*dotted(node.value), node.attr]
    return [node.id if isinstance(node, ast.Name) else ""]


def _constant(_names: Names, node: Any) -> Any:
    return node.value


def _name(names: Names, node: Any) -> Any:
    return names.named(node.id)


def _attribute(_names: Names, node: Any) -> Any:
    if MEDIA_TYPES in dotted(node.value):
        return node.attr.lower()
    raise KeyError


def _text(names: Names, node: Any) -> str:
    return "".join(str(names.value(part)) for part in node.values)


def _filled(names: Names, node: Any) -> str:
    if node.format_spec or node.conversion != -1:
        raise KeyError
    return str(names.value(node.value))


def _list(names: Names, node: Any) -> list[Any]:
    made: list[Any] = []
    for entry in node.elts:
        if isinstance(entry, ast.Starred):
            made.extend(names.value(entry.value))
        else:
            made.append(names.value(entry))
    return made


def _dict(names: Names, node: Any) -> dict[Any, Any]:
    made: dict[Any, Any] = {}
    for key, entry in zip(node.keys, node.values, strict=True):
        value = names.value(entry)
        made.update(value if key is None else {names.value(key): value})
    return made


def _joined(names: Names, node: Any) -> Any:
    made = JOINED[type(node.op)](names.value(node.left), names.value(node.right))
    if isinstance(made, str | list) and len(made) > LONGEST:
        raise ValueError
    return made


def _signed(names: Names, node: Any) -> Any:
    return SIGNS[type(node.op)](names.value(node.operand))


def _entry(names: Names, node: Any) -> Any:
    return names.value(node.value)[names.value(node.slice)]


def _chosen(names: Names, node: Any) -> Any:
    return names.value(node.body if names.value(node.test) else node.orelse)


def _called(names: Names, node: Any) -> Any:
    *_, name = dotted(node.func)
    return CALLS[name](names, node)


def _dumped(names: Names, node: Any) -> str:
    return json.dumps(names.value(node.args[0]))


def _loaded(names: Names, node: Any) -> Any:
    return json.loads(names.value(node.args[0]))


def _mapping(names: Names, node: Any) -> dict[str, Any]:
    given = {keyword.arg: names.value(keyword.value) for keyword in node.keywords}
    return {key: value for one in node.args for key, value in names.value(one).items()} | given


def _copied(names: Names, node: Any) -> Any:
    return copy(names.value(node.func.value))


def _stripped(names: Names, node: Any) -> str:
    return str(names.value(node.func.value)).strip()


CALLS: dict[str, Callable[[Names, Any], Any]] = {
    "dumps": _dumped,
    "loads": _loaded,
    "dict": _mapping,
    "encode": _copied,
    "copy": _copied,
    "strip": _stripped,
}
"""Calls whose result can be told, by the last part of their name."""
READERS: dict[type, Callable[[Names, Any], Any]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.JoinedStr: _text,
    ast.FormattedValue: _filled,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Dict: _dict,
    ast.BinOp: _joined,
    ast.UnaryOp: _signed,
    ast.Subscript: _entry,
    ast.IfExp: _chosen,
    ast.Call: _called,
}
