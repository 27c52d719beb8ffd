"""What a second of video costs: dated lists with their sources, never a number without both.

The list that comes with the package can be overridden by a file of the user's own, in the same form: the file
named with `use_prices`, else the one `WAN_NOTEBOOK_PRICES` names, else `prices.toml` in the user's
configuration folder. What the own file does not hold is priced by the package's.
"""

import datetime as dt
import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal

from platformdirs import user_config_path
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from wan_notebook.catalog.addresses import at_home
from wan_notebook.catalog.errors import SettingError
from wan_notebook.catalog.regions import find_region
from wan_notebook.catalog.texts import text

ENVIRONMENT = "WAN_NOTEBOOK_PRICES"


def _bounds(value: Any) -> Any:
    return value if isinstance(value, list | tuple) else (value, value)


def _in_order(bounds: tuple[Decimal, Decimal]) -> tuple[Decimal, Decimal]:
    return min(bounds), max(bounds)


Scope = Literal["mainland", "international", "global", "us", "tokyo", "hongkong"]
"""Columns of the service's price page, and regions it has none for yet."""
Price = Annotated[Decimal, Field(ge=0, allow_inf_nan=False)]
Bounds = Annotated[tuple[Price, Price], BeforeValidator(_bounds), AfterValidator(_in_order)]
"""Lowest and highest price; a file may write one number for both."""


class PriceRow(BaseModel):
    """Prices of some models in one scope, per second of video, by resolution.

    Attributes:
        sound: whether the row is for sounded or for silent videos; None where both cost the same.
        currency, date, source: those of the list where a row has none of its own.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: tuple[str, ...]
    scope: Scope
    per_second: dict[str, Bounds]
    sound: bool | None = None
    currency: str | None = None
    date: dt.date | None = None
    source: str | None = None


class PriceList(BaseModel):
    """A price list as its file holds it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: str
    date: dt.date
    source: str
    rows: tuple[PriceRow, ...] = Field(alias="price")

    def quote(self, model: str, scope: str, resolution: str, *, sound: bool = True) -> "Quote | None":
        """Return the price of one second, None when the list has none."""
        found = (row for row in self.rows if model in row.models and scope == row.scope)
        for row in found:
            if row.sound in {None, sound} and resolution in row.per_second:
                return self._quote(row, resolution)
        return None

    def quotes(self) -> Iterator[dict[str, Any]]:
        """Yield one plain row for each price, for a table."""
        for row in self.rows:
            for resolution in row.per_second:
                quote = self._quote(row, resolution)
                for model in row.models:
                    yield {
                        "model": model,
                        "scope": row.scope,
                        "resolution": resolution,
                        "sound": row.sound,
                        "low": quote.low,
                        "high": quote.high,
                        "currency": quote.currency,
                        "date": quote.date,
                        "source": quote.source,
                    }

    def _quote(self, row: PriceRow, resolution: str) -> "Quote":
        low, high = row.per_second[resolution]
        own = (row.currency or self.currency, row.date or self.date, row.source or self.source)
        return Quote(low, high, *own)


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one second of video.

    Attributes:
        low, high: bounds in `currency`; equal unless the documents disagree.
        currency: ISO code.
        date: date of the list.
        source: which list says so.
    """

    low: Decimal
    high: Decimal
    currency: str
    date: dt.date
    source: str


_chosen: list[Path] = []


def use_prices(file: Path | None) -> None:
    """Take prices from a file of the user's own from now on; None goes back to the usual place.

    A relative path is one in the folder of now, wherever the work goes on.

    Raises:
        SettingError: it cannot be read; the list used before stays.
    """
    own = None if file is None else at_home(file).absolute()
    if own is not None:
        _read_as_it_is(own)
    _chosen[:] = [] if own is None else [own]


def price_list() -> PriceList:
    """Return the list that comes with the package."""
    return _packaged()


def price_lists() -> tuple[PriceList, ...]:
    """Return all lists there are, the user's own first.

    Raises:
        SettingError: the user's own file cannot be read.
    """
    own = _own_file()
    return (_packaged(),) if own is None else (_read_as_it_is(own), _packaged())


def quote(model: str, region: str | None, resolution: str, *, sound: bool = True) -> Quote | None:
    """Return the price of one second in a region.

    Returns:
        None when no list has it, or when the region is not known (an address of the user's own).

    Raises:
        SettingError: there is no such region, or the user's own file cannot be read.
    """
    if region is None:
        return None
    scope = find_region(region).scope
    found = (one.quote(model, scope, resolution, sound=sound) for one in price_lists())
    return next((price for price in found if price is not None), None)


@cache
def _packaged() -> PriceList:
    return PriceList.model_validate(tomllib.loads((files(__package__) / "prices.toml").read_text()))


def _own_file() -> Path | None:
    if _chosen:
        return _chosen[0]
    named = os.environ.get(ENVIRONMENT)
    if named:
        return at_home(Path(named))
    usual = user_config_path("wan_notebook", appauthor=False) / "prices.toml"
    return usual if usual.is_file() else None


def _read_as_it_is(file: Path) -> PriceList:
    """Read a user's file, again only when it has changed."""
    try:
        changed = file.stat().st_mtime_ns
    except (OSError, ValueError):
        changed = 0
    return _read(file, changed)


@cache
def _read(file: Path, _changed: int) -> PriceList:
    """Read a user's file as it was when it was last changed."""
    try:
        return PriceList.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        reason = error.strerror or str(error)
    except ValidationError as error:  # before ValueError, of which it is one
        first = error.errors()[0]
        reason = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    except ValueError as error:  # no TOML, no UTF-8, or a zero byte in the name
        reason = str(error)
    raise SettingError(text("catalog.error.prices", file=file, reason=reason))


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a request will cost, before it is sent.

    Attributes:
        low, high: bounds in `currency`; None when the price is not known (never 0).
        currency: ISO code of the price list.
        seconds: billed seconds, high bound; None when the request does not say.
        source: which list says so.
        date: date of that list.
    """

    low: Decimal | None
    high: Decimal | None
    currency: str
    seconds: Decimal | None
    source: str
    date: dt.date

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return text("catalog.price.unknown")
        if self.low == self.high:
            return text("catalog.price.exact", amount=amount(self.high), currency=self.currency)
        bounds = {"low": amount(self.low), "high": amount(self.high)}
        return text("catalog.price.between", **bounds, currency=self.currency)


def amount(money: Decimal) -> str:
    """Return a sum for people: two decimals, more only below one hundredth."""
    if money and abs(money) < Decimal("0.01"):
        return f"{money.normalize():f}"
    return f"{money:.2f}"
