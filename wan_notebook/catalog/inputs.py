"""A model with values for its parameters, and what follows from them together."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from wan_notebook.catalog.addresses import Address, Kind
from wan_notebook.catalog.media_field import VOICE, MediaField
from wan_notebook.catalog.models import Model

AREAS = {"720P": 1280 * 720, "1080P": 1920 * 1080}
"""Pixels of a picture at each resolution."""
GRID = 16
"""Both sides of a picture that follows a given one are multiples of this (BL-i2v)."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One image or video a prompt can speak of.

    Attributes:
        kind: image or video; None where only the address is known and its ending tells nothing.
        seconds: length of a video on this machine, else None.
    """

    kind: Kind | None
    seconds: Decimal | None


class Inputs:
    """Values for one model, under the service's own names. Immutable; None counts as not given."""

    def __init__(self, model: Model, values: dict[str, Any]) -> None:
        self._model = model
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

    def usable(self, name: str) -> Any:
        """Return the value when it passes its field's check, else None."""
        field, value = self._model.field(name), self.value(name)
        return None if field is None or value is None or field.problems(value) else value

    def addresses(self) -> Iterator[Address]:
        """Yield every media file the values name, in the order of the fields."""
        for field in self._model.fields:
            if field.name in self._values:
                yield from field.addresses(self._values[field.name])

    def items(self, media_type: str) -> int:
        """Return how many media items of a type there are."""
        types = (item.get("type") for item in self.media())
        return [one for one in types if isinstance(one, str)].count(media_type)

    def media(self) -> list[dict[str, Any]]:
        """Return the media items, those that are none left out."""
        field = self._model.field("media")
        return field.items(self._values.get("media")) if isinstance(field, MediaField) else []

    def references(self) -> list[Reference]:
        """Return what the prompt can speak of, in order (protocol.md, section 3)."""
        return [
            _reference(address)
            for address in self.addresses()
            if address.at[-1] != VOICE and self._is_reference(address)
        ]

    def kinds(self) -> list[Kind | None]:
        """Return the kind of each media item as names in prompts count it, None for one without a name.

        Where neither file nor ending tells the kind, it counts as an image.
        """
        found = [
            address for address in self.addresses() if address.item is not None and address.at[-1] != VOICE
        ]
        return [(address.kind or "image") if self._is_named(address) else None for address in found]

    @property
    def sounded(self) -> bool:
        """Whether the video will have sound: all have but those of a flash model asked to be silent."""
        return self.value("audio") is not False

    @property
    def resolution(self) -> str | None:
        """The resolution ("720P") that is billed, None when it cannot be told."""
        if self._model.field("size") is None:
            resolution = self.usable("resolution")
            return None if resolution is None else str(resolution)
        size = self.size
        tiers = self._model.pixels.items()
        return next((name for name, sizes in tiers if size in sizes.values()), None)

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height in pixels the video will have, None when that cannot be told."""
        if self._model.field("size"):
            written = self.usable("size")
            return None if written is None else _pair(written)
        ratio = self._values.get("ratio")
        shaped_by = self._shaped_by()
        own_ratio = ratio is not None and "ratio" not in self._model.defaults
        if shaped_by is None or own_ratio:
            return self._model.pixels.get(self.usable("resolution"), {}).get(self.usable("ratio"))
        facts = shaped_by.facts()
        resolution = self.usable("resolution")
        if facts is None or not facts.width or not facts.height or resolution not in AREAS:
            return None
        return fitted(resolution, facts.width, facts.height)

    def _shaped_by(self) -> Address | None:
        """Return the picture whose shape the video takes, None where there is none."""
        found = {self.role(address): address for address in reversed(list(self.addresses()))}
        return next((found[name] for name in self._model.follows if name in found), None)

    def role(self, address: Address) -> str:
        """Return what an address is for: the type of its item, else its field."""
        if address.at[-1] == VOICE:
            return VOICE
        if address.at[0] == "media":
            return str(self.media()[address.item or 0].get("type"))
        return str(address.at[0])

    def _is_reference(self, address: Address) -> bool:
        return self.role(address) in {"reference_image", "reference_video", "reference_urls"}

    def _is_named(self, address: Address) -> bool:
        field = self._model.field(str(address.at[0]))
        if not isinstance(field, MediaField):
            return self._model.naming is not None
        kind = field.type(self.role(address))
        return kind is not None and kind.named


def _reference(address: Address) -> Reference:
    facts = address.facts()
    seconds = None if facts is None or facts.seconds is None else Decimal(str(facts.seconds))
    return Reference(address.kind, seconds)


def _pair(size: str) -> tuple[int, int]:
    width, height = size.split("*")
    return int(width), int(height)


def fitted(resolution: str, width: int, height: int) -> tuple[int, int]:
    """Return the size of a video that takes its shape from a picture (BL-i2v: 750x1000 gives 816x1104)."""
    across = math.sqrt(AREAS[resolution] * width / height)
    return int(across) // GRID * GRID, int(across * height / width) // GRID * GRID
