"""One validated set of inputs for one model."""

import difflib
import hashlib
import json
import random
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Self

from wan_notebook.catalog.addresses import Step
from wan_notebook.catalog.billing import billed_seconds
from wan_notebook.catalog.exchange import Exchanged
from wan_notebook.catalog.fields import Field, IntegerField, Place, shortened, whole
from wan_notebook.catalog.media_field import VOICE, MediaField
from wan_notebook.catalog.models import MODELS, Cap, find_model
from wan_notebook.catalog.notices import notices
from wan_notebook.catalog.prices import Estimate, Quote, price_lists, quote
from wan_notebook.catalog.problems import Notice, Problem, RequestError
from wan_notebook.catalog.regions import DEFAULT_REGION
from wan_notebook.catalog.snippets import read_body
from wan_notebook.catalog.texts import text

OTHER: dict[Place, Place] = {"input": "parameters", "parameters": "input"}
SURPLUS = {"function": "video-synthesis", "extend_prompt": True}
"""What the official SDK writes into every `input` without being asked; it means nothing (section 10.1)."""
ABSENT = {"wan2.7": ("size", "shot_type", "audio", "img_url", "reference_urls")}
"""Parameters of an older family that a newer one replaced, each with a sentence that says by what."""


class Request(Exchanged):
    """Inputs for one model, under the service's own names. Immutable.

    A value of None counts as not given. Nothing is checked until `problems()`, `body()` or a submit asks.
    Media files are given as web addresses or as paths on this machine; those are uploaded when it is sent.

    Args:
        model: a model id of the catalogue, or a snapshot of one.
        **values: parameters by the service's names.

    Raises:
        UnknownModelError: the catalogue has no such model.
    """

    def __init__(self, model: str, /, **values: Any) -> None:
        super().__init__(find_model(model), values)
        self._elsewhere: frozenset[str] = frozenset()

    def changed(self, **values: Any) -> Self:
        """Return a request with these values replaced; None takes one out."""
        return self._like({**self._values, **values}, self._elsewhere)

    def resolved(self) -> Self:
        """Return the request as it is sent: every default written out, a seed drawn when none is given.

        Defaults are sent because documents disagree on some (protocol.md, section 11, "watermark"), and a
        seed because the service does not tell which one it drew. Parameters found in another place of a body
        go to the documented one, and one voice for all goes to each item ("reference_voice").
        """
        drawn = {
            field.name: random.randint(field.minimum, field.maximum)  # noqa: S311 - a seed is no secret
            for field in self._model.fields
            if isinstance(field, IntegerField) and field.drawn
        }
        values = {**self._model.defaults, **drawn, **self._values}
        media = self._model.field("media")
        if isinstance(media, MediaField) and not media.problems(values.get("media")) and self.usable(VOICE):
            voice = values.pop(VOICE)
            values["media"] = [_voiced(media, item, voice) for item in self.media()]
        return self._like(values, frozenset())

    def replaced(self, addresses: Mapping[tuple[Step, ...], str]) -> Self:
        """Return the request with other addresses at these places, as `addresses()` names them."""
        values = {name: _copied(value) for name, value in self._values.items()}
        for place, url in addresses.items():
            *way, last = place
            holder: Any = values
            for step in way:
                holder = holder[step]
            holder[last] = url
        return self._like(values, self._elsewhere)

    def problems(self) -> list[Problem]:
        """Return everything that would make the service refuse it, or do less than asked, all at once.

        Files on this machine are read and checked too; web addresses are not fetched.
        """
        found = [self._unknown(name) for name in self._values if self._model.field(name) is None]
        found += [problem for field in self._model.fields for problem in self._problems(field)]
        caps = (self._capped(cap) for cap in self._model.caps)
        return found + [problem for problem in caps if problem]

    def notices(self) -> list[Notice]:
        """Return remarks on what can be sent, but may not do what is expected; some with a mend."""
        return notices(self)

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the create call: exactly the given values, in the documented places.

        Raises:
            RequestError: there are problems; it carries them all.
        """
        problems = self.problems()
        if problems:
            raise RequestError(problems)
        return self._built(_accepted)

    def draft(self) -> dict[str, Any]:
        """Return the body as far as it can be built, for previews; problems are not looked at."""
        return self._built(_plain)

    def _built(self, plain: Callable[[Field, Any], Any]) -> dict[str, Any]:
        """Return the body, each value made plain JSON by this function."""
        body: dict[str, Any] = {"model": self._model.id, "input": {}, "parameters": {}}
        for field in self._model.fields:
            if field.name in self._values:
                value = self._values[field.name]
                place = OTHER[field.place] if field.name in self._elsewhere else field.place
                body[place][field.name] = plain(field, value)
        return body

    def estimate(self, region: str | None = DEFAULT_REGION) -> Estimate:
        """Return what it will cost in a region, from the dated price lists.

        Args:
            region: id of a region; None where it is not known (an address of the user's own).

        Raises:
            SettingError: there is no such region, or the user's own price list cannot be read.
        """
        seconds = billed_seconds(self)
        price = quote(self._model.id, region, self.resolution or "", sound=self.sounded)
        listed = price or price_lists()[0]
        most = None if seconds is None else seconds[1]
        low, high = (None, None) if price is None or seconds is None else _product(price, seconds)
        return Estimate(low, high, listed.currency, most, listed.source, listed.date)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the draft body in canonical JSON: equal for equal inputs."""
        canonical = json.dumps(self.draft(), sort_keys=True, ensure_ascii=True, default=repr)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @classmethod
    def from_body(cls, body: Mapping[str, Any] | str) -> Self:
        """Return the request a body (or its JSON) was made from; keys the model lacks become problems.

        A parameter in the other place than documented is understood (protocol.md, section 11,
        "negative_prompt") and stays there in `body()`; `resolved()` puts it right.

        Raises:
            SettingError: it is no body of a create call.
            UnknownModelError: the catalogue has no such model.
        """
        given = read_body(body)
        given["input"] = {name: value for name, value in given["input"].items() if SURPLUS.get(name) != value}
        made = cls(given["model"], **{**given["input"], **given["parameters"], **given["input"]})
        elsewhere = {field.name for field in made.model.fields if field.name not in given[field.place]}
        return made._like(made._values, frozenset(elsewhere))

    def _like(self, values: dict[str, Any], elsewhere: frozenset[str]) -> Self:
        made = type(self)(self._model.id, **values)
        made._elsewhere = elsewhere & values.keys()  # noqa: SLF001 - one of our own kind, just made
        return made

    def _problems(self, field: Field) -> list[Problem]:
        if field.name in self._values:
            return field.problems(self._values[field.name])
        return [field.missing()] if field.required else []

    def _capped(self, cap: Cap) -> Problem | None:
        """Return what is wrong with a number that is limited further by what else is there."""
        number = whole(self.value(cap.field))
        if number is None or number <= cap.maximum or not self.items(cap.media):
            return None
        words = {"field": cap.field, "value": shortened(number), "maximum": cap.maximum, "media": cap.media}
        return Problem(cap.field, text("catalog.problem.cap", **words), f"≤ {cap.maximum}", number)

    def _unknown(self, name: str) -> Problem:
        known = [field.name for field in self._model.fields]
        slip = not any(model.field(name) for model in MODELS.values())  # a right name elsewhere is none
        near = difflib.get_close_matches(name, known, n=1) if slip else []
        words = {"field": name, "model": self._model.id}
        if name in ABSENT.get(self._model.family, ()):
            message = text(f"catalog.absent.{name}", **words)
        elif near:
            message = text("catalog.problem.unknown_nearest", **words, nearest=near[0])
        else:
            message = text("catalog.problem.unknown_known", **words, known=", ".join(known))
        return Problem(name, message, ", ".join(known), self._values[name])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Request) and self.fingerprint == other.fingerprint

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        given = "".join(f", {name}={shortened(value)}" for name, value in self._values.items())
        return f"Request({self._model.id!r}{given})"


def _accepted(field: Field, value: Any) -> Any:
    return field.plain(value)


def _plain(field: Field, value: Any) -> Any:
    return value if field.problems(value) else _accepted(field, value)


def _voiced(media: MediaField, item: dict[str, Any], voice: str) -> dict[str, Any]:
    """Return an item with this voice where it takes one and has none of its own."""
    kind = media.type(item["type"])
    return {**item, VOICE: item.get(VOICE, voice)} if kind and kind.voice else item


def _copied(value: Any) -> Any:
    """Return a list's copy with copies of its items, and anything else as it is."""
    if isinstance(value, list | tuple):
        return [dict(item) if isinstance(item, Mapping) else item for item in value]
    return value


def _product(price: Quote, seconds: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal]:
    return price.low * seconds[0], price.high * seconds[1]
