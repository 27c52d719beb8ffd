"""Canceling tells the truth: only a task that still waits can be stopped (protocol.md, section 5)."""

from wan_notebook.catalog import FINAL, Status, text
from wan_notebook.records import Record
from wan_notebook.service import RequestRefusedError, ServiceClient
from wan_notebook.tasks.poller import Poller


async def cancel(client: ServiceClient, poller: Poller, record: Record) -> str:
    """Ask the service to cancel a task, and return in one sentence what became of it.

    Raises:
        ServiceError: the service was not reached, or refused for a reason that is not the task's state.
    """
    task_id = record.task_id
    if record.status in FINAL:
        return text("tasks.cancel.ended", row=record.row, status=record.status)
    if task_id is None:
        key = "unconfirmed" if record.status is Status.UNCONFIRMED else "no_id"
        return text(f"tasks.cancel.{key}", row=record.row)
    try:
        await poller.paced(lambda: client.cancel(task_id))
    except RequestRefusedError:
        return text("tasks.cancel.late", task_id=task_id)
    return text("tasks.cancel.done", task_id=task_id)
