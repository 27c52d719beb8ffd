"""Runs a coroutine to its end from plain cell code, although the notebook's own loop is running.

That needs a loop that may be entered again, which asyncio forbids. nest_asyncio2 patches asyncio for it; the
patch holds for the whole process and cannot be taken back, so it is applied by the first call in a running
loop and never otherwise (design.md, decision 3).
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

T = TypeVar("T")

_patched: list[asyncio.AbstractEventLoop] = []


def run(work: Awaitable[T]) -> T:
    """Run a coroutine, a task or anything else that can be awaited to its end, and return its result.

    In a notebook `await` does the same without any patch; this is for code that cannot await.
    """
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(_finished(work))
    import nest_asyncio2  # noqa: PLC0415 - importing it is harmless, but only a running loop needs it

    nest_asyncio2.apply(loop)
    _patched[:] = [loop]
    return loop.run_until_complete(_finished(work))


def patched() -> bool:
    """Return whether `run` has patched asyncio in this process."""
    return bool(_patched)


async def _finished(work: Awaitable[T]) -> T:
    return await work
