"""What a request gives a video besides words: pictures, clips and sounds, each with the part it plays."""

from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Literal

Role = Literal[
    "first_frame",
    "last_frame",
    "first_clip",
    "driving_audio",
    "reference_image",
    "reference_video",
    "video",
    "audio",
]
"""The service's media types, and "audio" for an `audio_url`."""
NAMES: dict[str, str] = {"reference_image": "Image", "reference_video": "Video"}
"""How a prompt calls the references, with a number; each kind is counted apart (protocol.md, section 3)."""


@dataclass(frozen=True, slots=True)
class Ingredient:
    """One picture, clip or sound.

    Attributes:
        role: the part it plays.
        file: where it lies on this machine.
        sha256: hash of its content, in hex.
        voice: where the sound lies that a reference speaks with, or None.
        voice_sha256: hash of the voice's content, None without one.
        label: name shown under a reference, in Latin letters; "" counts: Image 1, Image 2, Video 1.
    """

    role: Role
    file: str
    sha256: str
    voice: str | None = None
    voice_sha256: str | None = None
    label: str = ""

    @property
    def content(self) -> dict[str, Any]:
        """What a video follows from: all of it but where the files happen to lie."""
        values = asdict(self)
        del values["file"], values["voice"]
        return values


def names(references: tuple[Ingredient, ...]) -> list[str]:
    """Return the name of each reference, as a prompt calls it."""
    counted: Counter[str] = Counter()
    found = []
    for reference in references:
        counted[reference.role] += 1
        found.append(reference.label or f"{NAMES[reference.role]} {counted[reference.role]}")
    return found
