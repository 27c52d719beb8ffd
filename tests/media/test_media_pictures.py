"""Facts of picture files: true format, pixels as displayed, transparency, broken ends."""

import struct
from pathlib import Path

import pytest
from PIL import Image

from tests.files import picture
from wan_notebook.media import MediaFacts, Trouble, UnreadableMediaError, read

SIZE = (64, 40)
ORIENTATION = 274


def saved(folder: Path, image: Image.Image, name: str, **options: object) -> Path:
    """Save a picture of Pillow's."""
    path = folder / name
    image.save(path, **options)  # type: ignore[arg-type]
    return path


def trouble(path: Path) -> Trouble:
    """Return why a file is refused."""
    with pytest.raises(UnreadableMediaError) as caught:
        read(path)
    return caught.value.trouble


@pytest.mark.parametrize(
    ("ending", "name"),
    [
        ("png", "png"),
        ("jpg", "jpeg"),
        ("bmp", "bmp"),
        ("webp", "webp"),
        ("gif", "gif"),
        ("tiff", "tiff"),
        ("avif", "avif"),
    ],
)
def test_each_format_tells_itself_by_content(tmp_path: Path, ending: str, name: str) -> None:
    """The ending lies, the content does not."""
    path = picture(tmp_path, f"girl.{ending}", SIZE).rename(tmp_path / "girl.mp4")
    assert read(path) == MediaFacts("image", name, path.stat().st_size, *SIZE)


@pytest.mark.parametrize("ending", ["png", "webp", "avif", "tiff"])
def test_alpha_is_seen(tmp_path: Path, ending: str) -> None:
    """A half transparent picture has alpha."""
    assert read(picture(tmp_path, f"girl.{ending}", SIZE, alpha=True)).alpha


@pytest.mark.parametrize(
    ("mode", "alpha"),
    [("1", False), ("L", False), ("LA", True), ("P", False), ("I;16", False), ("RGBA", True)],
)
def test_png_of_each_mode(tmp_path: Path, mode: str, alpha: bool) -> None:  # noqa: FBT001 - parametrized
    """Black and white, grey, grey with alpha, palette, 16 bit, colour with alpha (opaque, yet a channel)."""
    facts = read(saved(tmp_path, Image.new(mode, SIZE, 255 if mode != "RGBA" else (1, 2, 3, 255)), "a.png"))
    assert (facts.format, facts.width, facts.height, facts.alpha) == ("png", *SIZE, alpha)


def test_png_with_a_transparent_palette_colour(tmp_path: Path) -> None:
    """One transparent colour is transparency too."""
    assert read(saved(tmp_path, Image.new("P", SIZE), "a.png", transparency=0)).alpha


@pytest.mark.parametrize("ending", ["gif", "webp"])
def test_a_moving_picture_is_an_image(tmp_path: Path, ending: str) -> None:
    """Animated GIF and WebP: an image without seconds."""
    frames = [Image.new("RGB", SIZE, (shade, 0, 0)) for shade in (0, 120, 240)]
    path = saved(tmp_path, frames[0], f"a.{ending}", save_all=True, append_images=frames[1:], duration=100)
    facts = read(path)
    assert (facts.kind, facts.format, facts.width, facts.height) == ("image", ending, *SIZE)
    assert facts.seconds is None
    assert facts.fps is None


def test_gif_with_a_transparent_colour(tmp_path: Path) -> None:
    """The control block before the picture names the colour."""
    assert read(saved(tmp_path, Image.new("P", SIZE), "a.gif", transparency=0)).alpha


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_webp_of_each_way(tmp_path: Path, lossless: bool, mode: str) -> None:  # noqa: FBT001 - parametrized
    """Lossy, lossless and extended headers tell the same."""
    shade = (1, 2, 3) if mode == "RGB" else (1, 2, 3, 99)
    facts = read(saved(tmp_path, Image.new(mode, (301, 203), shade), "a.webp", lossless=lossless))
    assert (facts.width, facts.height, facts.alpha) == (301, 203, mode == "RGBA")


def test_bmp_from_above_is_as_high(tmp_path: Path) -> None:
    """A negative height means rows from above."""
    path = picture(tmp_path, "a.bmp", SIZE)
    data = bytearray(path.read_bytes())
    struct.pack_into("<i", data, 22, -SIZE[1])
    path.write_bytes(data)
    assert read(path).height == SIZE[1]


def test_the_oldest_bmp(tmp_path: Path) -> None:
    """Its header has 16-bit sizes."""
    rows = bytes(8 * 3 * 4)
    path = tmp_path / "a.bmp"
    path.write_bytes(struct.pack("<2sIIIIHHHH", b"BM", 26 + len(rows), 0, 26, 12, 8, 4, 1, 24) + rows)
    facts = read(path)
    assert (facts.width, facts.height, facts.alpha) == (8, 4, False)


@pytest.mark.parametrize(("mask", "alpha"), [(0xFF000000, True), (0, False)])
def test_bmp_with_masks(tmp_path: Path, mask: int, alpha: bool) -> None:  # noqa: FBT001 - parametrized
    """A BMP of 32 bits has alpha if it says which of them."""
    sizes = struct.pack("<IiiHHIIiiII", 108, 4, 4, 1, 32, 3, 64, 0, 0, 0, 0)
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, mask)
    header = (sizes + masks).ljust(108, b"\0")
    path = tmp_path / "a.bmp"
    path.write_bytes(struct.pack("<2sIII", b"BM", 186, 0, 122) + header + bytes(64))
    assert read(path).alpha is alpha


@pytest.mark.parametrize("ending", ["jpg", "tiff"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_as_its_camera_was(tmp_path: Path, orientation: int, ending: str) -> None:
    """Orientations 5 to 8 lie on their side."""
    image = Image.new("RGB", SIZE)
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    facts = read(saved(tmp_path, image, f"a.{ending}", exif=exif))
    assert (facts.width, facts.height) == (SIZE if orientation < 5 else SIZE[::-1])


def test_broken_camera_remarks_do_not_spoil_a_photograph(tmp_path: Path) -> None:
    """Exif that points nowhere is passed over."""
    path = saved(tmp_path, Image.new("RGB", SIZE), "a.jpg", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")
    assert (read(path).width, read(path).height) == SIZE


def test_jpeg_in_several_passes_and_with_a_trailer(tmp_path: Path) -> None:
    """Phones write more after a picture's end."""
    path = saved(tmp_path, Image.effect_noise(SIZE, 90), "a.jpg", progressive=True)
    path.write_bytes(path.read_bytes() + bytes(5000))
    assert (read(path).width, read(path).height) == SIZE


def test_an_iphone_photograph_is_told_by_name(tmp_path: Path) -> None:
    """HEIC: the largest of its pictures, turned."""
    spatial = [
        struct.pack(">I4sIII", 20, b"ispe", 0, *size) for size in ((512, 512), (4032, 3024), (320, 240))
    ]
    path = tmp_path / "a.jpg"
    path.write_bytes(
        b"\0\0\0\x18ftypheic" + bytes(12) + b"".join(spatial) + struct.pack(">I4sB", 9, b"irot", 3)
    )
    facts = read(path)
    assert (facts.kind, facts.format, facts.width, facts.height) == ("image", "heic", 3024, 4032)


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "webp"])
@pytest.mark.parametrize("share", [0.5, 0.98])
def test_a_picture_cut_short(tmp_path: Path, ending: str, share: float) -> None:
    """The formats the service takes all show that their end is missing."""
    path = saved(tmp_path, Image.effect_noise((200, 150), 90).convert("RGB"), f"a.{ending}")
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    assert trouble(path) is Trouble.CUT


@pytest.mark.parametrize("ending", ["png", "jpg", "bmp", "webp", "gif", "tiff", "avif"])
def test_a_picture_with_only_its_first_bytes(tmp_path: Path, ending: str) -> None:
    """Whatever the format, sixteen bytes are not a picture."""
    path = picture(tmp_path, f"a.{ending}", SIZE)
    path.write_bytes(path.read_bytes()[:16])
    assert trouble(path) in {Trouble.CUT, Trouble.BROKEN}


def test_no_pixels(tmp_path: Path) -> None:
    """A width of zero is refused with the figures."""
    path = picture(tmp_path, "a.png", SIZE)
    data = bytearray(path.read_bytes())
    data[16:20] = bytes(4)
    path.write_bytes(data)
    with pytest.raises(UnreadableMediaError, match="0 x 40 pixels"):
        read(path)


@pytest.mark.parametrize(
    "data",
    [
        b"BM is how this text begins, and it goes on long enough to be taken for a picture by its name.",
        b"RIFF\x40\0\0\0WEBPVP8?" + bytes(64),
        b"GIF89a" + bytes(7) + b"?",
        b"\xff\xd8\xff?\0\2?",
        b"\xff\xd8\xff" + b"\xff" * 200_000,
    ],
)
def test_a_good_beginning_is_not_enough(tmp_path: Path, data: bytes) -> None:
    """The mark of a format with nonsense after it."""
    path = tmp_path / "a.png"
    path.write_bytes(data)
    assert trouble(path) in {Trouble.BROKEN, Trouble.UNKNOWN}
