"""What can go wrong with a call on the way, as checked data; `wan_notebook.simulator.disturbing` does it.

What goes wrong here is no word of the service (`answers.Fault`) and no mistake in a request
(`Settings.faults`), so it has a name of its own: a disturbance.

    Disturbance("create", "reset-after", chance=0.2, seed=7)     # one create in five, the task is made
    Disturbance.read("download:cut=1000:next3")                  # the next three downloads end at byte 1000
"""

import math
import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass
from typing import Any, Self

from pydantic import ConfigDict

from wan_notebook.catalog import SettingError, text
from wan_notebook.simulator.choices import check_choice

API_ENDPOINTS = ("create", "query", "list", "cancel", "policy")
"""What is answered with JSON."""
ENDPOINTS = (*API_ENDPOINTS, "upload", "download")
STATUSES = (429, 500, 502, 503, 504)
POLITE_STATUSES = (429, 503)
"""Those that may come with a Retry-After."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a disturbance can be.

    Attributes:
        endpoints: where it can happen.
        least: the smallest value it takes; None when it takes no value.
    """

    endpoints: tuple[str, ...]
    least: float | None = None


_WITH_BODY = (*API_ENDPOINTS, "download")
"""What is answered with a body; an upload is answered with none."""
_MOMENTS = ("before", "after")

KINDS: Mapping[str, Kind] = {
    **{f"{how}-{moment}": Kind(ENDPOINTS) for how in ("reset", "silence") for moment in _MOMENTS},
    **{
        f"{status}-{moment}": Kind(ENDPOINTS, 0 if status in POLITE_STATUSES else None)
        for status in STATUSES
        for moment in _MOMENTS
    },
    "cut": Kind(_WITH_BODY, 0),
    "drip": Kind(_WITH_BODY, 0),
    "length": Kind(_WITH_BODY, -(2.0**63)),
    "bad-json": Kind(API_ENDPOINTS),
    "no-id": Kind(("create", "query")),
    "refused": Kind(API_ENDPOINTS),
    "range-ignored": Kind(("download",)),
    "expired": Kind(("download",)),
    "not-mp4": Kind(("download",)),
}
"""Every kind by its name; what each does is told by ``wan-notebook simulate --help``."""

_FIELDS: Mapping[str, tuple[str, type]] = {
    "": ("chance", float),
    "every": ("every", int),
    "next": ("times", int),
    "seed": ("seed", int),
}
"""Field and type by the word before a number in a written disturbance."""
_WORD = re.compile(r"(every|next|seed|)([0-9]+(?:\.[0-9]+)?)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Disturbance:
    """What goes wrong with some calls of an endpoint.

    A call is hit when `every`, `chance` and `times` all allow it, so the defaults hit each call.

    Attributes:
        where: one of `ENDPOINTS`.
        what: one of `KINDS`.
        value: ``cut``: bytes of this answer's body that arrive (half of it when None); ``drip``: seconds the
            body takes (10 when None); ``length``: bytes by which Content-Length is off (-1 when None);
            ``429-…`` and ``503-…``: seconds in Retry-After (no such header when None).
        chance: how likely a call is hit, above 0 to 1.
        every: only each so many-th call, counted from when the disturbance was set.
        times: only so many calls, then never again.
        seed: decides which calls a chance hits: the same ones in each run with the same order of calls.

    Raises:
        SettingError: a value that cannot be used.
    """

    where: str
    what: str
    _: KW_ONLY
    value: float | None = None
    chance: float = 1.0
    every: int = 1
    times: int | None = None
    seed: int = 0

    __pydantic_config__ = ConfigDict(extra="forbid")

    def __post_init__(self) -> None:
        check_choice("where", self.where, ENDPOINTS)
        check_choice(
            "what", self.what, [name for name, kind in KINDS.items() if self.where in kind.endpoints]
        )
        self._check_value()
        for name, number in (("every", self.every), ("times", self.times)):
            if number is not None and number < 1:
                raise SettingError(text("simulator.disturbances.low", name=name, value=number, least=1))
        if not 0 < self.chance <= 1:
            raise SettingError(text("simulator.disturbances.chance", value=self.chance))

    def _check_value(self) -> None:
        least, value = KINDS[self.what].least, self.value
        if value is None:
            return
        if least is None:
            raise SettingError(text("simulator.disturbances.valueless", what=self.what, value=value))
        if not least <= value < math.inf:
            raise SettingError(text("simulator.disturbances.low", name="value", value=value, least=least))

    @classmethod
    def read(cls, written: str) -> Self:
        """Read ``WHERE:WHAT[=VALUE][:HOW OFTEN…]``.

        Each HOW OFTEN is ``0.2`` (`chance`), ``every4``, ``next3`` (`times`) or ``seed7``.

        Raises:
            SettingError: it cannot be read.
        """
        where, _, rest = written.partition(":")
        kind, *words = rest.split(":")
        what, given, value = kind.partition("=")
        try:
            fields = dict(_field(word) for word in words)
            number = float(value) if given else None
        except ValueError:
            raise SettingError(text("simulator.disturbances.unreadable", value=repr(written))) from None
        return cls(where, what, value=number, **fields)


def _field(word: str) -> tuple[str, Any]:
    """Return field and value of a HOW OFTEN.

    Raises:
        ValueError: it is none.
    """
    read = _WORD.fullmatch(word)
    if read is None:
        raise ValueError(word)
    name, kind = _FIELDS[read[1]]
    return name, kind(read[2])
