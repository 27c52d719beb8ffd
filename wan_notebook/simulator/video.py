"""What a video is made from, as a value: equal values give the same bytes."""

import hashlib
import json
from dataclasses import asdict, dataclass

DRAWING = 1
"""Version of the drawing: raised when the same values give other bytes, so that no old video is taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """Everything a video follows from.

    Attributes:
        width, height: picture size in pixels, both even.
        fps: frames per second.
        seconds: length.
        prompt: text it is about; palette, kind of scene and key of the music follow from it.
        mood: what else of the request the palette follows from (negative prompt, prompt_extend, sound).
        seed: composition, motion and melody follow from it.
        mark: whether the service's AI mark is drawn.
        caption: text drawn under the picture, or "".
    """

    width: int
    height: int
    fps: int
    seconds: int
    prompt: str
    mood: str
    seed: int
    mark: bool
    caption: str

    @property
    def frames(self) -> int:
        """How many pictures it has."""
        return self.fps * self.seconds

    @property
    def name(self) -> str:
        """File name without ending: a hash of everything it follows from."""
        canonical = json.dumps({"drawing": DRAWING, **asdict(self)}, sort_keys=True)
        return hashlib.sha256(canonical.encode()).hexdigest()[:40]

    @property
    def theme_hash(self) -> int:
        """A number that follows from prompt and mood alone."""
        written = json.dumps([self.prompt, self.mood])
        return int.from_bytes(hashlib.sha256(written.encode()).digest()[:8], "big")
