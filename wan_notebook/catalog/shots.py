"""Storyboards: wan2.7 is told its shots in the prompt, so they are written there and read back.

The service documents one form, "Shot 1 [0-2s]: …"; people write it in more ways, and all of `MARK` are read.
"""

import re
from dataclasses import dataclass
from numbers import Real
from typing import Any

from wan_notebook.catalog.errors import SettingError
from wan_notebook.catalog.prompt_language import prompt_language
from wan_notebook.catalog.texts import LANGUAGES, text

SHORTEST = 0.1
"""Seconds of the shortest shot, and the step all lengths are told in."""
LONGEST = 600
"""Seconds of the longest shot; no model makes a video nearly as long."""
WRITTEN = {
    "en": "Shot {number} [{start}-{end}s]: {text}",
    "zh": "第{number}个镜头[{start}-{end}秒]：{text}",
}
NUMERALS = "一二三四五六七八九十"
_GAP = r"\s{0,4}"  # bounded: a prompt of blanks alone is read as quickly as any other
MARK = re.compile(
    rf"""
    (?: (?<![A-Za-z0-9_]) shot {_GAP} \#? | 第 | 镜头 | 分镜 )
    {_GAP} (?P<number> [0-9]{{1,4}} | [{NUMERALS}] )
    (?: {_GAP} 个? (?: 镜头 | 分镜 ) )?
    {_GAP} (?: [:：] {_GAP} )?
    [\[(（【［]
    {_GAP} (?P<start> [0-9]{{1,6}} (?: \.[0-9]{{1,3}} )? ) {_GAP} (?: s | secs? | seconds? | 秒 )?
    {_GAP} (?: [-‐‑‒–—−~～] | to | 至 | 到 )
    {_GAP} (?P<end> [0-9]{{1,6}} (?: \.[0-9]{{1,3}} )? ) {_GAP} (?: s | secs? | seconds? | 秒 )?
    {_GAP} [\])）】］]
    (?: {_GAP} [:：] )?
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Shot:
    """One shot of a storyboard.

    Attributes:
        start: second of the video it begins at.
        end: second it ends at.
        text: what is seen and heard in it.
    """

    start: float
    end: float
    text: str

    @property
    def length(self) -> float:
        """Seconds it lasts."""
        return round(self.end - self.start, 3)  # 0.3 - 0.1 is 0.3 - 0.1 again, not 0.19999999999999998


@dataclass(frozen=True, slots=True)
class Storyboard:
    """A prompt told in shots.

    Attributes:
        intro: what stands before the first shot, "" for nothing.
        shots: the shots in the order they are told.
    """

    intro: str
    shots: tuple[Shot, ...]

    @property
    def end(self) -> float:
        """Second the last shot ends at, 0 without any."""
        return max((shot.end for shot in self.shots), default=0)

    def prompt(self, language: str | None = None) -> str:
        """Return the prompt that tells these shots, numbered anew, each on a line of its own.

        Args:
            language: "en" or "zh" for the marks; None for the language of the texts.

        Raises:
            SettingError: there is no such language.
        """
        words = [self.intro, *(shot.text for shot in self.shots)]
        spoken = prompt_language(" ".join(words)) if language is None else language
        if spoken not in WRITTEN:
            known = ", ".join(LANGUAGES)
            raise SettingError(text("catalog.error.language", language=repr(language), known=known))
        lines = [
            WRITTEN[spoken].format(
                number=number,
                start=written_seconds(shot.start),
                end=written_seconds(shot.end),
                text=shot.text,
            )
            for number, shot in enumerate(self.shots, start=1)
        ]
        return "\n".join([self.intro, *lines] if self.intro else lines)


def shots(*pairs: tuple[float, str], intro: str = "", language: str | None = None) -> str:
    """Return the prompt of shots that follow each other without a gap.

    `shots((2, "A fox wakes."), (4, "It runs."))` tells two shots, of 0-2 s and of 2-6 s.

    Args:
        pairs: seconds each shot lasts, in steps of 0.1, and what is seen and heard in it.
        intro: what holds for all shots; it comes first.
        language: "en" or "zh" for the marks; None for the language of the texts.

    Raises:
        SettingError: no shots, a length or text that cannot be used, or an unknown language.
    """
    if not pairs:
        raise SettingError(text("shots.error.none"))
    if not isinstance(intro, str):
        raise SettingError(text("shots.error.intro_text", value=repr(intro)))
    if mark := MARK.search(intro):
        raise SettingError(text("shots.error.intro_mark", mark=repr(mark[0])))
    told: list[Shot] = []
    for number, pair in enumerate(pairs, start=1):
        length, words = _checked(number, pair)
        start = told[-1].end if told else 0
        told.append(Shot(start, round(start + length, 1), words))
    return Storyboard(intro.strip(), tuple(told)).prompt(language)


def read_shots(prompt: str) -> Storyboard | None:
    """Return the storyboard a prompt tells, None where no shot is marked with its times.

    Reads what `shots` writes, and spellings like "shot 1 (0-2s)", "Shot 1: [0-2 s]" and "镜头1【0-2秒】".
    A shot without times ("Shot 1: a fox") is ordinary text: nobody but the service knows how long it lasts.
    """
    first = MARK.search(prompt)
    if first is None:
        return None
    told = tuple(shot for _, shot in numbered_shots(prompt))
    return Storyboard(prompt[: first.start()].strip(), told)


def numbered_shots(prompt: str) -> list[tuple[int, Shot]]:
    """Return every shot of a prompt with the number it bears."""
    marks = list(MARK.finditer(prompt))
    begins = [*(mark.start() for mark in marks), len(prompt)]
    return [
        (
            int(mark["number"]) if mark["number"].isascii() else NUMERALS.index(mark["number"]) + 1,
            Shot(float(mark["start"]), float(mark["end"]), prompt[mark.end() : following].strip()),
        )
        for mark, following in zip(marks, begins[1:], strict=True)
    ]


def written_seconds(value: float) -> str:
    """Return seconds as they are written: 2, 2.5."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


def _checked(number: int, pair: object) -> tuple[float, str]:
    """Return length and stripped text of a pair.

    Raises:
        SettingError: one of them cannot be used; the message names the shot.
    """
    if not isinstance(pair, tuple | list) or len(pair) != 2:  # noqa: PLR2004 - a pair has two
        raise SettingError(text("shots.error.pair", number=number, value=repr(pair)))
    length, words = pair
    if not _usable(length):
        limits = {"shortest": SHORTEST, "longest": LONGEST}
        raise SettingError(text("shots.error.length", number=number, value=repr(length), **limits))
    if not isinstance(words, str) or not words.strip():
        raise SettingError(text("shots.error.text", number=number, value=repr(words)))
    if mark := MARK.search(words):
        raise SettingError(text("shots.error.mark", number=number, mark=repr(mark[0])))
    return float(length), words.strip()


def _usable(length: Any) -> bool:
    """Tell whether a length is a number within the limits and on the step."""
    numeric = isinstance(length, Real) and not isinstance(length, bool)
    return numeric and SHORTEST <= length <= LONGEST and round(float(length), 1) == length
