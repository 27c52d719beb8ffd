"""What video an order asks for, once its media are here: size, length, sound, what it is made from."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from wan_notebook.catalog import Model
from wan_notebook.simulator.gathering import Given
from wan_notebook.simulator.making.video import Video

GRID = 16
"""Sides of a video that takes its shape from a picture are multiples of this (BL-i2v)."""
USUAL_SECONDS = 5
"""Length of the videos of a model that lets nobody choose."""


def video_of(model: Model, values: Mapping[str, Any], given: Sequence[Given], caption: str) -> Video:
    """Return the video of an order without faults.

    Args:
        model: what makes it.
        values: its values, a seed among them.
        given: its media.
        caption: ``"prompt"`` draws the prompt into the picture, ``""`` does not.
    """
    width, height = size_of(model, values, given)
    prompt = values.get("template") or values.get("prompt") or ""
    return Video(
        width=width,
        height=height,
        fps=model.fps,
        seconds=seconds_of(values, given),
        prompt=prompt,
        mood=_mood(values),
        seed=values["seed"],
        mark=values.get("watermark", False),
        caption=prompt if caption == "prompt" else "",
        ingredients=tuple(one.ingredient for one in given),
        sound=values.get("audio", True),
    )


def size_of(model: Model, values: Mapping[str, Any], given: Sequence[Given]) -> tuple[int, int]:
    """Return width and height in pixels: those asked for, else in a given picture's shape (BL-i2v)."""
    if "size" in values:
        width, height = values["size"].split("*")
        return int(width), int(height)
    sizes = model.pixels[values.get("resolution", next(iter(model.pixels)))]
    usual = next(iter(sizes))
    shaped = next((one for name in model.follows for one in given if one.name == name), None)
    asked = "ratio" in values and "ratio" not in model.defaults  # videoedit: a ratio wins when there is one
    if shaped is None or asked:
        return sizes[values.get("ratio", usual)]
    return _fitted(math.prod(sizes[usual]), shaped.file.facts.width or 1, shaped.file.facts.height or 1)


def seconds_of(values: Mapping[str, Any], given: Sequence[Given]) -> float:
    """Return the length: that asked for, but no longer than a video to edit, whose own 0 stands for."""
    asked: float = values.get("duration", USUAL_SECONDS)
    edited = next((round(one.seconds, 2) for one in given if one.role == "video"), None)
    if edited is None:
        return asked
    return min(asked, edited) if asked else edited


def _fitted(area: int, width: int, height: int) -> tuple[int, int]:
    """Return about this many pixels in the shape of a picture, both sides rounded down to the grid."""
    scale = math.sqrt(area / (width * height))
    across, down = (max(GRID, int(side * scale) // GRID * GRID) for side in (width, height))
    return across, down


def _mood(values: Mapping[str, Any]) -> str:
    """Return what else of the order the look follows from; shot_type acts only on an extended prompt."""
    extended = values.get("prompt_extend")
    several = values.get("shot_type") == "multi" and extended is not False
    return repr([values.get("negative_prompt"), extended, "multi" if several else None])
