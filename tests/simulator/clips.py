"""Small videos for tests, and what is read back from them."""

from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from wan_notebook.simulator.making.encode import encode
from wan_notebook.simulator.making.video import Video

Picture = npt.NDArray[np.float64]


def clip(**changes: Any) -> Video:
    """Return a short small video with these values changed."""
    usual: dict[str, Any] = {
        "width": 320,
        "height": 180,
        "fps": 30,
        "seconds": 1,
        "prompt": "A fox at dusk",
        "mood": "",
        "seed": 7,
        "mark": False,
        "caption": "",
    }
    return Video(**{**usual, **changes})


def made(folder: Path, **changes: Any) -> Path:
    """Make a clip and return its file."""
    video = clip(**changes)
    path = folder / f"{video.name}.mp4"
    encode(video, path)
    return path


def pictures(path: Path) -> list[Picture]:
    """Return every picture of a video as RGB."""
    with av.open(str(path)) as container:
        return [
            frame.to_ndarray(format="rgb24").astype(np.float64)
            for frame in container.decode(container.streams.video[0])
        ]


def difference(one: Picture, other: Picture) -> float:
    """Return how far two pictures differ on average, in steps of 255."""
    return float(np.abs(one - other).mean())
