"""What a finished task is billed by: the answer's `usage` (protocol.md, sections 4.3 and 9)."""

from collections.abc import Mapping, Sequence
from typing import Any

from wan_notebook.catalog import Model
from wan_notebook.simulator.gathering import Given

INPUT_CAPS = (5.0, 2.5, 1.65, 1.25, 1.0)
"""Seconds billed at most for each reference video, by how many share the 5 s (S001)."""


def usage(
    model: Model, values: Mapping[str, Any], given: Sequence[Given], size: tuple[int, int], seconds: float
) -> dict[str, Any]:
    """Return the usage of a video.

    Args:
        model: what made it.
        values: the order's values.
        given: its media.
        size: the video's width and height in pixels.
        seconds: the video's length.
    """
    put_in, made = _number(_input_seconds(model, given, seconds)), _number(seconds)
    total = _number(put_in + made)
    shown = {
        # The documents print it with a point for models that take a size.
        "duration": float(total) if "size" in values else total,
        "input_video_duration": put_in,
        "output_video_duration": made,
        "video_count": 1,
        "SR": _tier(model, values, size),
    }
    return {**shown, **_more(model, values, size)}


def _more(model: Model, values: Mapping[str, Any], size: tuple[int, int]) -> dict[str, Any]:
    """Return what only some models tell; a ratio is told where the model has one of its own."""
    more: dict[str, Any] = {}
    if "size" in values:
        more["size"] = "{}*{}".format(*size)
    if "ratio" in model.defaults:
        more["ratio"] = values["ratio"]
    if model.billing == "references" or model.field("audio"):
        more["audio"] = values.get("audio", True)
    return more


def _tier(model: Model, values: Mapping[str, Any], size: tuple[int, int]) -> int:
    """Return the lines of the resolution that is billed: 720 for 720P."""
    tiers = (tier for tier, sizes in model.pixels.items() if size in sizes.values())
    name = values.get("resolution") or next(tiers, next(iter(model.pixels)))
    return int(name.removesuffix("P"))


def _input_seconds(model: Model, given: Sequence[Given], seconds: float) -> float:
    """Return the seconds of given video that are billed."""
    if model.billing == "edit":
        return sum(min(one.seconds, seconds) for one in given if one.role == "video")
    if model.billing == "references":
        return _reference_seconds(model, given)
    return 0.0


def _reference_seconds(model: Model, given: Sequence[Given]) -> float:
    """Return the sum over the reference videos, each up to a cap that falls with the number of sharers."""
    references = [one for one in given if one.role in {"reference_image", "reference_video"}]
    videos = [one for one in references if one.role == "reference_video"]
    sharers = videos if model.input_shares == "videos" else references
    cap = INPUT_CAPS[min(len(sharers), len(INPUT_CAPS)) - 1]
    return sum(min(one.seconds, cap) for one in videos)


def _number(seconds: float) -> int | float:
    """Return whole seconds as int, others with two digits behind the point."""
    rounded = round(float(seconds), 2)
    return int(rounded) if rounded.is_integer() else rounded
