"""Fields that name media files: one of them, or a list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from os import PathLike
from typing import Any

from wan_notebook.catalog.addresses import Address, FileRule, Kind
from wan_notebook.catalog.fields import Field, written
from wan_notebook.catalog.problems import Problem
from wan_notebook.catalog.texts import text


@dataclass(frozen=True, kw_only=True)
class UrlField(Field):
    """One media file: a web address, an address in the upload store, or a path on this machine.

    Attributes:
        rule: what the service takes.
    """

    kind = "url"
    rule: FileRule

    def problems(self, value: object) -> list[Problem]:
        """Check the address, and the file when it lies on this machine."""
        if not isinstance(value, str | PathLike):
            return [self._problem("type_text", value, None)]
        return [problem for address in self.addresses(value) for problem in address.problems()]

    def plain(self, value: Any) -> str:
        """Return paths and subclasses of str as text."""
        return written(value)

    def addresses(self, value: Any) -> Iterator[Address]:
        """Yield the one address."""
        if isinstance(value, str | PathLike):
            yield Address((self.name,), written(value), (self.rule,))

    def limits(self) -> dict[str, Any]:
        """Return formats, seconds and size."""
        return self.rule.limits()


@dataclass(frozen=True, kw_only=True)
class UrlsField(Field):
    """A list of media files of one or several kinds.

    Attributes:
        rules: what the service takes, one rule a kind.
        most: how many files in all.
        most_of: how many of a kind, where that is fewer.
    """

    kind = "urls"
    rules: tuple[FileRule, ...]
    most: int
    most_of: Mapping[Kind, int] = dataclass_field(default_factory=dict)

    def problems(self, value: object) -> list[Problem]:
        """Check number and kinds of the files, then each of them."""
        limit = f"{int(self.required)}-{self.most}"
        bounds = {"minimum": int(self.required), "maximum": self.most}
        if not isinstance(value, list | tuple) or not all(isinstance(url, str | PathLike) for url in value):
            return [self._problem("type_urls", value, limit, **bounds)]
        if not int(self.required) <= len(value) <= self.most:
            return [self._problem("count", value, limit, count=len(value), **bounds)]
        found = [problem for address in self.addresses(value) for problem in address.problems()]
        return [*found, *self._too_many(value)]

    def _too_many(self, value: Any) -> Iterator[Problem]:
        kinds = [address.kind for address in self.addresses(value)]
        for kind, most in self.most_of.items():
            if kinds.count(kind) > most:
                words = {"kind": text(f"catalog.kind.{kind}"), "count": kinds.count(kind), "maximum": most}
                yield self._problem("count_kind", value, f"0-{most}", **words)

    def plain(self, value: Any) -> list[str]:
        """Return paths and subclasses of str as text."""
        return [written(url) for url in value]

    def addresses(self, value: Any) -> Iterator[Address]:
        """Yield the addresses in order."""
        for number, url in enumerate(value if isinstance(value, list | tuple) else ()):
            if isinstance(url, str | PathLike):
                yield Address((self.name, number), written(url), self.rules)

    def limits(self) -> dict[str, Any]:
        """Return how many, and what each may be."""
        rules = [rule.limits() for rule in self.rules]
        return {"maximum": self.most, "most_of": dict(self.most_of), "rules": rules}
