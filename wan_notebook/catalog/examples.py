"""Filled-in requests to start from, worded in both languages."""

import tomllib
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from wan_notebook.catalog.errors import SettingError
from wan_notebook.catalog.models import find_model
from wan_notebook.catalog.texts import LANGUAGES, language, text


@dataclass(frozen=True, slots=True)
class Example:
    """One filled-in request.

    Attributes:
        id: our name for it, the same in all languages.
        title: what a menu calls it.
        values: the parameters, the prompt among them.
    """

    id: str
    title: str
    values: Mapping[str, Any]


def examples(model_id: str, spoken: str | None = None) -> list[Example]:
    """Return the examples for a model, none when there are none.

    Args:
        model_id: a model of the catalogue, or a snapshot of one, which has the examples of that one.
        spoken: "en" or "zh" for titles and prompts; the language of all sentences by default.

    Raises:
        UnknownModelError: the catalogue has no such model.
        SettingError: there is no such language.
    """
    code = language() if spoken is None else spoken
    if code not in LANGUAGES:
        raise SettingError(text("catalog.error.language", language=repr(spoken), known=", ".join(LANGUAGES)))
    model = find_model(model_id)
    known = {model.id, model.base}
    return [_example(entry, code) for entry in _entries() if known.intersection(entry["models"])]


def _example(entry: dict[str, Any], code: str) -> Example:
    words = entry[code]
    values = {"prompt": words["prompt"].strip(), **deepcopy(entry["values"])}
    return Example(entry["id"], words["title"], values)


@cache
def _entries() -> list[dict[str, Any]]:
    read = tomllib.loads((files(__package__) / "examples.toml").read_text(encoding="utf-8"))
    entries: list[dict[str, Any]] = read["example"]
    return entries
