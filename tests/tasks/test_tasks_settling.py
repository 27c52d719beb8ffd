"""Settling what became of a create call whose answer was lost: never two rows one task, never a guess."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wan_notebook.catalog import Status
from wan_notebook.tasks.likeness import agrees, likest, plain
from wan_notebook.tasks.settling import Adopt, Ask, Decision, Found, Lost, NotCreated, Wait, review, settle

NOON = datetime(2026, 1, 20, 12, tzinfo=UTC)
MODEL = "wan2.7-t2v"
FOX, OWL, FISH = "A red fox runs through snow.", "An owl sleeps on a branch.", "Three fish in a green pond"


def at(seconds: float) -> datetime:
    """Return a moment by its seconds after noon."""
    return NOON + timedelta(seconds=seconds)


def lost(row: int, seconds: float = 0, prompt: str | None = FOX, **more: Any) -> Lost:
    """Return a row sent so many seconds after noon."""
    return Lost(**{"row": row, "model": MODEL, "sent": at(seconds), "prompt": prompt, **more})


def made(task_id: str, seconds: float | None = 0, prompt: str | None = None, **more: Any) -> Found:
    """Return a task made so many seconds after noon: it has ended when its prompt is given."""
    status = Status.RUNNING if prompt is None else Status.SUCCEEDED
    created = None if seconds is None else at(seconds)
    values = {"task_id": task_id, "model": MODEL, "created": created, "status": status, "orig_prompt": prompt}
    return Found(**{**values, **more})


def failed(task_id: str, seconds: float = 0) -> Found:
    """Return a task that failed, which tells no prompt."""
    return made(task_id, seconds, status=Status.FAILED)


def decide(
    rows: list[Lost], found: list[Found], minutes: float | None = 1, known: tuple[str, ...] = ()
) -> list[Decision]:
    """Return what is decided when the list was read so many minutes after noon."""
    return settle(rows, found, known=known, listed_at=None if minutes is None else at(minutes * 60))


def test_one_row_and_one_task_of_its_time() -> None:
    """They belong together, by time while the prompt is not known."""
    assert decide([lost(1)], [made("a", 2)]) == [Adopt(row=1, task_id="a", by="time")]
    assert decide([lost(1)], [made("a", 2, FOX)]) == [Adopt(row=1, task_id="a", by="prompt")]
    assert decide([lost(1)], [failed("a", 2)]) == [Adopt(row=1, task_id="a", by="time")]
    assert decide([lost(1)], [made("a", None)]) == [Adopt(row=1, task_id="a", by="time")]


@pytest.mark.parametrize(("seconds", "found"), [(-61, 0), (-60, 1), (0, 1), (600, 1), (601, 0)])
def test_the_time_of_a_task(seconds: float, found: int) -> None:
    """Made from 60 s before the sending to 10 min after it."""
    assert Counter(map(type, decide([lost(1)], [made("a", seconds)])))[Adopt] == found


def test_other_tasks_are_none_of_ours() -> None:
    """Those of another model, and those the records hold."""
    others = [made("a", 1, model="wan2.7-i2v"), made("b", 1)]
    assert decide([lost(1)], others, known=("b",)) == [Wait(row=1)]


def test_nothing_was_made_only_when_the_list_stays_empty() -> None:
    """Ten minutes in which the task may come to be, and ten in which the list still shows nothing."""
    assert decide([lost(1)], [], 19.9) == [Wait(row=1)]
    assert decide([lost(1)], [], 20) == [NotCreated(row=1)]
    assert decide([lost(1)], [], None) == [Wait(row=1)]


def test_after_a_day_the_list_proves_nothing() -> None:
    """The service has forgotten the task, if there was one: the user is asked.

    A list of 24 hours that ends ten minutes ahead begins 23:50 h ago, a task up to a minute before its row.
    """
    assert decide([lost(1)], [], 23 * 60 + 49) == [NotCreated(row=1)]
    assert decide([lost(1)], [], 23 * 60 + 49.1) == [Ask(row=1)]


def test_a_list_that_cannot_be_read_decides_nothing() -> None:
    """Not even with a task in sight from another time."""
    assert decide([lost(1)], [made("a")], None) == [Wait(row=1, follow=("a",))]


def test_several_are_followed_until_their_prompts_tell() -> None:
    """Each is decided as soon as it is clear."""
    rows = [lost(1, 0, FOX), lost(2, 5, OWL), lost(3, 9, FISH)]
    running = [made("a", 1), made("b", 6), made("c", 10)]
    follow = ("a", "b", "c")
    assert decide(rows, running) == [Wait(row=row, follow=follow) for row in (1, 2, 3)]
    one = [made("a", 1), made("b", 6, FOX), made("c", 10)]
    assert decide(rows, one) == [
        Adopt(row=1, task_id="b", by="prompt"),
        Wait(row=2, follow=("a", "c")),
        Wait(row=3, follow=("a", "c")),
    ]
    two = [made("a", 1, FISH), made("b", 6, FOX), made("c", 10)]
    assert decide(rows, two) == [
        Adopt(row=1, task_id="b", by="prompt"),
        Adopt(row=2, task_id="c", by="time"),
        Adopt(row=3, task_id="a", by="prompt"),
    ]


def test_the_task_of_another_row_leaves_nothing() -> None:
    """Two were sent, one was made: its prompt tells whose it is, and the list that the other is not there."""
    rows = [lost(1, 0, FOX), lost(2, 5, OWL)]
    assert decide(rows, [made("a", 6)], 30) == [Wait(row=1, follow=("a",)), Wait(row=2, follow=("a",))]
    assert decide(rows, [made("a", 6, OWL)]) == [Wait(row=1), Adopt(row=2, task_id="a", by="prompt")]
    assert decide(rows, [made("a", 6, OWL)], 30) == [
        NotCreated(row=1),
        Adopt(row=2, task_id="a", by="prompt"),
    ]


def test_rows_of_one_prompt_are_paired_in_order() -> None:
    """Other seeds; the service does not tell them, so the decision says how it was made."""
    rows = [lost(2, 5), lost(1, 0), lost(3, 9)]
    found = [made("c", 12, FOX), made("b", 7, FOX), made("a", 1)]
    assert {type(one) for one in decide(rows, found, 60)} == {Wait}
    found[-1] = made("a", 1, FOX)
    assert decide(rows, found) == [
        Adopt(row=row, task_id=task_id, by="order") for row, task_id in ((1, "a"), (2, "b"), (3, "c"))
    ]


def test_fewer_tasks_than_rows_of_one_prompt() -> None:
    """Only once no more can come; the rest was not made."""
    rows = [lost(1, 0), lost(2, 5)]
    assert decide(rows, [made("a", 6, FOX)], 20) == [Wait(row=1), Wait(row=2)]
    assert decide(rows, [made("a", 6, FOX)], 21) == [
        Adopt(row=1, task_id="a", by="order"),
        NotCreated(row=2),
    ]


def test_a_task_that_failed_counts_among_rows_of_one_prompt() -> None:
    """It tells no prompt, but nothing else can be meant; where it is one too many, it is left out."""
    rows = [lost(1, 0), lost(2, 5)]
    assert decide(rows, [failed("a", 1), made("b", 6, FOX)]) == [
        Adopt(row=1, task_id="a", by="order"),
        Adopt(row=2, task_id="b", by="order"),
    ]
    three = [failed("a", 1), made("b", 2, FOX), made("c", 6, FOX)]
    assert [(one.row, one.task_id) for one in decide(rows, three) if isinstance(one, Adopt)] == [
        (1, "b"),
        (2, "c"),
    ]


def test_the_last_tasks_of_a_crowd_do_not_hold_up_twins_of_before() -> None:
    """Only a task made in their time could still be theirs."""
    rows = [lost(1, 0), lost(2, 5), lost(3, 500, OWL), lost(4, 900, OWL)]
    found = [made("a", 6, FOX), made("b", 7, FOX), made("c", 505, OWL), made("d", 905)]
    assert decide(rows, found, 16) == [
        Adopt(row=1, task_id="a", by="order"),
        Adopt(row=2, task_id="b", by="order"),
        Wait(row=3, follow=("d",)),
        Wait(row=4, follow=("d",)),
    ]


def test_a_task_that_tells_the_prompt_of_another_row_is_no_question_for_this_one() -> None:
    """One of two with the owl's prompt is somebody else's; neither is the fox."""
    rows = [lost(1, 0, FOX), lost(2, 5, OWL)]
    assert decide(rows, [made("a", 6, OWL), made("b", 7, OWL)], 30) == [
        NotCreated(row=1),
        Ask(row=2, task_ids=("a", "b")),
    ]


def test_what_does_not_fit_is_a_question() -> None:
    """With every task it may be, once no more can come."""
    twins = [made("a", 1, FOX), made("b", 2, FOX)]
    assert decide([lost(1)], twins, 19) == [Wait(row=1)]
    assert decide([lost(1)], twins, 20) == [Ask(row=1, task_ids=("a", "b"))]
    assert decide([lost(1)], [made("a", 1, FISH)], 20) == [Ask(row=1, task_ids=("a",))]
    rows = [lost(1, 0, FOX), lost(2, 5, OWL)]
    assert decide(rows, [failed("a", 6)], 30) == [Ask(row=1, task_ids=("a",)), Ask(row=2, task_ids=("a",))]


def test_no_question_before_the_last_row_is_ripe() -> None:
    """A task may yet be that of a later row; one without a time may be that of any."""
    rows = [lost(1, 0, FOX), lost(2, 400, OWL)]
    assert decide(rows, [failed("a", 500)], 20) == [Wait(row=1), Wait(row=2)]
    ask = [Ask(row=1, task_ids=("a",)), Ask(row=2, task_ids=("a",))]
    assert decide(rows, [failed("a", 500)], 20 + 400 / 60) == ask
    timeless = made("a", None, status=Status.FAILED)
    assert decide([lost(1, 0, FOX), lost(2, 3600, OWL)], [timeless], 79) == [Wait(row=1), Wait(row=2)]
    assert decide([lost(1, 0, FOX), lost(2, 3600, OWL)], [timeless], 80) == ask


def test_a_task_of_somebody_else_is_told_from_ours() -> None:
    """Its prompt speaks against it, so what is left is ours."""
    found = [made("a", 1, FISH), made("b", 2)]
    assert decide([lost(1)], found) == [Adopt(row=1, task_id="b", by="time")]


def test_a_finished_task_is_asked_for_before_it_is_judged() -> None:
    """The list shows that it ended, only the task tells its prompt."""
    ended = {"status": Status.SUCCEEDED}
    found = [made("a", 1, **ended), made("b", 2, **ended)]
    assert decide([lost(1)], found, 60) == [Wait(row=1, follow=("a", "b"))]
    asked = [made("a", 1, **ended, asked=True), made("b", 2, **ended, asked=True)]
    assert decide([lost(1)], asked, 60) == [Ask(row=1, task_ids=("a", "b"))]


def test_nothing_is_taken_from_a_row_that_is_being_sent() -> None:
    """Its id is on the way; what was made in its time may be its own."""
    rows = [lost(1, 0), lost(2, 5, sending=True)]
    assert decide(rows, [made("a", 6)], 60) == [Wait(row=1, follow=("a",))]
    assert decide([lost(1, 0), lost(2, 700, sending=True)], [made("a", 6)]) == [
        Adopt(row=1, task_id="a", by="time")
    ]


def test_rows_without_a_prompt() -> None:
    """A picture alone makes a video too; what tells no prompt agrees with one that has none."""
    rows = [lost(1, 0, None), lost(2, 5, OWL)]
    found = [made("a", 1, ""), made("b", 6, OWL)]
    assert decide(rows, found) == [
        Adopt(row=1, task_id="a", by="prompt"),
        Adopt(row=2, task_id="b", by="prompt"),
    ]


@pytest.mark.parametrize(
    ("told", "decision"),
    [
        (FOX, Adopt(row=1, task_id="a", by="prompt")),
        (None, Adopt(row=1, task_id="a", by="time")),
        (FISH, Ask(row=1, task_ids=("a",))),
    ],
)
def test_what_was_found_by_time_is_looked_at_again(told: str | None, decision: Decision) -> None:
    """The prompt confirms it or makes it a question; a task that failed has none."""
    assert review(lost(1), made("a", 1, told)) == decision


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("A red fox.", "a red fox"),
        ("a  red\nfox ", "A RED FOX!!"),
        ("一只红色的狐狸。", "一只红色的狐狸"),
        ("ａ red fox", "a red fox"),
        ("a red fox runs through deep snow at dawn", "a red fox runs through the deep snow at dawn, 4k"),
        ("x" * 1500, "x" * 1100),
        (None, ""),
        ("!?", "!?"),
    ],
)
def test_prompts_that_agree(asked: str | None, told: str) -> None:
    """Case, blanks and end marks do not count, and the service may alter a little."""
    assert agrees(asked, told)


@pytest.mark.parametrize(("asked", "told"), [(FOX, OWL), (FOX, ""), (None, FOX), ("!?", "?!")])
def test_prompts_that_do_not_agree(asked: str | None, told: str) -> None:
    """Another prompt is another task."""
    assert not agrees(asked, told)


def test_prompts_that_are_compared_differ_by_a_word() -> None:
    """The same one wins; what is about as near to two is neither's."""
    asked = [plain("a red fox at dawn"), plain("a red fox at dusk")]
    assert likest(asked, "A red fox at dusk.") == "aredfoxatdusk"
    assert likest(asked, "a red fox at noon") is None
    near = [
        plain(f"a red fox runs through the deep snow of a wide plain at {when}") for when in ("dawn", "dusk")
    ]
    assert likest(near, "A red fox runs through the deep snow of a wide plain at noon.") is None
    assert likest([], FOX) is None


PROMPTS = st.sampled_from([FOX, OWL, FISH, "", "a red fox runs through snow"])
MOMENTS = st.integers(-900, 900)
ROWS = st.lists(
    st.builds(lost, st.integers(0, 50), MOMENTS, PROMPTS | st.none(), sending=st.booleans()),
    unique_by=lambda row: row.row,
    max_size=6,
)
FOUND = st.lists(
    st.builds(
        made,
        st.sampled_from("abcdefgh"),
        MOMENTS | st.none(),
        PROMPTS | st.none(),
        status=st.sampled_from([Status.PENDING, Status.RUNNING, Status.SUCCEEDED, Status.FAILED]),
        model=st.sampled_from([MODEL, MODEL, "wan2.7-i2v"]),
        asked=st.booleans(),
    ),
    max_size=9,
)
KNOWN = st.sets(st.sampled_from("abcdefgh"), max_size=4)
LISTED = st.integers(-60, 2000).map(lambda minutes: at(minutes * 60)) | st.none()


def near(row: Lost, found: list[Found]) -> set[str]:
    """Return the tasks that, by all that was read of them, were made in the time of a row."""
    model = [one for one in found if one.model == row.model and one.created is not None]
    far = {one.task_id for one in found if one not in model or not fits(row, one)}
    return {one.task_id for one in model} - far


def told_as_others(row: Lost, rows: list[Lost], found: list[Found]) -> set[str]:
    """Return the tasks that tell what another row asked for."""
    prompts = {plain(one.prompt) for one in rows if one.model == row.model} - {plain(row.prompt)}
    telling = [one for one in found if one.orig_prompt is not None]
    return {one.task_id for one in telling if plain(one.orig_prompt) in prompts}


def fits(row: Lost, one: Found) -> bool:
    """Return whether a task was made in the time of a row, as far as it tells."""
    return one.created is None or -60 <= (one.created - row.sent).total_seconds() <= 600


@given(rows=ROWS, found=FOUND, known=KNOWN, listed_at=LISTED, order=st.randoms(use_true_random=False))
@example(rows=[], found=[], known=set(), listed_at=None, order=random.Random(1))  # noqa: S311 - a shuffle
def test_the_rules_of_settling(
    rows: list[Lost], found: list[Found], known: set[str], listed_at: datetime | None, order: random.Random
) -> None:
    """One decision a row, never a task for two or of the records; the order of pages does not matter."""
    decisions = settle(rows, found, known=known, listed_at=listed_at)
    assert [one.row for one in decisions] == sorted(row.row for row in rows if not row.sending)
    adopted = [one.task_id for one in decisions if isinstance(one, Adopt)]
    assert len(adopted) == len(set(adopted))
    offered = [one for decision in decisions if isinstance(decision, Ask) for one in decision.task_ids]
    assert not known.intersection([*adopted, *offered])
    assert not set(adopted).intersection(offered)
    own = {row.row: row for row in rows}
    for one in decisions:
        if isinstance(one, Adopt):
            row = own[one.row]
            readings = [task for task in found if task.task_id == one.task_id and task.model == row.model]
            assert any(fits(row, task) for task in readings)
        elif isinstance(one, NotCreated):
            assert listed_at is not None
            assert timedelta(minutes=20) <= listed_at - own[one.row].sent <= timedelta(hours=23, minutes=49)
            theirs = told_as_others(own[one.row], rows, found)
            assert set(adopted) >= near(own[one.row], found) - known - theirs
    if listed_at is None:
        assert {type(one) for one in decisions} <= {Wait}
    mixed_rows, mixed_found = rows[:], [*found, *found]
    order.shuffle(mixed_rows)
    order.shuffle(mixed_found)
    assert settle(mixed_rows, mixed_found, known=known, listed_at=listed_at) == decisions


@given(rows=ROWS, found=FOUND, data=st.data())
def test_decisions_stand(rows: list[Lost], found: list[Found], data: st.DataObject) -> None:
    """What one reading has given to a row, the next gives to no other, and every row comes to an end."""
    waiting = {row.row: row for row in rows if not row.sending}
    known: set[str] = set()
    for minutes in (1, 5, 25, 40, 50):
        seen = (
            found if minutes > 25 else data.draw(st.lists(st.sampled_from(found)) if found else st.just([]))
        )
        ended = [
            one
            if minutes < 40 or not one.tells_more
            else made(one.task_id, None, FOX, model=one.model, created=one.created)
            for one in seen
        ]
        decisions = settle(waiting.values(), ended, known=known, listed_at=at(minutes * 60))
        for one in decisions:
            if isinstance(one, Adopt):
                assert one.task_id not in known
                known.add(one.task_id)
            if isinstance(one, Adopt | NotCreated):
                del waiting[one.row]
    rest = settle(waiting.values(), ended, known=known, listed_at=at(3600))
    assert {type(one) for one in rest} <= {Ask, NotCreated, Adopt}


def test_a_thousand_rows_of_ten_minutes() -> None:
    """All settled at once, each with its own task, in the time of a look at the list."""
    order = random.Random(7)  # noqa: S311 - a shuffle
    rows = [lost(number, number / 2, f"prompt {number} of a {order.random()} kind") for number in range(1000)]
    found = [made(f"task-{row.row}", row.row / 2 + 1, row.prompt) for row in rows]
    order.shuffle(found)
    decisions = decide(rows, found, 30)
    assert decisions == [Adopt(row=row.row, task_id=f"task-{row.row}", by="prompt") for row in rows]
