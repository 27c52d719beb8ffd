"""Given media for simulated videos, and what is heard in a made file."""

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from wan_notebook.simulator.making.ingredients import Ingredient, Role
from wan_notebook.simulator.making.music import RATE
from wan_notebook.simulator.making.pictures import Planes
from wan_notebook.simulator.making.sounds import decoded


def given(role: Role, path: Path, voice: Path | None = None, label: str = "") -> Ingredient:
    """Return a file as the ingredient it is in a request."""
    return Ingredient(
        role,
        str(path),
        content(path),
        str(voice) if voice else None,
        content(voice) if voice else None,
        label,
    )


def content(path: Path) -> str:
    """Return the hash of a file's content."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def painting(folder: Path, name: str = "painting.png", size: tuple[int, int] = (320, 180)) -> Path:
    """Write a picture that differs from place to place: blue above, red below, a white square to the left."""
    values = np.zeros((size[1], size[0], 3), np.uint8)
    values[: size[1] // 2] = (30, 60, 200)
    values[size[1] // 2 :] = (190, 40, 30)
    values[size[1] // 4 : size[1] // 2, size[0] // 8 : size[0] // 4] = 255
    path = folder / name
    Image.fromarray(values).save(path)
    return path


def even(width: int, height: int, luma: int) -> Planes:
    """Return the planes of a gray picture."""
    shades = np.full((height, width), luma, np.uint8)
    u, v = (np.full((height // 2, width // 2), 128, np.uint8) for _ in range(2))
    return shades, u, v


def loudness(path: Path) -> npt.NDArray[np.float64]:
    """Return how loud each tenth of a second of a file is: the root of the mean square."""
    samples = decoded(path).mean(axis=0)
    step = RATE // 10
    whole = samples[: samples.size // step * step].astype(np.float64).reshape(-1, step)
    loud: npt.NDArray[np.float64] = np.sqrt((whole**2).mean(axis=1))
    return loud


def pitch(path: Path, start: float, end: float) -> float:
    """Return the strongest frequency in Hz between two times of a file."""
    part = decoded(path).mean(axis=0)[int(start * RATE) : int(end * RATE)]
    strengths: Any = np.abs(np.fft.rfft(part * np.hanning(part.size)))
    return float(strengths.argmax() * RATE / part.size)
