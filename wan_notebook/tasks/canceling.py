"""Canceling tells the truth: only a task that still waits can be stopped (protocol.md, section 5)."""

from wan_notebook.catalog import FINAL, text
from wan_notebook.records import Record
from wan_notebook.service import RequestRefusedError, ServiceClient


async def cancel(client: ServiceClient, record: Record) -> str:
    """Ask the service to cancel a task, and return in one sentence what became of it.

    Raises:
        ServiceError: the service was not reached, or refused for a reason that is not the task's state.
    """
    if record.status in FINAL:
        return text("tasks.cancel.ended", task_id=record.task_id, status=record.status)
    if record.task_id is None:
        return text("tasks.cancel.no_id")
    try:
        await client.cancel(record.task_id)
    except RequestRefusedError:
        return text("tasks.cancel.late", task_id=record.task_id)
    return text("tasks.cancel.done", task_id=record.task_id)
