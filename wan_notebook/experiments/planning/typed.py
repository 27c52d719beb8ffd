"""Takes the parts of an experiment as a user has typed them, and makes plain JSON values of them."""

import json
import operator
import os
from collections.abc import Mapping
from typing import Any

from wan_notebook.catalog import SettingError, members, shortened, text
from wan_notebook.catalog.fields import whole


def plain(part: str, value: Any) -> Any:
    """Return a value as plain JSON: paths as text, numpy's whole numbers and tuples unwrapped.

    Raises:
        SettingError: it cannot be written as JSON.
    """
    try:
        return json.loads(json.dumps(value, default=_unwrapped, allow_nan=False))
    except (TypeError, ValueError, RecursionError):
        raise SettingError(text("experiments.typed.json", part=part, value=shortened(value))) from None


def arms_of(arms: Any) -> dict[str, dict[str, Any]]:
    """Return the arms by name.

    Raises:
        SettingError: they are no mapping of names to mappings.
    """
    if not isinstance(arms, Mapping):
        raise SettingError(text("experiments.typed.arms", value=shortened(arms)))
    return {_named(name): _values(name, values) for name, values in arms.items()}


def base_of(base: Any) -> dict[str, Any]:
    """Return the values of every arm; none when None.

    Raises:
        SettingError: they are no mapping of parameters to values.
    """
    if not isinstance(base, Mapping | None) or not all(isinstance(field, str) for field in base or ()):
        raise SettingError(text("experiments.typed.base", value=shortened(base)))
    made: dict[str, Any] = plain("base", dict(base or {}))
    return made


def seeds_of(seeds: Any) -> tuple[int, ...]:
    """Return the seeds.

    Raises:
        SettingError: they are no list of whole numbers.
    """
    listed = members(seeds) or []
    wrong = [seed for seed in listed if whole(seed) is None]
    if wrong or not listed:
        raise SettingError(text("experiments.typed.seeds", value=shortened(wrong[0] if wrong else seeds)))
    return tuple(operator.index(seed) for seed in listed)


def cases_of(cases: Any) -> tuple[dict[str, str], ...]:
    """Return the cases, their values as text.

    Raises:
        SettingError: they are no list of mappings of names to words or numbers.
    """
    listed = members(cases)
    if listed is None:
        raise SettingError(text("experiments.typed.cases", value=shortened(cases)))
    return tuple(_case(case) for case in listed)


def voters_of(voters: Any) -> int:
    """Return how many people are to vote.

    Raises:
        SettingError: it is no whole number from 1.
    """
    number = whole(voters)
    if number is None or number < 1:
        raise SettingError(text("experiments.typed.voters", value=shortened(voters)))
    return number


def _named(name: Any) -> str:
    if not isinstance(name, str):
        raise SettingError(text("experiments.typed.arm_name", value=shortened(name)))
    return str(name)


def _values(name: str, values: Any) -> dict[str, Any]:
    if not isinstance(values, Mapping) or not all(isinstance(field, str) for field in values):
        raise SettingError(text("experiments.typed.arm", arm=name, value=shortened(values)))
    made: dict[str, Any] = plain(name, dict(values))
    return made


def _case(case: Any) -> dict[str, str]:
    if not isinstance(case, Mapping) or not all(isinstance(name, str) for name in case):
        raise SettingError(text("experiments.typed.cases", value=shortened(case)))
    if wrong := [value for value in case.values() if not isinstance(value, str | int | float | os.PathLike)]:
        raise SettingError(text("experiments.typed.case_value", value=shortened(wrong[0])))
    words = {name: os.fspath(word) if isinstance(word, os.PathLike) else word for name, word in case.items()}
    return {str(name): str(word) for name, word in words.items()}


def _unwrapped(value: Any) -> Any:
    """Return what JSON can hold of a value it does not know."""
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return operator.index(value)
