"""Ridges: lines of hills, peaks, waves or dunes, each filled to the bottom and paler with depth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from wan_notebook.simulator.making.palette import Look, Shape, colour
from wan_notebook.simulator.making.place import Chance, Place
from wan_notebook.simulator.making.raster import Floats, Raster

COUNT = 5
"""Ridges from the horizon to the foreground."""

SLOWEST, QUICKEST = 0.012, 0.085
"""How fast the farthest and the nearest ridge drift, in picture heights per second."""


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of ridge is made: a sum of curves.

    Attributes:
        curve: one curve over an angle, between -1 and 1.
        frequency: bumps per picture height of the first curve.
        weights: how strongly the first curve and those of rising frequency count.
        height: how high the ridge rises, in picture heights.
        flow: how differently fast its curves move: 0 for land, which keeps its form.
    """

    curve: Callable[[Floats], Floats]
    frequency: float
    weights: tuple[float, ...]
    height: float
    flow: float


def _peak(angle: Floats) -> Floats:
    return 1 - 2 * np.abs(np.sin(angle / 2))


def _crest(angle: Floats) -> Floats:
    crest: Floats = np.exp(np.sin(angle) - 1) * 2 - 1
    return crest


def _dune(angle: Floats) -> Floats:
    return np.sin(angle + 0.75 * np.sin(angle))


FORMS: dict[Shape, Form] = {
    "hills": Form(np.sin, 0.55, (1.0, 0.5, 0.2, 0.06), 0.07, 0.0),
    "peaks": Form(_peak, 0.8, (1.0, 0.55, 0.3, 0.16, 0.08), 0.11, 0.0),
    "waves": Form(_crest, 0.9, (1.0, 0.55, 0.25), 0.03, 1.0),
    "dunes": Form(_dune, 0.42, (1.0, 0.3), 0.075, 0.0),
}
RISING = 1.93
"""Ratio of one curve's frequency to the one before: no whole number, so that nothing repeats."""


class Ridge:
    """One ridge on one raster."""

    def __init__(
        self, form: Form, base: float, speed: float, scale: float, phases: Floats, shades: Floats
    ) -> None:
        self._form = form
        self._base = base
        self._speed = speed
        self._scale = scale
        self._phases = phases
        self._shades = shades

    def draw(self, raster: Raster, seconds: float) -> None:
        """Draw it over what lies behind it."""
        raster.ridge(self._line(raster.x[0], seconds), self._shades)

    def _line(self, x: Floats, seconds: float) -> Floats:
        """Return the ridge's y for each x."""
        form = self._form
        line = np.zeros_like(x)
        for index, (weight, phase) in enumerate(zip(form.weights, self._phases, strict=False)):
            own = self._speed * (1 + form.flow * 0.5 * index) + form.flow * 0.03 * (-1) ** index
            angle = (x + own * seconds) * np.float32(2 * np.pi * form.frequency / self._scale * RISING**index)
            line += np.float32(weight) * form.curve(angle + phase)
        return self._base - line * np.float32(form.height * self._scale / sum(form.weights))


def ridges(raster: Raster, look: Look, turn: float, place: Place, chance: Chance) -> list[Ridge]:
    """Return the ridges from far to near: larger, quicker and darker the nearer."""
    form = FORMS[look.shape]
    far, near = (colour(written, turn) for written in look.ridges)
    haze = colour(look.sky[2], turn)
    found = []
    for index in range(COUNT):
        depth = index / (COUNT - 1)
        base = place.horizon + (0.93 - place.horizon) * depth**1.15 + float(chance.uniform(-0.015, 0.015))
        speed = place.wind * (SLOWEST + (QUICKEST - SLOWEST) * depth**1.5)
        phases = chance.uniform(0, 2 * np.pi, 5).astype(np.float32)
        shades = _shades(raster, far + (near - far) * depth, haze, base, 0.42 * (1 - depth) + 0.05)
        found.append(Ridge(form, base, speed, 0.75 + 0.75 * depth, phases, shades))
    return found


def _shades(raster: Raster, top: Floats, haze: Floats, base: float, mist: float) -> Floats:
    """Return a ridge's colour for each row: its own at the top, sinking into mist below."""
    depth = np.clip((raster.y[:, 0] - base + 0.04) / 0.22, 0, 1) * mist
    shades: Floats = top[:, None] + (haze - top)[:, None] * depth[None, :]
    return shades.astype(np.float32)
