"""What a model is, and the table of models. Adding a model is adding an entry."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from wan_notebook.catalog.errors import UnknownModelError
from wan_notebook.catalog.fields import Field
from wan_notebook.catalog.texts import text

Pixels = Mapping[str, Mapping[str, tuple[int, int]]]
"""Width and height in pixels by resolution, then ratio."""


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
        fps: frames per second of its videos.
        scopes: price scopes ("mainland", "international") in which it is offered.
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
    """Return the model of this id.

    Raises:
        UnknownModelError: the catalogue has no such id; the message names the nearest.
    """
    if model in MODELS:
        return MODELS[model]
    near = difflib.get_close_matches(str(model), MODELS, n=1)
    if near:
        raise UnknownModelError(text("catalog.error.model_nearest", model=repr(model), nearest=near[0]))
    raise UnknownModelError(text("catalog.error.model", model=repr(model), known=", ".join(MODELS)))
