"""Where tasks stand at a time: a pure function of facts."""

from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.catalog import Status
from wan_notebook.simulator.timeline import NEVER, Facts, Lane, Span, plan, span

SECONDS = st.integers(0, 40).map(lambda tenths: tenths / 10)


@st.composite
def lanes(draw: st.DrawFn) -> list[Facts]:
    """Draw the tasks of a lane in the order of creation."""
    found, created = [], 0.0
    for _ in range(draw(st.integers(1, 14))):
        created += draw(SECONDS)
        made = draw(st.none() | SECONDS)
        found.append(
            Facts(
                created=created,
                queue=draw(SECONDS),
                run=draw(SECONDS),
                limited=draw(st.sampled_from([True, True, True, False])),
                refused=draw(st.sampled_from([False, False, False, True])),
                made=None if made is None else created + made,
            )
        )
    return found


def task(created: float = 0.0, run: float = 4.0, made: float | None = 0.0) -> Facts:
    """Return a task that needs no queueing."""
    return Facts(created=created, queue=0.0, run=run, made=made)


def test_a_task_waits_runs_and_ends() -> None:
    """The three states follow from queue and run time."""
    found = plan([Facts(created=10.0, queue=1.0, run=3.0, made=10.5)], 5)[0]
    assert [found.status(now) for now in (10.0, 10.9, 11.0, 13.9, 14.0)] == [
        Status.PENDING,
        Status.PENDING,
        Status.RUNNING,
        Status.RUNNING,
        Status.SUCCEEDED,
    ]


def test_a_sixth_task_starts_when_the_first_place_is_free() -> None:
    """Five run at once; the next takes the place that is free first."""
    found = plan([task(run=3.0 + n) for n in range(5)] + [task(created=0.5)], 5)
    assert found[5] == Span(3.0, 7.0)


def test_slow_making_prolongs_running_and_holds_the_place() -> None:
    """A task whose video is not there has no end, and who waits for its place no start."""
    first, second = plan([task(made=None), task()], 1)
    assert first == Span(0.0, NEVER)
    assert second.status(1_000_000.0) is Status.PENDING
    assert plan([task(made=9.0), task()], 1) == [Span(0.0, 9.0), Span(9.0, 13.0)]


def test_a_canceled_task_gives_way() -> None:
    """A task canceled while PENDING takes no place."""
    canceled = Facts(created=0.0, queue=0.0, run=4.0, canceled=1.0)
    assert plan([task(), canceled, task()], 1)[2].start == 4.0


def test_a_refused_task_takes_no_place() -> None:
    """A schema fault ends after its queue time whoever else runs."""
    refused = Facts(created=1.0, queue=0.1, run=4.0, refused=True)
    assert plan([task(), refused], 1)[1] == Span(1.1, 1.1)


@given(lanes(), st.integers(1, 5))
def test_never_more_run_than_there_are_places(tasks: list[Facts], places: int) -> None:
    """At every start, at most so many limited tasks are RUNNING."""
    spans = [
        one
        for facts, one in zip(tasks, plan(tasks, places), strict=True)
        if facts.limited and not facts.refused
    ]
    for moment in {one.start for one in spans if one.start < NEVER}:
        assert sum(one.start <= moment < one.end for one in spans) <= places


@given(lanes(), st.integers(1, 5), st.lists(SECONDS, min_size=1, max_size=5))
def test_a_lane_says_what_the_plan_says(tasks: list[Facts], places: int, steps: list[float]) -> None:
    """Setting aside what has ended changes no answer, however often it is asked."""
    lane, expected, now = Lane(places), plan(tasks, places), 0.0
    for number, facts in enumerate(tasks):
        lane.put(str(number), facts)
    for step in steps:
        now += 4 * step
        assert [lane.span(str(number), now) for number in range(len(tasks))] == expected
        assert lane.unfinished(now) == sum(one.end > now for one in expected)


@given(lanes(), st.integers(1, 5), st.data())
def test_a_video_made_now_changes_nothing_that_was_said(
    tasks: list[Facts], places: int, data: st.DataObject
) -> None:
    """Facts that come later change only states later than themselves."""
    now = data.draw(st.integers(0, 600)) / 10
    known = [
        Facts(
            created=one.created,
            queue=one.queue,
            run=one.run,
            limited=one.limited,
            refused=one.refused,
            made=one.made if one.made is not None and one.made <= now else None,
        )
        for one in tasks
    ]
    later = [
        one
        if one.made is not None
        else Facts(
            created=one.created,
            queue=one.queue,
            run=one.run,
            limited=one.limited,
            refused=one.refused,
            made=now,
        )
        for one in known
    ]
    earlier = now - 0.01
    assert [one.status(earlier) for one in plan(known, places)] == [
        one.status(earlier) for one in plan(later, places)
    ]


def test_one_span_needs_no_places_without_limits() -> None:
    """A task without limits starts when its queue time is over."""
    facts = Facts(created=1.0, queue=2.0, run=3.0, limited=False, made=1.0)
    assert span(facts, []) == Span(3.0, 6.0)
