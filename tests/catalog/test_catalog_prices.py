"""Prices carry their date and source, and an unknown price is never nought."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from wan_notebook.catalog import (
    MODELS,
    REGIONS,
    Estimate,
    PriceList,
    Request,
    SettingError,
    amount,
    cost_of,
    price_list,
)


def an_estimate(low: str | None, high: str | None) -> Estimate:
    """Return an estimate between two sums."""
    bounds = [None if sum_ is None else Decimal(sum_) for sum_ in (low, high)]
    return Estimate(bounds[0], bounds[1], "CNY", Decimal(5), "a list", date(2026, 5, 28))


@pytest.mark.parametrize(
    ("region", "resolution", "seconds", "cost"),
    [
        ("beijing", "720P", 5, "3.0"),
        ("beijing", "1080P", 15, "15"),
        ("singapore", "720P", 5, "3.669620"),
        ("singapore", "1080P", 2, "2.201772"),
    ],
)
def test_an_estimate_is_seconds_times_price(region: str, resolution: str, seconds: int, cost: str) -> None:
    """The price page's figures hold, exactly, in each region (BL-price)."""
    request = Request("wan2.7-t2v", prompt="fox", resolution=resolution, duration=seconds)
    estimate = request.estimate(region)
    assert (estimate.low, estimate.high) == (Decimal(cost), Decimal(cost))
    assert (estimate.seconds, estimate.currency) == (Decimal(seconds), "CNY")
    assert (estimate.source, estimate.date) == (price_list().source, price_list().date)
    assert cost_of("wan2.7-t2v", region, resolution, seconds) == Decimal(cost)


def test_defaults_are_priced() -> None:
    """Left out, duration and resolution are the service's: 5 s of 1080P."""
    assert Request("wan2.7-t2v", prompt="fox").estimate().high == Decimal(5)


@pytest.mark.parametrize("values", [{"duration": "5"}, {"duration": 99}, {"resolution": "8K"}])
def test_what_cannot_be_priced_is_unknown(values: dict[str, Any]) -> None:
    """A fault in duration or resolution gives no price, not a price of nought."""
    estimate = Request("wan2.7-t2v", prompt="fox", **values).estimate()
    assert estimate.low is None
    assert estimate.high is None
    assert str(estimate) == "price unknown"


def test_unknown_models_have_no_price() -> None:
    """A model the list does not hold costs something nobody here knows."""
    assert cost_of("wan9-t2v", "beijing", "720P", 5) is None


def test_fractions_of_seconds_stay_exact() -> None:
    """A float of seconds is taken as it is written, not as it is stored."""
    assert cost_of("wan2.7-t2v", "beijing", "720P", 0.1) == Decimal("0.06")


def test_unknown_regions_are_refused() -> None:
    """A price in a region that does not exist is a fault, with the regions named."""
    with pytest.raises(SettingError, match="'mars'; choose one of beijing, singapore"):
        Request("wan2.7-t2v", prompt="fox").estimate("mars")


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("3", "3", "3.00 CNY"),
        ("1.5", "3", "1.50-3.00 CNY"),
        (None, None, "price unknown"),
        (None, "3", "price unknown"),
    ],
)
def test_an_estimate_reads_as_a_sum(low: str | None, high: str | None, words: str) -> None:
    """One figure when both bounds agree, both when they do not."""
    assert str(an_estimate(low, high)) == words


@pytest.mark.parametrize(
    ("money", "words"),
    [
        ("0", "0.00"),
        ("3", "3.00"),
        ("3.669620", "3.67"),
        ("1234567.891", "1234567.89"),
        ("0.01", "0.01"),
        ("0.0042", "0.0042"),
        ("0.000000001", "0.000000001"),
        ("-0.5", "-0.50"),
    ],
)
def test_sums_are_written_for_people(money: str, words: str) -> None:
    """Two decimals do, except for less than a hundredth, which is never shown as nothing."""
    assert amount(Decimal(money)) == words


@given(money=st.decimals(min_value=Decimal("1e-9"), max_value=Decimal("1e6"), places=9))
def test_money_is_never_shown_as_nothing(money: Decimal) -> None:
    """Every sum above nought is written with some digit that is not 0."""
    assert Decimal(amount(money)) > 0


def test_every_model_is_priced_where_it_is_offered() -> None:
    """Each resolution of each model has a price in each of its scopes, and none in another."""
    scopes = {region.scope for region in REGIONS.values()}
    for model in MODELS.values():
        resolutions = set(model.pixels)
        for scope in scopes:
            priced = {name for name in resolutions if price_list().per_second(model.id, scope, name)}
            assert priced == (resolutions if scope in model.scopes else set())


def test_a_price_list_says_when_and_whence() -> None:
    """The list that comes with the package has a date in the past, a source and a currency."""
    assert price_list().date <= date(2026, 11, 21)
    assert price_list().source
    assert price_list().currency == "CNY"


@pytest.mark.parametrize(
    "fault", [{"date": "soon"}, {"currency": None}, {"surplus": 1}, {"price": [{"models": []}]}]
)
def test_a_faulty_price_list_is_refused(fault: dict[str, Any]) -> None:
    """A slip in the file is found when it is read, not when money is counted."""
    good = {"currency": "CNY", "date": "2026-05-28", "source": "x", "price": []}
    assert PriceList.model_validate(good).rows == ()
    with pytest.raises(ValidationError):
        PriceList.model_validate({**good, **fault})
