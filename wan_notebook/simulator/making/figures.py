"""Somebody or something to look at, for built-in pictures: a person or a vase, in soft colours."""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from wan_notebook.simulator.making.place import Chance

FINE = 3
"""How many times larger a figure is drawn than shown, for smooth edges."""
SKINS = ("f6d3b8", "e8b890", "c98f66", "9a6645", "6f4630")
HAIRS = ("2a2026", "4b2e22", "8a5a35", "c99a5b", "a34a2e", "5b5b6b")
CLOTHES = ("d9694f", "3f7f8c", "6a5a9c", "d9a441", "4f8a5b", "b9577f", "36507a")
GLAZES = ("e9e2d3", "7fa6a0", "c86a4a", "40577a", "d8a95b", "8f6f9a")

Point = tuple[float, float]
Colour = tuple[int, int, int]


@dataclass(frozen=True)
class _Sheet:
    """A square sheet whose lengths are shares of its side."""

    image: Image.Image
    draw: ImageDraw.ImageDraw

    def oval(self, centre: Point, radii: Point, colour: Colour) -> None:
        """Fill an oval."""
        (x, y), (across, down), side = centre, radii, self.image.width
        box = ((x - across) * side, (y - down) * side, (x + across) * side, (y + down) * side)
        self.draw.ellipse(box, (*colour, 255))

    def shape(self, points: list[Point], colour: Colour) -> None:
        """Fill a polygon."""
        self.draw.polygon([(x * self.image.width, y * self.image.width) for x, y in points], (*colour, 255))

    def line(self, points: list[Point], width: float, colour: Colour) -> None:
        """Draw a line with round corners."""
        side = self.image.width
        spots = [(x * side, y * side) for x, y in points]
        self.draw.line(spots, (*colour, 255), round(width * side), joint="curve")


def person(chance: Chance, size: int) -> Image.Image:
    """Draw head and shoulders of somebody, on nothing; the sheet is square and ends at the lower edge."""
    sheet = _sheet(size)
    skin, hair, cloth = (_pick(chance, colours) for colours in (SKINS, HAIRS, CLOTHES))
    long = bool(chance.integers(2))
    if long:
        sheet.oval((0.5, 0.42), (0.215, 0.25), hair)
        sheet.shape([(0.287, 0.42), (0.713, 0.42), (0.74, 0.72), (0.26, 0.72)], hair)
    _shoulders(sheet, cloth, skin)
    sheet.oval((0.5, 0.38), (0.165, 0.205), skin)
    if not long:
        for side in (-1, 1):
            sheet.oval((0.5 + side * 0.165, 0.4), (0.028, 0.042), skin)
    _hair(sheet, hair, parted=float(chance.uniform(-0.06, 0.06)))
    _face(sheet, skin)
    return _finished(sheet, size)


def vase(chance: Chance, size: int) -> Image.Image:
    """Draw a vase with sprigs, on nothing; the sheet is square."""
    sheet = _sheet(size)
    glaze, leaf, bloom = _pick(chance, GLAZES), (86, 122, 92), _pick(chance, CLOTHES)
    for angle in np.linspace(-0.55, 0.55, 5) + chance.uniform(-0.08, 0.08, 5):
        reach = float(chance.uniform(0.34, 0.46))
        tip = (0.5 + math.sin(angle) * reach, 0.5 - math.cos(angle) * reach)
        sheet.line([(0.5, 0.52), tip], 0.008, leaf)
        for share in (0.55, 0.75):
            spot = (0.5 + (tip[0] - 0.5) * share, 0.52 + (tip[1] - 0.52) * share)
            sheet.oval((spot[0] + 0.025, spot[1]), (0.03, 0.012), leaf)
        sheet.oval(tip, (0.034, 0.034), bloom)
        sheet.oval(tip, (0.013, 0.013), _mixed(bloom, (255, 240, 200), 0.7))
    belly, neck = float(chance.uniform(0.13, 0.2)), float(chance.uniform(0.05, 0.075))
    heights = np.linspace(0, 1, 40)
    widths = neck + (belly - neck) * np.sin(np.pi * np.clip((heights - 0.12) / 0.95, 0, 1)) ** 1.4
    outline = [(0.5 + float(w), 0.5 + 0.42 * float(h)) for w, h in zip(widths, heights, strict=True)]
    sheet.shape(outline + [(1 - x, y) for x, y in reversed(outline)], glaze)
    shine = [(0.5 - (x - 0.5) * 0.62, y) for x, y in outline[6:30]]
    sheet.line(shine, 0.014, _mixed(glaze, (255, 255, 255), 0.45))
    return _finished(sheet, size)


def _shoulders(sheet: _Sheet, cloth: Colour, skin: Colour) -> None:
    shade = _mixed(skin, (90, 40, 30), 0.22)
    sheet.oval((0.5, 0.99), (0.37, 0.34), cloth)
    sheet.shape([(0.435, 0.5), (0.565, 0.5), (0.585, 0.71), (0.415, 0.71)], shade)
    sheet.oval((0.5, 0.7), (0.086, 0.05), shade)
    collar = _mixed(cloth, (255, 255, 255), 0.3)
    sheet.line([(0.408, 0.675), (0.45, 0.735), (0.5, 0.755), (0.55, 0.735), (0.592, 0.675)], 0.022, collar)


def _hair(sheet: _Sheet, hair: Colour, parted: float) -> None:
    """Draw the hair over the brow, parted to one side."""
    angles = np.linspace(np.pi, 2 * np.pi, 40)
    crown = [(0.5 + 0.182 * math.cos(a), 0.36 + 0.215 * math.sin(a)) for a in angles]
    brow = [(0.672, 0.4), (0.64, 0.315), (0.5 + parted, 0.265), (0.36, 0.315), (0.328, 0.4)]
    sheet.shape(crown + brow, hair)


def _face(sheet: _Sheet, skin: Colour) -> None:
    ink, blush = (48, 36, 38), _mixed(skin, (226, 90, 80), 0.28)
    for side in (-1, 1):
        x = 0.5 + side * 0.067
        sheet.oval((x, 0.4), (0.0155, 0.02), ink)
        sheet.oval((x + 0.005, 0.393), (0.005, 0.006), (255, 255, 255))
        sheet.line([(x - 0.026, 0.36), (x, 0.352), (x + 0.026, 0.36)], 0.009, _mixed(ink, skin, 0.25))
        sheet.oval((0.5 + side * 0.1, 0.455), (0.028, 0.018), blush)
    sheet.line([(0.5, 0.42), (0.494, 0.447), (0.506, 0.45)], 0.007, _mixed(skin, (120, 60, 50), 0.4))
    angles = np.linspace(0.25, np.pi - 0.25, 12)
    smile = [(0.5 + 0.052 * math.cos(a), 0.478 + 0.03 * math.sin(a)) for a in angles]
    sheet.line(smile, 0.01, _mixed(skin, (140, 40, 45), 0.75))


def _sheet(size: int) -> _Sheet:
    image = Image.new("RGBA", (size * FINE, size * FINE))
    return _Sheet(image, ImageDraw.Draw(image))


def _finished(sheet: _Sheet, size: int) -> Image.Image:
    """Return a sheet at its size, with a soft shade to one side so that it is not flat."""
    small = sheet.image.resize((size, size), Image.Resampling.LANCZOS)
    light = Image.linear_gradient("L").rotate(90).resize((size, size)).point(lambda value: value * 70 // 255)
    shaded = Image.composite(Image.new("RGB", small.size, (30, 18, 50)), small.convert("RGB"), light)
    shaded.putalpha(small.getchannel("A").filter(ImageFilter.GaussianBlur(0.4)))
    return shaded


def _pick(chance: Chance, colours: tuple[str, ...]) -> Colour:
    written = colours[int(chance.integers(len(colours)))]
    red, green, blue = (int(written[i : i + 2], 16) for i in (0, 2, 4))
    return red, green, blue


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return one colour with a share of another."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
