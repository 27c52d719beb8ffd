"""What the service answers, as values (protocol.md, section 4).

Only what cannot be done without is demanded; everything else that is missing or of another kind becomes None,
so that no paid task is lost to a surprise in a field beside it. Unknown fields are passed over.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import parse_qs, urlsplit

from pydantic import (
    AliasPath,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    WrapValidator,
    model_validator,
)

from wan_notebook.catalog import Status

SERVICE_ZONE = timezone(timedelta(hours=8))
"""The service prints its times in UTC+8 without saying so (QW, QC)."""

LINK_LIFE = timedelta(hours=24)
"""How long a video link lives (S000-S003)."""

POLICY_SECONDS = 300
"""How long a permission to upload lives when it does not say (protocol.md, section 6)."""

_WORDS = frozenset({"PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "UNKNOWN"})
_INPUT_BILLED = frozenset({"r2v", "edit"})
_DAY = 86_400  # seconds; no video lasts longer, so a bigger number is a fault


def _lenient(value: Any, check: Callable[[Any], Any]) -> Any:
    """Return the checked value, None when it does not pass."""
    try:
        return check(value)
    except ValidationError:
        return None


def _printable(value: Any) -> Any:
    """Return text that can be stored: half surrogate pairs become question marks, nothing becomes None."""
    return (value.encode(errors="replace").decode() or None) if isinstance(value, str) else value


def _number(value: Any) -> Any:
    """Return the value unless it is a truth value, which Python would count as 0 or 1."""
    return None if isinstance(value, bool) else value


def _moment(value: Any) -> datetime | None:
    """Return a time of the service in UTC, None when it is not one."""
    try:
        moment = datetime.fromisoformat(value)
        return (moment if moment.tzinfo else moment.replace(tzinfo=SERVICE_ZONE)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None


Text = Annotated[str | None, BeforeValidator(_printable), WrapValidator(_lenient)]
Moment = Annotated[datetime | None, BeforeValidator(_moment)]
Seconds = Annotated[
    Annotated[Decimal, Field(ge=0, le=_DAY)] | None,
    BeforeValidator(_number),
    WrapValidator(_lenient),
]
Megabytes = Annotated[
    Annotated[Decimal, Field(gt=0)] | None,
    BeforeValidator(_number),
    WrapValidator(_lenient),
]
Needed = Annotated[str, StringConstraints(min_length=1), BeforeValidator(_printable)]
Count = Annotated[int | None, BeforeValidator(_number), WrapValidator(_lenient)]
Truth = Annotated[bool | None, WrapValidator(_lenient)]
TaskId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), BeforeValidator(_printable)]


class Answer(BaseModel):
    """Base of all answers: frozen, unknown fields passed over, ids that came as numbers read as text."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)


class Usage(Answer):
    """What a task used, which is what is billed. Which fields there are differs by model (section 4.3).

    Attributes:
        duration: seconds; for r2v and edit input and output together (S000, BL).
        input_video_duration: seconds of input video.
        output_video_duration: seconds of the video made.
        video_duration: seconds of the video made, as older models name it.
        video_count: videos made.
        SR: resolution, 720 for 720P.
        ratio: "16:9".
        size: "1280*720", as wan2.6 says it.
        audio: whether it has sound.
        raw: everything as it came.
    """

    duration: Seconds = None
    input_video_duration: Seconds = None
    output_video_duration: Seconds = None
    video_duration: Seconds = None
    video_count: Count = None
    SR: Count = None
    ratio: Text = None
    size: Text = None
    audio: Truth = None
    raw: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _keep_all(cls, values: Any) -> Any:
        return {**values, "raw": values} if isinstance(values, dict) else values

    def billed_seconds(self, mode: str) -> Decimal | None:
        """Return the seconds billed to a model of this mode, None when usage does not tell.

        Input and output for r2v and edit, whose `duration` documents disagree on; else `duration`
        (section 4.3, "Type traps").
        """
        if mode in _INPUT_BILLED and self.output_video_duration is not None:
            return (self.input_video_duration or Decimal(0)) + self.output_video_duration
        told = (self.duration, self.output_video_duration, self.video_duration)
        return next((seconds for seconds in told if seconds is not None), None)

    def disagrees(self, mode: str) -> bool:
        """Return whether `duration` is not the seconds billed, as one guide has it (section 4.3)."""
        billed = self.billed_seconds(mode)
        return None not in {self.duration, billed} and self.duration != billed


class Created(Answer):
    """The answer to a create call: the task exists and will be billed when it succeeds."""

    task_id: TaskId = Field(validation_alias=AliasPath("output", "task_id"))
    raw_status: Text = Field(default=None, validation_alias=AliasPath("output", "task_status"))
    request_id: Text = None

    @property
    def status(self) -> Status:
        """Where the task stands; PENDING when the answer does not say."""
        return _status(self.raw_status or Status.PENDING)


class Canceled(Answer):
    """The answer to a cancel call: the task was still waiting, and is stopped."""

    request_id: Text = None


class Policy(Answer):
    """The permission to upload files for one model, good for some minutes (protocol.md, section 6).

    What signs an upload is left out of its repr, so that it gets into no log.

    Attributes:
        upload_host: where files are sent.
        upload_dir: the beginning of every key; made anew for each policy.
        policy, signature, oss_access_key_id: what lets the host take a file.
        acl, forbid_overwrite: said to the host as they came.
        expire_in_seconds: how long it lives.
        max_file_size_mb: the largest file, None when it does not say.
        expires_at: when it ends, in UTC, by the clock of this machine; None before that is known.
    """

    upload_host: Needed = Field(validation_alias=AliasPath("data", "upload_host"))
    upload_dir: Needed = Field(validation_alias=AliasPath("data", "upload_dir"))
    policy: Needed = Field(validation_alias=AliasPath("data", "policy"), repr=False)
    signature: Needed = Field(validation_alias=AliasPath("data", "signature"), repr=False)
    oss_access_key_id: Needed = Field(validation_alias=AliasPath("data", "oss_access_key_id"), repr=False)
    acl: Text = Field(default=None, validation_alias=AliasPath("data", "x_oss_object_acl"))
    forbid_overwrite: Text = Field(default=None, validation_alias=AliasPath("data", "x_oss_forbid_overwrite"))
    expire_in_seconds: Seconds = Field(default=None, validation_alias=AliasPath("data", "expire_in_seconds"))
    max_file_size_mb: Megabytes = Field(default=None, validation_alias=AliasPath("data", "max_file_size_mb"))
    expires_at: Moment = None

    def asked_at(self, moment: datetime) -> "Policy":
        """Return it with its end, counted from the moment it was asked for."""
        life = POLICY_SECONDS if self.expire_in_seconds is None else float(self.expire_in_seconds)
        return self.model_copy(update={"expires_at": moment + timedelta(seconds=life)})


class TaskAnswer(Answer):
    """The answer to a query.

    Attributes:
        task_id: the task's id, as far as the answer repeats it.
        raw_status: the service's own word.
        submit_time, scheduled_time, end_time: UTC; None while unknown.
        orig_prompt: the prompt as the service received it.
        actual_prompt: the prompt as a language model rewrote it (2.5 and older).
        video_url: where the video lies for 24 h.
        code, message: why a task FAILED; both may be missing even then.
        usage: what is billed, once it SUCCEEDED.
    """

    raw_status: str = Field(validation_alias=AliasPath("output", "task_status"), min_length=1)
    request_id: Text = None
    task_id: Text = Field(default=None, validation_alias=AliasPath("output", "task_id"))
    submit_time: Moment = Field(default=None, validation_alias=AliasPath("output", "submit_time"))
    scheduled_time: Moment = Field(default=None, validation_alias=AliasPath("output", "scheduled_time"))
    end_time: Moment = Field(default=None, validation_alias=AliasPath("output", "end_time"))
    orig_prompt: Text = Field(default=None, validation_alias=AliasPath("output", "orig_prompt"))
    actual_prompt: Text = Field(default=None, validation_alias=AliasPath("output", "actual_prompt"))
    video_url: Text = Field(default=None, validation_alias=AliasPath("output", "video_url"))
    code: Text = Field(default=None, validation_alias=AliasPath("output", "code"))
    message: Text = Field(default=None, validation_alias=AliasPath("output", "message"))
    usage: Annotated[Usage | None, WrapValidator(_lenient)] = None

    @property
    def status(self) -> Status:
        """Where the task stands; a word we do not know counts as RUNNING, so that it is asked for again."""
        return _status(self.raw_status)

    @property
    def url_expires_at(self) -> datetime | None:
        """When the video link ends, None when that cannot be told."""
        return url_expires_at(self.video_url, self.end_time)


def _status(word: str) -> Status:
    return Status(word) if word in _WORDS else Status.RUNNING


def url_expires_at(url: str | None, end_time: datetime | None) -> datetime | None:
    """Return when a video link ends, in UTC: what its `Expires` says, else 24 h after the task's end."""
    try:
        epoch = int(parse_qs(urlsplit(url or "").query)["Expires"][0])
        return datetime.fromtimestamp(epoch, UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None if end_time is None else end_time + LINK_LIFE
