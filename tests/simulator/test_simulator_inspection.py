"""What the service says of files outside its limits."""

from dataclasses import replace
from typing import Any

import pytest

from tests.simulator.givens import image, video
from wan_notebook.catalog.files import CLIP, IMAGE, LINKED_IMAGE, REFERENCE_VIDEO, SOUND
from wan_notebook.media import MediaFacts
from wan_notebook.simulator.judging.inspection import inspect
from wan_notebook.simulator.unusable import UnusableError

PICTURE, FILM = image().file.facts, video(5.0).file.facts
TONE = replace(FILM, kind="audio", format="mp3", width=None, height=None, seconds=3.0)


@pytest.mark.parametrize("facts", [PICTURE, replace(PICTURE, format="webp", width=8000, height=1000)])
def test_a_picture_within_the_limits_is_taken(facts: MediaFacts) -> None:
    """Nothing is said."""
    inspect(facts, (IMAGE,), "input.media.0.url")


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"format": "gif"}, "InvalidImage.FileFormat", "format is gif, must be one of jpeg, png, bmp, webp"),
        ({"bytes": 21 * 2**20}, "InvalidFile.Size", "size is 21.0 MB, must be at most 20 MB"),
        ({"width": 239}, "InvalidFile.Resolution", "239x480, each side must be from 240 to 8000"),
        ({"height": 8001, "width": 2000}, "InvalidFile.Resolution", "2000x8001"),
        ({"height": 240, "width": 1921}, "InvalidFile.AspectRatio", "1921x240 must be from 1:8 to 8:1"),
        ({"alpha": True}, "InvalidImage.FileFormat", "no transparent channel"),
    ],
)
def test_pictures_outside_the_limits_are_told(changes: dict[str, Any], code: str, said: str) -> None:
    """The message has what was found, the limit and the place."""
    with pytest.raises(UnusableError) as unfit:
        inspect(replace(PICTURE, **changes), (IMAGE,), "input.media.0.url")
    assert unfit.value.code == code
    assert said in unfit.value.message
    assert unfit.value.message.endswith(": input.media.0.url")


@pytest.mark.parametrize(
    ("facts", "seconds", "well"),
    [
        (FILM, 1.9, False),
        (FILM, 1.96, True),
        (FILM, 10.04, True),
        (FILM, 10.06, False),
        (FILM, None, False),
        (TONE, 1.9, False),
        (TONE, 30.02, True),
        (TONE, 30.1, False),
    ],
)
def test_lengths_are_judged_to_a_twentieth(facts: MediaFacts, seconds: float | None, well: bool) -> None:  # noqa: FBT001 - a column
    """A file's last frame of sound may stand over."""
    told = None
    try:
        inspect(replace(facts, seconds=seconds), (CLIP if facts is FILM else SOUND,), "x")
    except UnusableError as unfit:
        told = unfit.code
    assert told == (None if well else "InvalidFile.Duration")


def test_another_kind_of_file_is_told() -> None:
    """A sound is no reference, whatever its address ended in."""
    inspect(replace(FILM, seconds=30.0), (LINKED_IMAGE, REFERENCE_VIDEO), "x")
    with pytest.raises(UnusableError) as unfit:
        inspect(TONE, (LINKED_IMAGE, REFERENCE_VIDEO), "x")
    assert unfit.value.code == "InvalidImage.FileFormat"
    assert unfit.value.message == "The file is of kind audio, not image or video: x"
