"""Arms made of every combination of some values, each named shortly by what differs."""

from collections.abc import Iterable
from itertools import product
from typing import Any

from wan_notebook.catalog import SettingError, members, shortened, text
from wan_notebook.experiments.planning.checks import ARMS

BETWEEN = " · "
SHORT = 16
"""Characters of a value that may stand in a name as it is; a longer one is told by its number."""


def grid(**values: Iterable[Any]) -> dict[str, dict[str, Any]]:
    """Return arms for an experiment: every combination of these values.

    Args:
        **values: for each parameter, by the service's name, the values to try.

    Returns:
        What each arm sets, by a short name of it, such as "720P · prompt 1". A parameter with one value is in
        every arm and in no name.

    Raises:
        SettingError: a parameter is no list, or has one value twice or none, or these are not 2 to 12 arms.
    """
    lists = {name: _listed(name, given) for name, given in values.items()}
    combinations = list(product(*lists.values()))
    few, many = ARMS
    if not few <= len(combinations) <= many:
        raise SettingError(text("experiments.grid.arms", count=len(combinations), few=few, many=many))
    labels = {name: _labels(name, listed) for name, listed in lists.items() if len(listed) > 1}
    telling = sorted(labels, key=lambda name: labels[name] == _numbered(name, lists[name]))
    arms = {}
    for places in product(*(range(len(listed)) for listed in lists.values())):
        at = dict(zip(lists, places, strict=True))
        label = BETWEEN.join(labels[name][at[name]] for name in telling)
        arms[label] = {name: lists[name][place] for name, place in at.items()}
    return arms


def _listed(name: str, given: Any) -> list[Any]:
    listed = members(given)
    if listed is None:
        raise SettingError(text("experiments.grid.list", name=name, value=shortened(given)))
    if not listed or any(one in listed[:place] for place, one in enumerate(listed)):
        raise SettingError(text("experiments.grid.values", name=name, value=shortened(listed)))
    return listed


def _labels(name: str, listed: list[Any]) -> list[str]:
    """Return a name for each value of a parameter: itself where short, else a number; no two are alike."""
    plain = [_plain(name, value) for value in listed]
    usable = [one for one in plain if one is not None]
    if len(set(usable)) == len(listed):
        return usable
    return _numbered(name, listed)


def _numbered(name: str, listed: list[Any]) -> list[str]:
    return [f"{name} {number}" for number in range(1, len(listed) + 1)]


def _plain(name: str, value: Any) -> str | None:
    """Return what a value reads like in a name, None when it is too long or no plain value."""
    if len(str(value)) > SHORT:
        return None
    if isinstance(value, bool | int | float):
        return f"{name} {value}".replace("True", "on").replace("False", "off")
    if not isinstance(value, str) or not value.strip():
        return None
    return value.strip() if value.isprintable() and BETWEEN not in value else None
