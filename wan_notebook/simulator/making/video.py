"""What a video is made from, as a value: equal values give the same bytes."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from wan_notebook.simulator.making.ingredients import NAMES, Ingredient, Role

DRAWING = 1
"""Version of the drawing: raised when the same values give other bytes, so that no old video is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """Everything a video follows from.

    Attributes:
        width, height: picture size in pixels, both even.
        fps: frames per second.
        seconds: length; rounded to whole frames.
        prompt: text it is about; palette, kind of scene and key of the music follow from it.
        mood: what else of the request the palette follows from (negative prompt, prompt_extend, sound).
        seed: composition, motion and melody follow from it.
        mark: whether the service's AI mark is drawn.
        caption: text drawn under the picture, or "".
        ingredients: pictures, clips and sounds that are seen and heard in it, in the order of the request.
        sound: whether it has any sound.
    """

    width: int
    height: int
    fps: int
    seconds: float
    prompt: str
    mood: str
    seed: int
    mark: bool
    caption: str
    ingredients: tuple[Ingredient, ...] = ()
    sound: bool = True

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the video whose `dataclasses.asdict` went through JSON; a row may be of an older version."""
        ingredients = tuple(Ingredient(**given) for given in row.get("ingredients", ()))
        return cls(**{**row, "ingredients": ingredients})

    @property
    def frames(self) -> int:
        """How many pictures it has."""
        return max(1, round(self.fps * self.seconds))

    @property
    def length(self) -> float:
        """How long its pictures last, in seconds."""
        return self.frames / self.fps

    @property
    def name(self) -> str:
        """File name without ending: a hash of everything it follows from.

        What a plain video does without is left out, so that it keeps the name it always had.
        """
        values = {
            "drawing": DRAWING,
            **asdict(self),
            "ingredients": [one.content for one in self.ingredients],
        }
        unused = [name for name, usual in (("ingredients", []), ("sound", True)) if values[name] == usual]
        canonical = json.dumps({key: values[key] for key in values if key not in unused}, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:40]

    @property
    def theme_hash(self) -> int:
        """A number that follows from prompt and mood alone."""
        written = json.dumps([self.prompt, self.mood])
        return int.from_bytes(hashlib.sha256(written.encode()).digest()[:8], "big")

    @property
    def references(self) -> tuple[Ingredient, ...]:
        """The references, in the order of the request."""
        return tuple(one for one in self.ingredients if one.role in NAMES)

    def find(self, *roles: Role) -> Ingredient | None:
        """Return the first ingredient that plays one of these parts, None when there is none."""
        return next((one for one in self.ingredients if one.role in roles), None)
