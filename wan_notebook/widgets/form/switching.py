"""What stays of a form's values when its model changes."""

import json
import operator
from collections.abc import Mapping
from os import PathLike, fspath
from typing import Any

from wan_notebook.catalog import MediaField, Model, Request, SettingError

Values = dict[str, Any]


def filled(model: Model, values: Mapping[str, Any]) -> Values:
    """Return a value for every field of a model: the one given, else the default, as JSON can hold it.

    Raises:
        SettingError: the model has no parameter of a given name.
    """
    strange = {name: value for name, value in values.items() if model.field(name) is None}
    for problem in Request(model.id, **strange).problems():
        if problem.field in strange:
            raise SettingError(problem.message)
    given = {name: value for name, value in values.items() if value is not None}
    return {field.name: plain(given.get(field.name, field.default)) for field in model.fields}


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: paths as text, numpy's whole numbers as numbers."""
    return json.loads(json.dumps(value, default=_plain))


def _plain(value: Any) -> Any:
    if isinstance(value, PathLike):
        return fspath(value)
    try:
        return operator.index(value)
    except TypeError:
        return repr(value)


class Memory:
    """Remembers what was entered for other models.

    A value goes along wherever the next model has a parameter of that name; the others wait for their model.
    One left at its default is no value: the next model has its own default. Of the media, items go along
    whose type the next model takes; the others wait.
    """

    def __init__(self) -> None:
        self._values: Values = {}
        self._media: dict[str, list[Any]] = {}

    def switch(self, source: Model, target: Model, values: Mapping[str, Any]) -> Values:
        """Return the values for another model, and remember those it does not take."""
        for field in source.fields:
            value = values.get(field.name)
            if value in (None, field.default):
                self._values.pop(field.name, None)
            else:
                self._values[field.name] = value
        known = {name: value for name, value in self._values.items() if target.field(name)}
        return filled(target, {**known, **self._media_for(source, target, values)})

    def _media_for(self, source: Model, target: Model, values: Mapping[str, Any]) -> Values:
        here, there = source.field("media"), target.field("media")
        if isinstance(here, MediaField):
            self._media[source.id] = here.items(values.get("media"))
        if not isinstance(there, MediaField):
            return {}
        waiting = self._media.get(target.id, [])
        if isinstance(here, MediaField):
            shared = {one.name for one in here.types} & {one.name for one in there.types}
            coming = [item for item in self._media[source.id] if item.get("type") in shared]
            waiting = coming + [item for item in waiting if item.get("type") not in shared]
        return {"media": waiting or None}
