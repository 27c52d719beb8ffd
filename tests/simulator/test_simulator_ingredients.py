"""First and last frames, continued and edited clips: what is given is seen in the made video."""

import json
from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from tests import files
from tests.simulator.clips import clip, difference, made, pictures
from tests.simulator.ingredients import even, given, painting
from wan_notebook.simulator.making.dissolve import HELD, Dissolve
from wan_notebook.simulator.making.pictures import Clip, last_picture, length, still
from wan_notebook.simulator.making.video import Video

SIZE = (320, 180)
FPS = 10


def rgb(path: Path) -> np.ndarray:
    """Return a picture file as numbers."""
    return np.asarray(Image.open(path).convert("RGB"), np.float64)


def test_the_video_opens_on_the_first_frame_and_leaves_it(tmp_path: Path) -> None:
    """The first picture of the file is the given one; later the scene is there, in its colours."""
    first = painting(tmp_path)
    path = made(tmp_path, fps=FPS, seconds=4, ingredients=(given("first_frame", first),))
    shown = pictures(path)
    assert difference(shown[0][:150], rgb(first)[:150]) < 6
    assert difference(shown[-1], shown[0]) > 25
    plain = pictures(made(tmp_path, fps=FPS, seconds=4))
    top, usual = (video[-1][:20].mean(axis=(0, 1)) for video in (shown, plain))
    assert top[2] - top[0] > usual[2] - usual[0] + 50


def test_the_video_ends_on_the_last_frame(tmp_path: Path) -> None:
    """The last picture of the file is the given one; the first is the scene."""
    last = painting(tmp_path)
    shown = pictures(made(tmp_path, fps=FPS, seconds=3, ingredients=(given("last_frame", last),)))
    assert difference(shown[-1][:150], rgb(last)[:150]) < 6
    assert difference(shown[0], shown[-1]) > 25


def test_from_one_picture_to_another(tmp_path: Path) -> None:
    """With both, the shortest video opens on one and ends on the other, and nothing jumps between."""
    first, last = files.picture(tmp_path, "a.png", SIZE), painting(tmp_path)
    both = given("first_frame", first), given("last_frame", last)
    shown = pictures(made(tmp_path, fps=30, seconds=2, ingredients=both))
    assert difference(shown[0][:150], rgb(first)[:150]) < 6
    assert difference(shown[-1][:150], rgb(last)[:150]) < 6
    steps = [difference(one, other) for one, other in pairwise(shown)]
    assert max(steps) < difference(rgb(first), rgb(last)) / 4


@pytest.mark.parametrize("size", [(640, 180), (90, 400), (33, 21)])
def test_a_picture_of_another_shape_fills_the_frame(tmp_path: Path, size: tuple[int, int]) -> None:
    """The middle of a wide, a tall and a tiny picture is shown; nothing is squeezed, no border is left."""
    planes = still(painting(tmp_path, size=size), *SIZE)
    assert planes[0].shape == (180, 320)
    assert [plane.shape for plane in planes[1:]] == [(90, 160)] * 2
    assert planes[0].min() > 30


def test_pictures_of_every_kind_are_shown_rightly(tmp_path: Path) -> None:
    """Turned by its camera, transparent, or of 16 bits: what is seen is what another program shows."""
    turned = tmp_path / "turned.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.open(painting(tmp_path)).save(turned, exif=exif)
    blue = still(turned, 180, 320)[1].astype(float)
    assert blue[:, 50:].mean() > blue[:, :40].mean() + 50  # what lay above now lies to the right
    clear = tmp_path / "clear.png"
    Image.new("RGBA", SIZE, (0, 0, 0, 0)).save(clear)
    assert still(clear, *SIZE)[0].min() == 235
    deep = tmp_path / "deep.png"
    Image.fromarray(np.full((180, 320), 32768, np.uint16)).save(deep)
    assert abs(float(still(deep, *SIZE)[0].mean()) - 126) < 3


def test_a_clip_is_continued(tmp_path: Path) -> None:
    """The given clip plays first, to its end; then the scene goes on from its last picture."""
    begun = files.clip(tmp_path, seconds=2, size=SIZE, fps=FPS)
    original = pictures(begun)
    shown = pictures(made(tmp_path, fps=FPS, seconds=5, ingredients=(given("first_clip", begun),)))
    assert len(shown) == 50
    for number in range(20):
        assert difference(shown[number][:150], original[number][:150]) < 6
    assert difference(shown[20][:150], original[-1][:150]) < 6
    assert difference(shown[-1], original[-1]) > 15


def test_a_clip_as_long_as_the_video_leaves_no_room_for_more(tmp_path: Path) -> None:
    """A clip longer than the video is cut; one just as long is not continued."""
    begun = files.clip(tmp_path, seconds=3, size=SIZE, fps=FPS)
    original = pictures(begun)
    shown = pictures(made(tmp_path, fps=FPS, seconds=2, ingredients=(given("first_clip", begun),)))
    assert len(shown) == 20
    assert difference(shown[-1][:150], original[19][:150]) < 6


def test_a_clip_is_continued_to_an_end_frame(tmp_path: Path) -> None:
    """A continued clip with a last frame ends on it."""
    begun, last = files.clip(tmp_path, seconds=2, size=SIZE, fps=FPS), painting(tmp_path)
    both = given("first_clip", begun), given("last_frame", last)
    shown = pictures(made(tmp_path, fps=FPS, seconds=4, ingredients=both))
    assert difference(shown[0][:150], pictures(begun)[0][:150]) < 6
    assert difference(shown[-1][:150], rgb(last)[:150]) < 6


def test_an_edited_clip_keeps_its_motion_and_changes_its_colours(tmp_path: Path) -> None:
    """Each picture is painted anew, otherwise for another prompt; it is as long as the input."""
    edited = files.clip(tmp_path, seconds=1.3, size=SIZE, fps=FPS)
    one, other = (
        pictures(made(tmp_path, fps=FPS, seconds=1.3, prompt=prompt, ingredients=(given("video", edited),)))
        for prompt in ("the sea", "snow")
    )
    original = pictures(edited)
    assert len(one) == len(original) == 13
    assert difference(one[5], original[5]) > 15
    assert difference(one[5], other[5]) > 15
    above = [picture[:80].mean() for picture in one]
    assert above[-1] > above[0] + 100


def test_a_turned_clip_stands_upright(tmp_path: Path) -> None:
    """A clip of a telephone held upright is turned as its file says."""
    lying, standing = files.clip(tmp_path, seconds=1, size=SIZE), tmp_path / "standing.mp4"
    with av.open(str(lying)) as source, av.open(str(standing), "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    turned = _with_rotation(standing)
    luma = Clip(turned, 180, 320).at(0.0)[0].astype(float)
    raw = Clip(lying, *SIZE).at(0.0)[0].astype(float)
    assert abs(luma - np.rot90(raw, -1)).mean() < 8


def _with_rotation(path: Path) -> Path:
    """Write into a file's track header that it is to be turned by 90 degrees clockwise."""
    content = bytearray(path.read_bytes())
    one, none = (1 << 16).to_bytes(4, "big"), bytes(4)
    identity = one + none * 3 + one
    start = content.index(identity, content.index(b"tkhd"))
    quarter = none + one + none + (-(1 << 16)).to_bytes(4, "big", signed=True) + none
    content[start : start + len(quarter)] = quarter
    path.write_bytes(content)
    return path


def test_a_clip_plays_again_from_its_beginning(tmp_path: Path) -> None:
    """A clip that is shown longer than it lasts begins anew when asked to, else its last picture stays."""
    path = files.clip(tmp_path, seconds=1, size=SIZE, fps=FPS)
    assert length(path) == pytest.approx(1)
    again, once = Clip(path, 64, 36, again=True), Clip(path, 64, 36)
    first = again.at(0.0)[0].copy()
    assert abs(again.at(0.95)[0].astype(float) - first).mean() > 40
    assert np.array_equal(again.at(2.0)[0], first)
    assert np.array_equal(once.at(9.0)[0], last_picture(path, 64, 36)[0])


def test_a_picture_gives_way_evenly() -> None:
    """A dissolve is whole at its moment, gone at its end, ever less between; the other way round it comes."""
    white = even(64, 36, 235)
    for seconds in (2.0, -2.0):
        change = Dissolve(white, 5.0, seconds, 1)
        left = []
        for share in np.linspace(0, 1, 9):
            planes = even(64, 36, 0)
            change.blend(planes, 5.0 + seconds * float(share))
            left.append(float(planes[0].mean()))
        assert left[0] == 235
        assert left[-1] == 0
        assert left == sorted(left, reverse=True)
        assert change.covers(5.0 + seconds * HELD / 2)
        assert not change.covers(5.0 - seconds * 0.01)


def test_the_name_follows_from_content_not_from_place(tmp_path: Path) -> None:
    """A copy elsewhere makes the same video; other content, role, voice or silence another one."""
    picture = painting(tmp_path)
    copy = tmp_path / "copy.png"
    copy.write_bytes(picture.read_bytes())
    voice = files.sound(tmp_path)
    usual = clip(ingredients=(given("reference_image", picture),))
    assert usual.name == clip(ingredients=(given("reference_image", copy),)).name
    others = [
        clip(),
        clip(sound=False),
        clip(ingredients=(given("reference_image", files.picture(tmp_path)),)),
        clip(ingredients=(given("first_frame", picture),)),
        clip(ingredients=(given("reference_image", picture, voice),)),
        clip(ingredients=(given("reference_image", picture), given("reference_image", picture))),
    ]
    assert len({usual.name, *(other.name for other in others)}) == len(others) + 1


def test_a_plain_video_keeps_the_name_it_always_had() -> None:
    """Videos made before there were ingredients are still found."""
    assert clip(seconds=3).name == "2480ebcd5c3837997dfaa6af24b545b8f16efb83"


def test_a_video_comes_back_from_its_row(tmp_path: Path) -> None:
    """What went through JSON is equal again; a row from before there were ingredients is read too."""
    video = clip(ingredients=(given("reference_image", painting(tmp_path)),), sound=False)
    row = json.loads(json.dumps(asdict(video)))
    assert Video.from_row(row) == video
    del row["ingredients"], row["sound"]
    assert Video.from_row(row) == replace(video, ingredients=(), sound=True)
