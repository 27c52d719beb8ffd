"""What is heard: the given sound, a clip's own, voices over music, or nothing."""

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest

from tests import files
from tests.simulator.clips import clip, made
from tests.simulator.ingredients import given, loudness, pitch
from wan_notebook.simulator.making.ingredients import Role
from wan_notebook.simulator.making.music import RATE, tune
from wan_notebook.simulator.making.sounds import decoded, sounds, track, turns

QUICK = {"fps": 5}


@pytest.mark.parametrize("role", ["driving_audio", "audio"])
@pytest.mark.parametrize("name", ["song.mp3", "song.wav"])
def test_a_given_sound_is_the_sound(tmp_path: Path, role: Role, name: str) -> None:
    """It sounds as given from the start, and is silent after its end."""
    song = files.sound(tmp_path, name, seconds=2)
    path = made(tmp_path, seconds=4, ingredients=(given(role, song),), **QUICK)
    assert pitch(path, 0.2, 1.8) == pytest.approx(pitch(song, 0.2, 1.8), abs=3)
    loud = loudness(path)
    assert loud[:19].min() > 0.1
    assert loud[22:].max() < 0.001


def test_a_longer_sound_is_cut(tmp_path: Path) -> None:
    """The video is as long as its pictures, and the sound ends with it."""
    song = files.sound(tmp_path, "song.wav", seconds=5)
    video = clip(seconds=2, ingredients=(given("audio", song),), **QUICK)
    heard = track(video)
    assert heard.shape == (2, 2 * RATE)
    assert np.array_equal(heard, decoded(song)[:, : 2 * RATE])


def test_silent_video_has_no_sound_at_all(tmp_path: Path) -> None:
    """Without sound there is no stream of it in the file."""
    path = made(tmp_path, sound=False, **QUICK)
    assert not sounds(path)
    with av.open(str(path)) as container:
        assert container.streams.video[0].frames == 5


def test_a_continued_clip_sounds_first(tmp_path: Path) -> None:
    """The clip's own sound, then music."""
    begun = files.clip(tmp_path, seconds=2, size=(320, 180))
    path = made(tmp_path, seconds=5, ingredients=(given("first_clip", begun),), **QUICK)
    own = pitch(begun, 0.2, 1.8)
    assert pitch(path, 0.2, 1.7) == pytest.approx(own, abs=3)
    assert abs(pitch(path, 2.5, 4.5) - own) > 10
    assert loudness(path)[20:45].min() > 0.005


def test_an_edited_clip_keeps_its_sound(tmp_path: Path) -> None:
    """Its own sound is heard to the end."""
    edited = files.clip(tmp_path, seconds=2, size=(320, 180))
    path = made(tmp_path, seconds=2, ingredients=(given("video", edited),), **QUICK)
    assert pitch(path, 0.2, 1.8) == pytest.approx(pitch(edited, 0.2, 1.8), abs=3)


@pytest.mark.parametrize("role", ["video", "first_clip"])
def test_a_silent_clip_gets_music(tmp_path: Path, role: Role) -> None:
    """Where the clip has no sound there is music as in any video."""
    silent = files.clip(tmp_path, seconds=2, size=(320, 180), sound=False)
    video = clip(seconds=2, ingredients=(given(role, silent),), **QUICK)
    assert np.array_equal(track(video), tune(video))


def test_references_speak_one_after_the_other(tmp_path: Path) -> None:
    """Each voice has its own time; it wins over the sound of its clip; who has none is left out."""
    picture, walk = files.picture(tmp_path), files.clip(tmp_path, seconds=1)
    deep, high = files.sound(tmp_path, "deep.mp3"), files.sound(tmp_path, "high.mp3")
    references = (
        given("reference_image", picture, deep),
        given("reference_image", picture),
        given("reference_video", walk, high),
        given("reference_video", walk),
        given("reference_video", files.clip(tmp_path, "still.mp4", sound=False)),
    )
    video = clip(seconds=6, ingredients=references, **QUICK)
    found = turns(video)
    assert [(turn.number, turn.file) for turn in found] == [(0, str(deep)), (2, str(high)), (3, str(walk))]
    assert all(one.end < other.start for one, other in pairwise(found))
    assert found[0].start >= 0.5
    assert found[-1].end <= 6
    path = made(tmp_path, seconds=6, ingredients=references, **QUICK)
    for turn in found:
        middle = (turn.start + turn.end) / 2
        heard, own = pitch(path, middle - 0.25, middle + 0.25), pitch(Path(turn.file), 0.1, 0.6)
        assert heard == pytest.approx(own, abs=5)


def test_five_voices_fit_into_the_shortest_video(tmp_path: Path) -> None:
    """Two seconds are shared evenly, and nothing clips."""
    voice = files.sound(tmp_path)
    picture = files.picture(tmp_path)
    video = clip(seconds=2, ingredients=(given("reference_image", picture, voice),) * 5, **QUICK)
    found = turns(video)
    assert len(found) == 5
    assert min(turn.end - turn.start for turn in found) > 0.25
    assert found[-1].end <= 2
    assert np.abs(track(video)).max() <= 1
