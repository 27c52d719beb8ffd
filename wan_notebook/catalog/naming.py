"""Names of references in prompts: which item "Image 2", 图2 or character2 is, and how it is written.

Two schemes exist. wan2.7 counts images and videos apart, each in the order of the media; wan2.6 counts all
references together and calls every one a character. An item of kind None, such as a first frame, has no name.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from wan_notebook.catalog.prompt_language import HAN, prompt_language

COUNTED = "counted"
"""The scheme of wan2.7: Image 1, Video 1; 图1, 视频1."""
CHARACTER = "character"
"""The scheme of wan2.6: character1, in any language."""
SCHEMES = {COUNTED: ("image", "video"), CHARACTER: ("character",)}
"""The kinds of names of each scheme."""
WRITTEN = {
    "en": {"image": "Image {number}", "video": "Video {number}", "character": "character{number}"},
    "zh": {"image": "图{number}", "video": "视频{number}", "character": "character{number}"},
}
_LATIN = r"(?<![A-Za-z0-9_])"
_WORDS = {
    # 地图1 is a map and 截图1 a screenshot, not the first image.
    "image": rf"(?: {_LATIN} image | (?<! [地截构视插拼版企] ) 图片? )",
    "video": rf"(?: {_LATIN} video | 视频 )",
    "character": rf"{_LATIN} character",
}
_NUMBER = r"""
    [ \u00a0\u3000]?
    (?P<number> [1-9][0-9]? )
    (?! [A-Za-z0-9_] )                        # image 1080p, image 3D, "Image 100"
    (?! [.:：/×] [0-9] )                       # Video 16:9, image 1.5
    (?! \. (?: png | jpe?g | bmp | webp | gif | mp4 | mov | avi ) (?! [A-Za-z] ) )  # a file's name
    (?! [ ]? (?: (?: s | secs? | seconds? | mins? | minutes? | fps | px | pixels? | percent | times )
                 (?! [A-Za-z] ) | [%％秒帧倍] | 分钟 ) )  # a video 5 seconds long, 视频5秒
"""
_NAMES = {kind: re.compile(word + _NUMBER, re.VERBOSE | re.IGNORECASE) for kind, word in _WORDS.items()}


@dataclass(frozen=True, slots=True)
class Named:
    """What a name stands for.

    Attributes:
        kind: "image" or "video", or "character" for a reference of either kind.
        number: place among those of its kind, counted from 1.
    """

    kind: str
    number: int

    def written(self, language: str) -> str:
        """Return the name as a prompt in "en" or "zh" has it."""
        return WRITTEN[language][self.kind].format(number=self.number)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a prompt.

    Attributes:
        kind: as in `Named`.
        number: as in `Named`.
        start: place of its first character.
        end: place after its last character.
    """

    kind: str
    number: int
    start: int
    end: int

    @property
    def named(self) -> Named:
        """What it stands for."""
        return Named(self.kind, self.number)


def numbered(kinds: Sequence[str | None], scheme: str) -> list[Named | None]:
    """Return what each item is called in a scheme, None for one without a name.

    Args:
        kinds: "image", "video" or None for each item, in order.
        scheme: `COUNTED` or `CHARACTER`.
    """
    counts: Counter[str] = Counter()
    called: list[Named | None] = []
    for kind in kinds:
        if kind is None:
            called.append(None)
            continue
        group = kind if scheme == COUNTED else "character"
        counts[group] += 1
        called.append(Named(group, counts[group]))
    return called


def naming_language(prompt: str) -> str:
    """Return the language a prompt writes its names in: that of the first, else that of the prompt."""
    first = min(mentions(prompt, COUNTED), key=lambda mention: mention.start, default=None)
    if first is None:
        return prompt_language(prompt)
    return "zh" if HAN.match(prompt, first.start) else "en"


def names(kinds: Sequence[str | None], scheme: str, prompt: str) -> list[str | None]:
    """Return the name of each item as it should be written in this prompt, None for one without a name."""
    language = naming_language(prompt)
    return [None if named is None else named.written(language) for named in numbered(kinds, scheme)]


def mentions(prompt: str, scheme: str) -> list[Mention]:
    """Return the names of a scheme in a prompt, in the order they stand there.

    Read in capitals or not, with a space before the number or without, 图片 like 图. No names are
    "image 1080p", "Video 16:9", 地图1, and whatever has a number of three digits.
    """
    found = [
        Mention(kind, int(match["number"]), match.start(), match.end("number"))
        for kind in SCHEMES[scheme]
        for match in _NAMES[kind].finditer(prompt)
    ]
    return sorted(found, key=lambda mention: mention.start)


def foreign_mentions(prompt: str, scheme: str) -> list[Mention]:
    """Return the names of the other scheme in a prompt.

    "character 2" with a space is ordinary English in a prompt of wan2.7, where only "character2" is a name of
    wan2.6; in a prompt of wan2.6 itself `mentions` understands both.
    """
    other = CHARACTER if scheme == COUNTED else COUNTED
    return [
        mention
        for mention in mentions(prompt, other)
        if mention.kind != "character" or prompt[mention.start : mention.end].isalnum()
    ]


def rewritten(prompt: str, changes: Iterable[tuple[Mention, str]]) -> str:
    """Return a prompt with other names in place of some of its own, in the order they stand there.

    A name is set off by a space where it would otherwise grow together with what stands before it.
    """
    parts: list[str] = []
    done = 0
    for mention, name in changes:
        parts.append(prompt[done : mention.start])
        before = "".join(parts)[-1:]
        alone = any(pattern.match(before + name, len(before)) for pattern in _NAMES.values())
        parts.append(name if alone else f" {name}")
        done = mention.end
    return "".join([*parts, prompt[done:]])


def rename(
    prompt: str,
    kinds: Sequence[str | None],
    source_scheme: str,
    target_scheme: str,
    language: str | None = None,
) -> str:
    """Return a prompt with its names in another scheme; a name that stands for no item stays as it is.

    Args:
        prompt: the prompt.
        kinds: "image", "video" or None for each item, in order.
        source_scheme: the scheme the prompt is written in.
        target_scheme: the scheme wanted.
        language: "en" or "zh" for the new names; None for that of the prompt.
    """
    spoken = naming_language(prompt) if language is None else language
    wanted = dict(zip(numbered(kinds, source_scheme), numbered(kinds, target_scheme), strict=True))
    found = [(mention, wanted.get(mention.named)) for mention in mentions(prompt, source_scheme)]
    return rewritten(prompt, [(mention, named.written(spoken)) for mention, named in found if named])
