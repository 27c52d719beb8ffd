"""Kinds of input a model takes; each knows its limits, and says in one sentence what breaks them.

A field is data: the form draws its control from it, the check and the help text read the same limits.
"""

import operator
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

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
    """

    kind: ClassVar[str]
    name: str
    place: Place
    default: Any = None
    required: bool = False
    advanced: bool = False

    @abstractmethod
    def problem(self, value: object) -> Problem | None:
        """Return what is wrong with this value, or None."""

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
        return text(f"catalog.field.{self.name}.help", **self.limits())

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


@dataclass(frozen=True, kw_only=True)
class TextField(Field):
    """Text counted in Unicode code points, as the service counts it (BL-t2v: every character is 1)."""

    kind = "text"
    maximum: int
    lines: int = 1

    def problem(self, value: object) -> Problem | None:
        """Check type, emptiness, length and that it can be written as UTF-8."""
        limit = f"{int(self.required)}-{self.maximum}"
        if not isinstance(value, str):
            return self._problem("type_text", value, limit)
        if self.required and not value.strip():
            return self._problem("required", value, limit)
        if len(value) > self.maximum:
            excess = len(value) - self.maximum
            numbers = {"length": len(value), "maximum": self.maximum, "excess": excess}
            return self._problem("too_long", value, limit, **numbers)
        try:
            value.encode()
        except UnicodeEncodeError as broken:
            return self._problem("surrogate", value, None, position=broken.start + 1)
        return None

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

    def problem(self, value: object) -> Problem | None:
        """Check that it is one of the options, letter by letter."""
        if isinstance(value, str) and value in self.options:
            return None
        options = ", ".join(self.options)
        return self._problem("choice", value, options, options=options)

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
        drawn: whether a number is drawn at random when none is given (the seed).
        unit: what it counts ("s"), or "".
    """

    kind = "integer"
    minimum: int
    maximum: int
    drawn: bool = False
    unit: str = ""

    def problem(self, value: object) -> Problem | None:
        """Check that it is a whole number (numpy's too, but no bool, float or text) within the bounds."""
        bounds = {"minimum": self.minimum, "maximum": self.maximum}
        limit = f"{self.minimum}-{self.maximum}"
        number = whole(value)
        if number is None:
            return self._problem("type_integer", value, limit, **bounds)
        if not self.minimum <= number <= self.maximum:
            return self._problem("range", value, limit, **bounds)
        return None

    def plain(self, value: Any) -> int:
        """Unwrap numpy's whole numbers."""
        return operator.index(value)

    def limits(self) -> dict[str, Any]:
        """Return both bounds."""
        return {"minimum": self.minimum, "maximum": self.maximum, "drawn": self.drawn, "unit": self.unit}


def whole(value: Any) -> int | None:
    """Return a whole number as int, None for anything else, bools among them."""
    if isinstance(value, bool) or type(value).__name__ in {"bool", "bool_"}:
        return None
    try:
        return operator.index(value)
    except TypeError:
        return None


@dataclass(frozen=True, kw_only=True)
class BooleanField(Field):
    """Yes or no."""

    kind = "boolean"

    def problem(self, value: object) -> Problem | None:
        """Check that it is True or False itself, not 1, 0 or a word."""
        return None if isinstance(value, bool) else self._problem("type_boolean", value, "True, False")


@dataclass(frozen=True, kw_only=True)
class UrlField(Field):
    """The web address of a media file.

    Attributes:
        formats: endings the service documents, first the usual one.
        shortest, longest: seconds of media the service takes.
        megabytes: size limit.
    """

    kind = "url"
    formats: tuple[str, ...]
    shortest: int
    longest: int
    megabytes: int
    schemes: tuple[str, ...] = ("http", "https", "oss")

    def problem(self, value: object) -> Problem | None:
        """Check that it is an address of an allowed scheme with a host."""
        limit = ", ".join(f"{scheme}://" for scheme in self.schemes)
        if not isinstance(value, str):
            return self._problem("type_text", value, limit)
        if not value.isprintable() or " " in value:
            return self._problem("url", value, limit)
        try:
            parts = urlsplit(value)
        except ValueError:
            return self._problem("url", value, limit)
        if parts.scheme not in self.schemes or not parts.netloc:
            return self._problem("url", value, limit)
        return None

    def plain(self, value: Any) -> str:
        """Unwrap subclasses of str."""
        return str(value)

    def limits(self) -> dict[str, Any]:
        """Return formats, seconds and size."""
        return {
            "formats": "/".join(self.formats),
            "shortest": self.shortest,
            "longest": self.longest,
            "megabytes": self.megabytes,
        }
