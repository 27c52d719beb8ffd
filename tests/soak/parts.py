"""The parts of `make soak`: to add one, write what tries it, and name it here.

A part is called with an empty folder of its own and a scale: 1 is its full size, a twentieth is what
`make test` has time for. It yields one line of figures after each thing it tried, and raises where a promise
did not hold.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from tests.soak.downloads import downloads
from tests.soak.experiments import experiments
from tests.soak.kills import kills
from tests.soak.records import records
from tests.soak.submits import submits

Part = Callable[[Path, float], Iterator[str]]

PARTS: dict[str, Part] = {
    "records": records,
    "downloads": downloads,
    "submits": submits,
    "kills": kills,
    "experiments": experiments,
}
