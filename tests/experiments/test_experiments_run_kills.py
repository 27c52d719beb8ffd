"""What `make soak` tries with kernels killed half-way through a run, once at each point."""

from pathlib import Path

from tests.soak.experiments import SENDING, at_points, at_random
from tests.soak.kills import in_lanes


def test_another_kernel_makes_the_rest_and_nothing_twice(tmp_path: Path) -> None:
    """At every named point a cell comes by, and at random times, several kernels one after the other."""
    figures = in_lanes(tmp_path, [*at_random(2), *at_points(1)])
    assert figures["kills"] >= len(SENDING)
    assert figures["rows"] >= figures["cells"]
