"""Remarks on the names of references in a prompt, each with what settles it where one click can."""

from collections.abc import Sequence
from dataclasses import dataclass

from wan_notebook.catalog.naming import (
    CHARACTER,
    COUNTED,
    Mention,
    Named,
    foreign_mentions,
    mentions,
    naming_language,
    numbered,
    rewritten,
)
from wan_notebook.catalog.problems import Notice
from wan_notebook.catalog.texts import text

FEW = 2
"""From so many references on each should be named; a single one is understood without."""
PUNCTUATION = "。，、；：！？…”』」.,;:!?"


@dataclass(frozen=True, slots=True)
class _Reading:
    """A prompt and its references, as one scheme names them.

    Attributes:
        prompt: the prompt.
        called: name of each item in the model's own scheme, None for one without a name.
        items: number of the item by name, in both schemes.
        own: names of the model's own scheme in the prompt.
        foreign: names of the other scheme.
    """

    prompt: str
    called: list[Named | None]
    items: dict[Named, int]
    own: list[Mention]
    foreign: list[Mention]

    def name(self, item: int) -> str:
        """Return the right name of an item that has one, as this prompt writes names."""
        named = self.called[item]
        return "" if named is None else named.written(naming_language(self.prompt))


def naming_notices(prompt: str, kinds: Sequence[str | None], scheme: str, *, must_name: bool) -> list[Notice]:
    """Return remarks on names without an item, names of the other family, and items never named.

    Args:
        prompt: the prompt.
        kinds: "image", "video" or None (no name) for each item, in order.
        scheme: `naming.COUNTED` or `naming.CHARACTER`, what the model reads.
        must_name: the model needs every one of several references named.
    """
    items: dict[Named, int] = {}
    for known in (COUNTED, CHARACTER):
        items |= {named: item for item, named in enumerate(numbered(kinds, known)) if named is not None}
    reading = _Reading(
        prompt, numbered(kinds, scheme), items, mentions(prompt, scheme), foreign_mentions(prompt, scheme)
    )
    unnamed = _unnamed(reading) if must_name else []
    return [*_missing(reading), *_foreign(reading, scheme), *unnamed]


def _listed(written: Sequence[str]) -> str:
    """Return names as a list in a sentence, each once."""
    return text("naming.list.comma").join(dict.fromkeys(written))


def _missing(reading: _Reading) -> list[Notice]:
    """Remark on every name that stands for no item; its kind's last item is the nearest."""
    found = [mention for mention in (*reading.own, *reading.foreign) if mention.named not in reading.items]
    return [
        _missing_one(reading, [mention for mention in found if mention.named == named])
        for named in dict.fromkeys(mention.named for mention in found)
    ]


def _missing_one(reading: _Reading, found: list[Mention]) -> Notice:
    """Remark on one name that stands for no item, wherever it stands."""
    first = found[0]
    name = reading.prompt[first.start : first.end]
    same = [item for named, item in reading.items.items() if named.kind == first.kind]
    if not same:
        kind = text(f"naming.kind.{first.kind}")
        return Notice("prompt", text("naming.missing.none", name=name, kind=kind))
    nearest = reading.name(same[-1])
    many = "one" if len(same) == 1 else "many"
    message = text(f"naming.{many}.{first.kind}", name=name, count=len(same), nearest=nearest)
    mended = rewritten(reading.prompt, [(mention, nearest) for mention in found])
    return Notice("prompt", message, {"prompt": mended})


def _foreign(reading: _Reading, scheme: str) -> list[Notice]:
    """Remark on names of the other family that stand for an item."""
    found = [
        (mention, reading.items[mention.named])
        for mention in reading.foreign
        if mention.named in reading.items
    ]
    if not found:
        return []
    given = _listed([reading.prompt[mention.start : mention.end] for mention, _ in found])
    wanted = _listed([reading.name(item) for _, item in found])
    message = text(f"naming.foreign.{scheme}", given=given, wanted=wanted)
    mended = rewritten(reading.prompt, [(mention, reading.name(item)) for mention, item in found])
    return [Notice("prompt", message, {"prompt": mended})]


def _unnamed(reading: _Reading) -> list[Notice]:
    """Remark on items no name in the prompt stands for, once there is a prompt and more than one item."""
    named = {reading.items.get(mention.named) for mention in (*reading.own, *reading.foreign)}
    referable = [item for item, called in enumerate(reading.called) if called is not None]
    left = [reading.name(item) for item in referable if item not in named]
    if not left or len(referable) < FEW or not reading.prompt.strip():
        return []
    message = text("naming.unnamed.some", names=_listed(left))
    return [Notice("prompt", message, {"prompt": _appended(reading.prompt.rstrip(), left)})]


def _appended(prompt: str, written: list[str]) -> str:
    """Return a prompt with names at its end, as its language sets them apart."""
    if naming_language(prompt) == "en":
        return f"{prompt} {', '.join(written)}"
    comma = "" if prompt[-1] in PUNCTUATION else "，"
    return prompt + comma + "、".join(written)
