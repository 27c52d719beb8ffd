"""The back of a scene: a gradient, clouds that drift over it, and the light with its glow."""

import numpy as np

from wan_notebook.simulator.making.palette import Look, colour
from wan_notebook.simulator.making.place import Chance, Place
from wan_notebook.simulator.making.raster import Floats, Raster

CLOUD_SPEED = 0.02
"""Picture heights per second."""
GLOW_REACH = 0.3
"""Picture heights after which the glow has faded to a third."""

OCTAVES = 64
"""Waves along and across that make up the clouds."""


class Sky:
    """The back of a scene on one raster."""

    def __init__(self, raster: Raster, look: Look, turn: float, place: Place, chance: Chance) -> None:
        self._place = place
        self._light = colour(look.light, turn)
        self._clouds_colour = colour(look.clouds, turn)
        self._radius = look.disc
        self._rows = int(raster.height * min(1.0, place.horizon + 0.2))
        self._gradient = _gradient(raster, [colour(stop, turn) for stop in look.sky], place.horizon)
        self._clouds = _clouds(raster, place, chance)[: self._rows]
        self._glow = _glow(raster, self._rows)

    def draw(self, raster: Raster, seconds: float) -> None:
        """Draw it over everything."""
        raster.planes[:] = self._gradient
        x, y = self._place.light_at(seconds)
        raster.lay(self._light, self._glow_at(raster, x, y))
        raster.disc(x, y, self._radius, self._light, softness=0.004)
        raster.lay(self._clouds_colour, self._clouds_at(raster, seconds))

    def _clouds_at(self, raster: Raster, seconds: float) -> Floats:
        """Return the clouds' alpha, moved by fractions of a pixel."""
        moved = raster.width / 2 - self._place.wind * CLOUD_SPEED * seconds * raster.height
        left = int(moved)
        share = np.float32(moved - left)
        here = self._clouds[:, left : left + raster.width]
        return here + share * (self._clouds[:, left + 1 : left + 1 + raster.width] - here)

    def _glow_at(self, raster: Raster, x: float, y: float) -> Floats:
        left = raster.width - int(np.clip(x * raster.height, 0, raster.width))
        top = raster.height - int(np.clip(y * raster.height, 0, raster.height))
        return self._glow[top : top + self._rows, left : left + raster.width]


def _gradient(raster: Raster, stops: list[Floats], horizon: float) -> Floats:
    """Return the sky's planes: three colours from the top to a little under the horizon."""
    where = np.clip(raster.y[:, 0] / (horizon + 0.08), 0, 1)
    eased = where * where * (3 - 2 * where) * 0.35 + where * 0.65
    columns = [np.interp(eased, [0.0, 0.55, 1.0], [stop[i] for stop in stops]) for i in range(3)]
    planes = np.stack(columns)[raster.components, :, None].astype(np.float32)
    return np.ascontiguousarray(np.broadcast_to(planes, raster.planes.shape))


def _clouds(raster: Raster, place: Place, chance: Chance) -> Floats:
    """Return the alpha of clouds twice as wide as the picture: long soft streaks, thin at top and horizon."""
    noise = _noise(chance, (raster.height, 2 * raster.width), stretch=2 * place.aspect)
    cover = float(chance.uniform(-0.35, 0.35))
    thick = np.clip((noise + cover - 0.2) / 2.2, 0, 1)
    envelope = np.clip(raster.y / 0.15, 0.3, 1) * np.clip((place.horizon + 0.16 - raster.y) / 0.3, 0, 1)
    alpha: Floats = (thick * thick * (3 - 2 * thick) * envelope * 0.7).astype(np.float32)
    return alpha


def _noise(chance: Chance, shape: tuple[int, int], stretch: float) -> Floats:
    """Return smooth noise of mean 0 and deviation 1, the same field on a grid of any size.

    It is a sum of waves of falling strength, long along the picture and short across it; given to the inverse
    Fourier transform as the low frequencies of a spectrum of the wanted size.
    """
    across = np.fft.fftfreq(OCTAVES, 1 / OCTAVES)[:, None]
    along = np.arange(OCTAVES)[None, :] / stretch
    waves = chance.standard_normal((OCTAVES, OCTAVES)) + 1j * chance.standard_normal((OCTAVES, OCTAVES))
    waves *= (1.2 + np.hypot(across * 0.55, along * 2.4)) ** -2.0
    waves[0, 0] = 0
    spectrum = np.zeros((shape[0], shape[1] // 2 + 1), np.complex128)
    half, columns = min(OCTAVES, shape[0]) // 2, min(OCTAVES, spectrum.shape[1])  # a coarse grid has fewer
    spectrum[:half, :columns] = waves[:half, :columns]
    spectrum[-half:, :columns] = waves[-half:, :columns]
    field: Floats = np.fft.irfft2(spectrum, s=shape)
    even: Floats = field / field.std()
    return even


def _glow(raster: Raster, rows: int) -> Floats:
    """Return the glow around the middle of a plane large enough to be cut for any place of the light."""
    y = (np.arange(raster.height + rows, dtype=np.float32) - raster.height)[:, None] / raster.height
    x = (np.arange(2 * raster.width, dtype=np.float32) - raster.width)[None, :] / raster.height
    distance = np.hypot(x, y)
    wide = np.exp(-distance / GLOW_REACH) * 0.62
    near = np.exp(-((distance / 0.16) ** 2)) * 0.25
    alpha: Floats = (wide + near).astype(np.float32)
    return alpha
