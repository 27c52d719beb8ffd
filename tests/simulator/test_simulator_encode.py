"""The files the simulator makes."""

from pathlib import Path
from typing import Any

import av
import pytest

from tests.simulator.clips import clip, difference, made, pictures
from wan_notebook.catalog import find_model
from wan_notebook.simulator.making.palette import LOOKS


def facts(path: Path) -> dict[str, Any]:
    """Read what a player would see."""
    with av.open(str(path)) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        colours = video.codec_context
        return {
            "codecs": (video.codec_context.name, audio.codec_context.name),
            "pixels": (video.width, video.height, video.codec_context.pix_fmt),
            "fps": video.average_rate,
            "frames": sum(1 for _ in container.decode(video)),
            "seconds": float((video.duration or 0) * (video.time_base or 0)),
            "sound": float((audio.duration or 0) * (audio.time_base or 0)),
            "colours": (
                colours.color_range,
                colours.colorspace,
                colours.color_primaries,
                colours.color_trc,
            ),
            "comment": container.metadata.get("comment", ""),
        }


def test_it_is_what_the_service_makes(tmp_path: Path) -> None:
    """H.264 at 30 fps with AAC, exact pixels and length, index first, colours named, marked as simulated."""
    path = made(tmp_path, seconds=3)
    found = facts(path)
    assert "simulator" in found.pop("comment")
    assert found == {
        "codecs": ("h264", "aac"),
        "pixels": (320, 180, "yuv420p"),
        "fps": 30,
        "frames": 90,
        "seconds": 3.0,
        "sound": pytest.approx(3.0, abs=1024 / 48_000),
        "colours": (1, 1, 1, 1),
    }
    written = path.read_bytes()
    assert written.index(b"moov") < written.index(b"mdat")


SIZES = [size for tier in find_model("wan2.7-t2v").pixels.values() for size in tier.values()]


@pytest.mark.parametrize(("width", "height"), [*SIZES, (322, 182)])
def test_every_size_is_exact(tmp_path: Path, width: int, height: int) -> None:
    """Each size of the catalogue, and one that divides badly, comes out to the pixel."""
    path = made(tmp_path, width=width, height=height, fps=2)
    assert facts(path)["pixels"][:2] == (width, height)


def test_the_same_request_gives_the_same_bytes(tmp_path: Path) -> None:
    """Made twice, a video is the same to the byte."""
    first = made(tmp_path).read_bytes()
    assert made(tmp_path).read_bytes() == first


def test_prompt_and_seed_are_visible(tmp_path: Path) -> None:
    """Another prompt, another seed and another mood each give another picture; time moves it."""
    usual = pictures(made(tmp_path))
    assert difference(usual[0], usual[-1]) > 0.5
    assert difference(usual[0], pictures(made(tmp_path, prompt="The sea at noon"))[0]) > 15
    assert difference(usual[0], pictures(made(tmp_path, seed=8))[0]) > 4
    assert difference(usual[0], pictures(made(tmp_path, mood="no rain"))[0]) > 1


LARGE = {"width": 640, "height": 360, "fps": 6}


def test_the_mark_stands_in_the_lower_right_corner(tmp_path: Path) -> None:
    """The AI mark changes that corner and nothing else to speak of."""
    plain, marked = (pictures(made(tmp_path, mark=mark, **LARGE))[3] for mark in (False, True))
    assert difference(plain[328:348, 600:628], marked[328:348, 600:628]) > 8
    assert difference(plain[:300], marked[:300]) < 1


def test_seed_and_caption_are_drawn(tmp_path: Path) -> None:
    """The seed stands in white in the lower left; a caption at the top, broken into lines."""
    plain, other = (pictures(made(tmp_path, seed=seed, **LARGE))[3] for seed in (7, 7_777_777))
    label = slice(328, 348)
    assert plain[label, 12:90].min(axis=2).max() > 200
    assert plain[label, 140:160].min(axis=2).max() < 150 < other[label, 130:160].min(axis=2).max()
    captioned = pictures(made(tmp_path, caption="a long caption " * 40, **LARGE))[3]
    assert difference(plain[12:50, 20:400], captioned[12:50, 20:400]) > 15
    assert difference(plain[100:300], captioned[100:300]) < 1


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.words[0])
def test_colours_arrive_as_they_were_chosen(tmp_path: Path, look: Any) -> None:
    """A player that reads the colour tags sees the top of the sky within a shade of the palette."""
    picture = pictures(made(tmp_path, prompt=look.words[0], seed=3, fps=2))[0]
    red, green, blue = (int(look.sky[0][i : i + 2], 16) for i in (0, 2, 4))
    corner = picture[:4, :24].mean(axis=(0, 1))
    assert abs(corner.mean() - (red + green + blue) / 3) < 55
    assert corner.argmax() == max(range(3), key=(red, green, blue).__getitem__)


def test_the_name_follows_from_everything() -> None:
    """Two videos share a file only when all they follow from is equal."""
    changes: list[dict[str, Any]] = [
        {},
        {"seed": 8},
        {"prompt": "B"},
        {"mood": "x"},
        {"mark": True},
        {"caption": "c"},
        {"seconds": 2},
        {"width": 640},
    ]
    names = {clip(**change).name for change in changes}
    assert len(names) == len(changes)
    assert clip().name == clip().name
