"""What each kind of value becomes in SQL, and that it comes back."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wan_notebook.catalog import Status
from wan_notebook.records.kinds import (
    DAY,
    JSON,
    MOMENT,
    TAGS,
    TEXT,
    money,
    one_of,
    stored_json,
    stored_moment,
    stored_money,
)

NINE_DECIMALS = st.decimals(min_value=-(10**9), max_value=10**9, places=9)
ZONES = st.timezones() | st.just(timezone(timedelta(hours=8)))
MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=ZONES)  # noqa: DTZ001 - bounds are naive by rule
UTF8 = st.text(st.characters(codec="utf-8"))
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | UTF8,
    lambda inner: st.lists(inner) | st.dictionaries(UTF8, inner),
    max_leaves=8,
)


@given(NINE_DECIMALS)
def test_money_comes_back_exactly(value: Decimal) -> None:
    """Nine decimals survive, whatever the sum."""
    assert money(stored_money(value)) == value


@given(NINE_DECIMALS, NINE_DECIMALS)
def test_stored_money_sorts_as_money(one: Decimal, other: Decimal) -> None:
    """SQL may compare and add what is stored."""
    assert (stored_money(one) < stored_money(other)) is (one < other)
    assert money(stored_money(one) + stored_money(other)) == one + other


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        ("0.0000000005", 0),
        ("0.0000000015", 2),
        ("0.0000000025", 2),
        ("-0.0000000015", -2),
        ("123456789.0000000019", 123456789000000002),
    ],
)
def test_a_tenth_decimal_is_rounded_half_to_even(value: str, stored: int) -> None:
    """Rounding is written down, not left to a float."""
    assert stored_money(Decimal(value)) == stored


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (3_000_000_000, "3.00"),
        (733_924_000, "0.733924"),
        (0, "0.00"),
        (600_000_000, "0.60"),
        (10**12, "1000.00"),
    ],
)
def test_money_is_written_with_two_decimals_or_as_many_as_it_needs(stored: int, shown: str) -> None:
    """A cost reads like a price."""
    assert str(money(stored)) == shown


@given(MOMENTS)
def test_a_moment_comes_back_as_the_same_moment_in_utc(value: datetime) -> None:
    """Microseconds and the place on the time line survive; the zone becomes UTC."""
    back = MOMENT.decode(MOMENT.encode(value))
    assert back == value.astimezone(UTC)
    assert back.utcoffset() == timedelta(0)


@given(MOMENTS, MOMENTS)
def test_stored_moments_sort_as_moments(one: datetime, other: datetime) -> None:
    """SQL may compare what is stored."""
    assert (stored_moment(one) < stored_moment(other)) is (one.astimezone(UTC) < other.astimezone(UTC))


def test_a_moment_without_zone_is_refused() -> None:
    """Nobody knows when it is."""
    with pytest.raises(ValueError, match="2026-01-20T11:00:00 has no time zone"):
        stored_moment(datetime(2026, 1, 20, 11))  # noqa: DTZ001 - the fault under test


@given(UTF8)
def test_text_is_stored_as_it_is(value: str) -> None:
    """Whatever UTF-8 can hold is not touched, NUL and emoji included."""
    assert TEXT.encode(value) == value


@given(st.text(st.characters()))
def test_any_text_can_be_stored(value: str) -> None:
    """An error message with half a surrogate pair must not keep a paid task out of the records."""
    assert len(TEXT.encode(value).encode()) >= len(value)


@given(JSON_VALUES)
def test_json_comes_back_equal(value: object) -> None:
    """Bodies, usage and facts survive."""
    assert JSON.decode(JSON.encode(value)) == value


@given(UTF8, st.characters(categories=["Cs"]), UTF8)
def test_json_keeps_half_a_surrogate_pair(before: str, half: str, after: str) -> None:
    """It goes into the file as an escape, which JSON reads back."""
    stored = JSON.encode({"message": before + half + after})
    assert stored == stored.encode().decode()
    assert JSON.decode(stored) == {"message": before + half + after}


def test_json_stays_readable() -> None:
    """Chinese and emoji are not turned into escapes."""
    assert stored_json({"prompt": "狐狸 🦊"}) == '{"prompt": "狐狸 🦊"}'


@given(st.lists(st.text()).map(tuple))
def test_tags_come_back_as_a_tuple(value: tuple[str, ...]) -> None:
    """Tags keep their order and are immutable."""
    assert TAGS.decode(TAGS.encode(value)) == value


@given(st.dates())
def test_days_come_back(value: date) -> None:
    """The date of a price list survives."""
    assert DAY.decode(DAY.encode(value)) == value


def test_a_closed_list_refuses_other_words() -> None:
    """A misspelt status never reaches the file."""
    with pytest.raises(ValueError, match="DONE"):
        one_of(Status).encode("DONE")
