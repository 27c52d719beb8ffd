"""The records as a DataFrame, one row per task, built from SQL column by column."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Unpack

from sqlalchemy import select

from wan_notebook.records.filters import Filters
from wan_notebook.records.kinds import COUNT, FLAG, MONEY, SECONDS, WORD, Kind, stored_money
from wan_notebook.records.migrations import TASKS
from wan_notebook.records.record import COLUMNS, SPANS
from wan_notebook.records.store import Store
from wan_notebook.records.sums import together

if TYPE_CHECKING:
    from pandas import DataFrame

_UNSHOWN = frozenset({"row", "created_at", "usage", "price_date", "facts", "video_bytes"})

SHOWN = {name: column.kind for name, column in COLUMNS.items() if name not in _UNSHOWN}
"""The stored columns of the DataFrame in order, and their kinds."""

_SPANS_BEGIN = list(SHOWN).index("finished_at") + 1

_TOTALS = {
    "simulated": FLAG,
    "currency": WORD,
    "tasks": COUNT,
    "billed_s": SECONDS,
    "cost": MONEY,
    "unknown": COUNT,
}


def frame(stores: Store | Iterable[Store], **filters: Unpack[Filters]) -> "DataFrame":
    """Return the tasks as a DataFrame, newest last.

    Times are UTC, sums and seconds float64 (NaN where unknown), words that repeat are categories, lists and
    objects are JSON texts. Of several stores the rows are put in order of their making.

    Args:
        stores: one store, or several; `video` is relative to the home folder of one, absolute for several.
        **filters: see `Filters`.

    Raises:
        SettingError: a filter has a value it cannot have.
        RecordsError: a file could not be read.
    """
    values = _values(stores, filters) if isinstance(stores, Store) else _merged(stores, filters)
    table = _data_frame(SHOWN, values)
    for place, (name, (start, end)) in enumerate(SPANS.items(), start=_SPANS_BEGIN):
        table.insert(place, name, (table[end] - table[start]).dt.total_seconds())
    return table


def totals(stores: Store | Iterable[Store], **filters: Unpack[Filters]) -> "DataFrame":
    """Return what was spent: a row for each currency, real and simulated money apart.

    The columns are simulated, currency, tasks, billed_s, cost and unknown: the last counts tasks that
    succeeded and whose cost is not known. Sums are exact until they are shown as float64.

    Raises:
        SettingError: a filter has a value it cannot have.
        RecordsError: a file could not be read.
    """
    several = [stores] if isinstance(stores, Store) else stores
    sums = together(one for store in several for one in store.sums(**filters))
    values = {name: [getattr(one, name) for one in sums] for name in _TOTALS}
    values["cost"] = [None if cost is None else stored_money(cost) for cost in values["cost"]]
    return _data_frame(_TOTALS, values)


def _values(store: Store, filters: Filters, *more: str) -> dict[str, Sequence[Any]]:
    names = (*SHOWN, *more)
    statement = select(*(TASKS.c[name] for name in names)).order_by(TASKS.c.row)
    rows = store.read(statement.where(*store.conditions(**filters)))
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return dict(zip(names, columns, strict=True))


def _merged(stores: Iterable[Store], filters: Filters) -> dict[str, Sequence[Any]]:
    parts = [_with_absolute_videos(store, _values(store, filters, "created_at")) for store in stores]
    values = {name: [one for part in parts for one in part[name]] for name in (*SHOWN, "created_at")}
    created = values["created_at"]
    order = sorted(range(len(created)), key=created.__getitem__)
    return {name: [column[place] for place in order] for name, column in values.items()}


def _with_absolute_videos(store: Store, values: dict[str, Sequence[Any]]) -> dict[str, Sequence[Any]]:
    videos = [None if video is None else str(store.home / video) for video in values["video"]]
    return {**values, "video": videos}


def _data_frame(kinds: Mapping[str, Kind], values: Mapping[str, Sequence[Any]]) -> "DataFrame":
    from wan_notebook.records.dtypes import data_frame  # noqa: PLC0415 - pandas takes 0.3 s to import

    return data_frame(kinds, values)
