"""Canceling tells the truth about what still could be stopped."""

import threading
from pathlib import Path

import pytest

from tests.files import picture
from tests.studio import a_studio
from tests.tasks.scripted import a_scripted_studio
from wan_notebook.catalog import Request, Status
from wan_notebook.simulator import Settings
from wan_notebook.tasks import Studio, Task, rows

REQUEST = Request("wan2.7-t2v", prompt="A fox in the rain", duration=2, resolution="720P", seed=7)


def known_to_the_service(studio: Studio) -> Task:
    """Return a task whose id has arrived and that is not followed any further."""
    record, _ = studio.store.add(
        **rows.of_request(REQUEST, "beijing"),
        **rows.place(studio.connection, studio._account),
        click_id="one",
        status=Status.QUEUED,
    )
    made = studio._carrier._engine.run(studio._client.create(REQUEST.model.path, REQUEST.body())).result(10)
    return studio.handle(studio.store.update(record.row, status=Status.PENDING, task_id=made.task_id))


def test_a_waiting_task_is_canceled_and_ends_so(tmp_path: Path) -> None:
    """The service stops it; the next query finds it CANCELED, and it costs nothing."""
    with a_studio(tmp_path, Settings(queue_seconds=(500, 500))) as (studio, _):
        task = known_to_the_service(studio)
        assert "is canceled and costs nothing" in task.cancel()
        followed = studio.task(str(task.id)).wait(30)
        assert followed.status is Status.CANCELED
        assert followed.cost is None
        assert "has already ended: CANCELED" in task.cancel()
        assert "stopped before it began, nothing is billed" in repr(task)


def test_a_running_task_goes_on_and_that_is_said(tmp_path: Path) -> None:
    """A refusal of the service is no error: the task is made and billed."""
    with a_studio(tmp_path, Settings(queue_seconds=(0, 0), run_seconds=(500, 500))) as (studio, _):
        task = known_to_the_service(studio)
        studio._clock.clock.move(10)  # type: ignore[attr-defined] # the tests' own clock
        assert "can no longer be canceled" in task.cancel()


def in_state(studio: Studio, status: Status) -> Task:
    """Return a task that nobody carries."""
    values = {**rows.of_request(REQUEST, "beijing"), **rows.place(studio.connection, studio._account)}
    record, _ = studio.store.add(**values, click_id="one", status=status)
    return studio.handle(record)


def test_what_was_not_sent_is_taken_back(tmp_path: Path) -> None:
    """It costs nothing, whoever waits with it: a second time it has ended."""
    with a_studio(tmp_path) as (studio, simulator):
        task = in_state(studio, Status.QUEUED)
        assert task.cancel() == "The task in row 1 is canceled: it was not sent yet and costs nothing."
        assert task.status is Status.CANCELED
        assert studio.store.get(task.row).status is Status.CANCELED
        assert "has already ended: CANCELED" in task.cancel()
        assert simulator.tasks_made == 0


@pytest.mark.parametrize(
    ("status", "words"),
    [(Status.SUBMITTING, "no id yet"), (Status.UNCONFIRMED, "it is not known yet whether there is a task")],
)
def test_a_task_without_an_id_cannot_be_named(tmp_path: Path, status: Status, words: str) -> None:
    """Between sending and answer, and after an answer was lost, there is nothing to cancel."""
    with a_studio(tmp_path) as (studio, _):
        assert words in in_state(studio, status).cancel()


def test_a_task_whose_file_is_being_sent_is_canceled_at_once(tmp_path: Path) -> None:
    """The upload ends before its host has answered, what it tells comes too late, and no task is made."""
    first = [{"type": "first_frame", "url": str(picture(tmp_path))}]
    arrived, free = threading.Event(), threading.Event()

    def hold() -> None:
        arrived.set()
        free.wait(30)

    with a_scripted_studio(tmp_path) as (studio, service, _):
        service.hooks["upload"] = hold
        task = studio.submit(Request("wan2.7-i2v", media=first, seed=7))
        try:
            assert arrived.wait(30)
            assert "costs nothing" in task.cancel()
            states = [task.status]
            task.on_change(lambda changed: states.append(changed.status))
            assert task.wait(20, progress=False).done
        finally:
            free.set()
        assert set(states) == {Status.CANCELED}
        assert (task.trouble, studio.store.get(task.row).status) == (None, Status.CANCELED)
        assert service.calls["create"] == 0


def test_what_comes_late_does_not_bring_a_canceled_task_back(tmp_path: Path) -> None:
    """A word about the row as it was before: the handle stays at its end."""
    with a_studio(tmp_path) as (studio, _):
        task = in_state(studio, Status.QUEUED)
        before = task.record
        task.cancel()
        task.change(before, "Uploading")
        assert (task.status, task.trouble) == (Status.CANCELED, None)


def test_a_timeout_of_something_else_is_no_cancel(tmp_path: Path) -> None:
    """It is told as what it is: something that went wrong."""
    with a_studio(tmp_path) as (studio, _):

        def fail(_changed: Task) -> None:
            stop()
            message = "a disk that does not answer"
            raise TimeoutError(message)

        task = studio.submit(REQUEST)
        stop = task.on_change(fail)
        assert task.wait(30, progress=False).done
        assert "TimeoutError: a disk that does not answer" in str(task.trouble)
