"""One row of the records, described once: its fields are the SQL columns and the DataFrame's columns.

Each annotation names the Python type and the `Kind` that stores and shows it; the order is the DataFrame's.
"""

from dataclasses import MISSING, Field, dataclass, fields
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Self, get_args

from wan_notebook.catalog import Status, VideoState
from wan_notebook.records.kinds import (
    DAY,
    FLAG,
    JSON,
    MAYBE,
    MOMENT,
    MONEY,
    ROW,
    SECONDS,
    TAGS,
    TEXT,
    WHOLE,
    WORD,
    Kind,
    one_of,
)

Text = Annotated[str | None, TEXT]
Word = Annotated[str | None, WORD]
Whole = Annotated[int | None, WHOLE]
Seconds = Annotated[float | None, SECONDS]
Money = Annotated[Decimal | None, MONEY]
Moment = Annotated[datetime | None, MOMENT]
Maybe = Annotated[bool | None, MAYBE]
Json = Annotated[dict[str, Any] | None, JSON]

SPANS = {
    "queue_s": ("submitted_at", "scheduled_at"),
    "run_s": ("scheduled_at", "finished_at"),
    "total_s": ("submitted_at", "finished_at"),
}
"""Seconds worked out, not stored: from the first moment to the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One paid generation as the records know it; a snapshot, it does not follow later changes.

    Attributes:
        task_id: the service's id, None until it answered.
        size: pixels as the service writes them ("1280*720").
        duration: seconds of video asked for.
        media: the media files named, each with its place in the request and its address; of a file of this
            machine also sha256, bytes, and the address in the upload store it was sent under.
        submitted_at, scheduled_at, finished_at: UTC, by the service's clock where it tells.
        input_s, output_s, billed_s: seconds of video the service counted.
        estimate_low, estimate_high, cost: sums in `currency`; None is unknown, never 0.
        price_source, price_date: the list that priced it.
        simulated: made by the simulator; its money is play money.
        video: the file, relative to the records' folder when inside it.
        account: salted hash of the key's account.
        click_id: unique id of the click or call that asked for it.
        notebook: the notebook it was asked from.
        body: the complete JSON body of the create call.
        row: number of the row, counted by the database.
        created_at: when the row was made, UTC, by this machine's clock.
        usage: what the service counted, as it said it.
        facts: pixels, fps, codec and seconds read back from the file.
        video_bytes: size of the file.
        remark: what was noticed on the way, such as a bill that does not add up.
        owner: id of the open studio that carries the task, see `wan_notebook.records.owners`.
        settled_by: by what a lost answer was settled, such as "time" or "prompt"; None when none was lost.
    """

    task_id: Annotated[str | None, TEXT, {"index": True}] = None
    status: Annotated[Status, one_of(Status), {"index": True}]
    video_state: Annotated[VideoState, one_of(VideoState)] = VideoState.NONE
    model: Annotated[str, WORD]
    mode: Annotated[str, WORD]
    prompt: Text = None
    negative_prompt: Text = None
    seed: Whole = None
    resolution: Word = None
    ratio: Word = None
    size: Text = None
    duration: Whole = None
    prompt_extend: Maybe = None
    watermark: Maybe = None
    media: Annotated[list[Any] | None, JSON] = None
    experiment: Text = None
    arm: Text = None
    case: Text = None
    submitted_at: Moment = None
    scheduled_at: Moment = None
    finished_at: Moment = None
    input_s: Seconds = None
    output_s: Seconds = None
    billed_s: Seconds = None
    estimate_low: Money = None
    estimate_high: Money = None
    cost: Money = None
    currency: Word = None
    price_source: Text = None
    simulated: Annotated[bool, FLAG]
    video: Text = None
    video_url: Text = None
    url_expires_at: Moment = None
    request_id: Text = None
    error_code: Text = None
    error_message: Text = None
    region: Word = None
    base_url: Text = None
    account: Text = None
    click_id: Annotated[str, TEXT, {"unique": True}]
    notebook: Text = None
    tags: Annotated[tuple[str, ...], TAGS] = ()
    body: Annotated[dict[str, Any], JSON]
    row: Annotated[int, ROW, {"primary_key": True}]
    created_at: Annotated[datetime, MOMENT]
    usage: Json = None
    price_date: Annotated[date | None, DAY] = None
    facts: Json = None
    video_bytes: Whole = None
    remark: Annotated[str | None, TEXT, {"since": 2}] = None
    owner: Annotated[str | None, TEXT, {"since": 3}] = None
    settled_by: Annotated[str | None, WORD, {"since": 3}] = None

    @property
    def queue_s(self) -> float | None:
        """Seconds from submit until the service began."""
        return self._seconds("queue_s")

    @property
    def run_s(self) -> float | None:
        """Seconds from the service's begin to the end."""
        return self._seconds("run_s")

    @property
    def total_s(self) -> float | None:
        """Seconds from submit to the end."""
        return self._seconds("total_s")

    def _seconds(self, span: str) -> float | None:
        start, end = (getattr(self, name) for name in SPANS[span])
        return None if start is None or end is None else (end - start).total_seconds()

    @classmethod
    def decoded(cls, stored: Any) -> Self:
        """Return the record of a stored row (an iterable in the order of `COLUMNS`)."""
        values: dict[str, Any] = {
            name: None if value is None else decode(value)
            for (name, decode), value in zip(_DECODERS, stored, strict=True)
        }
        return cls(**values)


@dataclass(frozen=True)
class Described:
    """One field of a record as a column.

    Attributes:
        name: the same in Python, SQL and the DataFrame.
        kind: how it is stored and shown.
        optional: whether it may be None.
        default: what a new row gets; `dataclasses.MISSING` when it must be given.
        since: version of the schema that brought it.
        sql: further arguments of the SQL column.
    """

    name: str
    kind: Kind
    optional: bool
    default: Any
    since: int
    sql: dict[str, Any]

    def encode(self, value: Any) -> Any:
        """Return what SQL stores."""
        return None if value is None else self.kind.encode(value)


def _described(field: Field[Any]) -> Described:
    annotation, kind, *more = get_args(field.type)
    sql = {key: value for extra in more for key, value in extra.items()}
    optional = type(None) in get_args(annotation)
    return Described(field.name, kind, optional, field.default, sql.pop("since", 1), sql)


COLUMNS = {field.name: _described(field) for field in fields(Record)}
"""Every column by name, in order."""

_DECODERS = tuple((column.name, column.kind.decode) for column in COLUMNS.values())

DEFAULTS = {name: column.default for name, column in COLUMNS.items() if column.default is not MISSING}
"""What a new row gets where nothing is given."""

REQUIRED = COLUMNS.keys() - DEFAULTS.keys() - {"row", "created_at"}
"""Columns a new row must be given; the database counts `row`, and the clock tells `created_at`."""
