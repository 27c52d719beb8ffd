"""Brings all media of an order here, and refuses what the service would not take."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from wan_notebook.simulator.fetching import Fetched, FindUpload, MediaCache
from wan_notebook.simulator.judging.inspection import inspect
from wan_notebook.simulator.judging.sources import REFERENCES, Source
from wan_notebook.simulator.making.ingredients import Ingredient, Role


@dataclass(frozen=True, slots=True)
class Given:
    """One file of an order, on this machine.

    Attributes:
        name: type of the media item, else name of the field.
        role: the part it plays.
        file: the file.
        voice: what a reference speaks with.
        label: what the prompt calls it, "" where it is counted as usual.
    """

    name: str
    role: Role
    file: Fetched
    voice: Fetched | None = None
    label: str = ""

    @property
    def seconds(self) -> float:
        """Its length, 0 for a picture."""
        return self.file.facts.seconds or 0.0

    @property
    def ingredient(self) -> Ingredient:
        """The file as the video is made from it."""
        voice = self.voice
        return Ingredient(
            role=self.role,
            file=str(self.file.path),
            sha256=self.file.sha256,
            voice=str(voice.path) if voice else None,
            voice_sha256=voice.sha256 if voice else None,
            label=self.label,
        )


async def gather(sources: Sequence[Source], cache: MediaCache, find_upload: FindUpload) -> list[Given]:
    """Fetch the media of an order, all at once, and judge them in their order.

    Raises:
        UnusableError: of the first of them that cannot be had, or is outside the limits.
        OSError: they cannot be kept.
    """
    wanted = [one for source in sources for one in (source, source.voice) if one]
    urls = list({source.url: None for source in wanted})
    results = await asyncio.gather(*(cache.fetch(url, find_upload) for url in urls), return_exceptions=True)
    found = dict(zip(urls, results, strict=True))
    files = {source.place: _checked(source, found[source.url]) for source in wanted}
    return [_given(source, files) for source in sources]


def _checked(source: Source, result: Fetched | BaseException) -> Fetched:
    if isinstance(result, BaseException):
        raise result
    inspect(result.facts, source.rules, source.place)
    return result


def _given(source: Source, files: dict[str, Fetched]) -> Given:
    file = files[source.place]
    return Given(
        name=source.name,
        role=source.role or REFERENCES[file.facts.kind],
        file=file,
        voice=files[source.voice.place] if source.voice else None,
        label=source.label,
    )
