"""How long one request takes to be built and checked, as a form does at every pause in typing."""

import timeit
from pathlib import Path

from tests.bench.example import REFERENCES
from tests.bench.figures import Figure, alone
from wan_notebook.catalog import Request

CALLS = 200
TIMES = 15


def request_checked(_folder: Path) -> tuple[Figure]:
    """Build and check a request for five references by their web addresses; microseconds each."""

    def microseconds() -> float:
        taken = timeit.timeit(lambda: Request("wan2.7-r2v", **REFERENCES).problems(), number=CALLS)
        return 1_000_000 * taken / CALLS

    return (alone(microseconds, TIMES),)
