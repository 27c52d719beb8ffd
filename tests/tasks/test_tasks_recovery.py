"""What becomes of a create call whose answer was lost: found, proved not made, or asked; never sent again."""

import sqlite3
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.patient import House, a_house
from wan_notebook.catalog import Request, SettingError, Status
from wan_notebook.records import Owner, Store
from wan_notebook.service import ApiKey
from wan_notebook.simulator import Disturbance
from wan_notebook.tasks import Studio, Task, rows

FOX = Request("wan2.7-t2v", prompt="A fox in the rain", duration=2, resolution="720P", seed=7)
OWL = FOX.changed(prompt="An owl on a branch at night")

LOST = (
    "reset-after",
    "500-after",
    "502-after",
    "503-after",
    "504-after",
    "cut",
    "cut=0",
    "bad-json",
    "no-id",
)
"""Ways in which a task is made whose id nobody hears."""
UNDONE = ("reset-before", "500-before", "502-before", "503-before", "504-before")
"""The same faults, and no task is made."""


def rows_of(studio: Studio) -> list[tuple[Status, str | None]]:
    """Return where each row stands, and how it was settled."""
    return [(row.status, row.settled_by) for row in studio.store.select()]


def ended(*tasks: Task) -> None:
    """Wait until nothing more happens to any."""
    for task in tasks:
        assert task.wait(60, progress=False).done, task


def test_every_lost_answer_is_found_and_confirmed(tmp_path: Path) -> None:
    """One call, one task, one row: first by its time, then its prompt agrees."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        for number, way in enumerate(LOST, 1):
            house.lose(way)
            steps: list[tuple[Status, str | None]] = []
            task = studio.submit(FOX.changed(seed=number))
            task.on_change(lambda one, steps=steps: steps.append((one.status, one.record.settled_by)))  # type: ignore[misc]
            ended(task)
            assert (task.status, task.record.settled_by) == (Status.SUCCEEDED, "prompt"), way
            assert (Status.UNCONFIRMED, None) in steps
            assert (Status.PENDING, "time") in steps
            assert house.simulator.tasks_made == house.simulator.counters["create"] == number, way
        assert len({row.task_id for row in studio.store.select()}) == len(LOST)


def test_a_list_that_stays_empty_proves_that_nothing_was_made(tmp_path: Path) -> None:
    """But only twenty minutes after the call; the budget gets its money back."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        house.lose(*UNDONE)
        tasks = [studio.submit(FOX.changed(seed=number)) for number in range(len(UNDONE))]
        ended(*tasks)
        records = studio.store.select()
        assert {record.status for record in records} == {Status.NOT_CREATED}
        for record in records:
            assert record.submitted_at is not None
            assert record.finished_at is not None
            assert timedelta(minutes=20) <= record.finished_at - record.submitted_at < timedelta(minutes=22)
        assert "can be sent again" in str(tasks[0].error)
        assert (house.simulator.tasks_made, house.simulator.counters["create"]) == (0, len(UNDONE))


def test_twins_are_paired_in_the_order_of_sending(tmp_path: Path) -> None:
    """The service tells no seeds: two tasks of one prompt are two rows', marked so."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        house.lose("reset-after", "cut")
        twins = house.sent(*(partial(studio.submit, FOX.changed(seed=seed)) for seed in (1, 2)))
        ended(*twins)
        assert rows_of(studio) == [(Status.SUCCEEDED, "order")] * 2
        assert len({twin.id for twin in twins}) == house.simulator.tasks_made == 2


def test_tasks_sent_together_are_told_apart_by_their_prompts(tmp_path: Path) -> None:
    """Both are followed to their ends, which tell."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        house.lose("reset-after", "500-after", "503-before")
        requests = (FOX, OWL, FOX.changed(prompt="Three fish in a pond"))
        tasks = house.sent(*(partial(studio.submit, one) for one in requests))
        ended(*tasks)
        assert [task.record.settled_by for task in tasks].count("prompt") == 2
        assert sorted(task.status for task in tasks) == ["NOT_CREATED", "SUCCEEDED", "SUCCEEDED"]
        listed = {row.task_id for row in studio.remote()}
        assert {task.id for task in tasks if task.id} == listed


def in_doubt(house: House) -> tuple[Studio, Task, str]:
    """Return a task whose answer was lost while another program made one with the same prompt."""
    studio = house.studio()
    stranger = house.foreign(FOX)
    house.lose("reset-after")
    task = studio.submit(FOX.changed(seed=8))
    ended(task)
    return studio, task, stranger


def test_a_stranger_with_the_same_prompt_makes_it_a_question(tmp_path: Path) -> None:
    """Both are shown with time and prompt; the user's word is taken, and the task followed to its end."""
    with a_house(tmp_path) as house:
        studio, task, stranger = in_doubt(house)
        own = next(row.task_id for row in studio.remote() if row.task_id != stranger)
        assert task.status is Status.UNCONFIRMED
        for name in (own, stranger, "task.settle"):
            assert name in str(task.error)
        assert str(task.error).count("A fox in the rain") == str(task.error).count(" at ") == 3
        assert task.settle(own) is task
        ended(task)
        assert (task.id, task.status, task.record.settled_by) == (own, Status.SUCCEEDED, "user")
        with pytest.raises(SettingError, match="no lost answer"):
            task.settle(own)
        assert house.simulator.counters["create"] == 2


def test_none_of_them_is_an_answer_too(tmp_path: Path) -> None:
    """The row then says that nothing was made; an id of another row is refused."""
    with a_house(tmp_path) as house:
        studio, task, stranger = in_doubt(house)
        ended(studio.adopt(stranger))
        with pytest.raises(SettingError, match=stranger):
            task.settle(stranger)
        assert task.status is Status.UNCONFIRMED
        task.settle(None)
        assert (task.status, task.done, task.record.remark) == (Status.NOT_CREATED, True, None)


def test_a_stranger_with_another_prompt_is_let_alone(tmp_path: Path) -> None:
    """The prompts tell, once both have ended."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        stranger = house.foreign(OWL)
        house.lose("cut")
        task = studio.submit(FOX)
        ended(task)
        assert task.record.settled_by == "prompt"
        assert task.id != stranger


def test_what_was_found_by_its_time_alone_may_prove_another_s(tmp_path: Path) -> None:
    """Nothing of ours was made, and a stranger's task stands alone: the row says what does not fit."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        stranger = house.foreign(OWL)
        house.lose("reset-before")
        task = studio.submit(FOX)
        ended(task)
        assert (task.id, task.record.settled_by) == (stranger, "time")
        assert "An owl on a branch" in str(task.record.remark)


def test_a_refused_list_leaves_the_row_open_until_it_is_asked_again(tmp_path: Path) -> None:
    """The remark says why; `resume` looks once more, and makes no call that costs."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        house.lose("reset-after")
        house.simulator.disturb(Disturbance("list", "refused"))
        task = studio.submit(FOX)
        ended(task)
        assert (task.status, task.id) == (Status.UNCONFIRMED, None)
        assert "does not show its list" in str(task.error)
        ended(*studio.resume())
        assert task.status is Status.UNCONFIRMED
        house.calm()
        resumed = studio.resume()
        assert list(resumed) == [task]
        assert "1 whose answer was lost" in repr(resumed)
        ended(task)
        assert (task.status, task.record.remark) == (Status.SUCCEEDED, None)
        assert house.simulator.counters["create"] == 1


def test_a_list_that_fails_now_and_then_is_read_again(tmp_path: Path) -> None:
    """Nothing follows from a list that was not read; a task that cannot be asked for is asked later."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        house.lose("reset-after", "cut")
        house.simulator.disturb(
            Disturbance("list", "500-before", every=2),
            Disturbance("list", "cut", times=2),
            Disturbance("query", "503-before", every=3),
        )
        troubles: list[str | None] = []
        tasks = [studio.submit(one) for one in (FOX, OWL)]
        tasks[0].on_change(lambda changed: troubles.append(changed.trouble))
        ended(*tasks)
        assert rows_of(studio) == [(Status.SUCCEEDED, "prompt")] * 2
        assert any(trouble and "No news for the moment" in trouble for trouble in troubles)
        assert tasks[0].trouble is None


def test_two_studios_on_one_log_never_take_one_task(tmp_path: Path) -> None:
    """Each has a row whose answer was lost, at the same time: two tasks, each its own."""
    with a_house(tmp_path) as house:
        studios = [house.studio(), house.studio()]
        house.lose("reset-after", "reset-after")
        tasks = house.sent(partial(studios[0].submit, FOX), partial(studios[1].submit, OWL))
        ended(*tasks)
        assert {task.record.settled_by for task in tasks} == {"prompt"}
        assert len({task.id for task in tasks}) == 2


def test_two_studios_with_one_prompt_never_take_one_task(tmp_path: Path) -> None:
    """Nor where only one of two twins was made: who looks second finds one row for it."""
    with a_house(tmp_path) as house:
        studios = [house.studio(), house.studio()]
        house.lose("reset-after", "reset-before")
        tasks = house.sent(*(partial(one.submit, FOX.changed(seed=seed)) for seed, one in enumerate(studios)))
        ended(*tasks)
        assert {task.status for task in tasks} == {Status.SUCCEEDED, Status.NOT_CREATED}
        assert [task.record.settled_by for task in tasks if task.id] in (["order"], ["prompt"])


def left_behind(house: House, store: Store, owner: str | None, **more: Any) -> int:
    """Write a row that is being sent by somebody, and return its number."""
    place = {"base_url": house.simulator.base_url, "region": "beijing", "simulated": True}
    values = {**rows.of_request(OWL, "beijing"), **place, "account": ApiKey("sk-test").account}
    sent = {"status": Status.SUBMITTING, "submitted_at": house.clock.now(), "owner": owner}
    return store.add(**values, click_id="left", **{**sent, **more})[0].row


def test_a_row_its_dead_owner_was_sending_is_no_obstacle(tmp_path: Path) -> None:
    """It counts as lost, and the living one's task is found all the same."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        left_behind(house, studio.store, "dead")
        house.lose("reset-after")
        task = studio.submit(FOX)
        ended(task)
        assert (task.status, task.record.settled_by) == (Status.SUCCEEDED, "prompt")


def test_a_row_somebody_is_sending_is_waited_for(tmp_path: Path) -> None:
    """Its id is on the way, so what was made in its time may be its own; once its owner is gone it is not."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        other = Owner.open(studio.store)
        left_behind(house, studio.store, other.id)
        house.lose("reset-after")
        task = studio.submit(FOX)
        looks = 12
        while house.simulator.counters["list"] < looks:
            assert not task.wait(0.02, progress=False).done
        assert task.status is Status.UNCONFIRMED
        other.close()
        ended(task)
        assert (task.status, task.record.settled_by) == (Status.SUCCEEDED, "prompt")


def test_the_users_word_ends_the_search(tmp_path: Path) -> None:
    """Said while the list is still being read: the task is followed, or the row is done."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        left_behind(house, studio.store, Owner.open(studio.store).id)  # keeps the search going
        house.lose("reset-after", "reset-before")
        tasks = [studio.submit(FOX.changed(seed=seed)) for seed in (1, 2)]
        while house.simulator.counters["list"] < 3 or {one.status for one in tasks} != {Status.UNCONFIRMED}:
            tasks[0].wait(0.01, progress=False)
        made = studio.remote()
        tasks[0].settle(made[0].task_id)
        tasks[1].settle(None)
        ended(*tasks)
        assert [task.status for task in tasks] == [Status.SUCCEEDED, Status.NOT_CREATED]
        assert tasks[0].record.settled_by == "user"


@pytest.mark.parametrize("none", [True, False])
def test_the_users_word_is_heard_between_two_looks(tmp_path: Path, none: bool) -> None:  # noqa: FBT001
    """The next look is further away than the clock goes; the task goes on, or is done, without it."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        other = Owner.open(studio.store)
        left_behind(house, studio.store, other.id)  # keeps the search going
        house.lose("reset-after")
        house.clock.longest = 30.0
        task = studio.submit(FOX)
        looks = 4  # after 0, 5, 15 and 35 seconds; the next would come 40 later
        while house.simulator.counters["list"] < looks:
            task.wait(0.005, progress=False)
        made = studio.remote()[0].task_id
        assert task.id is None
        task.settle(None if none else made)
        ended(task)
        assert task.status is (Status.NOT_CREATED if none else Status.SUCCEEDED)
        assert house.simulator.counters["list"] == looks + 1
        other.close()


def test_the_users_word_is_heard_at_the_very_end_of_a_search(tmp_path: Path) -> None:
    """Written just when the search has ended with a question: the task is followed all the same."""
    with a_house(tmp_path) as house:
        studio, task, stranger = in_doubt(house)
        own = next(row.task_id for row in studio.remote() if row.task_id != stranger)
        studio.store.update(task.row, status=Status.PENDING, task_id=own, remark=None)
        studio._carrier.decided(task)
        while task.status is not Status.SUCCEEDED:
            task.wait(0.002, progress=False)
        ended(task)
        assert (task.id, task.status) == (own, Status.SUCCEEDED)


def test_the_users_word_comes_before_what_was_just_decided(tmp_path: Path) -> None:
    """Said between a look at the list and what it would write."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        ended(studio.submit(FOX.changed(prompt="Three fish")))  # the service is known: both go in their order
        house.lose("reset-before", "reset-after")
        tasks = house.sent(partial(studio.submit, FOX), partial(studio.submit, OWL))
        waits, made = sorted(tasks, key=lambda task: task.row)
        looked = house.simulator.counters["query"]

        def look(_changed: Task) -> None:
            if house.simulator.counters["query"] > looked:  # the prompt is known, and this row is told first
                stop()
                made.settle(None)

        stop = waits.on_change(look)
        ended(*tasks)
        assert (made.status, made.id) == (Status.NOT_CREATED, None)
        assert waits.status is Status.UNCONFIRMED
        assert "only you can tell" in str(waits.error)


def test_a_clock_that_was_set_back_settles_nothing_wrongly(tmp_path: Path) -> None:
    """A row that seems to be sent in an hour waits for it; the list is asked for times there are."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        ahead = house.clock.now() + timedelta(hours=1)
        row = left_behind(house, studio.store, None, submitted_at=ahead)
        resumed = studio.resume()
        ended(*resumed)
        record = studio.store.get(row)
        assert record.status is Status.NOT_CREATED
        assert record.finished_at is not None
        assert record.finished_at >= ahead + timedelta(minutes=20)


def test_records_that_cannot_be_read_end_the_search_for_now(tmp_path: Path) -> None:
    """The task says so, nobody waits for ever, and `resume` goes on."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        house.lose("reset-after")
        table = sqlite3.connect(studio.store.file, isolation_level=None, check_same_thread=False)
        task = studio.submit(FOX)

        def away(changed: Task) -> None:
            if changed.status is Status.UNCONFIRMED and not changed.done and changed.trouble is not None:
                stop()
                table.execute("ALTER TABLE tasks RENAME TO away")

        stop = task.on_change(away)
        ended(task)
        assert "Something went wrong" in str(task.trouble)
        assert task.id is None
        table.execute("ALTER TABLE away RENAME TO tasks")
        table.close()
        ended(*studio.resume())
        assert task.status is Status.SUCCEEDED
