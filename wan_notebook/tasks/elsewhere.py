"""Tasks of the account as the service lists them, also those that other programs made."""

from datetime import datetime, timedelta

from wan_notebook.service import LONGEST_SPAN, ServiceClient, TaskAnswer, TaskRow
from wan_notebook.tasks.poller import Poller

DAY = timedelta(hours=24)
"""How long the service lists a task."""
AHEAD = timedelta(minutes=1)
"""How far the service's clock may be ahead of ours for the list to hold a task that was made just now."""


async def listed(poller: Poller, now: datetime, since: timedelta = DAY) -> list[TaskRow]:
    """Return the tasks made in a time up to now, newest first.

    Raises:
        SettingError: the time is longer than the service knows.
        ServiceError: the list could not be had.
    """
    end = now + AHEAD
    start = max(now - since, end - LONGEST_SPAN) if since <= DAY else now - since
    return [row async for page in poller.pages(start, end) for row in page.rows]


async def found(
    client: ServiceClient, poller: Poller, now: datetime, task_id: str
) -> tuple[TaskRow, TaskAnswer] | None:
    """Return what the list and the service say of a task; None when the list has it not, or no model of it.

    Raises:
        ServiceError: the service could not be asked.
    """
    row = next((row for row in await listed(poller, now) if row.task_id == task_id), None)
    if row is None or row.model is None:
        return None
    return row, await poller.paced(lambda: client.query(task_id))
