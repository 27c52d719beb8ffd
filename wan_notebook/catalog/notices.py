"""Remarks on a request that can be sent, but may not do what its author expects."""

from collections.abc import Callable, Iterator, Mapping

from wan_notebook.catalog.fields import IntegerField, whole
from wan_notebook.catalog.inputs import Inputs
from wan_notebook.catalog.naming_notices import naming_notices
from wan_notebook.catalog.problems import Notice
from wan_notebook.catalog.shot_notices import shot_notices
from wan_notebook.catalog.texts import text

MOST_VIDEOS = 3
"""Reference videos the guide allows; the API reference sets no limit of its own (protocol.md 11)."""
MOST_ITEMS = 5
"""Media items in all the guide allows; the API reference counts the first frame apart (protocol.md 11)."""


def notices(inputs: Inputs) -> list[Notice]:
    """Return all remarks, in the order of what matters most."""
    return [notice for rule in _RULES for notice in rule(inputs)]


def _note(field: str, key: str, mend: Mapping[str, object] | None = None, /, **values: object) -> Notice:
    return Notice(field, text(f"catalog.notice.{key}", **values), mend)


def _model(inputs: Inputs) -> Iterator[Notice]:
    """A model the catalogue does not hold is used with the rules of another."""
    if inputs.model.base:
        yield _note("model", "model", model=inputs.model.id, base=inputs.model.base)


def _names(inputs: Inputs) -> Iterator[Notice]:
    """Names in the prompt and items fit together."""
    prompt, scheme = inputs.usable("prompt"), inputs.model.naming
    if prompt and scheme:
        must_name = inputs.model.mode == "r2v"
        yield from naming_notices(str(prompt), inputs.kinds(), scheme, must_name=must_name)


def _shots(inputs: Inputs) -> Iterator[Notice]:
    """Times told in the prompt and the duration fit together."""
    prompt = inputs.usable("prompt")
    if prompt:
        field = inputs.model.field("duration")
        possible = range(field.minimum, field.maximum + 1) if isinstance(field, IntegerField) else None
        yield from shot_notices(str(prompt), whole(inputs.usable("duration")), possible)


def _disputed_counts(inputs: Inputs) -> Iterator[Notice]:
    """Numbers of references that one document allows and another does not."""
    videos = inputs.items("reference_video")
    if videos > MOST_VIDEOS:
        yield _note("media", "videos", count=videos, maximum=MOST_VIDEOS)
    if inputs.model.mode == "r2v" and len(inputs.media()) > MOST_ITEMS:
        yield _note("media", "items", count=len(inputs.media()), maximum=MOST_ITEMS)
    inline = any(address.url.startswith("data:") for address in inputs.addresses())
    if inputs.model.mode == "r2v" and inline:
        yield _note("media", "inline")


def _without_effect(inputs: Inputs) -> Iterator[Notice]:
    """Values that another value makes useless."""
    ratio = inputs.usable("ratio")
    framed = inputs.model.mode == "r2v" and inputs.items("first_frame")
    if framed and ratio not in {None, inputs.model.defaults.get("ratio")}:
        yield _note("ratio", "ratio", {"ratio": None}, ratio=ratio)
    if inputs.usable("shot_type") == "multi" and inputs.value("prompt_extend") is False:
        yield _note("shot_type", "shot_type", {"prompt_extend": True})
    if not inputs.sounded and inputs.usable("audio_url"):
        yield _note("audio_url", "audio_url", {"audio_url": None})
    if inputs.usable("template") and inputs.usable("prompt"):
        yield _note("prompt", "template", {"prompt": None}, template=inputs.value("template"))


def _lengths(inputs: Inputs) -> Iterator[Notice]:
    """Clips and sounds on this machine that do not fit the duration."""
    duration = whole(inputs.usable("duration"))
    if not duration:
        return
    for address in inputs.addresses():
        facts, role = address.facts(), inputs.role(address)
        if facts is None or facts.seconds is None:
            continue
        seconds = {"seconds": f"{facts.seconds:.1f}", "duration": duration}
        if role == "first_clip" and facts.seconds >= duration:
            yield _note("duration", "clip", **seconds)
        if role in {"driving_audio", "audio_url"} and round(facts.seconds, 1) != duration:
            yield _note(str(address.at[0]), "cut" if facts.seconds > duration else "silence", **seconds)


_RULES: tuple[Callable[[Inputs], Iterator[Notice]], ...] = (
    _model,
    _names,
    _shots,
    _disputed_counts,
    _without_effect,
    _lengths,
)
