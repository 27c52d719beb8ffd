"""The way of a request from wan2.6 to wan2.7 (protocol.md, sections 2.1, 2.4 and 3).

Each step takes away what the newer model does not know, puts in what replaces it, and says so.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, NamedTuple, TypeVar

from wan_notebook.catalog.inputs import Inputs
from wan_notebook.catalog.models import Model, find_model
from wan_notebook.catalog.naming import CHARACTER, COUNTED, mentions, naming_language, rename
from wan_notebook.catalog.prices import quote
from wan_notebook.catalog.prompt_language import HAN, prompt_language
from wan_notebook.catalog.regions import DEFAULT_REGION
from wan_notebook.catalog.shots import read_shots
from wan_notebook.catalog.texts import text

Made = TypeVar("Made")
TOLD = {
    "multi": re.compile(
        r"\bshots?\b|\bcuts? (?:to|between)\b|\bmontage\b|镜头|分镜|切换|转场", re.IGNORECASE
    ),
    "single": re.compile(
        r"\b(?:one|single|continuous)[ -](?:\w+ )?(?:shot|take)\b|\b(?:no|without) cuts\b|一镜|单镜头|长镜头",
        re.IGNORECASE,
    ),
}
"""Words by which a prompt itself tells whether there are several shots."""
SENTENCES = {
    "multi": {"en": "Several shots, with cuts between them.", "zh": "由多个镜头组成，镜头之间有切换。"},
    "single": {"en": "One continuous shot without cuts.", "zh": "一镜到底，没有切换。"},
}
"""What a prompt says instead of shot_type, in its own language, whatever that of the texts is."""
SENTENCE_ENDS = "。！？…”」』.!?\"'"


class Migrated(NamedTuple, Generic[Made]):
    """A request for a newer model.

    Attributes:
        request: the request.
        changes: what changed, a sentence each; none when it was for a model that nothing replaces.
    """

    request: Made
    changes: tuple[str, ...]


@dataclass(slots=True)
class _Move:
    """A request on its way.

    Attributes:
        inputs: what it was.
        target: the model it moves to.
        values: what it becomes; the steps change it.
    """

    inputs: Inputs
    target: Model
    values: dict[str, Any]

    def take(self, name: str) -> Any:
        """Take a value away and return it, None when it was not given."""
        return self.values.pop(name, None)


def migrated(inputs: Inputs) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the values for the model that replaces the inputs' own, and what changed.

    Values no step knows stay as they are, wrong ones too; the newer model's check then names them.
    """
    target = find_model(str(inputs.model.successor))
    move = _Move(inputs, target, inputs.values)
    changes = [change for step in _STEPS for change in step(move)] + _price(inputs, target)
    return move.values, (_say("model", source=inputs.model.id, target=target.id), *changes)


def _price(inputs: Inputs, target: Model) -> list[str]:
    """Say so when a second costs more than before: flash models have no successor of their own kind."""
    resolution = inputs.resolution or ""
    old = quote(inputs.model.id, DEFAULT_REGION, resolution, sound=inputs.sounded)
    new = quote(target.id, DEFAULT_REGION, resolution)
    if old is None or new is None or new.high <= old.high:
        return []
    words = {"old": f"{old.high:f}", "new": f"{new.high:f}", "currency": new.currency}
    return [_say("price", resolution=resolution, region=DEFAULT_REGION, **words)]


def _say(key: str, **values: object) -> str:
    return text(f"catalog.migration.{key}", **values)


def _references(move: _Move) -> Iterator[str]:
    """Reference addresses become media items, and the prompt calls them by their kind."""
    found = [one for one in move.inputs.addresses() if one.at[0] == "reference_urls"]
    urls = move.values.get("reference_urls")
    if not isinstance(urls, list | tuple) or len(found) != len(urls):
        return
    kinds = ["video" if one.kind == "video" else "image" for one in found]
    move.values["media"] = [
        {"type": f"reference_{kind}", "url": url}
        for kind, url in zip(kinds, move.take("reference_urls"), strict=True)
    ]
    yield _say("media", items=", ".join(f"reference_{kind}" for kind in kinds))
    for one in found:
        if one.kind not in {"image", "video"}:
            yield _say("unknown_kind", place=f"media[{one.item}]")
    yield from _names(move, kinds)


def _names(move: _Move, kinds: list[str]) -> Iterator[str]:
    prompt = move.values.get("prompt")
    if not isinstance(prompt, str):
        return
    move.values["prompt"] = rename(prompt, kinds, CHARACTER, COUNTED)
    named = dict.fromkeys(prompt[one.start : one.end] for one in mentions(prompt, CHARACTER))
    spoken = naming_language(prompt)
    pairs = {name: rename(name, kinds, CHARACTER, COUNTED, spoken) for name in named}
    changes = [_say("name", source=old, target=new.strip()) for old, new in pairs.items() if old != new]
    if changes:
        yield _say("names", changes=text("naming.list.comma").join(changes))


def _size(move: _Move) -> Iterator[str]:
    """Width and height become resolution and ratio."""
    size = move.take("size")
    if size is None:
        return
    for resolution, sizes in move.inputs.model.pixels.items():
        for ratio, pair in sizes.items():
            if size == f"{pair[0]}*{pair[1]}":
                move.values |= {"resolution": resolution, "ratio": ratio}
                width, height = move.target.pixels[resolution][ratio]
                yield _say("size", size=size, resolution=resolution, ratio=ratio, width=width, height=height)
                return
    yield _say("size_lost", size=repr(size))


def _shot_type(move: _Move) -> Iterator[str]:
    """Whether there are cuts is told in the prompt, unless it tells so already."""
    value, prompt = move.take("shot_type"), move.values.get("prompt")
    if value is None:
        return
    if move.inputs.value("prompt_extend") is False:
        yield _say("shot_idle", value=value)
    elif not isinstance(prompt, str) or not prompt.strip():
        yield _say("shot_empty", value=value)
    elif value not in SENTENCES or read_shots(prompt) or TOLD[value].search(prompt):
        yield _say("shot_told", value=value)
    else:
        words = SENTENCES[value][prompt_language(prompt)]
        move.values["prompt"] = _with_sentence(prompt, words)
        yield _say("shot_words", value=value, words=words)


def _with_sentence(prompt: str, words: str) -> str:
    """Return a prompt with one more sentence at its end."""
    before = prompt.rstrip()
    stop = "" if before[-1] in SENTENCE_ENDS else "。" if HAN.match(words) else "."
    return f"{before}{stop}{'' if HAN.match(words) else ' '}{words}"


def _sound(move: _Move) -> Iterator[str]:
    """There is always sound; a sound file for a picture is one of its media."""
    audio = move.take("audio")
    if audio is not None:
        yield _say("audio_off" if audio is False else "audio_on")
    if audio is False and move.take("audio_url") is not None:
        yield _say("sound_idle")


def _first_frame(move: _Move) -> Iterator[str]:
    """The picture and the sound it is moved by are media items."""
    if move.inputs.model.field("img_url") is None:
        return
    media = []
    for name, item in (("img_url", "first_frame"), ("audio_url", "driving_audio")):
        url = move.take(name)
        if url is not None:
            media.append({"type": item, "url": url})
            yield _say(item)
    if media:
        move.values["media"] = media


def _template(move: _Move) -> Iterator[str]:
    """Ready effects are gone."""
    template = move.take("template")
    if template is not None:
        yield _say("template", value=repr(template))


_STEPS: tuple[Callable[[_Move], Iterator[str]], ...] = (
    _references,
    _size,
    _sound,
    _first_frame,
    _template,
    _shot_type,
)
