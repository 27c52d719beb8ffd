"""A given clip in other colours: what an edit of a video looks like here."""

import numpy as np

from wan_notebook.simulator.making.palette import Look, colour
from wan_notebook.simulator.making.pictures import Bytes, Planes
from wan_notebook.simulator.making.raster import Floats

STEPS = 7
"""Shades of light the clip is reduced to."""
FLAT = 0.75
"""How flat a shade is: 0 changes nothing, 1 leaves hard steps."""
OWN, GIVEN = 0.3, 0.85
"""How much of the clip's own colour is left, and how much of the look's comes in."""


class Restyle:
    """Paints pictures in the colours of a look: dark places like its land, bright ones like its light.

    Args:
        look: whose colours.
    """

    def __init__(self, look: Look) -> None:
        stops = [colour(written) for written in (look.ridges[1], look.ridges[0], look.sky[1], look.light)]
        levels = np.linspace(16, 235, len(stops))
        scale = np.arange(256, dtype=np.float64)
        self._luma = _stepped(scale).astype(np.uint8)
        self._chroma = [
            (GIVEN * (np.interp(scale, levels, [stop[index] for stop in stops]) - 128)).astype(np.float32)
            for index in (1, 2)
        ]

    def draw(self, planes: Planes) -> Planes:
        """Return a picture painted anew."""
        luma = planes[0]
        small = luma[::2, ::2]
        u, v = (_tinged(plane, shift[small]) for plane, shift in zip(planes[1:], self._chroma, strict=True))
        return self._luma[luma], u, v


def _stepped(scale: Floats) -> Floats:
    """Return each value of luma drawn towards the middle of its step, the edges between them soft."""
    width = 219 / STEPS
    where = (np.clip(scale, 16, 235) - 16) / width
    step = np.minimum(np.floor(where), STEPS - 1)
    inside = where - step - 0.5
    flat = 16 * inside**5
    values: Floats = 16 + width * (step + 0.5 + flat * FLAT + inside * (1 - FLAT))
    return values


def _tinged(plane: Bytes, shift: Floats) -> Bytes:
    """Return a chroma plane with less of its own colour and more of another."""
    return np.clip((plane.astype(np.float32) - 128) * np.float32(OWN) + 128 + shift, 16, 240).astype(np.uint8)
