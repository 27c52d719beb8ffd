"""What twinkles behind the ridges and floats before them."""

from dataclasses import dataclass

import numpy as np

from wan_notebook.simulator.making.palette import Look, Motes, colour
from wan_notebook.simulator.making.place import Chance, Place
from wan_notebook.simulator.making.raster import Floats, Raster

STARS = 110
OUTSHONE = 0.13
"""How near the light, in picture heights, no star is seen."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How floating things behave; lengths in picture heights, speeds per second.

    Attributes:
        count: how many there are.
        radius: of the largest.
        fall: how quickly they sink; negative rises.
        sway: how far they swing to the side.
        blink: how much their brightness swings, 0-1.
    """

    count: int
    radius: float
    fall: float
    sway: float
    blink: float


KINDS: dict[Motes, Kind] = {
    "stars": Kind(0, 0.0, 0.0, 0.0, 0.0),
    "fireflies": Kind(24, 0.013, -0.022, 0.035, 0.9),
    "snow": Kind(55, 0.0085, 0.075, 0.03, 0.0),
    "dust": Kind(18, 0.008, -0.012, 0.025, 0.6),
}


class Stars:
    """Stars in the upper sky, in two sets that twinkle in turn; drawn on luma alone."""

    def __init__(self, raster: Raster, look: Look, place: Place, chance: Chance) -> None:
        places = chance.uniform(0, 1, (STARS, 4))
        shown = look.motes == "stars" and raster.components.start == 0
        self._sets = [_star_map(raster, places[half::2], place) for half in range(2)] if shown else []

    def draw(self, raster: Raster, seconds: float) -> None:
        """Draw them over the sky."""
        white = np.array([235, 128, 128], np.float32)
        for index, stars in enumerate(self._sets):
            raster.lay(white, stars * np.float32(0.72 + 0.28 * np.sin(1.7 * seconds + 3 * index)))


def _star_map(raster: Raster, places: Floats, place: Place) -> Floats:
    """Return the alpha of some stars; fewer and fainter towards the horizon."""
    sheet = Raster(raster.width, raster.height, slice(0, 1))
    for x, y, size, bright in places:
        down = y**1.3 * place.horizon
        if np.hypot(x * place.aspect - place.light[0], down - place.light[1]) < OUTSHONE:
            continue
        strength = np.array([(0.3 + 0.7 * bright) * (1 - 0.75 * y), 0, 0], np.float32)
        sheet.disc(x * place.aspect, down, 0.0006 + 0.0016 * size**3, strength, softness=0.0016)
    return sheet.planes[0, : int(raster.height * place.horizon)].copy()


class Air:
    """Fireflies, snow or dust before the ridges."""

    def __init__(self, look: Look, turn: float, place: Place, chance: Chance) -> None:
        self._kind = KINDS[look.motes]
        self._place = place
        self._colour = colour(look.light, turn)
        self._chance: Floats = chance.uniform(0, 1, (self._kind.count, 5)).astype(np.float32)

    def draw(self, raster: Raster, seconds: float) -> None:
        """Draw them over everything; on luma alone, so they take on the colour behind them."""
        if raster.components.start != 0:
            return
        kind = self._kind
        for start_x, start_y, size, phase, pace in self._chance:
            x = (start_x * 1.2 - 0.1) * self._place.aspect
            x += kind.sway * np.sin(seconds * (0.5 + pace) + 6.3 * phase) + self._place.wind * 0.02 * seconds
            y = (start_y + kind.fall * (0.6 + 0.8 * pace) * seconds) % 1.0
            bright = 1 - kind.blink * (0.5 + 0.5 * np.sin(seconds * (1 + 2 * pace) + 6.3 * phase))
            radius = kind.radius * (0.35 + 0.65 * size)
            raster.disc(x, y, radius * 0.2, self._colour, radius, float(bright) * 0.85)
