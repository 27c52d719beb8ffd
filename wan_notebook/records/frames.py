"""The records as a DataFrame, one row per task, built from SQL column by column."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
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

_UNSHOWN = frozenset({"row", "created_at", "usage", "price_date", "facts", "video_bytes", "owner"})

SHOWN = {name: column.kind for name, column in COLUMNS.items() if name not in _UNSHOWN}
"""The stored columns of the DataFrame in order, and their kinds."""

_READ = (*SHOWN, "created_at")
"""The stored columns that are read: the last only to put rows of several stores in order."""

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
    rows = _rows(stores, filters) if isinstance(stores, Store) else _merged(stores, filters)
    table = _data_frame(SHOWN, _READ, rows)
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
    rows = [
        (
            one.simulated,
            one.currency,
            one.tasks,
            one.billed_s,
            one.cost and stored_money(one.cost),
            one.unknown,
        )
        for one in sums
    ]
    return _data_frame(_TOTALS, tuple(_TOTALS), rows)


def _rows(store: Store, filters: Filters) -> list[tuple[Any, ...]]:
    statement = select(*(TASKS.c[name] for name in _READ)).order_by(TASKS.c.row)
    return store.read_stored(statement.where(*store.conditions(**filters)))


def _merged(stores: Iterable[Store], filters: Filters) -> list[tuple[Any, ...]]:
    rows = [row for store in stores for row in _with_absolute_videos(store, _rows(store, filters))]
    return sorted(rows, key=itemgetter(_READ.index("created_at")))


def _with_absolute_videos(store: Store, rows: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    place = _READ.index("video")
    for row in rows:
        video = row[place]
        yield row if video is None else (*row[:place], str(store.home / video), *row[place + 1 :])


def _data_frame(kinds: Mapping[str, Kind], names: Sequence[str], rows: Sequence[Any]) -> "DataFrame":
    from wan_notebook.records.dtypes import data_frame  # noqa: PLC0415 - pandas takes 0.3 s to import

    return data_frame(kinds, names, rows)
