"""When to ask, how long it may take: pure functions."""

import random
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.tasks import schedule
from wan_notebook.tasks.schedule import Timetable


@given(history=st.lists(st.floats(1, 1000), max_size=9))
def test_expectation_lies_within_what_it_is_based_on(history: list[float]) -> None:
    """An estimate is never outside its own history or the published range."""
    expected = schedule.expectation(history, (60, 300))
    basis = history if len(history) >= schedule.ENOUGH_HISTORY else [60, 300]
    assert min(basis) <= expected.seconds <= max(basis)


def test_expectation_names_its_basis() -> None:
    """A reader sees whether the log or the documents speak."""
    assert schedule.expectation([5, 6, 7, 9], (60, 300)).basis == "usually 6 s (median of 4 like this)"
    assert schedule.expectation([5, 6], (60, 300)).basis == "typically 1:00 min to 5:00 min"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1:00 min"), (90, "1:30 min"), (7500, "2:05 h")],
)
def test_lengths_of_time_in_words(seconds: float, words: str) -> None:
    """Rounded once, so that no "60 s" appears."""
    assert schedule.spoken(seconds) == words


def asked(timetable: Timetable, end: float) -> list[float]:
    """Return the ages at which a task that ends at an age is asked for: the last finds its end."""
    ages = [timetable.after(0)]
    while ages[-1] < end:
        ages.append(timetable.after(ages[-1]))
    return ages


def told(low: float, high: float, count: int = 50, seed: int = 1) -> list[float]:
    """Return seconds that like tasks took, spread evenly over a range."""
    order = random.Random(seed)  # noqa: S311 - an example
    return [order.uniform(low, high) for _ in range(count)]


def test_queries_lie_where_like_tasks_ended() -> None:
    """One at the start, few before the first like task ended, and denser as fewer of them took longer."""
    ages = asked(Timetable(told(60, 120), (60, 300)), 120)
    assert ages[0] == schedule.SOONEST
    assert sum(age < 50 for age in ages) <= 2
    gaps = [later - earlier for earlier, later in pairwise(ages) if earlier > 70 and later < 118]
    assert gaps[-1] < gaps[0] / 2
    assert min(gaps) >= schedule.SHORTEST_GAP


def test_one_that_outlasts_them_all_is_asked_more_and_more_seldom() -> None:
    """Down to once a minute, and no further."""
    ages = asked(Timetable(told(60, 120), (60, 300)), 30_000)
    gaps = [later - earlier for earlier, later in pairwise(ages) if earlier > 400]
    assert gaps == sorted(gaps)
    assert gaps[-1] == schedule.LONGEST_GAP


def test_one_that_took_very_long_hardly_counts() -> None:
    """A single exception among fifty does not spread the queries over its hour."""
    few = told(60, 120)
    usual, odd = (asked(Timetable([*few, last], (60, 300)), 90) for last in (100.0, 3600.0))
    assert abs(len(usual) - len(odd)) <= 2


def test_two_like_tasks_say_less_than_the_published_time() -> None:
    """Chance must not keep a task from being asked for."""
    assert asked(Timetable([5, 6], (60, 300)), 300) == asked(Timetable([], (60, 300)), 300)
    assert asked(Timetable([5, 6, 7], (60, 300)), 300) != asked(Timetable([], (60, 300)), 300)


def test_like_tasks_that_all_took_the_same() -> None:
    """No spread is no division by nothing; the query after the usual end comes at once."""
    ages = asked(Timetable([30.0] * 20, (60, 300)), 30)
    assert len(ages) <= 6
    assert ages[-1] - 30 < 2


HISTORIES = st.lists(st.floats(0, 4000), max_size=40)
PUBLISHED = st.tuples(st.floats(0, 600), st.floats(0, 600)).map(lambda pair: (min(pair), max(pair)))


@given(history=HISTORIES, typical=PUBLISHED, age=st.floats(0, 90_000))
def test_the_next_query_always_lies_ahead(
    history: list[float], typical: tuple[float, float], age: float
) -> None:
    """Whatever like tasks took: by a second at least and a minute at most, and later for an older task."""
    timetable = Timetable(history, typical)
    after = timetable.after(age)
    if age < schedule.SOONEST:
        assert after == schedule.SOONEST
    else:
        assert schedule.SHORTEST_GAP * 0.999 <= after - age <= schedule.LONGEST_GAP * 1.001
    assert timetable.after(age + 1) >= after - 1e-6


@given(history=HISTORIES, typical=PUBLISHED, data=st.data())
def test_history_has_no_order(
    history: list[float], typical: tuple[float, float], data: st.DataObject
) -> None:
    """Like tasks count alike, in whatever order they are read."""
    mixed = data.draw(st.permutations(history))
    assert asked(Timetable(mixed, typical), 400) == asked(Timetable(history, typical), 400)


def test_few_queries_find_the_end_soon() -> None:
    """After fifty of 60 to 120 s 12 queries and 1.8 s; without history better than the service's own SDK."""
    known = [found(Timetable(told(60, 120, seed=seed), (60, 300)), seed) for seed in range(20)]
    queries, late = (mean(column) for column in zip(*known, strict=True))
    assert queries <= 12
    assert late <= 1.7  # the answer itself takes 0.1 s
    assert queries * late <= 18
    queries, late = found(Timetable([], (60, 300)), 3)
    assert queries <= 23.7
    assert late <= 2.7


def found(timetable: Timetable, seed: int) -> tuple[float, float]:
    """Return the mean queries and seconds late for a hundred tasks of 60 to 120 s."""
    ends = told(60, 120, count=100, seed=seed + 1000)
    ages = [asked(timetable, end) for end in ends]
    return mean(map(len, ages)), mean(one[-1] - end for one, end in zip(ages, ends, strict=True))
