"""One validated set of inputs for one model."""

import difflib
import hashlib
import json
import random
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from wan_notebook.catalog.fields import Field, IntegerField, shortened
from wan_notebook.catalog.models import Model, find_model
from wan_notebook.catalog.prices import Estimate, cost_of, price_list
from wan_notebook.catalog.problems import Problem, RequestError
from wan_notebook.catalog.regions import DEFAULT_REGION
from wan_notebook.catalog.texts import text


class Request:
    """Inputs for one model, under the service's own names. Immutable.

    A value of None counts as not given. Nothing is checked until `problems()`, `body()` or a submit asks.

    Args:
        model: a model id of the catalogue.
        **values: parameters by the service's names.

    Raises:
        UnknownModelError: the catalogue has no such model.
    """

    def __init__(self, model: str, /, **values: Any) -> None:
        self._model = find_model(model)
        self._values = {name: value for name, value in values.items() if value is not None}

    @property
    def model(self) -> Model:
        """The model's catalogue entry."""
        return self._model

    @property
    def values(self) -> dict[str, Any]:
        """The given values by name (a copy)."""
        return dict(self._values)

    def value(self, name: str) -> Any:
        """Return the given value, else the model's default, else None."""
        field = self._model.field(name)
        return self._values.get(name, field.default if field else None)

    def changed(self, **values: Any) -> "Request":
        """Return a request with these values replaced; None takes one out."""
        return Request(self._model.id, **{**self._values, **values})

    def resolved(self) -> "Request":
        """Return the request as it is sent: every default written out, a seed drawn when none is given.

        Defaults are sent because documents disagree on some (protocol.md, section 11, "watermark"), and a
        seed because the service does not tell which one it drew.
        """
        drawn = {
            field.name: random.randint(field.minimum, field.maximum)  # noqa: S311 - a seed is no secret
            for field in self._model.fields
            if isinstance(field, IntegerField) and field.drawn
        }
        return Request(self._model.id, **{**self._model.defaults, **drawn, **self._values})

    def problems(self) -> list[Problem]:
        """Return everything that would make the service refuse it, or do less than asked, all at once."""
        found = [self._unknown(name) for name in self._values if self._model.field(name) is None]
        found += [problem for field in self._model.fields if (problem := self._problem(field))]
        return found

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the create call: exactly the given values, in the documented places.

        Raises:
            RequestError: there are problems; it carries them all.
        """
        problems = self.problems()
        if problems:
            raise RequestError(problems)
        return self.draft()

    def draft(self) -> dict[str, Any]:
        """Return the body as far as it can be built, for previews; problems are not looked at."""
        body: dict[str, Any] = {"model": self._model.id, "input": {}, "parameters": {}}
        for field in self._model.fields:
            if field.name in self._values:
                value = self._values[field.name]
                body[field.place][field.name] = value if field.problem(value) else field.plain(value)
        return body

    def estimate(self, region: str = DEFAULT_REGION) -> Estimate:
        """Return what it will cost in a region, from the dated price list.

        t2v is billed for the seconds of the video made (BL-price).
        """
        prices = price_list()
        duration = self._model.field("duration")
        seconds = self.value("duration")
        known = duration is not None and duration.problem(seconds) is None
        billed = Decimal(int(seconds)) if known else None
        resolution = str(self.value("resolution"))
        cost = None if billed is None else cost_of(self._model.id, region, resolution, billed)
        return Estimate(cost, cost, prices.currency, billed, prices.source, prices.date)

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels the video will have, None when resolution or ratio is not known."""
        return self._model.pixels.get(str(self.value("resolution")), {}).get(str(self.value("ratio")))

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the draft body in canonical JSON: equal for equal inputs."""
        canonical = json.dumps(self.draft(), sort_keys=True, ensure_ascii=True, default=repr)
        return hashlib.sha256(canonical.encode()).hexdigest()

    @classmethod
    def from_body(cls, body: Mapping[str, Any]) -> "Request":
        """Return the request a body was made from; keys the model does not have become problems."""
        return cls(str(body["model"]), **body.get("input", {}), **body.get("parameters", {}))

    def _problem(self, field: Field) -> Problem | None:
        if field.name in self._values:
            return field.problem(self._values[field.name])
        if field.required:
            return Problem(field.name, text("catalog.problem.required", field=field.name), None, None)
        return None

    def _unknown(self, name: str) -> Problem:
        known = [field.name for field in self._model.fields]
        near = difflib.get_close_matches(name, known, n=1)
        words = {"field": name, "model": self._model.id}
        if near:
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
