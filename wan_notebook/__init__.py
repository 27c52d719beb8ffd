"""Make and compare Wan videos from a Jupyter notebook.

    import wan_notebook as wan
    wan.demo()
    wan.form("wan2.7-t2v")

Names are loaded on first use, so that importing the package costs next to nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from wan_notebook.catalog import (
        Notice,
        Problem,
        Request,
        RequestError,
        SettingError,
        UnknownModelError,
        WanError,
        language,
        shots,
    )
    from wan_notebook.experiments import Experiment, grid
    from wan_notebook.media import data_uri
    from wan_notebook.public import (
        adopt,
        budget,
        compare,
        connect,
        demo,
        form,
        generate,
        log,
        prices,
        remote_tasks,
        resume,
        show,
        task,
        totals,
    )
    from wan_notebook.records import BudgetError
    from wan_notebook.service import ServiceError
    from wan_notebook.tasks import Studio, Task, run

__version__ = "0.1.0"

_ROOMS = {
    "catalog": (
        "Notice",
        "Problem",
        "Request",
        "RequestError",
        "SettingError",
        "UnknownModelError",
        "WanError",
        "language",
        "shots",
    ),
    "experiments": ("Experiment", "grid"),
    "media": ("data_uri",),
    "public": (
        "adopt",
        "budget",
        "compare",
        "connect",
        "demo",
        "form",
        "generate",
        "log",
        "prices",
        "remote_tasks",
        "resume",
        "show",
        "task",
        "totals",
    ),
    "records": ("BudgetError",),
    "service": ("ServiceError",),
    "tasks": ("Studio", "Task", "run"),
}
_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = [
    "BudgetError",
    "Experiment",
    "Notice",
    "Problem",
    "Request",
    "RequestError",
    "ServiceError",
    "SettingError",
    "Studio",
    "Task",
    "UnknownModelError",
    "WanError",
    "adopt",
    "budget",
    "compare",
    "connect",
    "data_uri",
    "demo",
    "form",
    "generate",
    "grid",
    "language",
    "log",
    "prices",
    "remote_tasks",
    "resume",
    "run",
    "shots",
    "show",
    "task",
    "totals",
]


def load_ipython_extension(shell: "InteractiveShell") -> None:
    """Register `%%wan`, `%wan` and their completion: `%load_ext wan_notebook`."""
    from wan_notebook.magics import load  # noqa: PLC0415 - heavy, and brings IPython

    load(shell)


def unload_ipython_extension(shell: "InteractiveShell") -> None:
    """Take them away again and close every studio: `%unload_ext wan_notebook`."""
    from wan_notebook.magics import unload  # noqa: PLC0415 - heavy, and brings IPython

    unload(shell)


def __getattr__(name: str) -> Any:
    room = _ROOM_OF.get(name)
    if room is None:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value = getattr(import_module(f"{__name__}.{room}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
