"""In what two plans differ, in words."""

from collections.abc import Iterator, Mapping
from typing import Any

from wan_notebook.catalog import shortened, text
from wan_notebook.experiments.planning.scheme import Scheme

NEAR = 12
"""Letters shown on both sides of where two texts differ."""


def differences(mine: Scheme, other: Scheme) -> list[str]:
    """Return one sentence for each thing another scheme has otherwise; the order of arms is none."""
    return list(_differences(mine, other))


def _differences(mine: Scheme, other: Scheme) -> Iterator[str]:
    for part in ("model", "voters"):
        yield from _changed(part, getattr(mine, part), getattr(other, part))
    yield from _values("base", mine.base, other.base)
    for arm in {**other.arms, **mine.arms}:
        name = text("experiments.part.arm", arm=arm)
        if arm not in mine.arms or arm not in other.arms:
            key = "gone" if arm in other.arms else "new"
            yield text(f"experiments.change.{key}", what=name)
        else:
            yield from _values(name, mine.arms[arm], other.arms[arm])
    for part in ("seeds", "cases"):
        yield from _listed(part, getattr(mine, part), getattr(other, part))
    for path, checksum in mine.files.items():
        if other.files.get(path, checksum) != checksum:
            yield text("experiments.change.file", path=path)


def _values(of: str, mine: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """Yield what differs in the values by name; None is as good as not given."""
    for name in {**other, **mine}:
        what = text("experiments.change.field", of=of, field=name)
        yield from _changed(what, mine.get(name), other.get(name))


def _changed(what: str, mine: Any, other: Any) -> Iterator[str]:
    if mine == other and isinstance(mine, bool) == isinstance(other, bool):
        return
    before, now = map(_shown, _apart(other, mine))
    yield text("experiments.change.changed", what=what, before=before, now=now)


def _listed(part: str, mine: tuple[Any, ...], other: tuple[Any, ...]) -> Iterator[str]:
    """Yield which members of a list are new, and which are gone."""
    for key, here, there in (("new", mine, other), ("gone", other, mine)):
        odd = [shortened(one) for one in here if one not in there]
        if odd:
            what = f"{part} {', '.join(odd)}"
            yield text(f"experiments.change.{key}", what=what)


def _shown(value: Any) -> str:
    return text("experiments.change.nothing") if value is None else shortened(value)


def _apart(one: Any, other: Any) -> tuple[Any, Any]:
    """Return two texts without what they have in common but for some letters; anything else as it is."""
    if not isinstance(one, str) or not isinstance(other, str):
        return one, other
    same = max(_alike(one, other) - NEAR, 0)
    end = max(_alike(one[same:][::-1], other[same:][::-1]) - NEAR, 0)
    return _cut(one, same, end), _cut(other, same, end)


def _alike(one: str, other: str) -> int:
    """Return how many letters two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, pair in pairs if pair[0] != pair[1]), min(len(one), len(other)))


def _cut(whole: str, start: int, end: int) -> str:
    """Return a text without so many letters at both ends."""
    return ("…" if start else "") + whole[start : len(whole) - end] + ("…" if end else "")
