"""The engine's thread: owned, started once, gone after stop."""

import asyncio
import threading

import pytest

from wan_notebook.tasks.engine import Engine


def engine_threads() -> list[threading.Thread]:
    """Return the live engine threads of this process."""
    return [thread for thread in threading.enumerate() if thread.name == "wan-notebook-engine"]


def test_work_runs_on_one_thread_of_its_own() -> None:
    """Two pieces of work share one thread, which is not the caller's."""
    engine = Engine()

    async def where() -> int:
        return threading.get_ident()

    first, second = engine.run(where()).result(5), engine.run(where()).result(5)
    engine.stop()
    assert first == second != threading.get_ident()


def test_stop_cancels_work_and_leaves_no_thread() -> None:
    """What waits is cancelled; stopping twice, or before a start, is allowed."""
    engine = Engine()
    engine.stop()
    started = threading.Event()

    async def forever() -> None:
        started.set()
        await asyncio.Event().wait()

    work = engine.run(forever())
    assert started.wait(5)
    engine.stop()
    engine.stop()
    assert work.cancelled()
    assert not engine.running
    assert engine_threads() == []


def test_an_engine_starts_again_after_a_stop() -> None:
    """Stopping is no end: later work starts a new thread."""
    engine = Engine()

    async def one() -> int:
        return 1

    assert engine.run(one()).result(5) == 1
    engine.stop()
    assert engine.run(one()).result(5) == 1
    engine.stop()


def test_an_error_reaches_who_waits() -> None:
    """A failed piece of work does not end the thread."""
    engine = Engine()

    async def fail() -> None:
        message = "no"
        raise ValueError(message)

    with pytest.raises(ValueError, match="no"):
        engine.run(fail()).result(5)
    assert engine.running
    engine.stop()
