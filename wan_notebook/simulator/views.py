"""A task as the service shows it: the bodies of query and list (protocol.md, sections 4.3 and 5)."""

from collections.abc import Iterable, Mapping
from typing import Any

from wan_notebook.catalog import Status
from wan_notebook.simulator.answers import (
    BAD_FILTER,
    RefusedError,
    from_list_time,
    request_id,
    service_time,
)
from wan_notebook.simulator.links import signed_path
from wan_notebook.simulator.store import Task
from wan_notebook.simulator.timeline import Span

TASK_SECONDS = 24 * 3600
"""The service knows a task for 24 hours (protocol.md 4.3)."""


def status_of(task: Task, span: Span, now: float) -> Status:
    """Return the state of a task at a time."""
    if now >= task.facts.created + TASK_SECONDS:
        return Status.UNKNOWN
    status = span.status(now)
    if status is not Status.SUCCEEDED:
        return status
    if task.facts.canceled is not None:
        return Status.CANCELED
    return Status.FAILED if task.error else Status.SUCCEEDED


def unknown_body(task_id: str) -> dict[str, Any]:
    """Return the answer for a task of someone else, gone, or never there."""
    return {"request_id": request_id(), "output": {"task_id": task_id, "task_status": Status.UNKNOWN}}


def query_body(task: Task, span: Span, now: float, origin: str, secret: bytes) -> dict[str, Any]:
    """Return the answer to a query.

    Args:
        task: a task of the account that asks.
        span: its start and end.
        now: the time it is asked.
        origin: scheme and host the link shall have.
        secret: signs the link.
    """
    status = status_of(task, span, now)
    output: dict[str, Any] = {"task_id": task.task_id, "task_status": status}
    body = {"request_id": request_id(), "output": output}
    if status in {Status.RUNNING, Status.SUCCEEDED, Status.FAILED}:
        output["submit_time"] = service_time(task.facts.created)
        output["scheduled_time"] = service_time(span.start)
    if status in {Status.SUCCEEDED, Status.FAILED}:
        output["end_time"] = service_time(span.end)
    if status is Status.FAILED and task.error:
        output["code"], output["message"] = task.error
    if status is Status.SUCCEEDED:
        output["orig_prompt"] = task.values.get("prompt", "")
        output["video_url"] = origin + signed_path(task.task_id, span.end, secret)
        body["usage"] = task.usage
    return body


def list_body(spans: Iterable[tuple[Task, Span]], query: Mapping[str, str], now: float) -> dict[str, Any]:
    """Return a page of a list; its filters are those of protocol.md, section 5.

    Raises:
        RefusedError: a filter cannot be read.
    """
    try:
        since = from_list_time(query["start_time"]) if "start_time" in query else now - TASK_SECONDS
        until = from_list_time(query["end_time"]) if "end_time" in query else now
        page, size = max(1, int(query.get("page_no", 1))), max(1, int(query.get("page_size", 10)))
    except ValueError:
        raise RefusedError(BAD_FILTER) from None
    asked = {key: query[key] for key in ("task_id", "model_name", "status") if query.get(key)}
    rows = [list_row(task, span, now) for task, span in spans if since <= task.facts.created <= until]
    found = [row for row in reversed(rows) if asked.items() <= row.items()]
    return {
        "request_id": request_id(),
        "data": found[(page - 1) * size : page * size],
        "page_no": page,
        "page_size": size,
        "total_page": -(-len(found) // size),
        "total": len(found),
    }


def list_row(task: Task, span: Span, now: float) -> dict[str, Any]:
    """Return a row of the list; its times are in milliseconds, and it has no video."""
    status = status_of(task, span, now)
    begun = now >= span.start
    ended = now >= span.end
    return {
        "api_key_id": task.account,
        "caller_parent_id": task.account,
        "caller_uid": task.account,
        "gmt_create": _milliseconds(task.facts.created),
        "start_time": _milliseconds(span.start) if begun else None,
        "end_time": _milliseconds(span.end) if ended else None,
        "model_name": task.model,
        "region": "simulator",
        "request_id": task.task_id,
        "status": status,
        "task_id": task.task_id,
        "user_api_unique_key": task.account,
    }


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)
