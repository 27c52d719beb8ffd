"""References: framed, named, and lit while they are heard."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from PIL import Image

from tests import files
from tests.simulator.clips import clip, difference, made, pictures
from tests.simulator.ingredients import content, even, given
from wan_notebook.catalog import find_model
from wan_notebook.simulator.making.cast import GLOW_FADE, Cast
from wan_notebook.simulator.making.ingredients import names
from wan_notebook.simulator.making.places import ASIDE, CENTRE, Room, Stand, stands
from wan_notebook.simulator.making.sounds import turns
from wan_notebook.simulator.making.sprites import Sprite

SIZES = [size for tier in find_model("wan2.7-t2v").pixels.values() for size in tier.values()]


def box(stand: Stand) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of a whole frame."""
    return stand.x, stand.y, stand.x + stand.outer[0], stand.y + stand.outer[1]


@drawn(
    st.lists(st.floats(0.125, 8.0), max_size=6),
    st.sampled_from(SIZES),
    st.sampled_from([CENTRE, ASIDE]),
)
def test_frames_stand_apart_inside_the_picture(
    aspects: list[float], size: tuple[int, int], room: Room
) -> None:
    """Whatever shapes are given: as many frames, on even pixels, inside, apart, and none is tiny."""
    found = stands(aspects, *size, room)
    assert len(found) == len(aspects)
    for stand in found:
        left, top, right, bottom = box(stand)
        assert 0 < left < right < size[0]
        assert 0 < top < bottom < size[1]
        assert not any(number % 2 for number in (*box(stand), stand.width, stand.height))
        assert stand.height > min(size) * 0.1
    for one, other in combinations(map(box, found), 2):
        assert one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]


def test_a_lone_reference_keeps_its_shape() -> None:
    """A frame is as wide for its height as the picture, unless that is a strip."""
    tall, wide = stands([0.75], 1280, 720)[0], stands([3.0], 1280, 720)[0]
    assert tall.width / tall.height == pytest.approx(0.75, abs=0.02)
    assert wide.width / wide.height == pytest.approx(1.6, abs=0.02)


def test_images_and_videos_are_counted_apart(tmp_path: Path) -> None:
    """The names are those of the prompt; a name that is given is taken."""
    picture, walk = files.picture(tmp_path), files.clip(tmp_path, seconds=0.5)
    references = (
        given("reference_image", picture),
        given("reference_video", walk),
        given("reference_image", picture),
        given("reference_video", walk, label="character4"),
    )
    assert names(references) == ["Image 1", "Video 1", "Image 2", "character4"]


@pytest.mark.parametrize("size", [(640, 360), (360, 640)])
def test_every_reference_is_seen(tmp_path: Path, size: tuple[int, int]) -> None:
    """At the end each picture stands in its own frame with something written under it, whole."""
    shades = {
        "r": (220, 40, 40),
        "g": (40, 190, 60),
        "b": (40, 60, 220),
        "c": (30, 200, 210),
        "m": (210, 40, 200),
    }
    paths = []
    for name, shade in shades.items():
        path = tmp_path / f"{name}.png"
        Image.new("RGB", (300, 400), shade).save(path)
        paths.append(path)
    references = tuple(given("reference_image", path) for path in paths)
    shown = pictures(made(tmp_path, width=size[0], height=size[1], fps=2, seconds=5, ingredients=references))
    for stand, shade in zip(stands([0.75] * 5, *size), shades.values(), strict=True):
        middle = shown[-1][
            stand.y + 20 : stand.y + stand.height - 20, stand.x + 12 : stand.x + stand.width - 12
        ]
        assert np.abs(middle.mean(axis=(0, 1)) - shade).max() < 25
        label = shown[-1][stand.y + stand.height + stand.mat + 8 :][: stand.strip - 10]
        written = label[:, stand.x + 8 : stand.x + stand.outer[0] - 8]
        assert written.max() > 220
        assert written.min() < 130


def test_a_reference_video_plays_in_its_frame(tmp_path: Path) -> None:
    """The framed pictures move as the clip does, and begin again when it ends."""
    walk = files.clip(tmp_path, seconds=2, size=(320, 240), sound=False)
    video = clip(fps=10, seconds=5, ingredients=(given("reference_video", walk),))
    stand = stands([4 / 3], video.width, video.height)[0]
    cast = Cast(video, CENTRE)
    above = []
    for seconds in np.arange(1.0, 4.0, 0.1):
        planes = even(video.width, video.height, 128)
        cast.blend(planes, float(seconds))
        above.append(
            float(planes[0][stand.y + 14 : stand.y + stand.height // 3, stand.x + 12 :][:, :40].mean())
        )
    assert max(above) - min(above) > 100
    assert min(np.diff(above)) < -100
    assert max(np.diff(above)) < 60


def test_references_come_in_and_sway(tmp_path: Path) -> None:
    """Nothing is there at first; later the frames move, but less than a hand's breadth."""
    one = given("reference_image", files.picture(tmp_path))
    video = clip(width=640, height=360, seconds=5, ingredients=(one,))
    cast = Cast(video, CENTRE)
    planes = even(640, 360, 128)
    cast.blend(planes, 0.0)
    assert np.array_equal(planes[0], even(640, 360, 128)[0])
    tops = []
    for seconds in (1.5, 2.5, 3.5, 4.5):
        planes = even(640, 360, 128)
        cast.blend(planes, seconds)
        rows = np.flatnonzero(planes[0][:, 320] > 220)
        tops.append(int(rows[0]))
    assert 2 < max(tops) - min(tops) < 12


def test_who_speaks_is_lit(tmp_path: Path) -> None:
    """While a voice sounds there is a warm light behind its frame, and none behind the other."""
    picture, voice = tmp_path / "gray.png", files.sound(tmp_path)
    Image.new("L", (320, 240), 128).save(picture)
    video = clip(
        width=640,
        height=360,
        seconds=6,
        ingredients=(given("reference_image", picture, voice), given("reference_image", picture, voice)),
    )
    cast, both = Cast(video, CENTRE), turns(video)
    for turn in both:
        planes = even(640, 360, 128)
        cast.blend(planes, (turn.start + turn.end) / 2)
        blue = planes[1].astype(float)
        lit = [float((128 - blue[:, half]).max()) for half in (slice(0, 120), slice(200, 320))]
        own, other = lit[turn.number], lit[1 - turn.number]
        assert own > 30
        assert other < 12
    assert both[0].strength(both[0].start - GLOW_FADE, GLOW_FADE) == 0


def test_references_of_an_edited_clip_stand_aside(tmp_path: Path) -> None:
    """The middle of the clip is left free."""
    edited = files.clip(tmp_path, seconds=2, size=(640, 360), sound=False)
    usual = {"width": 640, "height": 360, "fps": 5, "seconds": 2}
    bare, dressed = (
        pictures(made(tmp_path, ingredients=(given("video", edited), *more), **usual))[-1]
        for more in ((), (given("reference_image", files.picture(tmp_path)),))
    )
    assert difference(bare[100:], dressed[100:]) < 1
    assert difference(bare[:100, 480:], dressed[:100, 480:]) > 8


@drawn(st.floats(-30, 60), st.floats(0, 1))
def test_a_sprite_lies_at_any_height(y: float, strength: float) -> None:
    """Also halfway out of the picture; its light is its area times its strength, wherever it lies inside."""
    sprite = Sprite(Image.new("RGBA", (8, 10), (255, 255, 255, 255)))
    planes = even(64, 48, 16)
    sprite.blend(planes, 4, y, strength)
    light = (planes[0].astype(float) - 16).sum()
    inside = max(0.0, min(y + 10, 48) - max(y, 0))
    assert light == pytest.approx(219 * 8 * inside * strength, abs=8 * 12)
    assert not planes[0][:, :4].astype(int).max() > 16
    assert not planes[0][:, 12:].astype(int).max() > 16


def test_the_same_cast_gives_the_same_bytes(tmp_path: Path) -> None:
    """Pictures, moving pictures and voices: made twice, a video is the same to the byte."""
    references = (
        given("first_frame", files.picture(tmp_path)),
        given("reference_video", files.clip(tmp_path, seconds=1)),
        given("reference_image", files.picture(tmp_path, "b.png"), files.sound(tmp_path)),
    )
    first = content(made(tmp_path, fps=10, seconds=2, ingredients=references))
    assert content(made(tmp_path, fps=10, seconds=2, ingredients=references)) == first
