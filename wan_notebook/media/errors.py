"""What can be wrong with a media file."""

from enum import StrEnum
from pathlib import Path


class Trouble(StrEnum):
    """Why a file cannot be used: plain words, and a name for who translates them."""

    MISSING = "no such file"
    FOLDER = "a folder, not a file"
    SPECIAL = "not an ordinary file"
    DENIED = "no permission to read it"
    FAILED = "the system cannot read it"
    EMPTY = "an empty file"
    UNKNOWN = "not a picture, video or sound in a known format"
    BROKEN = "a broken file"
    CUT = "cut short: the end of the file is missing"
    HUGE = "too large to be shown"
    UNSHOWN = "a format that cannot be shown here"
    SOUND = "a sound, which has no picture"
    VIDEO = "a video, not a picture"


class FlawError(Exception):
    """A trouble found inside the room, where the file's name is not known.

    Attributes:
        trouble: what is wrong.
        detail: words of the system or of PyAV; may be empty.
    """

    def __init__(self, trouble: Trouble, detail: str = "") -> None:
        super().__init__(trouble, detail)
        self.trouble = trouble
        self.detail = detail


class UnreadableMediaError(ValueError):
    """A file that cannot be read as media.

    Attributes:
        path: the file asked about.
        trouble: what is wrong.
        reason: the same in short plain words, with those of the system or of PyAV.
    """

    def __init__(self, path: Path, trouble: Trouble, detail: str = "") -> None:
        self.path = path
        self.trouble = trouble
        self.reason = f"{trouble} ({detail})" if detail else str(trouble)
        super().__init__(f"{path}: {self.reason}")

    @property
    def missing(self) -> bool:
        """Whether there is no such file."""
        return self.trouble is Trouble.MISSING
