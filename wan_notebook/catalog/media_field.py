"""The media list of wan2.7: items with a type and an address, in permitted sets (protocol.md, 2.2)."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import Any

from wan_notebook.catalog.addresses import Address, FileRule
from wan_notebook.catalog.fields import Field, shortened, written
from wan_notebook.catalog.problems import Problem
from wan_notebook.catalog.texts import text

VOICE = "reference_voice"


@dataclass(frozen=True, kw_only=True)
class MediaType:
    """One type of media item.

    Attributes:
        name: the service's word, such as "first_frame".
        rule: what its file may be.
        voice: what a voice beside it may be; None where it takes none.
        named: whether the prompt speaks of it by a name (Image 1, Video 1).
    """

    name: str
    rule: FileRule
    voice: FileRule | None = None
    named: bool = False

    @property
    def label(self) -> str:
        """The name a person reads."""
        return text(f"catalog.media.{self.name}.label")

    @property
    def help(self) -> str:
        """One or two sentences on what it does, with its limits."""
        return text(f"catalog.media.{self.name}.help", **self.rule.limits())


@dataclass(frozen=True, kw_only=True)
class MediaSet:
    """A permitted combination of items.

    Attributes:
        id: its name in the texts ("first_last_frame").
        counts: fewest and most items of each type that may be there; other types may not.
        together: types counted together, with fewest and most of them in all.
    """

    id: str
    counts: Mapping[str, tuple[int, int]]
    together: tuple[frozenset[str], int, int] | None = None

    def permits(self, found: Mapping[str, int]) -> bool:
        """Return whether items of these numbers by type are this set."""
        if any(name not in self.counts for name in found):
            return False
        if any(not low <= found.get(name, 0) <= high for name, (low, high) in self.counts.items()):
            return False
        if self.together is None:
            return True
        types, fewest, most = self.together
        return fewest <= sum(found.get(name, 0) for name in types) <= most

    def plain(self) -> dict[str, Any]:
        """Return the set as plain data."""
        counts = {name: list(bounds) for name, bounds in self.counts.items()}
        if self.together is None:
            return {"id": self.id, "counts": counts}
        types, fewest, most = self.together
        return {"id": self.id, "counts": counts, "together": [sorted(types), fewest, most]}

    def __str__(self) -> str:
        """The set in short: ``first_frame + last_frame``, ``(1 video, 0-4 reference_image)``."""
        if all(bounds == (1, 1) for bounds in self.counts.values()):
            return " + ".join(self.counts)
        parts = [f"{_range(low, high)} {name}" for name, (low, high) in self.counts.items()]
        if self.together:
            types, fewest, most = self.together
            parts.append(
                f"{_range(fewest, most)} {' + '.join(name for name in self.counts if name in types)}"
            )
        return f"({', '.join(parts)})"


def _range(low: int, high: int) -> str:
    return str(low) if low == high else f"{low}-{high}"


@dataclass(frozen=True, kw_only=True)
class MediaField(Field):
    """A list of media items.

    Attributes:
        types: the types there are.
        sets: the permitted combinations.
    """

    kind = "media"
    types: tuple[MediaType, ...]
    sets: tuple[MediaSet, ...]

    def type(self, name: object) -> MediaType | None:
        """Return the type of this name, None when the model has none."""
        return next((one for one in self.types if one.name == name), None) if isinstance(name, str) else None

    def problems(self, value: object) -> list[Problem]:
        """Check each item, then the combination."""
        items = self.items(value)
        if not isinstance(value, list | tuple) or len(items) != len(value):
            return [self._problem("type_media", value)]
        found = [problem for number, item in enumerate(items) for problem in self._item(number, item)]
        if all(self.type(item.get("type")) for item in items):
            found += self._combination(items)
        return found

    def missing(self) -> Problem:
        """Name the permitted sets."""
        allowed = "; ".join(map(str, self.sets))
        message = text("catalog.problem.media_empty", field=self.name, allowed=allowed)
        return Problem(self.name, message, allowed, None)

    def items(self, value: object) -> list[dict[str, Any]]:
        """Return the items of a value as far as they are items, without keys that hold nothing."""
        listed = value if isinstance(value, list | tuple) else ()
        return [_filled(item) for item in listed if isinstance(item, Mapping)]

    def plain(self, value: Any) -> list[dict[str, Any]]:
        """Return the items as JSON values, paths as text."""
        return [{str(key): _plain(one) for key, one in item.items()} for item in self.items(value)]

    def addresses(self, value: Any) -> Iterator[Address]:
        """Yield file and voice of each item, in order."""
        for number, item in enumerate(self.items(value)):
            yield from self._addresses(number, item)

    def _addresses(self, number: int, item: dict[str, Any]) -> Iterator[Address]:
        kind = self.type(item.get("type"))
        if kind is None:
            return
        for key, rule in (("url", kind.rule), (VOICE, kind.voice)):
            if rule and isinstance(item.get(key), str | PathLike):
                yield Address((self.name, number, key), written(item[key]), (rule,))

    def limits(self) -> dict[str, Any]:
        """Return the types with their limits, and the sets."""
        return {
            "types": [
                {
                    "name": one.name,
                    "label": one.label,
                    "help": one.help,
                    "voice": one.voice.limits() if one.voice else None,
                    "named": one.named,
                    "most": max(one_set.counts.get(one.name, (0, 0))[1] for one_set in self.sets),
                    **one.rule.limits(),
                }
                for one in self.types
            ],
            "sets": [one.plain() for one in self.sets],
        }

    def _item(self, number: int, item: dict[str, Any]) -> list[Problem]:
        kind = self.type(item.get("type"))
        if kind is None:
            known = ", ".join(one.name for one in self.types)
            return [self._item_problem(number, "media_type", item.get("type"), known=known)]
        keys = ["type", "url"] + ([VOICE] if kind.voice else [])
        strange = [key for key in item if key not in keys]
        found = [
            self._item_problem(number, "media_key", item[key], key=key, known=", ".join(keys), type=kind.name)
            for key in strange
        ]
        wrong = [key for key in keys[1:] if not isinstance(item.get(key, ""), str | PathLike)]
        found += [self._item_problem(number, "media_text", item[key], key=key) for key in wrong]
        if "url" not in item:
            found.append(self._item_problem(number, "media_url", None, type=kind.name))
        here = self._addresses(number, item)
        return found + [problem for address in here for problem in address.problems()]

    def _combination(self, items: list[dict[str, Any]]) -> list[Problem]:
        found = Counter(str(item["type"]) for item in items)
        if any(one.permits(found) for one in self.sets):
            return []
        if not found:
            return [self.missing()]
        given = " + ".join(_times(name, count) for name, count in found.items())
        allowed = "; ".join(map(str, self.sets))
        return [self._problem("media_set", given, allowed, given=given, allowed=allowed)]

    def _item_problem(self, number: int, key: str, value: object, /, **more: object) -> Problem:
        words = {"field": f"{self.name}[{number}]", "value": shortened(value), **more}
        return Problem(self.name, text(f"catalog.problem.{key}", **words), None, value, number)


def _filled(item: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in item.items() if value is not None}


def _plain(value: Any) -> Any:
    return written(value) if isinstance(value, str | PathLike) else value


def _times(name: str, count: int) -> str:
    return name if count == 1 else f"{count} x {name}"
