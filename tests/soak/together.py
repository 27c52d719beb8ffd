"""Run one function in several processes that can keep step with each other."""

import traceback
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.synchronize import Barrier
from typing import Any

SECONDS = 300.0
"""How long a process waits for another before it gives up."""
Work = Callable[..., Any]


class FailedProcessError(Exception):
    """A process failed; the text is its traceback."""


def together(work: Work, processes: int, *arguments: Any) -> list[Any]:
    """Call `work(number, barrier, *arguments)` in new processes at once, and return what each returned.

    Raises:
        FailedProcessError: one of them failed; the others gave up with it.
    """
    context = get_context("forkserver")  # its server has no threads, and imports once for all
    context.set_forkserver_preload([work.__module__, "__main__"])
    barrier = context.Barrier(processes, timeout=SECONDS)
    ends = [context.Pipe(duplex=False) for _ in range(processes)]
    children = [
        context.Process(target=_run, args=(work, number, barrier, end, arguments))
        for number, (_, end) in enumerate(ends)
    ]
    for child, (_, end) in zip(children, ends, strict=True):
        child.start()
        end.close()
    answers = [_answer(reader) for reader, _ in ends]
    for child in children:
        child.join()
    if failures := [answer for passed, answer in answers if not passed]:
        raise FailedProcessError("\n".join(failures))
    return [answer for _, answer in answers]


def _run(work: Work, number: int, barrier: Barrier, end: Any, arguments: tuple[Any, ...]) -> None:
    try:
        end.send((True, work(number, barrier, *arguments)))
    except Exception:  # noqa: BLE001 - told by the parent
        barrier.abort()
        end.send((False, traceback.format_exc()))
    finally:
        end.close()


def _answer(reader: Any) -> tuple[bool, Any]:
    try:
        passed, answer = reader.recv()
    except EOFError:
        return False, "a process ended without a word"
    else:
        return passed, answer
