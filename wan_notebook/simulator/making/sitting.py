"""Draws, films and records who or what stands in for a file of the service's documents."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Literal

import av
import numpy as np
from PIL import Image

from wan_notebook.simulator.making.encode import sound_frames, write
from wan_notebook.simulator.making.figures import person, vase
from wan_notebook.simulator.making.hum import hum
from wan_notebook.simulator.making.music import RATE, Samples, tune
from wan_notebook.simulator.making.pictures import planes_of
from wan_notebook.simulator.making.place import Chance
from wan_notebook.simulator.making.scene import Scene
from wan_notebook.simulator.making.sprites import Sprite
from wan_notebook.simulator.making.stage import Stage
from wan_notebook.simulator.making.video import Video

SECONDS, FPS = 5, 24
"""Length of clips and sounds, and pictures per second of a clip."""
TALL, FLAT, WIDE = (960, 1280), (1280, 960), (1280, 720)
"""Sizes of a portrait, of another picture, and of a clip."""
SUBJECTS: tuple[tuple[tuple[str, ...], Callable[[Chance, int], Image.Image] | None], ...] = (
    (("girl", "boy", "person", "role", "voice", "rap"), person),
    (("object", "guitar", "clock"), vase),
    (("backg", "scene"), None),
    (("",), person),
)
"""Words of a file's name, and what is drawn for the first of them that is found; None draws nobody."""
PITCHES = (("girl", 250.0), ("boy", 135.0), ("", 180.0))
"""Words of a file's name, and how high a voice hums then, in Hz."""
SWAY = 0.012
"""How far a figure in a clip sways, in picture heights."""


def sit(name: str, number: int, path: Path) -> None:
    """Make a picture, a clip or a sound.

    Args:
        name: file name in small letters; its words say who or what is seen, its ending the format.
        number: what else it looks and sounds like.
        path: where it is written, whatever its own ending is.

    Raises:
        OSError: it cannot be written.
    """
    sitting = _Sitting(name, number)
    _MAKERS[sitting.ending](sitting, path)


class _Sitting:
    """Who or what stands before which scene."""

    def __init__(self, name: str, number: int) -> None:
        self.ending = PurePosixPath(name).suffix.removeprefix(".")
        self.number = number
        self._subject = next(subject for words, subject in SUBJECTS if any(word in name for word in words))
        self._pitch = next(pitch for word, pitch in PITCHES if word in name)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of a picture of it."""
        return TALL if self._subject is person else FLAT

    def frames(self, size: tuple[int, int], count: int) -> Iterator[av.VideoFrame]:
        """Yield this many pictures of it."""
        stage, figure = Stage(Scene(self.video(*size)), *size), self._sprite(min(size))
        for number in range(count):
            seconds = number / FPS
            frame = stage.frame(seconds)
            if figure:
                down = size[1] * (1.02 + SWAY * np.sin(1.9 * seconds)) - figure.height
                figure.blend(planes_of(frame), (size[0] - figure.width) // 4 * 2, down)
            frame.pts = number
            yield frame

    def sound(self) -> Samples:
        """Return what it sounds like: somebody hums, the rest is music."""
        if self._subject is person:
            return hum(self._chance(), self._pitch, SECONDS)
        return tune(self.video(*WIDE))

    def video(self, width: int, height: int) -> Video:
        """Return what scene and music follow from."""
        return Video(
            width=width,
            height=height,
            fps=FPS,
            seconds=SECONDS,
            prompt=str(self.number),
            mood="",
            seed=self.number,
            mark=False,
            caption="",
        )

    def _sprite(self, side: int) -> Sprite | None:
        return Sprite(self._subject(self._chance(), round(side * 0.45) * 2)) if self._subject else None

    def _chance(self) -> Chance:
        return np.random.default_rng(self.number)


def _picture(sitting: _Sitting, path: Path) -> None:
    frame = next(sitting.frames(sitting.size, 1))
    image = Image.fromarray(frame.to_ndarray(format="rgb24"))
    image.save(path, {"jpg": "jpeg"}.get(sitting.ending, sitting.ending))


def _clip(sitting: _Sitting, path: Path) -> None:
    write(path, WIDE, FPS, sitting.frames(WIDE, SECONDS * FPS), sitting.sound(), sitting.ending)


def _sound(sitting: _Sitting, path: Path) -> None:
    with av.open(str(path), "w", format=sitting.ending) as container:
        stream = container.add_stream(_CODECS[sitting.ending], rate=RATE, layout="stereo")
        for frame in sound_frames(sitting.sound()):
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


_CODECS: dict[str, Literal["libmp3lame", "pcm_s16le"]] = {"mp3": "libmp3lame", "wav": "pcm_s16le"}
_MAKERS: dict[str, Callable[[_Sitting, Path], None]] = {
    **dict.fromkeys(("jpg", "jpeg", "png", "bmp", "webp"), _picture),
    **dict.fromkeys(("mp4", "mov"), _clip),
    **dict.fromkeys(("mp3", "wav"), _sound),
}
