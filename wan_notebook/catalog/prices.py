"""What a second of video costs: a dated list with its source, never a number without both."""

import tomllib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field

from wan_notebook.catalog.regions import find_region
from wan_notebook.catalog.texts import text


class PriceRow(BaseModel):
    """Prices of some models in one scope, per second of video, by resolution."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    models: tuple[str, ...]
    scope: str
    per_second: dict[str, Decimal]


class PriceList(BaseModel):
    """A price list as its file holds it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: str
    date: date
    source: str
    rows: tuple[PriceRow, ...] = Field(alias="price")

    def per_second(self, model: str, scope: str, resolution: str) -> Decimal | None:
        """Return the price of one second, None when the list has none."""
        for row in self.rows:
            if model in row.models and scope == row.scope:
                return row.per_second.get(resolution)
        return None


@cache
def price_list() -> PriceList:
    """Return the list that comes with the package."""
    return PriceList.model_validate(tomllib.loads((files(__package__) / "prices.toml").read_text()))


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
    date: date

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return text("catalog.price.unknown")
        if self.low == self.high:
            return text("catalog.price.exact", amount=amount(self.high), currency=self.currency)
        bounds = {"low": amount(self.low), "high": amount(self.high)}
        return text("catalog.price.between", **bounds, currency=self.currency)


def cost_of(model: str, region: str, resolution: str, seconds: float | Decimal) -> Decimal | None:
    """Return what these seconds of video cost in a region, None when the list has no price for them."""
    per_second = price_list().per_second(model, find_region(region).scope, resolution)
    return None if per_second is None else per_second * Decimal(str(seconds))


def amount(money: Decimal) -> str:
    """Return a sum for people: two decimals, more only below one hundredth."""
    if money and abs(money) < Decimal("0.01"):
        return f"{money.normalize():f}"
    return f"{money:.2f}"
