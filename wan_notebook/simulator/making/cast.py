"""The references of a video: framed pictures with their names that drift gently in the scene.

Each comes in after the one before it and hangs there until the end; the pictures of a clip move. While a
reference is heard, a warm light stands behind its frame.
"""

import math
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from wan_notebook.simulator.making.ingredients import names
from wan_notebook.simulator.making.pictures import Clip, Planes, aspect, still
from wan_notebook.simulator.making.places import Room, Stand, stands
from wan_notebook.simulator.making.sounds import Turn, turns
from wan_notebook.simulator.making.sprites import Sprite
from wan_notebook.simulator.making.video import Video

ENTRY_SECONDS = 0.7
"""How long a frame takes to come in."""
ENTRY_SHARE = 0.25
"""Share of the video after which the last frame begins to come in, at the latest."""
RISE, SWAY = 0.2, 0.035
"""How far it rises meanwhile, and how far it sways afterwards, in heights of its picture."""
GLOW_FADE = 0.25
"""Seconds in which the light behind a speaking reference comes and goes."""

FRAMED_FPS = 15
"""Pictures per second of a framed clip: small as it is, half of them do."""

PAPER, INK, WARM = (250, 246, 238, 255), (58, 48, 44, 255), (255, 214, 130)
FINE = 3
"""How many times larger a frame is drawn than shown, for smooth edges."""
SHADOW = 110
"""Opacity of its shadow, of 255."""


@dataclass(frozen=True, slots=True)
class _Member:
    """One reference.

    Attributes:
        stand: where it hangs.
        frame: its picture in its frame, with a margin for the shadow.
        glow: the light behind it.
        margin: width of the margin.
        clip: where its moving pictures come from, None for a still.
        enters: when it begins to come in, in seconds.
        phase: where in its swaying it begins.
        turn: when it is heard, None when it is not.
    """

    stand: Stand
    frame: Sprite
    glow: Sprite
    margin: int
    clip: Clip | None
    enters: float
    phase: float
    turn: Turn | None


class Cast:
    """All references of a video.

    Args:
        video: what they are taken from.
        room: where in the picture they hang.
    """

    def __init__(self, video: Video, room: Room) -> None:
        self._members = _members(video, room)

    def blend(self, planes: Planes, seconds: float) -> None:
        """Lay them over the planes of a frame."""
        for member in self._members:
            progress = min(max((seconds - member.enters) / ENTRY_SECONDS, 0.0), 1.0)
            if progress == 0:
                continue
            here = 1 - (1 - progress) ** 3
            lift = RISE * (1 - here) + SWAY * math.sin(0.9 * seconds + member.phase)
            x, y = member.stand.x - member.margin, member.stand.y - member.margin + lift * member.stand.height
            light = member.turn.strength(seconds, GLOW_FADE) if member.turn else 0.0
            if light:
                member.glow.blend(planes, x, y, light)
            if member.clip:
                inside, shown = (
                    member.margin + member.stand.mat,
                    math.floor(seconds * FRAMED_FPS) / FRAMED_FPS,
                )
                member.frame.fill(inside, inside, member.clip.at(shown))
            member.frame.blend(planes, x, y, here)


def _members(video: Video, room: Room) -> list[_Member]:
    references = video.references
    moving = [reference.role == "reference_video" for reference in references]
    shapes = [aspect(one.file, moving=moves) for one, moves in zip(references, moving, strict=True)]
    heard = {turn.number: turn for turn in turns(video)}
    apart = min(0.3, ENTRY_SHARE * video.length / max(1, len(references)))
    chance = np.random.default_rng([video.seed, 2])
    found = []
    for number, stand in enumerate(stands(shapes, video.width, video.height, room)):
        margin = _even(stand.height * 0.09)
        frame = Sprite(_framed(stand, margin, names(references)[number], moves=moving[number]))
        size = (stand.width, stand.height)
        clip = Clip(references[number].file, *size, again=True) if moving[number] else None
        if not clip:
            frame.fill(margin + stand.mat, margin + stand.mat, still(references[number].file, *size))
        glow = Sprite(_glow(stand, margin))
        phase = float(chance.uniform(0, 2 * np.pi))
        found.append(_Member(stand, frame, glow, margin, clip, number * apart, phase, heard.get(number)))
    return found


def _framed(stand: Stand, margin: int, name: str, *, moves: bool) -> Image.Image:
    """Draw an empty frame with its shadow."""
    width, height = stand.outer
    size = (width + 2 * margin, height + 2 * margin)
    card = _card(stand, name, moves=moves).resize(stand.outer, Image.Resampling.BOX)
    shade = Image.new("L", size)
    shade.paste(SHADOW, (margin, round(margin * 1.25)), card.getchannel("A"))
    sheet = Image.new("RGBA", size)
    sheet.putalpha(shade.filter(ImageFilter.GaussianBlur(margin * 0.25)))
    sheet.alpha_composite(card, (margin, margin))
    return sheet


def _card(stand: Stand, name: str, *, moves: bool) -> Image.Image:
    """Draw a frame of paper, larger than it is, with its name; a clip's name follows a small triangle."""
    width, height = (side * FINE for side in stand.outer)
    card = Image.new("RGBA", (width, height))
    draw = ImageDraw.Draw(card)
    draw.rounded_rectangle((0, 0, width - 1, height - 1), stand.mat * FINE * 0.6, PAPER)
    size = stand.strip * FINE * 0.56
    font = ImageFont.load_default(size)
    middle = (width / 2, height - (stand.strip + stand.mat) * FINE / 2)
    draw.text(middle, name, INK, font, anchor="mm")
    if moves:
        x, y = middle[0] - draw.textlength(name, font) / 2 - size * 0.75, middle[1]
        draw.polygon([(x, y - size * 0.3), (x, y + size * 0.3), (x + size * 0.5, y)], INK)
    return card


def _glow(stand: Stand, margin: int) -> Image.Image:
    """Draw the light behind a frame."""
    width, height = stand.outer
    shape = Image.new("L", (width + 2 * margin, height + 2 * margin))
    edge = margin * 0.5
    box = (edge, edge, width + 2 * margin - edge, height + 2 * margin - edge)
    ImageDraw.Draw(shape).rounded_rectangle(box, margin * 0.8, 255)
    light = Image.new("RGBA", shape.size, WARM)
    light.putalpha(shape.filter(ImageFilter.GaussianBlur(margin * 0.22)))
    return light


def _even(size: float) -> int:
    return max(2, round(size / 2) * 2)
