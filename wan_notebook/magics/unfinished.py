"""How many tasks there are to resume, found without a trace."""

from wan_notebook import tasks
from wan_notebook.records import FILE_NAME, glance
from wan_notebook.tasks import NotConnectedError


def unfinished() -> int:
    """Return how many tasks of the log are unfinished and followed by nobody in this kernel.

    Where there is no log it is 0, and none is made. Tasks another kernel follows are counted too: whether it
    lives shows only when they are claimed.
    """
    try:
        studio = tasks.current()
    except NotConnectedError:
        return len(glance(tasks.default_home() / FILE_NAME))
    followed = {task.row for task in studio.tasks() if not task.done}
    return len(glance(studio.store.file) - followed)
