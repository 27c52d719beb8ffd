"""The bench judges as it says, and every row has its goal."""

import pytest

from tests.bench.figures import Figure
from tests.bench.goals import Goal, read_goals
from tests.bench.rows import BENCHES


def test_every_row_has_a_goal_and_every_goal_a_row() -> None:
    """A row without a goal could not be judged; a goal without a row would never be."""
    assert sorted(row for bench in BENCHES for row in bench.rows) == sorted(read_goals())


@pytest.mark.parametrize(
    ("judged", "direction", "ours", "peer", "met"),
    [
        ("ratio", "at most", 3.0, 2.0, True),
        ("ratio", "at most", 3.1, 2.0, False),
        ("figure", "at least", 1.5, None, True),
        ("figure", "at least", 1.4, None, False),
    ],
)
def test_a_goal_is_met_up_to_its_bound(
    judged: str, direction: str, ours: float, peer: float | None, *, met: bool
) -> None:
    """The bound itself still counts, in both directions."""
    table = {"what": "a row", "unit": "s", "judged": judged, "direction": direction, "bound": 1.5}
    goal = Goal.model_validate(table)
    assert goal.met(Figure(ours=ours, peer=peer)) is met


def test_a_ratio_without_a_peer_is_a_fault_of_the_row() -> None:
    """It is named instead of being judged."""
    table = {"what": "a row", "unit": "s", "judged": "ratio", "direction": "at most", "bound": 1.5}
    with pytest.raises(ValueError, match="no peer was measured"):
        Goal.model_validate(table).met(Figure(ours=1.0, peer=None))
