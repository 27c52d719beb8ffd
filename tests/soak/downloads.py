"""Downloads cut at random, by hosts that lie and kernels that die: identical bytes or no file.

The wrong answers are those the simulator says it gave, so that no trial passes because nothing went wrong.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.tasks.fetchable import Finished, Home, a_finished_task
from wan_notebook.catalog import VideoState
from wan_notebook.records import Record
from wan_notebook.simulator import Disturbance

DOWNLOADS = 1_000
MOST_TROUBLE = 4
"""Answers of one download that go wrong at most, one after the other."""
HOPELESS = 0.05
"""Share of downloads whose every answer is wrong, so that there must be no file."""
RARE = 0.2
"""Chance of each trouble that is borne once."""
DEATHS = 0.3
"""Chance that the kernel dies after one of its commits, at each of its starts."""
COMMITS = 3
"""Commits in a fetch; the kernel dies after one of them."""
TROUBLES = (*["cut"] * 6, "range-ignored", "reset-before", "reset-after", "503-before")
ONCE = (("expired",), ("not-mp4", "length"))
"""What is borne once, one of each: at the second time it is believed."""


class DeadKernelError(Exception):
    """Ends a fetch where a kernel dies; what it has committed and written stays."""


def downloads(folder: Path, scale: float) -> Iterator[str]:
    """Fetch one video again and again, and yield a line of figures.

    Raises:
        AssertionError: a file was there that is not the video, or one was missing in the end.
    """
    count = round(DOWNLOADS * scale)
    with a_finished_task(folder / "simulator") as finished:
        counts = fetches(folder / "home", finished, count)
    yield (
        f"{count} downloads: {counts['saved']} identical after {counts['wrong']} wrong answers and"
        f" {counts['deaths']} deaths of the kernel, {counts['none']} hopeless ones without a file"
    )


def fetches(folder: Path, finished: Finished, count: int) -> Counter[str]:
    """Fetch the video of a task so many times, and return how often what happened.

    Raises:
        AssertionError: as `downloads` tells.
    """
    home = Home(folder, finished)
    chances = (Random(seed) for seed in range(count))  # noqa: S311 - repeatable, not secret
    counts = sum((_Trial(home, finished, chance).counts() for chance in chances), Counter[str]())
    home.store.close()
    return counts


class _Trial:
    """One download."""

    def __init__(self, home: Home, finished: Finished, chance: Random) -> None:
        self._home = home
        self._finished = finished
        self._chance = chance
        self._deaths = 0

    def counts(self) -> Counter[str]:
        """Fetch until there is an end, and return what happened."""
        hopeless = self._chance.random() < HOPELESS
        self._finished.simulator.calm()
        self._finished.simulator.disturb(*(self._hopeless() if hopeless else self._troubles()))
        self._check(self._ended(), hopeless=hopeless)
        self._clear()
        end = "none" if hopeless else "saved"
        return Counter({end: 1, "wrong": self._given(), "deaths": self._deaths})

    def _hopeless(self) -> list[Disturbance]:
        what, *_ = self._chance.choice(ONCE)
        return [Disturbance("download", what)]

    def _troubles(self) -> list[Disturbance]:
        chance = self._chance
        troubles = [chance.choice(TROUBLES) for _ in range(chance.randint(1, MOST_TROUBLE))]
        troubles += [chance.choice(kinds) for kinds in ONCE if chance.random() < RARE]
        chance.shuffle(troubles)
        return [Disturbance("download", what, value=self._value(what), times=1) for what in troubles]

    def _given(self) -> int:
        """Return how many wrong answers the simulator says it gave."""
        return sum(told["hits"] for told in self._finished.simulator._house.door.plan.public())

    def _value(self, trouble: str) -> float | None:
        size = len(self._finished.video)
        places = {"cut": self._chance.randrange(size), "length": self._chance.choice([-1, 1]) * 1000}
        return places.get(trouble)

    def _ended(self) -> Record:
        """Start kernels until one lives to the end."""
        row = self._home.row()
        while True:
            last = self._chance.randint(1, COMMITS) if self._chance.random() < DEATHS else 0
            told: list[Record] = []

            def report(record: Record, told: list[Record] = told, last: int = last) -> None:
                self._whole_or_not_there()
                told.append(record)
                if len(told) == last:
                    raise DeadKernelError

            try:
                return self._home.fetch(row, report)
            except DeadKernelError:
                self._deaths += 1

    def _check(self, record: Record, *, hopeless: bool) -> None:
        self._whole_or_not_there()
        if hopeless:
            assert record.video_state in {VideoState.FAILED, VideoState.EXPIRED}, record
            assert self._home.names == [], self._home.names
            return
        video = self._home.path(record)
        assert record.video_state is VideoState.SAVED, record
        assert self._home.names == [video.with_suffix(".json").name, video.name], self._home.names

    def _whole_or_not_there(self) -> None:
        for path in self._home.videos.path.glob("*.mp4"):
            assert path.read_bytes() == self._finished.video, path

    def _clear(self) -> None:
        for path in self._home.videos.path.iterdir():
            path.unlink()
