"""Prices carry their date and source, and an unknown price is never nought."""

import os
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.catalog.garbage import IMAGE, VIDEO, a_request
from wan_notebook.catalog import (
    MODELS,
    REGIONS,
    Estimate,
    PriceList,
    Request,
    SettingError,
    amount,
    price_list,
    price_lists,
    quote,
    use_prices,
)

NEWEST = ("wan2.7-t2v", "wan2.7-i2v", "wan2.7-i2v-2026-04-25", "wan2.7-r2v", "wan2.7-videoedit")
OLDER = ("wan2.6-t2v", "wan2.6-i2v", "wan2.6-r2v")
FLASH = ("wan2.6-i2v-flash", "wan2.6-r2v-flash")
HD = ("720P", "1080P")
# Protocol.md, section 9, row by row: models, sound (None: either), and by scope the price of each resolution.
TABLE: list[tuple[tuple[str, ...], bool | None, dict[str, dict[str, str]]]] = [
    (NEWEST, None, {"mainland": {"720P": "0.6", "1080P": "1"}}),
    (NEWEST, None, {"international": {"720P": "0.733924", "1080P": "1.100886"}, "global": {}, "us": {}}),
    (OLDER, None, {"mainland": {"720P": "0.6", "1080P": "1"}, "global": {"720P": "0.6", "1080P": "1"}}),
    (OLDER, None, {"international": {"720P": "0.733924", "1080P": "1.100886"}, "us": {}}),
    (
        ("wan2.6-t2v-us", "wan2.6-i2v-us"),
        None,
        {"us": {"720P": "0.733924", "1080P": "1.100886"}, "mainland": {}, "global": {}, "international": {}},
    ),
    (FLASH, True, {"mainland": {"720P": "0.3", "1080P": "0.5"}, "global": {}, "us": {}}),
    (FLASH, True, {"international": {"720P": "0.366962", "1080P": "0.550443"}}),
    (FLASH, False, {"mainland": {"720P": "0.15", "1080P": "0.25"}, "global": {}, "us": {}}),
    (FLASH, False, {"international": {"720P": "0.183481", "1080P": "0.275221"}}),
    (
        ("wan2.5-t2v-preview", "wan2.5-i2v-preview"),
        None,
        {
            "mainland": {"480P": "0.3", "720P": "0.6", "1080P": "1"},
            "international": {"480P": "0.366961", "720P": "0.733923", "1080P": "1.100885"},
            "global": {},
        },
    ),
    (
        ("wan2.2-t2v-plus", "wan2.2-i2v-plus"),
        None,
        {
            "mainland": {"480P": "0.14", "1080P": "0.70"},
            "international": {"480P": "0.146785", "1080P": "0.733924"},
        },
    ),
    (
        ("wan2.2-i2v-flash",),
        None,
        {
            "mainland": {"480P": "0.10", "720P": "0.20", "1080P": "0.48"},
            "international": {"480P": "0.110089", "720P": "0.264213"},
        },
    ),
    (
        ("wan2.2-kf2v-flash",),
        None,
        {"mainland": {"480P": "0.10", "720P": "0.20", "1080P": "0.48"}, "international": {}},
    ),
    (
        ("wanx2.1-t2v-turbo", "wanx2.1-i2v-turbo"),
        None,
        {"mainland": {"480P": "0.24", "720P": "0.24"}, "international": {}},
    ),
    (
        ("wan2.1-t2v-turbo", "wan2.1-i2v-turbo"),
        None,
        {"international": {"480P": "0.264213", "720P": "0.264213"}},
    ),
    (
        ("wanx2.1-t2v-plus", "wanx2.1-i2v-plus", "wanx2.1-kf2v-plus", "wanx2.1-vace-plus"),
        None,
        {"mainland": {"720P": "0.70"}},
    ),
    (
        ("wan2.1-t2v-plus", "wan2.1-i2v-plus", "wan2.1-kf2v-plus", "wan2.1-vace-plus"),
        None,
        {"international": {"720P": "0.733924"}, "mainland": {}},
    ),
    (
        ("wan2.7-t2v-2026-06-12", "wan2.7-r2v-2026-06-12"),
        None,
        {"international": {"720P": "0.74942", "1080P": "1.12413"}, "mainland": {}},
    ),
]
CELLS = [
    (model, scope, resolution, heard, prices.get(resolution))
    for models, sound, scopes in TABLE
    for model in models
    for scope, prices in scopes.items()
    for resolution in ("480P", *HD)
    for heard in ((True, False) if sound is None else (sound,))
]
OWN = """
currency = "USD"
date = 2026-11-01
source = "my contract"

[[price]]
models = ["wan2.7-t2v"]
scope = "mainland"
per_second = { "720P" = 0.05, "1080P" = ["0.08", "0.1"] }
"""


@pytest.fixture(autouse=True)
def usual_prices() -> Iterator[None]:
    """Go back to the usual place after each test."""
    yield
    use_prices(None)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Write a price list of one's own."""
    file = tmp_path / "my prices.toml"
    file.write_text(OWN)
    return file


def an_estimate(low: str | None, high: str | None) -> Estimate:
    """Return an estimate between two sums."""
    bounds = [None if sum_ is None else Decimal(sum_) for sum_ in (low, high)]
    return Estimate(bounds[0], bounds[1], "CNY", Decimal(5), "a list", date(2026, 5, 28))


def t2v(resolution: str = "720P", model: str = "wan2.7-t2v", **values: Any) -> Request:
    """Return a request of 5 s."""
    return Request(model, prompt="fox", resolution=resolution, **values)


@pytest.mark.parametrize(("model", "scope", "resolution", "sound", "price"), CELLS)
def test_every_cell_of_the_price_page_holds(
    model: str,
    scope: str,
    resolution: str,
    sound: bool,  # noqa: FBT001 - a column
    price: str | None,
) -> None:
    """What the page has is priced exactly, what it has not is unknown."""
    found = price_list().quote(model, scope, resolution, sound=sound)
    expected = None if price is None else Decimal(price)
    assert (found.low if found else None) == (found.high if found else None) == expected


@pytest.mark.parametrize("model", sorted(MODELS))
@pytest.mark.parametrize("region", sorted(REGIONS))
def test_every_model_is_priced_where_it_is_offered(model: str, region: str) -> None:
    """In both resolutions, silent and sounded; nowhere else, and not in Tokyo, whose prices nobody has."""
    entry, scope = MODELS[model], REGIONS[region].scope
    priced = scope in entry.scopes and scope != "tokyo"
    for resolution in HD:
        for sound in (True, False):
            assert (quote(model, region, resolution, sound=sound) is not None) == priced


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
    """The price page's figures hold, exactly, in each region (BL-price); a free quota is not counted on."""
    estimate = t2v(resolution, duration=seconds).estimate(region)
    assert (estimate.low, estimate.high) == (Decimal(cost), Decimal(cost))
    assert (estimate.seconds, estimate.currency) == (Decimal(seconds), "CNY")
    assert (estimate.source, estimate.date) == (price_list().source, price_list().date)


@pytest.mark.parametrize(
    ("model", "values", "region", "low", "high"),
    [
        ("wan2.6-t2v", {"size": "832*1088"}, "virginia", "3.0", "3.0"),
        ("wan2.6-t2v", {}, "frankfurt", "5", "5"),
        ("wan2.6-i2v-flash", {}, "beijing", "2.5", "2.5"),
        ("wan2.6-i2v-flash", {"audio": True}, "beijing", "2.5", "2.5"),
        ("wan2.6-i2v-flash", {"audio": False}, "beijing", "1.25", "1.25"),
        ("wan2.6-r2v-flash", {"audio": False, "size": "1280*720"}, "singapore", "0.917405", "0.917405"),
        ("wan2.6-r2v-flash", {"reference_urls": [VIDEO, IMAGE]}, "beijing", "3", "3.75"),
        ("wan2.7-videoedit", {"resolution": "720P"}, "beijing", "2.4", "12"),
    ],
)
def test_each_model_is_billed_by_its_own_seconds(
    model: str, values: dict[str, Any], region: str, low: str, high: str
) -> None:
    """Resolution by size, sound, input: all are in the estimate."""
    estimate = a_request(model, **values).estimate(region)
    assert (estimate.low, estimate.high) == (Decimal(low), Decimal(high))


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


@pytest.mark.parametrize(
    ("model", "region"),
    [
        ("wan2.7-t2v-2027-01-01", "beijing"),
        ("wan2.7-t2v", "tokyo"),
        ("wan2.7-t2v", None),
        ("wan2.6-t2v-us", None),
    ],
)
def test_an_unknown_price_keeps_its_seconds(model: str, region: str | None) -> None:
    """A snapshot, a region without a list, an address of one's own: seconds are told, money is not."""
    estimate = Request(model, prompt="fox").estimate(region)
    assert (estimate.low, estimate.high, estimate.seconds) == (None, None, Decimal(5))


def test_a_snapshot_may_have_a_row_of_its_own() -> None:
    """With the date and source of that row (CAT 2026-09-02)."""
    estimate = t2v(model="wan2.7-t2v-2026-06-12").estimate("singapore")
    assert estimate.high == Decimal("3.74710")
    assert (estimate.date, estimate.source) == (
        date(2026, 9, 2),
        "Third-party catalogue of Wan models, 2026-09-02",
    )
    assert t2v(model="wan2.7-t2v-2026-06-12").estimate("beijing").high is None


def test_unknown_models_have_no_price() -> None:
    """A model the list does not hold costs something nobody here knows."""
    assert quote("wan9-t2v", "beijing", "720P") is None


@pytest.mark.parametrize("ask", [lambda: quote("wan2.7-t2v", "mars", "720P"), lambda: t2v().estimate("mars")])
def test_unknown_regions_are_refused(ask: Any) -> None:
    """A price in a region that does not exist is a fault, with the regions named."""
    with pytest.raises(SettingError, match="'mars'; choose one of beijing, singapore"):
        ask()


def test_a_list_of_ones_own_comes_first(own: Path) -> None:
    """What it holds is taken, with its currency, date and source; everything else is the package's."""
    use_prices(own)
    estimate = t2v().estimate()
    assert (estimate.high, estimate.currency) == (Decimal("0.25"), "USD")
    assert (estimate.source, estimate.date) == ("my contract", date(2026, 11, 1))
    finer = t2v("1080P").estimate()
    assert (finer.low, finer.high) == (Decimal("0.40"), Decimal("0.5"))
    assert t2v().estimate("singapore").source == price_list().source
    assert a_request("wan2.7-i2v").estimate().currency == "CNY"
    assert [one.source for one in price_lists()] == ["my contract", price_list().source]
    use_prices(None)
    assert t2v().estimate().currency == "CNY"


def test_a_list_may_hold_one_price_only(own: Path) -> None:
    """The other resolution of the same model stays as it was."""
    own.write_text(OWN.replace(', "1080P" = ["0.08", "0.1"]', ""))
    use_prices(own)
    assert [t2v(resolution).estimate().currency for resolution in HD] == ["USD", "CNY"]


def test_a_list_may_price_silence_apart(own: Path) -> None:
    """A row for silent videos leaves sounded ones as they were."""
    flash = OWN.replace("wan2.7-t2v", "wan2.6-i2v-flash").replace('scope = "', 'sound = false\nscope = "')
    own.write_text(flash)
    use_prices(own)
    requests = [a_request("wan2.6-i2v-flash", audio=sound, resolution="720P") for sound in (True, False)]
    assert [request.estimate().currency for request in requests] == ["CNY", "USD"]


def test_the_environment_names_a_list(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`WAN_NOTEBOOK_PRICES`, also from the home folder; a list chosen in code comes before it."""
    monkeypatch.setenv("WAN_NOTEBOOK_PRICES", str(own))
    assert t2v().estimate().source == "my contract"
    monkeypatch.setenv("HOME", str(own.parent))
    monkeypatch.setenv("WAN_NOTEBOOK_PRICES", f"~/{own.name}")
    assert t2v().estimate().source == "my contract"
    chosen = own.with_name("chosen.toml")
    chosen.write_text(OWN.replace("my contract", "chosen"))
    use_prices(chosen)
    assert t2v().estimate().source == "chosen"


def test_the_configuration_folder_holds_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file there is found without a word; without one nothing is missing."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert t2v().estimate().currency == "CNY"
    (tmp_path / "wan_notebook").mkdir()
    (tmp_path / "wan_notebook" / "prices.toml").write_text(OWN)
    assert t2v().estimate().currency == "USD"


def test_a_changed_list_is_read_again(own: Path) -> None:
    """The next estimate follows it, a fault too, and the mended file again."""
    use_prices(own)
    assert t2v().estimate().high == Decimal("0.25")
    own.write_text(OWN.replace("0.05", "0.06"))
    os.utime(own, (1, 1))
    assert t2v().estimate().high == Decimal("0.30")
    own.write_text("currency =")
    os.utime(own, (2, 2))
    with pytest.raises(SettingError, match="cannot be used"):
        t2v().estimate()
    own.write_text(OWN)
    os.utime(own, (3, 3))
    assert t2v().estimate().high == Decimal("0.25")


def test_a_relative_path_stays_the_same_file(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the notebook goes afterwards."""
    monkeypatch.chdir(own.parent)
    use_prices(Path(own.name))
    (own.parent / "elsewhere").mkdir()
    monkeypatch.chdir(own.parent / "elsewhere")
    assert t2v().estimate().currency == "USD"


FAULTS: dict[str, tuple[str | bytes, str]] = {
    "no TOML": ("currency =", "Invalid value"),
    "no UTF-8": (b"\xff\xfe", "invalid start byte"),
    "no currency": (OWN.replace('currency = "USD"', ""), "currency: Field required"),
    "a surplus key": ("discount = 1\n" + OWN, "discount: Extra inputs are not permitted"),
    "a surplus key in a row": (OWN + 'region = "beijing"', "price.0.region: Extra inputs are not permitted"),
    "no rows": (OWN[: OWN.index("[[price]]")], "price: Field required"),
    "a region as scope": (
        OWN.replace('"mainland"', '"beijing"'),
        "price.0.scope: Input should be 'mainland'",
    ),
    "a word as price": (OWN.replace("0.05", '"cheap"'), "price.0.per_second.720P"),
    "less than nothing": (OWN.replace("0.05", "-0.05"), "greater than or equal to 0"),
    "no number": (OWN.replace("0.05", "nan"), "price.0.per_second.720P"),
    "no end": (OWN.replace("0.05", "inf"), "price.0.per_second.720P"),
    "three bounds": (OWN.replace('"0.08", ', '"0.08", "0.09", '), "price.0.per_second.1080P"),
    "no date": (OWN.replace("2026-11-01", '"soon"'), "date: "),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_faulty_list_is_refused_in_a_sentence(
    own: Path, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It names file and place, and the list used before stays."""
    written, words = FAULTS[fault]
    use_prices(own)
    bad = own.with_name("bad.toml")
    bad.write_bytes(written if isinstance(written, bytes) else written.encode())
    with pytest.raises(SettingError) as refused:
        use_prices(bad)
    assert str(refused.value).startswith(f"The price list {bad} cannot be used (")
    assert words in str(refused.value)
    assert str(refused.value).endswith("; mend it, or take it away.")
    assert "\n" not in str(refused.value)
    assert t2v().estimate().source == "my contract"
    use_prices(None)
    monkeypatch.setenv("WAN_NOTEBOOK_PRICES", str(bad))
    with pytest.raises(SettingError, match="cannot be used"):
        t2v().estimate()


@pytest.mark.parametrize(
    "name", ["nothing.toml", "folder", "a\x00b.toml", "~nobody-of-this-name/prices.toml"]
)
def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path, name: str) -> None:
    """A missing file, a folder, a name that cannot be."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(SettingError, match="cannot be used"):
        use_prices(Path(name))


def test_a_list_that_was_taken_away_is_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Chosen in code or by the environment, it is not silently left out."""
    use_prices(own)
    own.unlink()
    with pytest.raises(SettingError, match="No such file"):
        t2v().estimate()
    use_prices(None)
    monkeypatch.setenv("WAN_NOTEBOOK_PRICES", str(own))
    with pytest.raises(SettingError, match="No such file"):
        price_lists()


def test_bounds_the_wrong_way_round_are_turned(own: Path) -> None:
    """The low one is the lower one."""
    own.write_text(OWN.replace('["0.08", "0.1"]', '["0.1", "0.08"]'))
    use_prices(own)
    estimate = t2v("1080P").estimate()
    assert (estimate.low, estimate.high) == (Decimal("0.40"), Decimal("0.5"))


def test_a_list_is_a_table_too() -> None:
    """One plain row for each price."""
    rows = list(price_list().quotes())
    keys = ["model", "scope", "resolution", "sound", "low", "high", "currency", "date", "source"]
    assert all(list(row) == keys for row in rows)
    flash = [row for row in rows if row["model"] == "wan2.6-r2v-flash" and row["scope"] == "mainland"]
    assert [(row["resolution"], row["sound"], str(row["high"])) for row in flash] == [
        ("720P", True, "0.3"),
        ("1080P", True, "0.5"),
        ("720P", False, "0.15"),
        ("1080P", False, "0.25"),
    ]
    assert len({(row["model"], row["scope"], row["resolution"], row["sound"]) for row in rows}) == len(rows)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        ("3", "3", "3.00 CNY"),
        ("1.5", "3", "up to 3.00 CNY (at least 1.50)"),
        (None, None, "price unknown"),
        (None, "3", "price unknown"),
    ],
)
def test_an_estimate_reads_as_a_sum(low: str | None, high: str | None, words: str) -> None:
    """One figure when both bounds agree, the higher first when they do not."""
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
