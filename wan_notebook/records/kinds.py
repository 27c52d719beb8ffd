"""Kinds of value a record holds: how SQL stores each, what the DataFrame shows, and the way there and back.

Times are whole microseconds since 1970 and money whole billionths, so that SQL sorts, compares and sums
both exactly in any database.
"""

import json
import operator
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, Boolean, Double, Integer, Text
from sqlalchemy.types import TypeEngine

from wan_notebook.catalog import text

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
BILLIONTHS = 1_000_000_000
"""Stored units in one unit of a currency."""

_BILLIONTH = Decimal(1) / BILLIONTHS
_HUNDREDTH = Decimal("0.01")
_EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True)
class Kind:
    """One kind of value.

    Attributes:
        sql: type of the SQL column.
        dtype: dtype of the DataFrame's column.
        encode: from the Python value to what SQL stores; never asked about None.
        decode: the way back.
        per_unit: stored units in one unit of what the DataFrame shows.
        words: every word of a closed list, in its order; empty for open ones.
    """

    sql: TypeEngine[Any]
    dtype: str
    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]
    per_unit: int = 1
    words: tuple[str, ...] = ()


def stored_text(value: str) -> str:
    """Return text a database takes: half surrogates, which UTF-8 cannot hold, become backslash escapes."""
    return value.encode(errors="backslashreplace").decode()


def stored_json(value: Any) -> str:
    """Return a JSON text that stays readable; half surrogates become escapes JSON reads back."""
    return stored_text(json.dumps(value, ensure_ascii=False))


def stored_money(value: Decimal) -> int:
    """Return a sum in whole billionths; further decimals are rounded half to even."""
    exact = Decimal(value).quantize(_BILLIONTH, context=_EXACT)
    return int(exact.scaleb(9, context=_EXACT))


def money(stored: int) -> Decimal:
    """Return a sum from whole billionths, exactly, with two decimals or as many more as it needs."""
    exact = Decimal(stored).scaleb(-9, context=_EXACT)
    rounded = exact.quantize(_HUNDREDTH, context=_EXACT)
    return rounded if rounded == exact else exact.normalize(_EXACT)


def stored_moment(value: datetime) -> int:
    """Return an aware time in whole microseconds since 1970.

    Raises:
        ValueError: the time has no zone, so nobody knows when it is.
    """
    if value.utcoffset() is None:
        raise ValueError(text("records.error.naive", value=value.isoformat()))
    return (value - EPOCH) // MICROSECOND


def moment(stored: int) -> datetime:
    """Return a UTC time from whole microseconds since 1970."""
    return EPOCH + stored * MICROSECOND


def _tags(stored: str) -> tuple[str, ...]:
    return tuple(json.loads(stored))


def one_of(words: type[StrEnum]) -> Kind:
    """Return the kind of a closed list of words."""
    return Kind(Text(), "category", lambda word: words(word).value, words, words=tuple(words))


TEXT = Kind(Text(), "string", stored_text, str)
WORD = Kind(Text(), "category", stored_text, sys.intern)  # few words for many rows: one object each
ROW = Kind(Integer(), "Int64", operator.index, int)
WHOLE = Kind(BigInteger(), "Int64", operator.index, int)
SECONDS = Kind(Double(), "float64", float, float)
MONEY = Kind(BigInteger(), "float64", stored_money, money, per_unit=BILLIONTHS)
MOMENT = Kind(BigInteger(), "datetime64[us, UTC]", stored_moment, moment)
DAY = Kind(Text(), "string", date.isoformat, date.fromisoformat)
FLAG = Kind(Boolean(), "bool", bool, bool)
MAYBE = Kind(Boolean(), "boolean", bool, bool)
COUNT = Kind(Integer(), "int64", operator.index, int)
JSON = Kind(Text(), "string", stored_json, json.loads)
TAGS = Kind(Text(), "string", stored_json, _tags)
