"""Kernels killed at random times while several tasks are under way, again and again."""

import os
import signal
import time
from collections import Counter
from functools import partial
from random import Random

from tests.soak.forks import KernelClock
from tests.soak.killed import KILLED, Lane, Trial, resume, send_all
from tests.soak.points import checked

TASKS = 7
"""More than run at once, so that some wait."""
UPLOADS = 2
LIFE = 1.5
"""Real seconds a kernel that sends lives at most: about as long as its tasks take."""
AGAIN = 0.5
"""Chance that a kernel that resumes is killed too."""
SECOND_LIFE = 0.6


def under_load(lane: Lane, seed: int) -> Counter[str]:
    """Kill a kernel that sends, perhaps some that resume, then check all; return what was there.

    Raises:
        AssertionError: a promise was broken.
    """
    chance = Random(f"load {seed}")  # noqa: S311 - repeatable, not secret
    trial = Trial(lane, f"load-{seed}")
    requests = [trial.request(number, upload=number < UPLOADS) for number in range(TASKS)]
    chance.shuffle(requests)
    kernel = trial.start(partial(send_all, trial, requests, KernelClock(lane.clock, jumps=False)))
    deaths = killed_after(trial, kernel, chance.uniform(0, LIFE))
    lost = trial.open_calls()
    sent = trial.posts
    while chance.random() < AGAIN:
        deaths += killed_after(trial, trial.start(partial(resume, trial)), chance.uniform(0, SECOND_LIFE))
    assert trial.posts == sent
    return checked(trial, lost, deaths)


def killed_after(trial: Trial, kernel: int, seconds: float) -> int:
    """Kill a kernel after this long; return 1, or 0 when it had ended before."""
    time.sleep(seconds)
    os.kill(kernel, signal.SIGKILL)
    return int(trial.end_of(kernel) == KILLED)
