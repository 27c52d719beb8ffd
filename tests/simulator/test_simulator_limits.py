"""How many calls a second are let through."""

from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.simulator.limits import Window


def test_the_sixth_call_of_a_second_is_refused_and_the_next_second_is_free() -> None:
    """Five pass, a sixth does not, and a second after the first there is room again."""
    window = Window(5)
    assert [window.admits(0.1 * n) for n in range(6)] == [True] * 5 + [False]
    assert window.admits(1.0)


@given(st.lists(st.integers(0, 30), max_size=80), st.integers(1, 6))
def test_no_second_ever_holds_more_than_the_limit(gaps: list[int], limit: int) -> None:
    """In any window of a second at most so many calls were let through, and none is refused needlessly."""
    window, now, admitted = Window(limit, seconds=100), 0, list[int]()
    for gap in gaps:
        now += gap
        recent = sum(now - one < 100 for one in admitted)
        assert window.admits(now) == (recent < limit)
        if recent < limit:
            admitted.append(now)
