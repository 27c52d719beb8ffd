"""A local service that speaks the same protocol as the real one and makes real videos, without a key or cost.

    with serve_in_thread(Settings(run_seconds=(0, 0)), folder) as simulator: ...   # in tests
    start_or_join(folder, Settings()).base_url                                     # a process of its own

Its packages are the extra ``demo``; they are loaded on first use.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from wan_notebook.simulator.clock import Clock, MovableClock, SystemClock
from wan_notebook.simulator.faults import Disturbance
from wan_notebook.simulator.process import Running, check_packages, is_simulator, start_or_join
from wan_notebook.simulator.settings import Settings

if TYPE_CHECKING:
    from wan_notebook.simulator.own import serve
    from wan_notebook.simulator.server import InThread, serve_in_thread

__all__ = [
    "Clock",
    "Disturbance",
    "InThread",
    "MovableClock",
    "Running",
    "Settings",
    "SystemClock",
    "is_simulator",
    "serve",
    "serve_in_thread",
    "start_or_join",
]

_LAZY = {"InThread": "server", "serve": "own", "serve_in_thread": "server"}


def __getattr__(name: str) -> Any:
    if name not in _LAZY:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    check_packages()
    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
