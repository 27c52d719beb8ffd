"""Where a studio keeps things."""

import os
from dataclasses import dataclass
from pathlib import Path

SIMULATOR_FOLDER = ".wan_simulator"
VIDEOS_FOLDER = "wan_videos"


def default_home() -> Path:
    """Return the folder of the task log: `WAN_NOTEBOOK_HOME`, else where the notebook runs."""
    return Path(os.environ.get("WAN_NOTEBOOK_HOME") or Path.cwd()).expanduser()


@dataclass(frozen=True)
class Folders:
    """Where a studio keeps things; each None is the usual place.

    Attributes:
        home: folder of the task log; `default_home()` by default.
        log: file of the task log; `wan_runs.sqlite` in `home` by default.
        videos: folder of the videos; `wan_videos` in `home` by default.
    """

    home: Path | None = None
    log: Path | None = None
    videos: Path | None = None

    @property
    def own(self) -> Path:
        """The home, absolute, wherever it is."""
        return (self.home or default_home()).absolute()

    @property
    def saved(self) -> Path:
        """Where videos go, absolute."""
        return (self.videos or self.own / VIDEOS_FOLDER).absolute()

    @property
    def simulator(self) -> Path:
        """State folder of the simulator."""
        return self.own / SIMULATOR_FOLDER

    def settled(self) -> "Folders":
        """Return the same places, absolute, home and videos written out."""
        return Folders(self.own, self.log.absolute() if self.log else None, self.saved)
