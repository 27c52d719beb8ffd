"""Media as a task has them once they were fetched, as plain values without files."""

from pathlib import Path

from wan_notebook.media import MediaFacts
from wan_notebook.simulator.fetching import Fetched
from wan_notebook.simulator.gathering import Given
from wan_notebook.simulator.making.ingredients import Role


def image(width: int = 640, height: int = 480, name: str = "", role: Role = "reference_image") -> Given:
    """Return a picture."""
    facts = MediaFacts(
        kind="image",
        format="png",
        bytes=1000,
        width=width,
        height=height,
        seconds=None,
        fps=None,
        alpha=False,
        sound=False,
    )
    return Given(name or role, role, Fetched(Path("i"), "ab" * 32, facts))


def video(
    seconds: float, width: int = 640, height: int = 480, name: str = "", role: Role = "reference_video"
) -> Given:
    """Return a clip."""
    facts = MediaFacts(
        kind="video",
        format="mp4",
        bytes=1000,
        width=width,
        height=height,
        seconds=seconds,
        fps=30,
        alpha=False,
        sound=True,
    )
    return Given(name or role, role, Fetched(Path("v"), "cd" * 32, facts))
