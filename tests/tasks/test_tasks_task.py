"""The handle: waiting in any loop and in plain code, ends that are told, interrupts that harm nothing."""

import asyncio
import io
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.builders import a_record
from wan_notebook.catalog import Request, Status, VideoState
from wan_notebook.records import Record
from wan_notebook.tasks import Expectation, Task, run
from wan_notebook.tasks.console import ProgressLine, in_notebook


class Owner:
    """A studio's part in a handle."""

    def __init__(self) -> None:
        self.shown: list[Task] = []

    def video_path(self, record: Record) -> Path | None:
        """Return the record's file as it stands there."""
        return None if record.video is None else Path(record.video)

    def present(self, task: Task) -> None:
        """Note what was shown."""
        self.shown.append(task)

    def submit(self, request: Request, *, unpriced: bool = False) -> Task:
        """Return the handle of a new task with this request's body, tagged when it need have no price."""
        tags = ("unpriced",) if unpriced else ()
        return Task(a_record(row=2, body=request.draft(), seed=request.value("seed"), tags=tags), self)

    def cancel(self, task: Task) -> str:
        """Say which task was meant."""
        return f"cancel {task.id}"

    def settle(self, task: Task, task_id: str | None) -> None:
        """Settle nothing."""

    def expect(self, request: Request) -> Expectation:
        """Return a fixed expectation."""
        return Expectation(6, "typically 6 s")


def running_task() -> Task:
    """Return the handle of a task that is being carried."""
    record = a_record(status=Status.RUNNING, video_state=VideoState.NONE, video=None, finished_at=None)
    task = Task(record, Owner())
    assert task.begin()
    return task


def end_soon(task: Task) -> threading.Thread:
    """End the task from another thread, as the engine does."""

    def finish() -> None:
        task.change(a_record(), None)
        task.end()

    thread = threading.Thread(target=finish)
    thread.start()
    return thread


def test_wait_returns_the_finished_task() -> None:
    """Plain code blocks until the end, which comes from another thread."""
    task = running_task()
    thread = end_soon(task)
    assert task.wait(10) is task
    thread.join()
    assert task.done
    assert task.video == Path("wan_videos/fox.mp4")


def test_await_works_from_two_loops_at_once() -> None:
    """The notebook's loop and a subshell's may both wait for one task."""
    task = running_task()
    results: list[Task] = []

    async def wait_for_it() -> None:
        results.append(await task)

    threads = [threading.Thread(target=lambda: asyncio.run(wait_for_it())) for _ in range(2)]
    for thread in threads:
        thread.start()
    end_soon(task).join()
    for thread in threads:
        thread.join(10)
    assert results == [task, task]


def test_wait_that_runs_out_is_no_failure() -> None:
    """When the time is over the task is returned as it is, with its id in its sentence."""
    task = running_task()
    assert task.wait(0.01) is task
    assert not task.done
    assert "0f1e2d3c-0000" in repr(task)
    assert "still under way" in repr(task)


def test_cancelling_one_wait_leaves_task_and_other_waits_alone() -> None:
    """A cancelled `await` is only that."""
    task = running_task()

    async def cancel_one() -> Task:
        first = asyncio.ensure_future(task)
        second = asyncio.ensure_future(task)
        await asyncio.sleep(0)
        first.cancel()
        with pytest.raises(asyncio.CancelledError, match="goes on at the service"):
            await first
        thread = end_soon(task)
        result = await second
        thread.join()
        return result

    assert asyncio.run(cancel_one()) is task


def test_an_interrupt_stops_the_waiting_at_once_and_says_so() -> None:
    """Ctrl-C in a plain wait: within 0.3 s, the task untouched."""
    task = running_task()
    main = threading.main_thread().ident
    assert main is not None
    sent: list[float] = []

    def interrupt() -> None:
        sent.append(time.monotonic())
        signal.pthread_kill(main, signal.SIGINT)

    timer = threading.Timer(0.05, interrupt)
    timer.start()
    with pytest.raises(KeyboardInterrupt, match="0f1e2d3c-0000 goes on at the service"):
        task.wait(10)
    timer.join()
    assert time.monotonic() - sent[0] < 0.3
    assert not task.done


def test_listeners_hear_changes_until_they_stop() -> None:
    """A widget that is gone is told nothing more."""
    task = running_task()
    heard: list[Status] = []
    stop = task.on_change(lambda changed: heard.append(changed.status))
    task.change(a_record(status=Status.PENDING), "slow")
    assert task.trouble == "slow"
    stop()
    stop()
    task.end()
    assert heard == [Status.PENDING]


def test_a_task_is_carried_by_one_only() -> None:
    """Who begins second is told that somebody already does."""
    task = running_task()
    assert not task.begin()
    task.end()
    assert task.begin()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "video in wan_videos/fox.mp4"),
        ({"status": Status.FAILED, "video_state": VideoState.NONE, "error_message": "no money"}, "no money"),
        ({"status": Status.UNCONFIRMED, "video_state": VideoState.NONE}, "nothing is under way"),
    ],
)
def test_a_task_prints_as_a_sentence(changes: dict[str, object], words: str) -> None:
    """Without widgets a task still says where it stands."""
    assert words in repr(Task(a_record(**changes), Owner()))


def test_a_task_shows_itself_through_its_owner() -> None:
    """IPython's display goes to the studio, which knows how."""
    owner = Owner()
    task = Task(a_record(), owner)
    task._ipython_display_()
    assert owner.shown == [task]


def test_again_draws_a_new_seed_or_keeps_everything_but_the_changes() -> None:
    """Without changes a variation; with changes a fair comparison."""
    task = Task(a_record(), Owner())
    assert task.again().request.value("seed") is None
    finer = task.again(resolution="1080P").request
    assert finer == task.request.changed(resolution="1080P")
    assert (task.again().record.tags, task.again(unpriced=True).record.tags) == ((), ("unpriced",))


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """Say so."""
        return True


def test_a_terminal_gets_one_line_that_moves() -> None:
    """Each look clears the line; what stays is the end."""
    stream = Terminal()
    line = ProgressLine(stream)
    line.show("Being made", 3, Expectation(6, "typically 6 s"))
    line.show("Being made", 4, Expectation(6, "typically 6 s"))
    line.end("done")
    assert stream.getvalue().split("\r\x1b[K") == [
        "",
        "Being made, 3 s (typically 6 s)",
        "Being made, 4 s (typically 6 s)",
        "done\n",
    ]


def test_a_file_gets_one_line_for_each_state(capsys: pytest.CaptureFixture[str]) -> None:
    """Outside of notebooks `wait` writes progress to stderr, and to nothing else."""
    task = running_task()
    thread = end_soon(task)
    task.wait(10)
    thread.join()
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.splitlines()[-1] == repr(task)
    assert not in_notebook()


def test_progress_can_be_switched_off(capsys: pytest.CaptureFixture[str]) -> None:
    """A script may want silence."""
    running_task().wait(0.01, progress=False)
    assert capsys.readouterr().err == ""


def test_run_works_without_a_loop_and_inside_one() -> None:
    """Plain code runs a coroutine or a task; inside a running loop asyncio is patched for it."""
    inside = "import asyncio\nfrom wan_notebook.tasks import patched, run\n\n"
    inside += "async def one() -> int:\n    await asyncio.sleep(0)\n    return 1\n\n"
    inside += "async def main() -> None:\n    assert run(one()) == 1\n    assert patched()\n\n"
    inside += "assert run(one()) == 1\nassert not patched()\nasyncio.run(main())\nprint('both')"
    # The patch cannot be taken back, so it is applied in a process of its own.
    ended = subprocess.run([sys.executable, "-c", inside], capture_output=True, text=True, check=True)
    assert ended.stdout == "both\n"
    task = Task(a_record(), Owner())
    assert run(task) is task
