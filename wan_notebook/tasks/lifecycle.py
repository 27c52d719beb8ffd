"""The life of a task as a pure state machine: what an event changes in its record, and nothing else.

    QUEUED → SUBMITTING → PENDING → RUNNING → SUCCEEDED | FAILED | CANCELED | EXPIRED
                  ├→ REFUSED        the service said no
                  ├→ NOT_CREATED    the request never reached it
                  └→ UNCONFIRMED    the answer was lost: the task may exist and cost money

Every function returns the changes for the record as a dict, so that it can be tested without a service, a
store or a clock.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from wan_notebook.catalog import (
    FINAL,
    Quote,
    Request,
    Status,
    VideoState,
    WanError,
    amount,
    quote,
    shortened,
    text,
)
from wan_notebook.records import Record
from wan_notebook.service import (
    Created,
    ServiceError,
    TaskAnswer,
    Usage,
    nothing_created,
    url_expires_at,
)
from wan_notebook.tasks.likeness import agrees

Changes = dict[str, Any]

TASK_LIFE = timedelta(hours=24)
"""How long the service knows a task (S003: after 24 h the answer is UNKNOWN)."""

_ORDER = (Status.QUEUED, Status.SUBMITTING, Status.UNCONFIRMED, Status.PENDING, Status.RUNNING)


def may_follow(old: Status, new: Status) -> bool:
    """Return whether a task in the old state may enter the new one; final states are never left."""
    if old in FINAL:
        return False
    return new in FINAL or new not in _ORDER or _ORDER.index(new) >= _ORDER.index(old)


def waiting() -> Changes:
    """The POST made nothing, and the task waits for its next turn."""
    return {"status": Status.QUEUED, "submitted_at": None}


def lost() -> Changes:
    """The kernel that was sending has died; nobody has seen an answer."""
    return {"status": Status.UNCONFIRMED, "error_message": text("tasks.settling.died")}


def adopted(task_id: str, by: str, created_at: datetime | None) -> Changes:
    """The task of a lost answer was found."""
    told = {"error_code": None, "error_message": None, "remark": None, "settled_by": by}
    found = {"status": Status.PENDING, "task_id": task_id}
    return {**found, **told, **({"submitted_at": created_at} if created_at else {})}


def never_created(now: datetime) -> Changes:
    """The lost call has made no task."""
    told = {"error_message": text("tasks.settling.never"), "remark": None}
    return {"status": Status.NOT_CREATED, "finished_at": now, **told}


def asked(row: int, task_ids: Sequence[str], details: Sequence[str] = ()) -> Changes:
    """Only the user can tell which task is this row's; the state stays.

    Args:
        row: number of the row.
        task_ids: the tasks to choose from.
        details: sentences that help to choose.
    """
    key = "ask" if task_ids else "gone"
    question = text(f"tasks.settling.{key}", row=row, ids=", ".join(task_ids))
    return {"remark": " ".join([question, *details])}


def candidates(record: Record) -> tuple[str, ...] | None:
    """Return the ids the user is asked to choose from for a row, None when nothing is asked.

    They are read out of the question itself, which is all of it that is kept.
    """
    if record.status is not Status.UNCONFIRMED or record.remark is None:
        return None
    if record.remark.startswith(asked(record.row, ())["remark"]):
        return ()
    begin, end = asked(record.row, ("\0",))["remark"].split("\0")
    if not (record.remark.startswith(begin) and end in record.remark):
        return None
    return tuple(record.remark.removeprefix(begin).partition(end)[0].split(", "))


def withdrawn(now: datetime) -> Changes:
    """The task was canceled before it was sent."""
    return {"status": Status.CANCELED, "finished_at": now}


def created(answer: Created) -> Changes:
    """The service answered with a task id."""
    return {"status": Status.PENDING, "task_id": answer.task_id, "request_id": answer.request_id}


def not_sent(error: WanError, now: datetime) -> Changes:
    """The create call was never sent, because a call without cost or an upload failed before it."""
    told = _error(error) if isinstance(error, ServiceError) else _broken(error)
    return {"status": Status.NOT_CREATED, "finished_at": now, **told}


def not_created(error: ServiceError, now: datetime) -> Changes:
    """The create call brought no task id: refused, never received, or its answer lost."""
    if not nothing_created(error):
        return {"status": Status.UNCONFIRMED, **_error(error)}
    status = Status.NOT_CREATED if error.status is None else Status.REFUSED
    return {"status": status, "finished_at": now, **_error(error)}


def answered(record: Record, answer: TaskAnswer, now: datetime) -> Changes:
    """The service answered a query; times are its own where it gives them."""
    if answer.status is Status.UNKNOWN:
        sent = record.submitted_at or record.created_at
        return {"status": Status.EXPIRED, "finished_at": now} if now - sent > TASK_LIFE else {}
    if not may_follow(record.status, answer.status):
        return {}
    changes: Changes = {"status": answer.status}
    if answer.submit_time:
        changes["submitted_at"] = answer.submit_time
    if answer.scheduled_time:
        changes["scheduled_at"] = answer.scheduled_time
    if answer.status in FINAL:
        changes["finished_at"] = answer.end_time or now
        changes["request_id"] = answer.request_id or record.request_id
    if answer.status is Status.SUCCEEDED:
        changes |= _succeeded(record, answer, changes["finished_at"])
    elif answer.status is Status.FAILED:
        changes |= {"error_code": answer.code, "error_message": answer.message}
    return changes | _confirmed(record, answer, changes.get("remark")) | _learned(record, answer)


def _learned(record: Record, answer: TaskAnswer) -> Changes:
    """Return the prompt of a task that was made elsewhere, which the service tells at its end."""
    if record.settled_by != "user" or record.prompt is not None or not answer.orig_prompt:
        return {}
    told = {"prompt": answer.orig_prompt}
    return {**told, "body": {**record.body, "input": {**record.body["input"], **told}}}


def _confirmed(record: Record, answer: TaskAnswer, remark: str | None) -> Changes:
    """Return whether a task that was found by its time is the row's, by the prompt the service tells."""
    if record.settled_by != "time" or answer.orig_prompt is None:
        return {}
    if agrees(record.prompt, answer.orig_prompt):
        return {"settled_by": "prompt"}
    doubt = text("tasks.settling.other_prompt", row=record.row, prompt=shortened(answer.orig_prompt))
    return {"remark": joined(remark, doubt)}


def joined(remark: str | None, sentence: str) -> str:
    """Return a remark with a sentence more, each said once."""
    if remark is None:
        return sentence
    return remark if sentence in remark else f"{remark} {sentence}"


def _succeeded(record: Record, answer: TaskAnswer, ended: datetime) -> Changes:
    changes: Changes = {"video_url": answer.video_url, "video_state": VideoState.NONE}
    if answer.video_url:
        changes["url_expires_at"] = url_expires_at(answer.video_url, ended)
    usage = answer.usage
    if usage is None:
        return changes
    return changes | {
        "usage": usage.raw,
        "input_s": _seconds(usage.input_video_duration),
        "output_s": _seconds(usage.output_video_duration),
        "billed_s": _seconds(usage.billed_seconds(record.mode)),
        **_settled(record, usage),
    }


def _settled(record: Record, usage: Usage) -> Changes:
    """Return what usage costs and by which list, and a remark where its figures do not add up."""
    changes: Changes = {"cost": None}
    billed = usage.billed_seconds(record.mode)
    try:
        price = _price(record, usage)
    except WanError as error:  # the video is paid for: it is fetched whatever is wrong with a price list
        return changes | {"remark": str(error)}
    if price and billed is not None:
        changes |= {
            "cost": price.high * billed,
            "currency": price.currency,
            "price_source": price.source,
            "price_date": price.date,
        }
    if usage.disagrees(record.mode):
        told = {"duration": usage.duration, "billed": billed}
        changes["remark"] = text("tasks.remark.usage", **told)
    elif price and price.low != price.high and billed is not None:
        bounds = {"low": amount(price.low * billed), "high": amount(price.high * billed)}
        changes["remark"] = text("tasks.remark.price", **bounds, currency=price.currency)
    return changes


def _price(record: Record, usage: Usage) -> Quote | None:
    """Return the price of a second by what was made, and by what was asked for where usage does not tell.

    Raises:
        WanError: the user's price list cannot be read, or the model has left the catalogue.
    """
    request = Request.from_body(record.body)
    resolution = f"{usage.SR}P" if usage.SR else request.resolution or ""
    sound = request.sounded if usage.audio is None else usage.audio
    return quote(record.model, record.region, resolution, sound=sound)


def _seconds(exact: Decimal | None) -> float | None:
    return None if exact is None else float(exact)


def _error(error: ServiceError) -> Changes:
    return {
        "error_code": error.code or type(error).__name__,
        "error_message": str(error),
        "request_id": error.request_id,
    }


def _broken(error: WanError) -> Changes:
    return {"error_code": type(error).__name__, "error_message": str(error)}
