"""What keeps an experiment from being run, and what is worth a remark: all of it before the first submit."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from wan_notebook.catalog import Notice, Problem, Request, UnknownModelError, shortened, text
from wan_notebook.experiments.planning.filling import named
from wan_notebook.experiments.planning.scheme import EXTEND, Block, Cell, Scheme

ARMS = (2, 12)
"""Fewest and most arms: with more, pairs to vote on and chances of a false winner grow out of hand."""
LONGEST_NAME = 80
"""Characters of the name of an experiment or an arm."""

Check = Callable[[Request], list[Problem]]
"""What is wrong with one request; a connection adds its own rules."""


@dataclass(frozen=True, slots=True)
class ArmProblem:
    """One reason why an experiment would not be run.

    Attributes:
        arm: name of the arm, "" when it is about the whole plan.
        field: the parameter, or the part of the plan ("seeds").
        message: one sentence.
        cases: labels of the cases it is in; none when it is in all, or about the whole plan.
    """

    arm: str
    field: str
    message: str
    cases: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = text("experiments.problem.in", cases=", ".join(self.cases)) if self.cases else ""
        arm = text("experiments.problem.arm", arm=self.arm) if self.arm else ""
        return f"{arm}{self.message}{where}"


def problems(scheme: Scheme, check: Check = Request.problems) -> list[ArmProblem]:
    """Return everything that is wrong, each thing once for each arm.

    Args:
        scheme: what is to be run.
        check: tells what is wrong with a request.
    """
    return [*_of_the_whole(scheme), *(one for arm in scheme.arms for one in _of_arm(scheme, arm, check))]


def notices(scheme: Scheme) -> list[Notice]:
    """Return remarks on what can be run all the same, each once."""
    found = [*_extended(scheme), *_unused(scheme), *_alike(scheme)]
    for arm in scheme.arms:
        for block in scheme.blocks[:: len(scheme.seeds)]:
            found += [
                Notice(one.field, text("experiments.problem.arm", arm=arm) + one.message)
                for one in _noticed(scheme, Cell(arm, block))
            ]
    return list({(one.field, one.message): one for one in found}.values())


def _of_the_whole(scheme: Scheme) -> Iterator[ArmProblem]:
    """Yield what is wrong with the parts of a plan."""
    few, many = ARMS
    if not few <= len(scheme.arms) <= many:
        yield _whole("arms", "arms", count=len(scheme.arms), few=few, many=many)
    for part, name in [("name", scheme.name), *(("arms", arm) for arm in scheme.arms)]:
        if not _named(name):
            yield _whole(
                part, "name", part=text(f"experiments.part.{part}"), name=shortened(name), most=LONGEST_NAME
            )
    for seed in _doubles(scheme.seeds):
        yield _whole("seeds", "double_seed", seed=seed)
    for case in _doubles(scheme.cases):
        yield _whole("cases", "double_case", case=shortened(dict(case)))
    for word in {word for case in scheme.cases for pair in case.items() for word in pair}:
        if not _writable(word):
            yield _whole("cases", "unwritable", value=shortened(word))
    if "seed" in scheme.base:
        yield _whole("base", "seed")


def _of_arm(scheme: Scheme, arm: str, check: Check) -> Iterator[ArmProblem]:
    """Yield what is wrong with the requests of an arm; a case and a seed cannot be wrong together only."""
    if "seed" in scheme.arms[arm]:
        yield ArmProblem(arm, "seed", text("experiments.problem.seed"))
    scenes = scheme.blocks[:: len(scheme.seeds)]
    found: dict[tuple[str, str], list[str]] = {}
    for scene in scenes:
        for one in [*_unfilled(scheme, arm, scene), *_checked(scheme, Cell(arm, scene), check)]:
            found.setdefault((one.field, one.message), []).append(scene.case)
    for (field, message), cases in found.items():
        yield ArmProblem(arm, field, message, () if len(cases) == len(scenes) else tuple(cases))
    for block in scheme.blocks[1 : len(scheme.seeds)]:
        fresh = [one for one in _checked(scheme, Cell(arm, block), check) if one.field == "seed"]
        yield from (ArmProblem(arm, one.field, one.message) for one in fresh)


def _unfilled(scheme: Scheme, arm: str, block: Block) -> Iterator[Problem]:
    """Yield a problem for each name a text bears that the case has no words for."""
    for field, value in scheme.values(arm).items():
        for name in dict.fromkeys(named(value)):
            if name not in block.values:
                words = {"field": field, "name": f"{{{name}}}"}
                yield Problem(field, text("experiments.problem.unfilled", **words), None, value)


def _checked(scheme: Scheme, cell: Cell, check: Check) -> list[Problem]:
    """Return what is wrong with a cell's request; a model there is not is one thing."""
    try:
        return check(scheme.request(cell))
    except UnknownModelError as unknown:
        return [Problem("model", str(unknown), None, scheme.model_of(cell.arm))]


def _noticed(scheme: Scheme, cell: Cell) -> list[Notice]:
    try:
        return scheme.request(cell).notices()
    except UnknownModelError:
        return []


def _extended(scheme: Scheme) -> Iterator[Notice]:
    """Yield a remark when the service is to rewrite prompts, which it does not show."""
    arms = [arm for arm in scheme.arms if scheme.values(arm).get(EXTEND) is True]
    if arms:
        yield Notice(EXTEND, text("experiments.notice.extend", arms=", ".join(arms)))


def _unused(scheme: Scheme) -> Iterator[Notice]:
    """Yield a remark for each name of a case that no text bears."""
    used = {name for arm in scheme.arms for name in named(scheme.values(arm))}
    for name in dict.fromkeys(name for case in scheme.cases for name in case):
        if name not in used:
            yield Notice("cases", text("experiments.notice.unused", name=f"{{{name}}}"))


def _alike(scheme: Scheme) -> Iterator[Notice]:
    """Yield a remark for each arm that asks for just what an earlier one does."""
    earlier: dict[str, str] = {}
    for arm in scheme.arms:
        asked = json.dumps([scheme.model_of(arm), scheme.values(arm)], sort_keys=True)
        if asked in earlier:
            yield Notice("arms", text("experiments.notice.alike", first=earlier[asked], second=arm))
        earlier.setdefault(asked, arm)


def _whole(field: str, key: str, **words: Any) -> ArmProblem:
    return ArmProblem("", field, text(f"experiments.problem.{key}", **words))


def _named(name: str) -> bool:
    return 0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip()


def _doubles(listed: Sequence[Any]) -> list[Any]:
    """Return each thing that comes again, once."""
    again: list[Any] = []
    for place, one in enumerate(listed):
        if one in listed[:place] and one not in again:
            again.append(one)
    return again


def _writable(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True
