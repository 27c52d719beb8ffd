"""Every sentence a user reads, as data: one folder a language, one TOML file a room.

A key is ``room.section.name``: the file, the table in it, the entry. Placeholders are those of `str.format`.
"""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

_LANGUAGE = "en"


@cache
def _sentences(language: str, room: str) -> dict[str, Any]:
    """Read one room's sentences."""
    return tomllib.loads((files(__name__) / language / f"{room}.toml").read_text(encoding="utf-8"))


def text(key: str, /, **values: object) -> str:
    """Return the sentence of this key, its placeholders filled with `values`.

    Raises:
        KeyError: no such sentence, or a placeholder without a value; both are faults of this package.
    """
    room, *path = key.split(".")
    entry: Any = _sentences(_LANGUAGE, room)
    for step in path:
        entry = entry[step]
    return str(entry).format_map(values)
