"""Kernels killed half-way through a run: another makes the rest of the experiment, and nothing twice."""

from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from random import Random

from tests.soak.agreeing import PRICE
from tests.soak.dying import POINTS, Death, Point, doom
from tests.soak.forks import KernelClock
from tests.soak.killed import KILLED, WAIT, Lane, Trial
from tests.soak.kills import Trying, in_lanes, in_words
from tests.soak.load import killed_after
from wan_notebook.catalog import Status
from wan_notebook.experiments.planning.plan import Plan
from wan_notebook.experiments.running import pump
from wan_notebook.experiments.running.cells import Stage
from wan_notebook.experiments.running.pump import Terms
from wan_notebook.experiments.running.run import Run

SEEDS = 50
"""Kills at each point."""
RANDOM = 200
"""Kernels killed at random times."""
LIFE = 1.5
"""Real seconds such a kernel lives at most."""
CASES = 4
"""Blocks; with two arms more videos than run at once."""
SENDING = {name: point for name, point in POINTS.items() if not (point.upload or point.recovering)}


def experiments(folder: Path, scale: float) -> Iterator[str]:
    """Kill kernels that run an experiment at named points and at random times; yield a line for each.

    Raises:
        AssertionError: a promise was broken.
    """
    seeds, random = (max(round(most * scale), 1) for most in (SEEDS, RANDOM))
    yield f"{len(SENDING)} points × {seeds}: {in_words(in_lanes(folder / 'points', at_points(seeds)))}"
    yield f"random times: {in_words(in_lanes(folder / 'random', at_random(random)))}"


def at_points(seeds: int) -> Iterator[Trying]:
    """Yield kills at every named point, so many at each."""
    for seed in range(seeds):
        yield from (partial(_at_point, name=name, point=point, seed=seed) for name, point in SENDING.items())


def at_random(seeds: int) -> Iterator[Trying]:
    """Yield so many kernels killed at random times."""
    return (partial(_at_random, seed=seed) for seed in range(seeds))


def the_plan(trial: Trial) -> Plan:
    """Return a plan none of whose videos has the prompt of another."""
    return Plan.of(
        "lights",
        model="wan2.7-t2v",
        base={"resolution": "720P", "duration": 2},
        arms={arm: {"prompt": f"{trial.home.name} {{who}} {arm}"} for arm in ("plain", "light")},
        seeds=[1],
        cases=[{"who": f"狐狸 {number}"} for number in range(CASES)],
        voters=1,
    )


def _at_point(lane: Lane, *, name: str, point: Point, seed: int) -> Counter[str]:
    chance = Random(f"experiment {name} {seed}")  # noqa: S311 - repeatable, not secret
    trial = Trial(lane, f"{name.replace(' ', '-')}-{seed}")
    death = Death(point, chance.randint(1, 2 * CASES * point.often))
    assert trial.run(partial(run, trial, death=death)) == KILLED, f"{trial.home} passed by {point}"
    return completed(trial, 1)


def _at_random(lane: Lane, *, seed: int) -> Counter[str]:
    chance = Random(f"experiment {seed}")  # noqa: S311 - repeatable, not secret
    trial = Trial(lane, f"random-{seed}")
    deaths = 0
    for _ in range(chance.randint(1, 3)):
        kernel = trial.start(partial(run, trial, clock=KernelClock(lane.clock, jumps=False)))
        deaths += killed_after(trial, kernel, chance.uniform(0, LIFE))
    return completed(trial, deaths)


def completed(trial: Trial, deaths: int) -> Counter[str]:
    """Have another kernel make the rest, compare records, simulator and files, and return what was there.

    Raises:
        AssertionError: a cell was made twice or not at all, or the sums are not those of its videos.
    """
    before = trial.posts
    assert trial.run(partial(run, trial)) == 0, trial._words()
    plan = the_plan(trial)
    wanted = Counter(str(plan.request(cell).value("prompt")) for cell in plan.cells)
    assert Counter(trial.made.values()) == wanted, f"{trial.home}: {trial.made}"
    assert trial.posts == len(trial.made), f"{trial.home}: {trial.posts} create calls"
    told = trial.told()
    assert told == {"done": len(plan.cells), "attempts": told["attempts"]}, f"{trial.home}: {told}"
    rows, left = trial.records()
    assert left.spent == PRICE * len(plan.cells), left
    assert not left.reserved, left
    for row in rows:
        made = row.status is Status.SUCCEEDED
        assert made or row.status is Status.NOT_CREATED, row
        assert not made or (trial.home / str(row.video)).read_bytes() == trial.lane.video, row
    trial.remove()
    return Counter({"kills": deaths, "cells": len(plan.cells), "made before": before, "rows": len(rows)})


def run(trial: Trial, *, clock: KernelClock | None = None, death: Death | None = None) -> None:
    """Be a kernel that runs the experiment to its end, unless it dies."""
    pump.GAP = 0.01
    studio = trial.studio(clock)
    if death is not None:
        doom(studio, death)
    made = Run(the_plan(trial), studio, Terms()).start().wait(WAIT)
    assert made.done, made
    counts = made.progress.counts
    trial.tell(
        **{stage.value: counts[stage] for stage in Stage if counts[stage]},
        attempts=max(state.attempts for state in made.cells),
    )
    studio.close()
