"""Every sentence a user reads, as data: one folder a language, one TOML file a room.

A key is ``room.section.name``: the file, the table in it, the entry. Placeholders are those of `str.format`.
Nothing stands in for a sentence a language lacks: the tests see to it that none does.
"""

import os
import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from wan_notebook.catalog.errors import SettingError

LANGUAGES = ("en", "zh")
"""Languages there are, the one to fall back on first."""
ENVIRONMENT = "WAN_NOTEBOOK_LANG"


def _known(code: str) -> str | None:
    """Return the language of a code such as "zh", "zh-CN" or "zh_CN.UTF-8", None for one there is not."""
    name = re.split(r"[-_.@]", code.strip().lower())[0]
    return name if name in LANGUAGES else None


_current = [_known(os.environ.get(ENVIRONMENT, "")) or LANGUAGES[0]]


def language(code: str | None = None) -> str:
    """Return the language of all sentences; with a code, first change it for this process.

    What is already on a page keeps its words; new forms, messages and cards come in the new language.

    Args:
        code: "en" or "zh", also as in "zh-CN" or "en_US.UTF-8", in capitals or not.

    Raises:
        SettingError: there is no such language; the message names those there are.
    """
    if code is not None:
        found = _known(str(code))
        if found is None:
            raise SettingError(
                text("catalog.error.language", language=repr(code), known=", ".join(LANGUAGES))
            )
        _current[0] = found
    return _current[0]


@cache
def _sentences(spoken: str, room: str) -> dict[str, Any]:
    """Read one room's sentences in one language."""
    return tomllib.loads((files(__name__) / spoken / f"{room}.toml").read_text(encoding="utf-8"))


def text(key: str, /, **values: object) -> str:
    """Return the sentence of this key, its placeholders filled with `values`.

    Raises:
        KeyError: no such sentence, or a placeholder without a value; both are faults of this package.
    """
    room, *path = key.split(".")
    entry: Any = _sentences(language(), room)
    for step in path:
        entry = entry[step]
    return str(entry).format_map(values)
