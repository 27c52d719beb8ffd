"""Which calls go wrong: the disturbances in force, and their draws."""

import random
from collections.abc import Iterable
from dataclasses import asdict
from itertools import groupby
from typing import Any

from wan_notebook.simulator.faults import Disturbance


class Plan:
    """The disturbances in force, and how often each has been met.

    Calls are counted on one thread; others may add and clear.

    Args:
        disturbances: those in force at first.
    """

    def __init__(self, disturbances: Iterable[Disturbance] = ()) -> None:
        self._set([_Counted(one) for one in disturbances])

    def add(self, disturbances: Iterable[Disturbance]) -> None:
        """Put more in force; of several that hit one call the earliest is done."""
        self._set([*self._all, *(_Counted(one) for one in disturbances)])

    def clear(self) -> None:
        """Put none in force."""
        self._set([])

    def due(self, endpoint: str) -> Disturbance | None:
        """Count a call of an endpoint and return what is to be done to it."""
        counted = self._by_endpoint.get(endpoint)
        if counted is None:
            return None
        # Each draws at each call, so that what it hits does not depend on the others.
        hitting = [one for one in counted if one.hits_next()]
        if not hitting:
            return None
        hitting[0].hits += 1
        return hitting[0].disturbance

    def public(self) -> list[dict[str, Any]]:
        """Return each disturbance as JSON values, with the calls it has seen and hit."""
        return [{**asdict(one.disturbance), "calls": one.calls, "hits": one.hits} for one in self._all]

    def _set(self, counted: "list[_Counted]") -> None:
        self._all = counted
        ordered = sorted(counted, key=_endpoint)
        self._by_endpoint = {where: list(group) for where, group in groupby(ordered, _endpoint)}


class _Counted:
    """A disturbance in force."""

    def __init__(self, disturbance: Disturbance) -> None:
        self.disturbance = disturbance
        self.calls = 0
        self.hits = 0
        # Seeded with all its fields: two of one seed draw for themselves.
        self._chance = random.Random(repr(disturbance))  # noqa: S311 - play, no secret

    def hits_next(self) -> bool:
        """Count one more call and return whether it may be hit."""
        self.calls += 1
        drawn, asked = self._chance.random(), self.disturbance
        spent = asked.times is not None and self.hits >= asked.times
        return not spent and self.calls % asked.every == 0 and drawn < asked.chance


def _endpoint(counted: _Counted) -> str:
    return counted.disturbance.where
