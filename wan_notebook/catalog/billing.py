"""Which seconds are billed, by the documents' rules (protocol.md, section 9)."""

from collections.abc import Callable
from decimal import Decimal

from wan_notebook.catalog.fields import IntegerField
from wan_notebook.catalog.inputs import Inputs, Reference
from wan_notebook.catalog.media_field import MediaField

Seconds = tuple[Decimal, Decimal]
"""Fewest and most seconds that may be billed."""

INPUT_CAPS = tuple(map(Decimal, ("5", "2.5", "1.65", "1.25", "1")))
"""Seconds billed at most for each reference video, by how many share the 5 s (S001; 1.65, not 5/3)."""
SHORTEST_VIDEO = Decimal(1)
"""Seconds; no reference video is shorter (section 2.2)."""


def billed_seconds(inputs: Inputs) -> Seconds | None:
    """Return fewest and most seconds that may be billed, None when the duration cannot be told."""
    duration = inputs.usable("duration")
    if duration is None or not isinstance(inputs.model.field("duration"), IntegerField):
        return None
    return _RULES[inputs.model.billing](inputs, Decimal(int(duration)))


def _output(_inputs: Inputs, duration: Decimal) -> Seconds:
    return duration, duration


def _references(inputs: Inputs, duration: Decimal) -> Seconds:
    """The made seconds and up to 5 s of input; where the documents disagree on the divisor, both bounds."""
    references = inputs.references()
    videos = [one for one in references if one.kind != "image"]
    if not videos:
        return duration, duration
    few, many = len(videos), len(references)
    high = few if inputs.model.input_shares == "videos" else many
    # An address whose ending tells nothing may be an image, which costs nothing.
    lowest = sum((_input(video, many)[0] for video in videos if video.kind), Decimal(0))
    highest = sum((_input(video, high)[1] for video in videos), Decimal(0))
    return duration + lowest, duration + highest


def _input(video: Reference, shares: int) -> Seconds:
    """Return how many seconds of one reference video are billed."""
    cap = INPUT_CAPS[min(shares, len(INPUT_CAPS)) - 1]
    if video.seconds is None:
        return min(SHORTEST_VIDEO, cap), cap
    return min(video.seconds, cap), min(video.seconds, cap)


def _edit(inputs: Inputs, duration: Decimal) -> Seconds:
    """Input and output; a duration of 0 makes the output as long as the input."""
    shortest, longest = _input_length(inputs)
    if not duration:
        return 2 * shortest, 2 * longest
    return min(shortest, duration) + min(shortest, duration), longest + min(longest, duration)


def _input_length(inputs: Inputs) -> Seconds:
    """Return the length of the video to edit, or the bounds the service sets for it."""
    media = inputs.model.field("media")
    rule = media.type("video") if isinstance(media, MediaField) else None
    bounds = (rule.rule.seconds if rule else None) or (0, 0)
    facts = next((one.facts() for one in inputs.addresses() if _is_input(inputs, one.item)), None)
    if facts is None or facts.seconds is None:
        return Decimal(bounds[0]), Decimal(bounds[1])
    exact = Decimal(str(round(facts.seconds, 2)))
    return exact, exact


def _is_input(inputs: Inputs, item: int | None) -> bool:
    return item is not None and inputs.media()[item].get("type") == "video"


_RULES: dict[str, Callable[[Inputs, Decimal], Seconds]] = {
    "output": _output,
    "references": _references,
    "edit": _edit,
}
