"""The sound of a video: what was given, else music; the voices of the references over it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np

from wan_notebook.simulator.making.ingredients import Ingredient
from wan_notebook.simulator.making.music import RATE, Samples, tune
from wan_notebook.simulator.making.video import Video

CROSSING = 0.25
"""Seconds in which a clip's own sound gives way to music."""
FIRST_TURN = 0.2
"""Share of the video before the first reference speaks; a second at most."""
TURN_SECONDS = 2.4
"""How long a reference speaks at most."""
VOICE_FADE = 0.06
VOICE_LOUDNESS = 0.6
"""Largest sample of a voice, 1 being full scale."""
MUSIC_BEHIND = 0.3
"""How loud the music is behind a voice, 1 being as loud as alone."""


@dataclass(frozen=True, slots=True)
class Turn:
    """When a reference is heard.

    Attributes:
        number: which reference, from 0.
        file: what is heard.
        start, end: from when until when, in seconds.
    """

    number: int
    file: str
    start: float
    end: float

    def strength(self, seconds: float, fade: float) -> float:
        """Return 0 outside the turn and 1 inside, rising and falling within `fade` seconds."""
        return min(max(min(seconds - self.start, self.end - seconds) / fade + 1, 0.0), 1.0)


def turns(video: Video) -> list[Turn]:
    """Return when each reference that has a voice is heard, one after the other.

    The voice that was given wins over the sound of a reference's own clip.
    """
    heard = [(number, _voice(one)) for number, one in enumerate(video.references)]
    speaking = [(number, file) for number, file in heard if file]
    begin = min(1.0, FIRST_TURN * video.length)
    each = min(TURN_SECONDS, (video.length - begin) / max(1, len(speaking)))
    return [
        Turn(number, file, begin + index * each, begin + (index + 0.92) * each)
        for index, (number, file) in enumerate(speaking)
    ]


def track(video: Video) -> Samples:
    """Return the sound of a video: two channels, exactly as long as its pictures."""
    given = video.find("driving_audio", "audio")
    if given:
        return _cut(decoded(given.file, video.length), _count(video))
    own = video.find("video", "first_clip")
    if own and sounds(own.file):
        return _continued(video, own)
    return _spoken(video, tune(video))


def decoded(path: str | Path, seconds: float = math.inf) -> Samples:
    """Return the sound of a file as two channels of 48,000 samples per second, at most this long."""
    limit = math.inf if math.isinf(seconds) else round(seconds * RATE)
    pieces, count = [np.zeros((2, 0), np.float32)], 0
    for piece in _pieces(path):
        pieces.append(piece)
        count += piece.shape[1]
        if count >= limit:
            break
    whole = np.concatenate(pieces, axis=1)
    return whole if math.isinf(seconds) else whole[:, : round(seconds * RATE)]


def sounds(path: str | Path) -> bool:
    """Return whether a file has any sound."""
    with av.open(str(path)) as container:
        return bool(container.streams.audio)


def _pieces(path: str | Path) -> Iterator[Samples]:
    """Yield the sound of a file piece by piece."""
    resampler = av.AudioResampler(format="fltp", layout="stereo", rate=RATE)
    with av.open(str(path)) as container:
        for frame in container.decode(container.streams.audio[0]):
            for piece in resampler.resample(frame):
                yield piece.to_ndarray().astype(np.float32, copy=False)
    for piece in resampler.resample(None):
        yield piece.to_ndarray().astype(np.float32, copy=False)


def _voice(reference: Ingredient) -> str | None:
    """Return the file a reference is heard from, None when it is silent."""
    own = reference.role == "reference_video" and sounds(reference.file)
    return reference.voice or (reference.file if own else None)


def _count(video: Video) -> int:
    return video.frames * RATE // video.fps


def _cut(sound: Samples, count: int) -> Samples:
    """Return a sound that ends after this many samples, in silence when it is shorter."""
    found = np.zeros((2, count), np.float32)
    part = sound[:, :count]
    found[:, : part.shape[1]] = part
    return found


def _continued(video: Video, own: Ingredient) -> Samples:
    """Return the sound of a given clip and, where it is continued, music from its end on."""
    sound = decoded(own.file, video.length)
    found = _cut(sound, _count(video))
    if own.role == "video" or sound.shape[1] >= found.shape[1]:
        return found
    ramp = np.arange(found.shape[1], dtype=np.float32) / RATE - sound.shape[1] / RATE
    found += tune(video) * np.clip(ramp / CROSSING + 1, 0, 1)
    return found


def _spoken(video: Video, music: Samples) -> Samples:
    """Return music with the references' voices over it."""
    for turn in turns(video):
        first, last = round(turn.start * RATE), round(turn.end * RATE)
        voice = decoded(turn.file, turn.end - turn.start)
        voice = _evened(voice[:, : max(0, last - first)])
        part = music[:, first : first + voice.shape[1]]
        part *= 1 - (1 - MUSIC_BEHIND) * _fade(part.shape[1])
        part += voice[:, : part.shape[1]]
    return np.clip(music, -1, 1)


def _evened(voice: Samples) -> Samples:
    """Return a voice at an even loudness, without a click at either end."""
    peak = float(np.abs(voice).max(initial=0))
    return voice * (VOICE_LOUDNESS / max(peak, 1e-3)) * _fade(voice.shape[1])


def _fade(count: int) -> Samples:
    """Return a rise from 0 to 1 and a fall back to 0."""
    steps = np.arange(count, dtype=np.float32) / (VOICE_FADE * RATE)
    fade: Samples = np.clip(np.minimum(steps, steps[::-1]), 0, 1)
    return fade
