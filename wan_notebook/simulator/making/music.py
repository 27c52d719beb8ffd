"""A short soft piece of music: a pad of slow chords and a melody of plucked notes over it.

Key, mode and chords follow from the prompt, the melody from the seed.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from wan_notebook.simulator.making.video import Video

RATE = 48_000
"""Samples per second."""
BAR_SECONDS = 2.0
FADE_SECONDS = 0.35
SILENT = 0.3
"""Share of the beats without a note."""
LOUDNESS = 0.35
"""Largest sample of the whole, 1 being full scale."""

SCALES = ((0, 2, 4, 7, 9), (0, 3, 5, 7, 10), (0, 2, 5, 7, 9), (0, 4, 7, 9, 11))
"""Notes in half tones above the key note: soft scales in which any two notes agree."""
CHORDS = ((0, 7, 16), (-3, 4, 12), (-5, 2, 11), (-7, 0, 9))
"""Pad chords in half tones around the key note."""

Samples = npt.NDArray[np.floating[Any]]


def tune(video: Video) -> Samples:
    """Return the sound of a video: two channels, exactly as long as its pictures."""
    theme = np.random.default_rng(video.theme_hash)
    chance = np.random.default_rng([video.theme_hash, video.seed, 1])
    count = video.frames * RATE // video.fps
    sound = np.zeros((2, count), np.float32)
    key = 220.0 * 2 ** (int(theme.integers(-5, 6)) / 12)
    scale = SCALES[int(theme.integers(len(SCALES)))]
    order = theme.permutation(len(CHORDS))
    for bar in range(math.ceil(video.length / BAR_SECONDS)):
        _pad(sound, bar * BAR_SECONDS, key / 2, CHORDS[order[bar % len(CHORDS)]])
        _melody(sound, bar * BAR_SECONDS, key * 2, scale, chance)
    return _faded(sound)


def _pad(sound: Samples, start: float, root: float, chord: tuple[int, ...]) -> None:
    """Add one slow chord that swells and gives way to the next."""
    length = BAR_SECONDS * 1.5
    time = np.arange(int(length * RATE), dtype=np.float32) / RATE
    swell = np.sin(np.pi * time / length) ** 2
    for index, step in enumerate(chord):
        tone = _tone(root * 2 ** (step / 12), time, (1.0, 0.35, 0.12)) * swell
        _add(sound, start, tone * np.float32(0.3), 0.35 + 0.15 * index)


def _melody(
    sound: Samples, start: float, root: float, scale: tuple[int, ...], chance: np.random.Generator
) -> None:
    """Add the plucked notes of one bar, some beats left silent."""
    for beat in np.arange(0, BAR_SECONDS, BAR_SECONDS / 4):
        silent, note, side = (
            chance.uniform() < SILENT,
            int(chance.integers(len(scale))),
            chance.uniform(0.25, 0.75),
        )
        if silent:
            continue
        time = np.arange(int(1.6 * RATE), dtype=np.float32) / RATE
        pluck = np.exp(-time * 3.2) * np.clip(time / 0.012, 0, 1)
        tone = _tone(root * 2 ** (scale[note] / 12), time, (1.0, 0.25, 0.08)) * pluck
        _add(sound, start + float(beat), tone * np.float32(0.34), float(side))


def _tone(frequency: float, time: Samples, overtones: tuple[float, ...]) -> Samples:
    angle = (2 * np.pi * frequency) * time.astype(np.float64)
    waves = [weight * np.sin((number + 1) * angle) for number, weight in enumerate(overtones)]
    tone: Samples = np.sum(waves, axis=0).astype(np.float32)
    return tone


def _add(sound: Samples, start: float, tone: Samples, side: float) -> None:
    """Add a tone from `start` seconds on, at a place between left (0) and right (1)."""
    first = int(start * RATE)
    room = sound[:, first : first + tone.size]
    room[0] += tone[: room.shape[1]] * np.float32(1 - side)
    room[1] += tone[: room.shape[1]] * np.float32(side)


def _faded(sound: Samples) -> Samples:
    """Return the sound at an even loudness, faded in and out."""
    ramp = np.clip(np.arange(sound.shape[1], dtype=np.float32) / (FADE_SECONDS * RATE), 0, 1)
    sound *= ramp * ramp[::-1] * np.float32(LOUDNESS / max(1e-6, float(np.abs(sound).max())))
    return sound
