"""Small labels, drawn once and blended into each picture: what made it, the seed, the AI mark, a caption."""

import textwrap
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from wan_notebook.simulator.making.video import Video

Bytes = npt.NDArray[np.uint8]
CAPTION_FONTS = ("NotoSansCJK-Regular.ttc", "wqy-zenhei.ttc", "PingFang.ttc", "msyh.ttc", "DejaVuSans.ttf")
"""Fonts that may be on the machine and hold more than Latin letters; a caption alone needs them."""
CAPTION_COLUMNS = 60
CAPTION_LINES = 3


@dataclass(frozen=True, slots=True)
class Label:
    """A rectangle to be blended into one plane of a picture: ``plane * keep + add``, in 256ths."""

    component: int
    rows: slice
    columns: slice
    keep: npt.NDArray[np.uint16]
    add: npt.NDArray[np.uint16]

    def blend(self, planes: list[Bytes]) -> None:
        """Blend it into the planes of a picture."""
        part = planes[self.component][self.rows, self.columns]
        part[:] = (part * self.keep + self.add) >> 8


Font = ImageFont.FreeTypeFont | ImageFont.ImageFont
Box = tuple[int, int, int, int]


def labels(video: Video) -> list[Label]:
    """Return the labels of a video, one for each plane they touch."""
    sheet = Image.new("LA", (video.width, video.height), (0, 0))
    draw = ImageDraw.Draw(sheet)
    unit = min(video.width, video.height)
    size, margin = round(unit * 0.028), round(unit * 0.033)
    right, low = video.width - margin, video.height - margin
    font = ImageFont.load_default(size)
    boxes = [_tag(draw, f"simulated  ·  seed {video.seed}", (margin, low), "lb", font, size)]
    if video.mark:
        boxes.append(_tag(draw, "AI", (right, low), "rb", font, size))
    if video.caption:
        boxes.append(_tag(draw, _wrapped(video), (margin, margin), "lt", _caption_font(size), size))
    pixels = np.asarray(sheet)
    return [label for box in boxes for label in _planes(pixels, box)]


def _tag(
    draw: ImageDraw.ImageDraw, written: str, corner: tuple[int, int], anchor: str, font: Font, size: int
) -> Box:
    """Write white on a dark rounded ground whose corner (``"lb"``: left, bottom) is given; return its box."""
    left, top, right, bottom = draw.multiline_textbbox((0, 0), written, font=font)
    across, down = round(size * 0.7), round(size * 0.45)
    width, height = round(right - left) + 2 * across, round(bottom - top) + 2 * down
    x = corner[0] if anchor[0] == "l" else corner[0] - width
    y = corner[1] if anchor[1] == "t" else corner[1] - height
    draw.rounded_rectangle((x, y, x + width, y + height), radius=min(height / 2, size), fill=(0, 90))
    draw.multiline_text((x + across - left, y + down - top), written, fill=(255, 235), font=font)
    return x, y, x + width, y + height


def _wrapped(video: Video) -> str:
    """Return the caption in a few lines that fit the picture's width."""
    columns = round(CAPTION_COLUMNS * min(1.0, video.width / video.height))
    return "\n".join(textwrap.wrap(video.caption, columns, max_lines=CAPTION_LINES, placeholder=" …"))


def _caption_font(size: int) -> Font:
    """Return the first font found that can write Chinese, else Pillow's own."""
    for name in CAPTION_FONTS:
        try:
            return ImageFont.truetype(name, size)
        except OSError:
            continue
    return ImageFont.load_default(size)


def _planes(pixels: Bytes, box: Box) -> list[Label]:
    """Return a box of grey and alpha as labels for Y, U and V; its corners are moved out to even numbers."""
    left, top = (max(edge, 0) // 2 * 2 for edge in box[:2])
    right, bottom = -(-(box[2] + 1) // 2) * 2, -(-(box[3] + 1) // 2) * 2
    grey, alpha = np.moveaxis(pixels[top:bottom, left:right].astype(np.uint32), 2, 0)
    rows, columns = slice(top, top + len(grey)), slice(left, left + grey.shape[1])
    luma = _label(0, rows, columns, 16 + grey * 219 // 255, alpha)
    half = (slice(rows.start // 2, rows.stop // 2), slice(columns.start // 2, columns.stop // 2))
    small = alpha[::2, ::2]
    middle = np.full_like(small, 128)
    return [luma, *(_label(component, *half, middle, small) for component in (1, 2))]


def _label(
    component: int, rows: slice, columns: slice, value: npt.NDArray[np.uint32], alpha: npt.NDArray[np.uint32]
) -> Label:
    share = alpha * 256 // 255
    return Label(component, rows, columns, (256 - share).astype(np.uint16), (value * share).astype(np.uint16))
