"""Planes of a picture and the few strokes a scene is drawn with; lengths are in picture heights."""

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]


class Raster:
    """Some colour components of a picture on one grid: luma, or the two chroma planes at half its size.

    Args:
        width, height: grid size.
        components: which of Y, U, V it holds.

    Attributes:
        x: horizontal place of each column, 0 at the left, `aspect` at the right.
        y: vertical place of each row, 0 at the top, 1 at the bottom.
        planes: the picture, one plane a component.
    """

    def __init__(self, width: int, height: int, components: slice) -> None:
        self.width, self.height = width, height
        self.components = components
        self.x: Floats = ((np.arange(width, dtype=np.float32) + 0.5) / height)[None, :]
        self.y: Floats = ((np.arange(height, dtype=np.float32) + 0.5) / height)[:, None]
        count = components.stop - components.start
        self.planes: Floats = np.zeros((count, height, width), np.float32)
        self._scratch: Floats = np.zeros((height, width), np.float32)

    def lay(self, colour: Floats, alpha: Floats) -> None:
        """Blend a colour over the picture, or over as many of its upper rows as alpha has."""
        rows = len(alpha)
        scratch = self._scratch[:rows]
        for plane, component in zip(self.planes, colour[self.components], strict=True):
            np.subtract(component, plane[:rows], out=scratch)
            scratch *= alpha
            plane[:rows] += scratch

    def ridge(self, heights: Floats, shades: Floats) -> None:
        """Fill everything under a line.

        Args:
            heights: the line's y for each column.
            shades: colour of each row, one row of numbers a component.
        """
        rows = heights * self.height
        top = int(np.clip(np.floor(rows.min()), 0, self.height))
        full = int(np.clip(np.ceil(rows.max()) + 1, 0, self.height))
        numbers = np.arange(top, full, dtype=np.float32)[:, None] + 1
        alpha = np.clip(numbers - rows[None, :], 0, 1)
        for plane, shade in zip(self.planes, shades[self.components], strict=True):
            band = plane[top:full]
            band += alpha * (shade[top:full, None] - band)
            plane[full:] = shade[full:, None]

    def disc(
        self, x: float, y: float, radius: float, colour: Floats, softness: float, strength: float = 1.0
    ) -> None:
        """Blend a disc whose edge fades over `softness`, at most with `strength`."""
        reach = radius + softness
        rows, columns = self._range(y, reach, self.height), self._range(x, reach, self.width)
        distance = np.hypot(self.x[:, columns] - x, self.y[rows] - y)
        alpha = np.clip((reach - distance) / (2 * softness), 0, 1) * np.float32(strength)
        for plane, component in zip(self.planes, colour[self.components], strict=True):
            part = plane[rows, columns]
            part += alpha * (component - part)

    def _range(self, centre: float, reach: float, limit: int) -> slice:
        low = min(max(int((centre - reach) * self.height), 0), limit)
        return slice(low, min(max(int((centre + reach) * self.height) + 2, 0), limit))
