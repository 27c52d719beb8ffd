"""Kinds of input a model takes; each knows its limits, and says in one sentence what breaks them.

A field is data: the form draws its control from it, the check and the help text read the same limits.
"""

import operator
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import fspath
from typing import Any, ClassVar, Literal

from wan_notebook.catalog.addresses import Address
from wan_notebook.catalog.problems import Problem
from wan_notebook.catalog.texts import text

Place = Literal["input", "parameters"]


@dataclass(frozen=True, kw_only=True)
class Field(ABC):
    """One parameter of a model.

    Attributes:
        name: the service's own name.
        place: the object of the request body that holds it.
        default: what the service uses when it is left out, None when it uses nothing.
        required: whether a request without it is refused.
        advanced: whether the form shows it folded away at first.
        words: which help text it has, where that differs from other fields of the name ("edit").
        disputed: key of the line that says where the documents disagree on it, "" where they agree.
    """

    kind: ClassVar[str]
    name: str
    place: Place
    default: Any = None
    required: bool = False
    advanced: bool = False
    words: str = ""
    disputed: str = ""

    @abstractmethod
    def problems(self, value: object) -> list[Problem]:
        """Return everything that is wrong with this value."""

    def problem(self, value: object) -> Problem | None:
        """Return the first thing that is wrong with this value, or None."""
        return next(iter(self.problems(value)), None)

    def missing(self) -> Problem:
        """Return what is said when a required value is not there."""
        return Problem(self.name, text("catalog.problem.missing", field=self.name), None, None)

    def addresses(self, value: Any) -> Iterator[Address]:  # noqa: ARG002 - most fields name no file
        """Yield the media files a value names."""
        yield from ()

    def plain(self, value: Any) -> Any:
        """Return an accepted value as a plain JSON value (numpy scalars and subclasses unwrapped)."""
        return value

    def limits(self) -> dict[str, Any]:
        """Return the limits by name: placeholders of the help text, and bounds of the form's control."""
        return {}

    @property
    def label(self) -> str:
        """The name a person reads."""
        return text(f"catalog.field.{self.name}.label")

    @property
    def help(self) -> str:
        """One or two sentences on what it does, with its limits."""
        key = f"help_{self.words}" if self.words else "help"
        return text(f"catalog.field.{self.name}.{key}", **self.limits())

    @property
    def dispute(self) -> str:
        """The line that says where the documents disagree and what is done here, or ""."""
        return text(f"catalog.disputed.{self.disputed}") if self.disputed else ""

    def _problem(self, key: str, value: object, limit: str | None = None, **more: object) -> Problem:
        message = text(f"catalog.problem.{key}", field=self.name, value=shortened(value), **more)
        return Problem(self.name, message, limit, value)


def shortened(value: object, length: int = 60) -> str:
    """Return the value as Python writes it, cut in the middle when long."""
    try:
        written = repr(value)
    except ValueError:  # an int of more digits than Python writes
        written = object.__repr__(value)
    if len(written) <= length:
        return written
    half = length // 2
    return f"{written[:half]}…{written[-half:]}"


def written(value: Any) -> str:
    """Return an address or a path as text."""
    return str(fspath(value))


@dataclass(frozen=True, kw_only=True)
class TextField(Field):
    """Text counted in Unicode code points, as the service counts it (BL-t2v: every character is 1)."""

    kind = "text"
    maximum: int
    lines: int = 1

    def problems(self, value: object) -> list[Problem]:
        """Check type, emptiness, length and that it can be written as UTF-8."""
        limit = f"{int(self.required)}-{self.maximum}"
        if not isinstance(value, str):
            return [self._problem("type_text", value, limit)]
        if self.required and not value.strip():
            return [self._problem("required", value, limit)]
        if len(value) > self.maximum:
            excess = len(value) - self.maximum
            numbers = {"length": len(value), "maximum": self.maximum, "excess": excess}
            return [self._problem("too_long", value, limit, **numbers)]
        try:
            value.encode()
        except UnicodeEncodeError as broken:
            return [self._problem("surrogate", value, None, position=broken.start + 1)]
        return []

    def missing(self) -> Problem:
        """Return the same sentence as for an empty text."""
        return Problem(self.name, text("catalog.problem.required", field=self.name), None, None)

    def plain(self, value: Any) -> str:
        """Unwrap subclasses of str."""
        return str(value)

    def limits(self) -> dict[str, Any]:
        """Return the largest number of characters."""
        return {"maximum": self.maximum, "lines": self.lines}


@dataclass(frozen=True, kw_only=True)
class ChoiceField(Field):
    """One of a few words."""

    kind = "choice"
    options: tuple[str, ...]

    def problems(self, value: object) -> list[Problem]:
        """Check that it is one of the options, letter by letter."""
        if isinstance(value, str) and value in self.options:
            return []
        options = ", ".join(self.options)
        return [self._problem("choice", value, options, options=options)]

    def plain(self, value: Any) -> str:
        """Unwrap subclasses of str."""
        return str(value)

    def limits(self) -> dict[str, Any]:
        """Return the options."""
        return {"options": list(self.options)}


@dataclass(frozen=True, kw_only=True)
class IntegerField(Field):
    """A whole number between two bounds, both allowed.

    Attributes:
        besides: one more number that is allowed, with a meaning of its own (0 s: as long as the input).
        drawn: whether a number is drawn at random when none is given (the seed).
        unit: what it counts ("s"), or "".
    """

    kind = "integer"
    minimum: int
    maximum: int
    besides: int | None = None
    drawn: bool = False
    unit: str = ""

    def problems(self, value: object) -> list[Problem]:
        """Check that it is a whole number (numpy's too, but no bool, float or text) within the bounds."""
        low, high = self.minimum, self.maximum
        limit = f"{low}-{high}" if self.besides is None else f"{self.besides}, {low}-{high}"
        bounds = {"minimum": low, "maximum": high, "besides": self.besides}
        more = "" if self.besides is None else "_besides"
        number = whole(value)
        if number is None:
            return [self._problem(f"type_integer{more}", value, limit, **bounds)]
        if number != self.besides and not low <= number <= high:
            return [self._problem(f"range{more}", value, limit, **bounds)]
        return []

    def plain(self, value: Any) -> int:
        """Unwrap numpy's whole numbers."""
        return operator.index(value)

    def limits(self) -> dict[str, Any]:
        """Return the bounds."""
        names = ("minimum", "maximum", "besides", "drawn", "unit")
        return {name: getattr(self, name) for name in names}


def whole(value: Any) -> int | None:
    """Return a whole number as int, None for anything else, bools among them."""
    if isinstance(value, bool) or type(value).__name__ in {"bool", "bool_"}:
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None


def members(value: Any) -> list[Any] | None:
    """Return the members of a list or the like; None for a text, a mapping and what has no members."""
    if isinstance(value, str | bytes | Mapping) or not isinstance(value, Iterable):
        return None
    return list(value)


def each(value: Any) -> list[Any]:
    """Return the members of a list or the like; anything else is the only member."""
    found = members(value)
    return [value] if found is None else found


@dataclass(frozen=True, kw_only=True)
class BooleanField(Field):
    """Yes or no."""

    kind = "boolean"

    def problems(self, value: object) -> list[Problem]:
        """Check that it is True or False itself, not 1, 0 or a word."""
        return [] if isinstance(value, bool) else [self._problem("type_boolean", value, "True, False")]
