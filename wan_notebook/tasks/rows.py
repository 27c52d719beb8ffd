"""What the log says of a task when its row is made."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from wan_notebook.catalog import Request, SettingError, Status, each, find_model, shortened, text
from wan_notebook.service import TaskAnswer, TaskRow
from wan_notebook.tasks.connection import Connection
from wan_notebook.tasks.uploading import described

_COLUMNS = ("prompt", "negative_prompt", "seed", "ratio", "duration", "prompt_extend", "watermark")


@dataclass(frozen=True, kw_only=True)
class Part:
    """What a task is a part of.

    Attributes:
        experiment: name of the experiment.
        arm: name of the arm.
        case: label of the case, "" without cases.
    """

    experiment: str
    arm: str
    case: str

    def columns(self) -> dict[str, str]:
        """Return the columns that say so."""
        return asdict(self)


def place(connection: Connection, account: str) -> dict[str, Any]:
    """Return the columns that say where a task runs."""
    return {
        "simulated": connection.simulated,
        "region": connection.region,
        "base_url": connection.base_url,
        "account": account,
    }


def of_request(request: Request, region: str | None) -> dict[str, Any]:
    """Return the columns that follow from a request.

    Args:
        request: complete, with whole paths.
        region: whose prices hold.

    Raises:
        UploadFileError: a file it names cannot be read.
    """
    estimate = request.estimate(region)
    size = request.size
    return {
        "model": request.model.id,
        "mode": request.model.mode,
        "body": request.body(),
        "resolution": request.resolution,
        "media": described(request) or None,
        **{name: request.value(name) for name in _COLUMNS},
        "size": None if size is None else f"{size[0]}*{size[1]}",
        "estimate_low": estimate.low,
        "estimate_high": estimate.high,
        "currency": estimate.currency,
        "price_source": estimate.source,
        "price_date": estimate.date,
    }


def tags_of(given: Any) -> tuple[str, ...]:
    """Return the user's own words for a task; a single text is one of them.

    Raises:
        SettingError: they are no list of texts.
    """
    tags = tuple(each(given))
    if not all(isinstance(tag, str) for tag in tags):
        raise SettingError(text("tasks.studio.tags", value=shortened(given)))
    return tags


def of_remote(listed: TaskRow, answer: TaskAnswer, tags: Iterable[str]) -> dict[str, Any]:
    """Return the columns of a task that was made elsewhere: what the service still tells of it.

    Raises:
        UnknownModelError: the catalogue has nothing like its model.
    """
    prompt = answer.orig_prompt
    return {
        "task_id": listed.task_id,
        "status": Status.PENDING,
        "model": str(listed.model),
        "mode": find_model(str(listed.model)).mode,
        "prompt": prompt,
        "body": {"model": listed.model, "input": {"prompt": prompt} if prompt else {}, "parameters": {}},
        "submitted_at": answer.submit_time or listed.created,
        "settled_by": "user",
        "tags": tags_of(tags),
    }
