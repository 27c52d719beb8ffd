"""What a model is, and the table of models. Adding a model is adding an entry."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from wan_notebook.catalog.errors import UnknownModelError
from wan_notebook.catalog.fields import Field
from wan_notebook.catalog.texts import text

Pixels = Mapping[str, Mapping[str, tuple[int, int]]]
"""Width and height in pixels by resolution, then ratio."""

Billing = Literal["output", "references", "edit"]
"""Which seconds are billed: those made; also up to 5 s of reference videos; also the whole input."""

Naming = Literal["counted", "character"]
"""How a prompt speaks of media items: Image 1 and Video 1 counted apart, or character1 over all."""


@dataclass(frozen=True, kw_only=True)
class Cap:
    """A lower limit for a number while items of a type are there.

    Attributes:
        field: name of the number's field.
        maximum: the limit then.
        media: type of the items.
    """

    field: str
    maximum: int
    media: str


@dataclass(frozen=True, kw_only=True)
class Model:
    """One service model.

    Attributes:
        id: the service's model id.
        mode: t2v, i2v, r2v or edit.
        family: "wan2.7" or "wan2.6": which rules and names it follows.
        path: the create endpoint under the base URL.
        fields: its parameters, in the order a form shows them.
        pixels: picture size of each resolution and ratio.
        scopes: price scopes ("mainland", "international", "global") in which it is offered.
        caps: limits that depend on other inputs.
        billing: which seconds are billed (protocol.md, section 9).
        input_shares: "videos" or "references": among how many the 5 s of billed input are divided.
        naming: how its prompts speak of media items, None when they do not.
        follows: fields and media types whose picture gives the video its shape, first the one that wins.
        successor: id of the model a request for this one can be moved to, or None.
        base: id of the model whose rules it borrows; None for a model of the catalogue.
        fps: frames per second of its videos.
        running: tasks one account may have under way at once (BL-rate).
        creates: submits one account may make per second (BL-rate).
        typical: seconds from submit to end the service publishes, low and high.
    """

    id: str
    mode: str
    family: str
    path: str
    fields: tuple[Field, ...]
    pixels: Pixels
    scopes: tuple[str, ...]
    caps: tuple[Cap, ...] = ()
    billing: Billing = "output"
    input_shares: Literal["videos", "references"] = "references"
    naming: Naming | None = None
    follows: tuple[str, ...] = ()
    successor: str | None = None
    base: str | None = None
    fps: int = 30
    running: int = 5
    creates: int = 5
    typical: tuple[int, int] = (60, 300)

    def field(self, name: str) -> Field | None:
        """Return the parameter of this name, None when the model has none."""
        return next((field for field in self.fields if field.name == name), None)

    @property
    def defaults(self) -> dict[str, object]:
        """The defaults of the fields that have one, by name."""
        return {field.name: field.default for field in self.fields if field.default is not None}


MODELS: dict[str, Model] = {}
"""Every model, by id. `wan_notebook.catalog` fills it; tests and users may add their own."""


def add_models(*models: Model) -> None:
    """Put models into the catalogue; one of the same id is replaced."""
    MODELS.update({model.id: model for model in models})


def find_model(model: str) -> Model:
    """Return the model of this id, or one with the rules of its family.

    An id that only adds something behind a hyphen to a known one (a snapshot such as wan2.7-t2v-2026-12-01)
    gets the rules of that one, its own id, and `base`.

    Raises:
        UnknownModelError: the catalogue has nothing like it; the message names the nearest.
    """
    wanted = str(model)
    if wanted in MODELS:
        return MODELS[wanted]
    known = [one for one in MODELS if wanted.startswith(f"{one}-") and not wanted.endswith("-")]
    if known:
        base = MODELS[max(known, key=len)]
        return replace(base, id=wanted, base=base.id)
    near = difflib.get_close_matches(wanted, MODELS, n=1)
    if near:
        raise UnknownModelError(text("catalog.error.model_nearest", model=repr(model), nearest=near[0]))
    raise UnknownModelError(text("catalog.error.model", model=repr(model), known=", ".join(MODELS)))
