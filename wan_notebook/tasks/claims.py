"""What settling goes by, and what it decides: values only."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from wan_notebook.catalog import FINAL, Status

By = Literal["prompt", "time", "order"]
"""How a task was found: its prompt agrees; nothing else was made then; one of several with this prompt."""


@dataclass(frozen=True, kw_only=True)
class Lost:
    """A row whose call may have made a task.

    Attributes:
        row: its number in the records.
        model: the model's id.
        sent: when the call was sent.
        prompt: the prompt asked for.
        sending: whether its answer is still awaited; its task must not be given to another row.
    """

    row: int
    model: str
    sent: datetime
    prompt: str | None
    sending: bool = False


@dataclass(frozen=True, kw_only=True)
class Found:
    """A task of the list.

    Attributes:
        task_id: its id.
        model: the model's id; where the list does not say, the one that was asked for.
        created: when it was made, None when the list does not say.
        status: where it stands.
        orig_prompt: what it was made with, None while that is not known.
        asked: whether the task itself was asked for since it ended; the list shows no prompts.
    """

    task_id: str
    model: str
    created: datetime | None
    status: Status
    orig_prompt: str | None = None
    asked: bool = False

    @property
    def tells_more(self) -> bool:
        """Whether asking for it, now or later, may tell its prompt; a task that failed has none to tell."""
        if self.orig_prompt is not None:
            return False
        return self.status not in FINAL or (self.status is Status.SUCCEEDED and not self.asked)


@dataclass(frozen=True, kw_only=True)
class Adopt:
    """The row's task is this one."""

    row: int
    task_id: str
    by: By


@dataclass(frozen=True, kw_only=True)
class Wait:
    """Not known yet.

    Attributes:
        row: number of the row.
        follow: ids to ask for until they have ended, for their prompts tell whose they are.
    """

    row: int
    follow: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NotCreated:
    """The call made no task."""

    row: int


@dataclass(frozen=True, kw_only=True)
class Ask:
    """Only the user can tell which of these ids is the row's; none when the service lists them no longer."""

    row: int
    task_ids: tuple[str, ...] = ()


Decision = Adopt | Wait | NotCreated | Ask
