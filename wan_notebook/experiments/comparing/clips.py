"""Videos to compare, and what is said of each beside the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from wan_notebook.catalog import SettingError, amount, text
from wan_notebook.media import MediaFacts, UnreadableMediaError, read
from wan_notebook.records import Record

SHAPE: Final = 0.01
"""Share by which shapes differ that are told of as different."""
SOONER: Final = 0.05
"""Seconds by which a video ends sooner that is told of as shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """A video to compare.

    Attributes:
        file: where it lies.
        name: what it is called on the page.
        arm: its arm, None outside of an experiment.
        record: what the task log knows of it, None for a file that is no task's.
    """

    file: Path
    name: str
    arm: str | None = None
    record: Record | None = None


def described(clip: Clip, facts: MediaFacts, among: Sequence[MediaFacts]) -> dict[str, Any]:
    """Return what is said of a video that is shown with others: its words, figures, and how it differs."""
    record = clip.record
    figures = {"width": facts.width, "height": facts.height, "sound": facts.sound}
    told = {
        "size": f"{facts.width}×{facts.height}",
        "seconds": _number(facts.seconds),
        "fps": _number(facts.fps),
    }
    return {
        **figures,
        "fps": facts.fps or 0,
        "name": clip.name,
        "arm": clip.arm,
        "prompt": (record.prompt if record else None) or "",
        "line": " · ".join(_line(record)) if record else "",
        "facts": text("compare.video.facts" if facts.sound else "compare.video.facts_silent", **told),
        "notes": list(_notes(facts, among)),
    }


def facts_of(clip: Clip) -> MediaFacts:
    """Return the figures of a clip's file.

    Raises:
        SettingError: it cannot be read, or is no video.
    """
    try:
        facts = read(clip.file)
    except UnreadableMediaError as error:
        raise SettingError(text("compare.error.unreadable", name=clip.name, reason=error.reason)) from error
    if facts.kind != "video" or not facts.width or not facts.height:
        raise SettingError(text("compare.error.kind", name=clip.name, kind=facts.format))
    return facts


def _line(record: Record) -> Iterable[str]:
    yield record.model
    if record.seed is not None:
        yield text("experiments.block.seed", seed=record.seed)
    if record.cost is not None:
        key = "play" if record.simulated else "cost"
        yield text(f"compare.video.{key}", amount=amount(record.cost), currency=record.currency)


def _notes(facts: MediaFacts, among: Sequence[MediaFacts]) -> Iterable[str]:
    """Yield how a video is shown otherwise than it is, since others have another shape, size or length."""
    if _shape(facts) < max(map(_shape, among)) * (1 - SHAPE):
        yield text("compare.video.bars")
    elif _pixels(facts) < max(map(_pixels, among)):
        yield text("compare.video.enlarged")
    seconds = facts.seconds or 0
    if seconds < max(one.seconds or 0 for one in among) - SOONER:
        yield text("compare.video.shorter", seconds=_number(seconds))


def _shape(facts: MediaFacts) -> float:
    return (facts.width or 1) / (facts.height or 1)


def names_of(records: Sequence[Record]) -> list[str]:
    """Return a name for each task: its arm, else the first of model, prompt and seed that differs in all."""
    if all(record.arm for record in records):
        return [str(record.arm) for record in records]
    seeds = [text("experiments.block.seed", seed=record.seed) for record in records]
    models, prompts = [record.model for record in records], [record.prompt or "" for record in records]
    unlike = (names for names in (models, prompts, seeds) if len(set(names)) == len(names) and all(names))
    return next(unlike, models)


def _pixels(facts: MediaFacts) -> int:
    return (facts.width or 0) * (facts.height or 0)


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")
