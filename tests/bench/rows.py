"""The rows of `make bench`: to add one, write what measures it, name it here, and give it a goal."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bench.canplay import canplay
from tests.bench.deciding import decided
from tests.bench.download import downloads
from tests.bench.drift import drift
from tests.bench.figures import Figure
from tests.bench.form import form_redrawn, form_shown
from tests.bench.grid import grid
from tests.bench.growth import growth
from tests.bench.imports import imports
from tests.bench.polling import crowded, polled, polled_fresh
from tests.bench.records import appends, table
from tests.bench.request import request_checked
from tests.bench.simulator import creates, making
from tests.bench.traffic import traffic
from tests.bench.waiting import waiting

Measure = Callable[[Path], tuple[Figure, ...]]


@dataclass(frozen=True)
class Bench:
    """One measurement.

    Attributes:
        rows: the rows it fills, in the order of its figures.
        measure: called with an empty folder of its own.
    """

    rows: tuple[str, ...]
    measure: Measure


BENCHES = (
    Bench(("import",), imports),
    Bench(("form",), form_shown),
    Bench(("redraw",), form_redrawn),
    Bench(("request",), request_checked),
    Bench(("messages", "traffic"), traffic),
    Bench(("growth",), growth),
    Bench(("appends",), appends),
    Bench(("table",), table),
    Bench(("creates",), creates),
    Bench(("making",), making),
    Bench(("polled", "queries", "late"), polled),
    Bench(("fresh_queries", "fresh_late"), polled_fresh),
    Bench(("crowd_late", "crowd_refused"), crowded),
    Bench(("waiting_cpu", "waiting_memory"), waiting),
    Bench(("canplay", "shown"), canplay),
    Bench(("grid_drawn", "grid_messages"), grid),
    Bench(("compare_drift",), drift),
    Bench(("decide",), decided),
    Bench(("download", "download_memory"), downloads),
)
