"""The looks a scene can have, as data: colours, ridges, light, and the words that call for them."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Colour = npt.NDArray[np.float32]
"""Y, U, V of ITU-R BT.709 in limited range, 16-235 and 16-240."""
Shape = Literal["hills", "peaks", "waves", "dunes"]
Motes = Literal["stars", "fireflies", "snow", "dust"]


@dataclass(frozen=True, kw_only=True)
class Look:
    """One look.

    Attributes:
        sky: colours from the top of the picture to the horizon, as ``RRGGBB``.
        ridges: colour of the farthest and of the nearest ridge.
        light: colour of sun or moon and its glow.
        clouds: colour of the clouds.
        shape: form of the ridges.
        motes: what floats in the air.
        disc: radius of sun or moon in picture heights.
        words: words of a prompt that call for this look.
    """

    sky: tuple[str, str, str]
    ridges: tuple[str, str]
    light: str
    clouds: str
    shape: Shape
    motes: Motes
    disc: float
    words: tuple[str, ...] = ()


LOOKS = (
    Look(
        sky=("2b2a5e", "a0527f", "ffb98a"),
        ridges=("b0627f", "1d1833"),
        light="ffe2b8",
        clouds="ffd2b0",
        shape="hills",
        motes="dust",
        disc=0.075,
        words=("sunset", "dusk", "evening", "fox", "autumn", "日落", "黄昏", "傍晚", "狐", "秋"),
    ),
    Look(
        sky=("0a1230", "1c2f63", "52709f"),
        ridges=("31497c", "060a1a"),
        light="f4f1dc",
        clouds="8fa4cc",
        shape="peaks",
        motes="stars",
        disc=0.06,
        words=("night", "moon", "star", "galaxy", "space", "夜", "月", "星", "宇宙"),
    ),
    Look(
        sky=("3f8fc4", "8cc7de", "fdf0d5"),
        ridges=("5fb3c2", "0d4a66"),
        light="fffbe8",
        clouds="ffffff",
        shape="waves",
        motes="dust",
        disc=0.07,
        words=("sea", "ocean", "wave", "beach", "water", "fish", "海", "浪", "水", "鱼"),
    ),
    Look(
        sky=("e9a15b", "f6c889", "fdebc8"),
        ridges=("e0a363", "7c3b22"),
        light="fffaf0",
        clouds="fff1d6",
        shape="dunes",
        motes="dust",
        disc=0.09,
        words=("desert", "sand", "dune", "camel", "lion", "沙", "骆驼", "狮"),
    ),
    Look(
        sky=("16423c", "4f8a72", "e4eeb4"),
        ridges=("6fa588", "0b241f"),
        light="fbffd9",
        clouds="e2f2d0",
        shape="peaks",
        motes="fireflies",
        disc=0.065,
        words=("forest", "tree", "jungle", "green", "garden", "森林", "树", "竹", "绿", "花园"),
    ),
    Look(
        sky=("7f9fc6", "bccfe4", "f6f3f4"),
        ridges=("b4c7dd", "3a5478"),
        light="ffffff",
        clouds="ffffff",
        shape="peaks",
        motes="snow",
        disc=0.055,
        words=("snow", "winter", "ice", "mountain", "polar", "雪", "冬", "冰", "山"),
    ),
    Look(
        sky=("45307a", "9c6fb8", "fbd0dd"),
        ridges=("a27cbd", "2a1b4d"),
        light="fff0f2",
        clouds="fbdcec",
        shape="hills",
        motes="dust",
        disc=0.08,
        words=("flower", "lavender", "spring", "dream", "cat", "花", "春", "梦", "猫"),
    ),
    Look(
        sky=("061a24", "0e4a52", "5fbf9f"),
        ridges=("1f6f70", "03100f"),
        light="d8fff0",
        clouds="6fe3b8",
        shape="hills",
        motes="stars",
        disc=0.045,
        words=("aurora", "north", "magic", "dragon", "极光", "魔", "龙"),
    ),
    Look(
        sky=("351522", "9a3138", "ff9a4d"),
        ridges=("a83c38", "170a12"),
        light="ffe6a8",
        clouds="ff9f6a",
        shape="peaks",
        motes="fireflies",
        disc=0.1,
        words=("fire", "volcano", "lava", "city", "robot", "火", "城", "机器人"),
    ),
    Look(
        sky=("f29f9b", "f9c7b4", "fdf1e1"),
        ridges=("ef9fa0", "4e3a63"),
        light="fffdf4",
        clouds="ffffff",
        shape="waves",
        motes="dust",
        disc=0.085,
        words=("morning", "dawn", "sunrise", "child", "dance", "早", "晨", "日出", "孩", "舞"),
    ),
)


def choose(prompt: str, number: int) -> Look:
    """Return the look a prompt's words call for, else one that follows from its number."""
    lowered = prompt.lower()
    called = [look for look in LOOKS if any(word in lowered for word in look.words)] or LOOKS
    return called[number % len(called)]


def colour(written: str, turn: float = 0.0) -> Colour:
    """Return ``RRGGBB`` as Y, U, V, its hue turned by this many radians."""
    red, green, blue = (int(written[i : i + 2], 16) / 255 for i in (0, 2, 4))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    u, v = (blue - luma) / 1.8556, (red - luma) / 1.5748
    cosine, sine = np.cos(turn), np.sin(turn)
    turned = (u * cosine - v * sine, u * sine + v * cosine)
    return np.array([16 + 219 * luma, 128 + 224 * turned[0], 128 + 224 * turned[1]], np.float32)
