"""A slow landscape: sky, light, clouds, ridges that drift past each other, something in the air.

The look follows from the prompt, composition and motion from the seed. It is computed at half the picture's
size and enlarged by the encoder's scaler, which is several times quicker and just as smooth.
"""

from dataclasses import dataclass

import numpy as np

from wan_notebook.simulator.making.air import Air, Stars
from wan_notebook.simulator.making.palette import Look, choose
from wan_notebook.simulator.making.place import Place
from wan_notebook.simulator.making.raster import Floats, Raster
from wan_notebook.simulator.making.ridges import Ridge, ridges
from wan_notebook.simulator.making.sky import Sky
from wan_notebook.simulator.making.video import Video

HUE_TURN = 0.22
"""How far, in radians, a prompt may turn the hues of its look either way."""


@dataclass(frozen=True)
class _Layers:
    """What is drawn on one raster, from back to front."""

    raster: Raster
    sky: Sky
    stars: Stars
    ridges: list[Ridge]
    air: Air


def _layers(raster: Raster, look: Look, turn: float, video: Video) -> _Layers:
    """Compose the scene for one raster; each starts chance anew, so that both show the same scene."""
    chance = np.random.default_rng([video.theme_hash, video.seed])
    place = Place.draw(chance, video.width / video.height)
    return _Layers(
        raster,
        Sky(raster, look, turn, place, chance),
        Stars(raster, look, place, chance),
        ridges(raster, look, turn, place, chance),
        Air(look, turn, place, chance),
    )


class Scene:
    """The pictures of a video.

    Args:
        video: what they follow from.
        given: its colours, None for those its prompt calls for.
    """

    def __init__(self, video: Video, given: Look | None = None) -> None:
        theme = np.random.default_rng(video.theme_hash)
        look = given or choose(video.prompt, video.theme_hash)
        turn = 0.0 if given else float(theme.uniform(-HUE_TURN, HUE_TURN))
        width, height = (video.width + 3) // 4 * 2, (video.height + 3) // 4 * 2
        luma = Raster(width, height, slice(0, 1))
        chroma = Raster(width // 2, height // 2, slice(1, 3))
        self._layers = [_layers(raster, look, turn, video) for raster in (luma, chroma)]

    def draw(self, seconds: float) -> tuple[Floats, Floats]:
        """Return luma (height, width) and chroma (2, height / 2, width / 2) of the picture at this time."""
        for layers in self._layers:
            layers.sky.draw(layers.raster, seconds)
            layers.stars.draw(layers.raster, seconds)
            for ridge in layers.ridges:
                ridge.draw(layers.raster, seconds)
            layers.air.draw(layers.raster, seconds)
        luma, chroma = (layers.raster.planes for layers in self._layers)
        return luma[0], chroma
