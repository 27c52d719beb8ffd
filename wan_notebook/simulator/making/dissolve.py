"""A given picture that gives way to the scene, or rises out of it: the first and the last frame."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from wan_notebook.simulator.making.pictures import Bytes, Planes

HELD = 0.22
"""Share of that in which it is seen alone."""
ZOOM = 0.07
"""How much nearer the picture comes meanwhile."""
SOFTNESS = 190
"""How gradually one place of the picture gives way, in 255ths of the whole."""
WAVES = 5
"""Waves whose sum says which places give way first."""

Shares = npt.NDArray[np.uint16]


class Dissolve:
    """A picture over others: whole at one moment, gone some time from it.

    Args:
        planes: the picture.
        moment: when it is exactly itself, in seconds.
        seconds: how long it takes to give way after that moment; negative: to appear before it.
        seed: which places give way first.
    """

    def __init__(self, planes: Planes, moment: float, seconds: float, seed: int) -> None:
        self._planes = planes
        self._images = [Image.fromarray(plane) for plane in planes]
        self._moment, self._seconds = moment, seconds
        height, width = planes[0].shape
        order = _order(width, height, np.random.default_rng(seed))
        small = np.asarray(Image.fromarray(order).resize((width // 2, height // 2), Image.Resampling.BOX))
        self._orders = (order, small)

    def covers(self, seconds: float) -> bool:
        """Return whether nothing under the picture is seen at a time."""
        return 0 <= self._age(seconds) <= HELD

    def blend(self, planes: Planes, seconds: float) -> None:
        """Lay the picture over the planes of a frame."""
        age = self._age(seconds)
        if not 0 <= age < 1:
            return
        eased = age * age * (3 - 2 * age)
        shown = self._zoomed(1 + ZOOM * eased)
        if age <= HELD:
            for under, plane in zip(planes, shown, strict=True):
                under[:] = plane
            return
        left = _shares((age - HELD) / (1 - HELD))
        luma, chroma = (left[order] for order in self._orders)
        for under, plane, share in zip(planes, shown, (luma, chroma, chroma), strict=True):
            under[:] = (plane * share + under * (256 - share)) >> 8

    def _age(self, seconds: float) -> float:
        """Return 0 at the moment and 1 where the picture is gone; negative before it begins."""
        age = (seconds - self._moment) / self._seconds
        return 0.0 if abs(age) < 1e-6 else age  # noqa: PLR2004 - times of frames are rounded

    def _zoomed(self, factor: float) -> list[Bytes]:
        if factor == 1:
            return list(self._planes)
        found = []
        for image in self._images:
            width, height = image.size
            edge_x, edge_y = (size * (1 - 1 / factor) / 2 for size in (width, height))
            box = (edge_x, edge_y, width - edge_x, height - edge_y)
            found.append(np.asarray(image.resize(image.size, Image.Resampling.BILINEAR, box=box)))
        return found


def _order(width: int, height: int, chance: np.random.Generator) -> Bytes:
    """Return how long each place stays: the middle longest, the rest like drifting mist."""
    across, down = width // 8 + 2, height // 8 + 2
    x = np.linspace(-1, 1, across)[None, :]
    y = np.linspace(-1, 1, down)[:, None]
    mist = np.zeros((down, across))
    for index in range(WAVES):
        turn, phase = chance.uniform(0, 2 * np.pi, 2)
        mist += np.cos((2 + index) * (x * np.cos(turn) + y * np.sin(turn)) + phase) / (1 + 0.5 * index)
    stays = 0.22 * mist - np.hypot(x * 0.9, y * 0.9)
    stays = (stays - stays.min()) / np.ptp(stays) * 255
    image = Image.fromarray(stays.astype(np.uint8))
    return np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))


def _shares(progress: float) -> Shares:
    """Return, for each value of the order, how much of the picture is left, in 256ths."""
    eased = progress * progress * (3 - 2 * progress)
    left = (np.arange(256) + SOFTNESS - eased * (255 + SOFTNESS)) / SOFTNESS
    return (np.clip(left, 0, 1) * 256).astype(np.uint16)
