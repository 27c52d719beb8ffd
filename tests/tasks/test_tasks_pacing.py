"""How fast the account may be asked: the rate, what lowers it, and that the clock may jump."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.tasks.pacing import BREATH, LOWEST_RATE, RATE, RECOVERY, Pace, Rest

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    """Return a moment by its seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def test_a_rest_is_over_at_its_end_and_before_its_begin() -> None:
    """A clock that was set back must not make anybody wait for hours."""
    rest = Rest.of(NOON, 10)
    assert [rest.left(at(seconds)) for seconds in (0, 4, 10, 11)] == [10, 6, 0, 0]
    assert rest.left(at(-1)) == 0


def test_calls_are_spread_evenly() -> None:
    """The first at once, the next when its share of a second has passed."""
    pace = Pace(NOON)
    assert pace.wait(NOON) == 0
    pace.sent(NOON)
    assert pace.wait(NOON) == pytest.approx(1 / RATE, abs=1e-6)
    assert pace.wait(at(1 / RATE + 1e-6)) == 0


def test_too_many_halves_the_rate_and_time_doubles_it() -> None:
    """As long as nobody complains again it is back after the recovery."""
    pace = Pace(NOON)
    pace.throttled(at(1), at(1.2), None)
    assert pace.rate(at(1.2)) == RATE / 2
    assert pace.wait(at(1.2)) == BREATH
    assert pace.rate(at(1.2 + RECOVERY)) == RATE
    assert pace.rate(at(1e6)) == RATE


def test_calls_that_were_under_way_lower_the_rate_once() -> None:
    """Twenty answers of one second are one complaint."""
    pace = Pace(NOON)
    for number in range(20):
        pace.throttled(at(1 + number / 100), at(1.3 + number / 100), None)
    assert pace.rate(at(1.3)) == pytest.approx(RATE / 2)
    pace.throttled(at(1.5), at(1.6), None)
    assert pace.rate(at(1.6)) == pytest.approx(RATE / 4, rel=0.02)


def test_the_wish_of_the_service_is_followed_up_to_two_minutes() -> None:
    """It names the seconds, within reason; the longer of two holds."""
    pace = Pace(NOON)
    pace.throttled(at(1), at(1), 30)
    assert pace.wait(at(1)) == 30
    pace.throttled(at(1), at(2), None)
    assert pace.wait(at(2)) == 29
    pace.throttled(at(3), at(3), 1e6)
    assert pace.wait(at(3)) == 120


def test_a_clock_that_was_set_back_forgets_no_complaint() -> None:
    """A call of after the change lowers the rate although it seems to be older than the last complaint."""
    pace = Pace(NOON)
    pace.throttled(at(1000), at(1000), None)
    pace.throttled(at(10), at(11), None)
    assert pace.rate(at(11)) == RATE / 4


def test_a_clock_that_was_set_back_keeps_no_rate_low() -> None:
    """The recovery counts from the next call on, not from a complaint that now lies ahead."""
    pace = Pace(NOON)
    pace.throttled(at(3600), at(3600), None)
    pace.sent(NOON)
    assert pace.rate(at(RECOVERY)) == RATE


@given(
    complaints=st.lists(
        st.tuples(st.floats(0, 20), st.floats(0, 3), st.none() | st.floats(0, 500)), max_size=30
    )
)
def test_the_rate_stays_within_its_bounds(complaints: list[tuple[float, float, float | None]]) -> None:
    """However much the service complains, asking goes on, and never faster than allowed."""
    pace, now = Pace(NOON), 0.0
    for passed, took, retry_after in complaints:
        now += passed
        pace.throttled(at(now - took), at(now), retry_after)
        assert LOWEST_RATE <= pace.rate(at(now)) <= RATE
        assert BREATH * (retry_after is None) <= pace.wait(at(now)) <= 120
    assert pace.rate(at(now + 6 * RECOVERY)) == RATE
