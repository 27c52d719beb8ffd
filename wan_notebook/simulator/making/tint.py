"""The colours of a given picture, as the look of the scene it turns into."""

from dataclasses import replace

import numpy as np

from wan_notebook.simulator.making.palette import Look
from wan_notebook.simulator.making.pictures import Bytes, Planes
from wan_notebook.simulator.making.raster import Floats

GRID = 12
"""Rows and columns of patches a picture's colours are read from."""
BLUE, RED = 1.8556, 1.5748
"""Colour differences of BT.709 in full scale."""


def tinted(look: Look, planes: Planes) -> Look:
    """Return a look with the colours of a picture: its upper part the sky, its lower part the land."""
    patches = _patches(planes)
    rows = patches.mean(axis=1)
    flat = patches.reshape(-1, 3)
    flat = flat[flat.sum(axis=1).argsort()]
    dark, light = flat[: GRID * 2].mean(axis=0), flat[-GRID:].mean(axis=0)
    sky = (rows[: GRID // 4].mean(axis=0), rows[GRID // 4 : GRID // 2].mean(axis=0))
    land = rows[GRID // 2 :].mean(axis=0)
    haze = _mixed(sky[1], light, 0.6)
    return replace(
        look,
        sky=(_hex(sky[0]), _hex(sky[1]), _hex(haze)),
        ridges=(_hex(_mixed(land, haze, 0.25)), _hex(dark * 0.6)),
        light=_hex(_mixed(light, np.ones(3), 0.6)),
        clouds=_hex(_mixed(sky[1], light, 0.7)),
    )


def _patches(planes: Planes) -> Floats:
    """Return the mean red, green and blue of each patch, 0 to 1."""
    luma, u, v = (_means(plane) for plane in planes)
    luma, u, v = (luma - 16) / 219, (u - 128) / 224, (v - 128) / 224
    red, blue = luma + RED * v, luma + BLUE * u
    green = (luma - 0.2126 * red - 0.0722 * blue) / 0.7152
    return np.clip(np.stack([red, green, blue], axis=2), 0, 1)


def _means(plane: Bytes) -> Floats:
    rows, columns = (np.linspace(0, size, GRID, endpoint=False).astype(int) for size in plane.shape)
    sums = np.add.reduceat(np.add.reduceat(plane.astype(np.float64), rows, axis=0), columns, axis=1)
    sizes = np.outer(np.diff([*rows, plane.shape[0]]), np.diff([*columns, plane.shape[1]]))
    means: Floats = sums / sizes
    return means


def _mixed(one: Floats, other: Floats, share: float) -> Floats:
    """Return one colour with a share of another."""
    return one + (other - one) * share


def _hex(values: Floats) -> str:
    return "".join(f"{round(float(np.clip(value, 0, 1)) * 255):02x}" for value in values)
