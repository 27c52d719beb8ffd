"""A voice that hums, for built-in sounds: harmonics under three formants, syllable by syllable."""

import numpy as np

from wan_notebook.simulator.making.music import RATE, Samples
from wan_notebook.simulator.making.place import Chance

VOWELS = ((730, 1090, 2440), (300, 870, 2240), (530, 1840, 2480), (570, 840, 2410), (440, 1020, 2240))
"""Formants in Hz of a, u, e, o and a hummed o (after Peterson and Barney, 1952, rounded)."""
STEPS = (0, 2, 4, 7, 4, 2)
"""Melody in half tones over the voice's own pitch."""
SYLLABLE_SECONDS = (0.28, 0.46)
HARMONICS = 22
LOUDNESS = 0.5


def hum(chance: Chance, pitch: float, seconds: float) -> Samples:
    """Return a voice as two channels.

    Args:
        chance: draws melody and vowels.
        pitch: its lowest note in Hz: about 110 for a man, 260 for a child.
        seconds: how long it sounds.
    """
    sound = np.zeros(round(seconds * RATE), np.float32)
    start = 0.0
    while start < seconds - SYLLABLE_SECONDS[0]:
        lasts = float(chance.uniform(*SYLLABLE_SECONDS))
        note = pitch * 2 ** (STEPS[int(chance.integers(len(STEPS)))] / 12)
        syllable = _syllable(note, VOWELS[int(chance.integers(len(VOWELS)))], lasts)
        room = sound[int(start * RATE) :][: syllable.size]
        room += syllable[: room.size]
        start += lasts * (1.6 if chance.uniform() < 0.2 else 0.95)  # noqa: PLR2004 - a breath now and then
    sound *= LOUDNESS / max(1e-3, float(np.abs(sound).max()))
    return np.stack([sound, sound])


def _syllable(note: float, vowel: tuple[int, int, int], seconds: float) -> Samples:
    time = np.arange(int(seconds * RATE)) / RATE
    bent = note * (1 + 0.012 * np.sin(2 * np.pi * 5.2 * time) - 0.03 * np.exp(-time * 18))
    angle = 2 * np.pi * np.cumsum(bent) / RATE
    tone = np.zeros_like(time)
    for number in range(1, HARMONICS):
        loud = sum(np.exp(-(((number * note - formant) / 160) ** 2)) for formant in vowel) + 0.04
        tone += loud / number**0.7 * np.sin(number * angle)
    swell = np.minimum(1, np.minimum(time, seconds - time) / 0.06)
    voiced: Samples = (tone * swell).astype(np.float32)
    return voiced
