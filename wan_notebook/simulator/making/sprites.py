"""Drawn things with soft edges, laid over frames at any height to a fraction of a pixel."""

import math

import numpy as np
from PIL import Image

from wan_notebook.simulator.making.pictures import Planes, converted
from wan_notebook.simulator.making.raster import Floats

EDGE = ((1, 1), (0, 0))
"""Empty rows kept above and below, from which and into which the edges are moved."""
ROUNDING = np.float32(0.5)
"""Values are cut when they are written into a frame."""


class Sprite:
    """A drawn thing.

    Args:
        image: RGBA, of even size.
    """

    def __init__(self, image: Image.Image) -> None:
        self.width, self.height = image.size
        alpha = np.asarray(image.getchannel("A"), np.float32) / 255
        small = alpha.reshape(self.height // 2, 2, self.width // 2, 2).mean(axis=(1, 3))
        alphas = (alpha, small, small)
        values = [plane * opaque for plane, opaque in zip(converted(image), alphas, strict=True)]
        self._alphas, self._values = ([np.pad(rows, EDGE) for rows in kind] for kind in (alphas, values))

    def fill(self, x: int, y: int, planes: Planes) -> None:
        """Put a picture into it; x and y, both even, are where its upper left corner lies."""
        for values, plane, part in zip(self._values, planes, (1, 2, 2), strict=True):
            top, left = y // part + 1, x // part
            values[top : top + plane.shape[0], left : left + plane.shape[1]] = plane

    def blend(self, planes: Planes, x: int, y: float, strength: float = 1.0) -> None:
        """Lay it over a frame, its left edge at an even x inside the frame, its top anywhere."""
        for plane, values, alphas, part in zip(planes, self._values, self._alphas, (1, 2, 2), strict=True):
            column, row = x // part, math.floor(y / part)
            share = y / part - row
            top, end = max(0, -row), min(len(values) - 1, plane.shape[0] - row)
            if top >= end:
                continue
            under = plane[row + top : row + end, column : column + values.shape[1]]
            keep = 1 - _lowered(alphas, top, end, share, strength)
            under[:] = under * keep + (_lowered(values, top, end, share, strength) + ROUNDING)


def _lowered(rows: Floats, top: int, end: int, share: float, strength: float) -> Floats:
    """Return some rows moved down by a share of a pixel, at a strength."""
    moved = rows[top + 1 : end + 1] * np.float32((1 - share) * strength)
    moved += rows[top:end] * np.float32(share * strength)
    return moved
