"""Kernels killed at a named point, and resumed."""

from collections import Counter
from functools import partial
from random import Random

from tests.soak.agreeing import check
from tests.soak.dying import Death, Point
from tests.soak.killed import KILLED, Lane, Trial, resume, send
from wan_notebook.catalog import Status

MOST = 3
"""Tasks sent at once at most."""
UNREAD = Point("create", "amid")


def at_point(lane: Lane, *, name: str, point: Point, seed: int) -> Counter[str]:
    """Kill a kernel at a point, resume, check all, and return what was there.

    Raises:
        AssertionError: a promise was broken.
    """
    chance = Random(f"{name} {seed}")  # noqa: S311 - repeatable, not secret
    trial = Trial(lane, f"{name.replace(' ', '-').replace(',', '')}-{seed}")
    count = chance.randint(1, MOST)
    first = UNREAD if point.recovering else point
    death = Death(first, chance.randint(1, count * first.often))
    assert trial.run(partial(send, trial, count, death)) == KILLED, f"{trial.home} passed by {first}"
    deaths = 1
    lost = trial.open_calls()
    if point.recovering:
        before = trial.posts
        again = Death(point, 1)
        assert trial.run(partial(resume, trial, death=again)) == KILLED, f"{trial.home} passed by {point}"
        assert trial.posts == before
        deaths = 2
    return checked(trial, lost, deaths)


def checked(trial: Trial, lost: int, deaths: int) -> Counter[str]:
    """Resume, compare, send what waits, compare again, and return what was there.

    Raises:
        AssertionError: a promise was broken.
    """
    assert lost <= 1, f"{trial.home}: {lost} calls in question after one death"
    before = trial.posts
    trial.resumed()
    assert trial.posts == before, f"{trial.home}: resume made a create call"
    rows = check(trial)
    waiting = sum(row.status is Status.QUEUED for row in rows)
    if waiting:
        trial.resumed(submit=True)
        assert trial.posts == before + waiting, f"{trial.home}: {waiting} waited"
        check(trial)
    ends = Counter(row.status.value for row in rows)
    trial.remove()
    return Counter({"kills": deaths, "tasks made": len(trial.made), "in question": lost}) + ends
