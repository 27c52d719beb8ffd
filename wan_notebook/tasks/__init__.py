"""Tasks from submit to saved video: life, schedule, engine, handle, studio."""

from wan_notebook.tasks.checking import check
from wan_notebook.tasks.connecting import (
    NotConnectedError,
    close_all,
    connect,
    current,
    demo,
)
from wan_notebook.tasks.connection import Connection
from wan_notebook.tasks.console import in_notebook
from wan_notebook.tasks.facts import Facts, NotPlayableError, differences, poster, read_facts
from wan_notebook.tasks.folders import Folders, default_home
from wan_notebook.tasks.frames import budgets_frame, remote_frame
from wan_notebook.tasks.lifecycle import candidates
from wan_notebook.tasks.resuming import Resumed
from wan_notebook.tasks.rows import Part
from wan_notebook.tasks.running import patched, run
from wan_notebook.tasks.schedule import Expectation, spoken
from wan_notebook.tasks.studio import NoTaskError, Studio, StudioClosedError
from wan_notebook.tasks.task import Task, repeated

__all__ = [
    "Connection",
    "Expectation",
    "Facts",
    "Folders",
    "NoTaskError",
    "NotConnectedError",
    "NotPlayableError",
    "Part",
    "Resumed",
    "Studio",
    "StudioClosedError",
    "Task",
    "budgets_frame",
    "candidates",
    "check",
    "close_all",
    "connect",
    "current",
    "default_home",
    "demo",
    "differences",
    "in_notebook",
    "patched",
    "poster",
    "read_facts",
    "remote_frame",
    "repeated",
    "run",
    "spoken",
]
