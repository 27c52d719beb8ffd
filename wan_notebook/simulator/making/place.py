"""Where things stand in a scene and which way they go, drawn by the seed."""

from dataclasses import dataclass
from typing import Self

import numpy as np

Chance = np.random.Generator


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where things stand; lengths in picture heights, speeds per second.

    Attributes:
        aspect: width of the picture.
        horizon: height of the farthest ridge.
        light: where sun or moon stands at first.
        light_drift: how it moves.
        wind: which way and how strongly everything drifts: about -1 or 1.
    """

    aspect: float
    horizon: float
    light: tuple[float, float]
    light_drift: tuple[float, float]
    wind: float

    @classmethod
    def draw(cls, chance: Chance, aspect: float) -> Self:
        """Draw a place."""
        wind = float(chance.choice([-1.0, 1.0]) * chance.uniform(0.75, 1.25))
        return cls(
            aspect=aspect,
            horizon=float(chance.uniform(0.5, 0.62)),
            light=(float(chance.uniform(0.2, 0.8)) * aspect, float(chance.uniform(0.18, 0.42))),
            light_drift=(-0.006 * wind, float(chance.uniform(-0.007, 0.007))),
            wind=wind,
        )

    def light_at(self, seconds: float) -> tuple[float, float]:
        """Return where sun or moon stands at a time."""
        return (
            self.light[0] + self.light_drift[0] * seconds,
            self.light[1] + self.light_drift[1] * seconds,
        )
