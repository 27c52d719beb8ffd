"""Small pictures: their size, which way up they are, and what is on them."""

import io
import struct
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from tests.files import clip, picture, sound
from tests.media.phones import HALF, QUARTER, turned
from wan_notebook.media import Trouble, UnreadableMediaError, thumbnail

RED, BLUE = (220, 30, 30), (30, 30, 220)
ORIENTATION = 274


def shown(path: Path, width: int = 160) -> Image.Image:
    """Return the small picture of a file."""
    image = Image.open(io.BytesIO(thumbnail(path, width)))
    assert image.format == "JPEG"
    return image.convert("RGB")


def near(one: object, other: tuple[int, ...]) -> bool:
    """Whether two colours are the same but for what JPEG loses."""
    assert isinstance(one, tuple)
    return all(abs(a - b) < 24 for a, b in zip(one, other, strict=True))


def corner(size: tuple[int, int]) -> Image.Image:
    """Return a blue picture with a red quarter at the upper left."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1] // 2))
    return image


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "webp", "gif", "tiff", "avif"])
def test_a_picture_of_each_format(tmp_path: Path, ending: str) -> None:
    """The width asked for, the ratio kept, the colours kept."""
    path = tmp_path / f"a.{ending}"
    corner((320, 240)).save(path)
    small = shown(path)
    assert small.size == (160, 120)
    assert near(small.getpixel((20, 20)), RED)
    assert near(small.getpixel((140, 100)), BLUE)


@pytest.mark.parametrize(("mode", "shade"), [("L", 128), ("LA", (128, 255)), ("I;16", 128 << 8), ("1", 1)])
def test_grey_and_sixteen_bits(tmp_path: Path, mode: str, shade: int) -> None:
    """Seen as the grey they are."""
    path = tmp_path / "a.png"
    Image.new(mode, (64, 64), shade).save(path)
    assert near(shown(path).getpixel((30, 30)), (255,) * 3 if mode == "1" else (128,) * 3)


@pytest.mark.parametrize("width", [160, 50, 33])
def test_transparency_lies_on_white(tmp_path: Path, width: int) -> None:
    """Nothing there is white, half there is half as strong; whatever the width."""
    image = Image.new("RGBA", (200, 100), (0, 0, 0, 0))
    image.paste((200, 0, 0, 128), (100, 0, 200, 100))
    image.save(tmp_path / "a.png")
    small = shown(tmp_path / "a.png", width)
    assert near(small.getpixel((width // 4, 5)), (255, 255, 255))
    assert near(small.getpixel((width * 3 // 4, 5)), (227, 127, 127))


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned(tmp_path: Path, orientation: int) -> None:
    """The same as Pillow turns it."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    path = tmp_path / "a.jpg"
    corner((128, 64)).save(path, exif=exif, quality=95)
    right = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    small = shown(path, right.width)
    assert small.size == right.size
    for place in ((8, 8), (right.width - 8, 8), (8, right.height - 8), (right.width - 8, right.height - 8)):
        assert near(small.getpixel(place), tuple(right.getpixel(place)))  # type: ignore[arg-type]


def test_a_phone_video_is_turned(tmp_path: Path) -> None:
    """What is above in the file is at the right when shown; half a turn puts it below."""
    path = clip(tmp_path, "walk.mp4", 0.5, (96, 64), sound=False)
    above = shown(path, 96).getpixel((40, 10))
    upright = shown(turned(path, QUARTER), 64)
    assert upright.size == (64, 96)
    assert near(upright.getpixel((53, 40)), above)  # type: ignore[arg-type]
    assert not near(upright.getpixel((10, 40)), above)  # type: ignore[arg-type]
    assert near(shown(turned(path, HALF), 96).getpixel((40, 54)), above)  # type: ignore[arg-type]


def test_a_video_is_shown_at_a_third(tmp_path: Path) -> None:
    """The beginning is often black."""
    path = clip(tmp_path, "walk.mp4", 3.0, (96, 64))
    assert near(shown(path).getpixel((48, 8)), (255 * 10 // 30,) * 3)


def test_a_long_way_from_the_key_picture_is_not_gone(tmp_path: Path) -> None:
    """One key picture in 25 s: two seconds towards the third are gone, no more."""
    path = clip(tmp_path, "long.mp4", 60.0, (32, 32), sound=False)
    assert near(shown(path).getpixel((16, 4)), (255 * 60 // 600,) * 3)


@pytest.mark.parametrize("name", ["walk.mov", "walk.webm"])
def test_videos_of_other_formats(tmp_path: Path, name: str) -> None:
    """Each gives a picture."""
    assert shown(clip(tmp_path, name, 0.5, (96, 64)), 48).size == (48, 32)


def test_never_larger_than_it_is(tmp_path: Path) -> None:
    """A small picture stays as it is, a tower is kept from growing."""
    assert shown(picture(tmp_path, "a.png", (20, 10))).size == (20, 10)
    assert shown(picture(tmp_path, "b.png", (40, 4000)), 20).size == (2, 160)


def refusal(path: Path) -> Trouble:
    """Return why there is no small picture."""
    with pytest.raises(UnreadableMediaError) as caught:
        thumbnail(path)
    return caught.value.trouble


def test_no_picture_of_a_sound(tmp_path: Path) -> None:
    """Nothing to see."""
    assert refusal(sound(tmp_path, seconds=0.2)) is Trouble.SOUND


def test_too_large_to_be_decoded(tmp_path: Path) -> None:
    """A small file that claims a billion pixels is not decoded, though its facts are told."""
    path = picture(tmp_path, "a.png", (32, 32))
    data = bytearray(path.read_bytes())
    struct.pack_into(">II", data, 16, 40_000, 40_000)
    path.write_bytes(data)
    assert refusal(path) is Trouble.HUGE


def test_a_format_pyav_shows_in_pieces(tmp_path: Path) -> None:
    """HEIC is named, not shown."""
    path = tmp_path / "a.heic"
    path.write_bytes(b"\0\0\0\x18ftypheic" + bytes(12) + struct.pack(">I4sIII", 20, b"ispe", 0, 64, 64))
    assert refusal(path) is Trouble.UNSHOWN


def test_a_moving_webp_is_not_called_broken(tmp_path: Path) -> None:
    """PyAV cannot show it; a moving GIF it can, by its first picture."""
    frames = [Image.new("RGB", (64, 40), shade) for shade in (RED, BLUE)]
    for ending in ("webp", "gif"):
        frames[0].save(tmp_path / f"a.{ending}", save_all=True, append_images=frames[1:], duration=100)
    assert refusal(tmp_path / "a.webp") is Trouble.UNSHOWN
    assert near(shown(tmp_path / "a.gif").getpixel((20, 20)), RED)


def test_broken_pixels(tmp_path: Path) -> None:
    """A good header with nothing good behind it."""
    path = picture(tmp_path, "a.png", (64, 64))
    data = path.read_bytes()
    start = data.index(b"IDAT") + 4
    path.write_bytes(data[:start] + bytes(len(data) - start - 16) + data[-16:])
    assert refusal(path) is Trouble.BROKEN
