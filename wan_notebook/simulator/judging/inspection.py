"""Whether a fetched file is what the service takes, and what it says when it is not (protocol.md, 2.2 and 7).

The limits are the catalogue's data, the judging is written here. The documents give the codes, not the texts.
"""

from collections.abc import Iterator

from wan_notebook.catalog import FileRule
from wan_notebook.media import MediaFacts
from wan_notebook.simulator.unusable import UnusableError

TOLERANCE = 0.05
"""Seconds by which a length may be beyond a limit: frames of sound do not end at whole seconds."""
MEGABYTE = 2**20


def inspect(facts: MediaFacts, rules: tuple[FileRule, ...], place: str) -> None:
    """Refuse a file that is outside the limits.

    Args:
        facts: what it is.
        rules: what it may be, one rule a kind.
        place: where the request names it.

    Raises:
        UnusableError: it is.
    """
    rule = next((one for one in rules if one.kind == facts.kind), None)
    if rule is None:
        allowed = " or ".join(one.kind for one in rules)
        raise UnusableError(
            _format_code(rules[0]), f"The file is of kind {facts.kind}, not {allowed}: {place}"
        )
    for code, message in _faults(facts, rule):
        raise UnusableError(code, f"{message}: {place}")


def _faults(facts: MediaFacts, rule: FileRule) -> Iterator[tuple[str, str]]:
    """Yield code and message of everything that is outside the limits."""
    if facts.format not in rule.formats:
        allowed = ", ".join(rule.formats)
        yield _format_code(rule), f"The {rule.kind} format is {facts.format}, must be one of {allowed}"
    if facts.bytes > rule.megabytes * MEGABYTE:
        found = f"{facts.bytes / MEGABYTE:.1f} MB"
        yield "InvalidFile.Size", f"The {rule.kind} size is {found}, must be at most {rule.megabytes} MB"
    if rule.seconds:
        yield from _length_faults(facts.seconds, *rule.seconds)
    if facts.width and facts.height:
        yield from _picture_faults(facts, rule, *sorted((facts.width, facts.height)))


def _length_faults(seconds: float | None, shortest: float, longest: float) -> Iterator[tuple[str, str]]:
    bounds = f"must be from {shortest} to {longest} s"
    if seconds is None:
        yield "InvalidFile.Duration", f"The duration cannot be told, {bounds}"
    elif not shortest - TOLERANCE <= seconds < longest + TOLERANCE:
        yield "InvalidFile.Duration", f"The duration is {seconds:.1f} s, {bounds}"


def _picture_faults(facts: MediaFacts, rule: FileRule, short: int, long: int) -> Iterator[tuple[str, str]]:
    size = f"{facts.width}x{facts.height}"
    if rule.sides and (short < rule.sides[0] or long > rule.sides[1]):
        low, high = rule.sides
        yield "InvalidFile.Resolution", f"The size is {size}, each side must be from {low} to {high} pixels"
    if rule.ratio and long > rule.ratio * short:
        ratio = rule.ratio
        yield "InvalidFile.AspectRatio", f"The aspect ratio of {size} must be from 1:{ratio} to {ratio}:1"
    if facts.alpha and not rule.alpha:
        yield "InvalidImage.FileFormat", "The image must have no transparent channel"


def _format_code(rule: FileRule) -> str:
    return "InvalidImage.FileFormat" if rule.kind == "image" else "InvalidFile.Format"
