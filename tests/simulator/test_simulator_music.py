"""The sound of a video."""

import numpy as np
import pytest

from tests.simulator.clips import clip
from wan_notebook.simulator.making.music import LOUDNESS, RATE, tune


@pytest.mark.parametrize("seconds", [2, 3, 15])
def test_it_is_as_long_as_the_pictures(seconds: int) -> None:
    """Two channels, one sample for each 48,000th of a second, also when a bar does not fit."""
    assert tune(clip(seconds=seconds)).shape == (2, seconds * RATE)


def test_it_is_soft_and_begins_and_ends_in_silence() -> None:
    """It never clips, is heard throughout, and has no click at either end."""
    sound = tune(clip(seconds=4))
    assert np.abs(sound).max() == pytest.approx(LOUDNESS, rel=1e-3)
    assert np.abs(sound[:, [0, -1]]).max() < 1e-3
    seconds = np.abs(sound[:, : 4 * RATE]).reshape(2, 4, RATE).max(axis=2)
    assert seconds.min() > 0.02


def test_prompt_and_seed_are_audible() -> None:
    """The same request sounds the same, another seed and another prompt differently."""
    usual = tune(clip(seconds=2))
    assert np.array_equal(usual, tune(clip(seconds=2)))
    for other in (clip(seconds=2, seed=8), clip(seconds=2, prompt="The sea")):
        assert np.abs(usual - tune(other)).mean() > 0.01
