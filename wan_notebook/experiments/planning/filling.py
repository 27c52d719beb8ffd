"""Fills `{who}` in texts with the words of a case; other braces stay as they are."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

NAME = re.compile(r"\{([^\W\d]\w*)\}")
"""A name in braces, in any language's letters."""


def filled(value: Any, words: Mapping[str, str]) -> Any:
    """Return a value with the names in all its texts filled, addresses of files among them.

    All are filled at once: a word that looks like a name is not filled again.
    """
    if isinstance(value, str):
        return NAME.sub(lambda found: words.get(found[1], found[0]), value)
    if isinstance(value, Mapping):
        return {name: filled(one, words) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [filled(one, words) for one in value]
    return value


def named(value: Any) -> Iterator[str]:
    """Yield each name that stands in braces in the texts of a value, as often as it does."""
    if isinstance(value, str):
        yield from NAME.findall(value)
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from named(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from named(one)
