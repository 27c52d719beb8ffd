"""HTML and SVG put together from elements, so that what is text can never become markup.

A child or an attribute is text and is escaped, unless it was made here: only `Markup` goes in as it is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any

VOID = frozenset({"br", "img", "input", "link", "meta", "source"})
"""Elements of HTML that have no end tag."""


@dataclass(frozen=True, slots=True)
class Markup:
    """Finished markup.

    Attributes:
        html: what the file holds.
    """

    html: str

    def __str__(self) -> str:
        return self.html

    def _repr_html_(self) -> str:
        return self.html


NOTHING = Markup("")


def element(name: str, /, *children: Any, **attributes: Any) -> Markup:
    """Return an element.

    Args:
        name: of the element.
        *children: `Markup`; text, which is escaped; None, which is left out; or several of these in a list,
            tuple or generator.
        **attributes: one that is None or False is left out, one that is True has no value. An underscore at
            the end of a name is dropped (`class_`), each other one is a hyphen (`aria_label`).
    """
    opened = f"<{name}{_attributes(attributes)}>"
    return Markup(opened) if name in VOID else Markup(f"{opened}{joined(*children).html}</{name}>")


def joined(*children: Any) -> Markup:
    """Return children one after the other."""
    return Markup("".join(_written(child) for child in children))


def _written(child: Any) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child.html
    if isinstance(child, str):
        return escape(visible(child))
    return "".join(_written(one) for one in child)


def _attributes(attributes: Mapping[str, Any]) -> str:
    return "".join(
        _attribute(name.removesuffix("_").replace("_", "-"), value)
        for name, value in attributes.items()
        if value is not None and value is not False
    )


def _attribute(name: str, value: Any) -> str:
    return f" {name}" if value is True else f' {name}="{escape(visible(str(value)), quote=True)}"'


def visible(value: str) -> str:
    """Return text a UTF-8 file can hold: half surrogates become escapes, as the records keep them."""
    return value.encode(errors="backslashreplace").decode()
