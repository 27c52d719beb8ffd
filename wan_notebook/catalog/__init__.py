"""What the service offers, as data and pure rules: models, fields, regions, prices, requests, words."""

from wan_notebook.catalog.errors import SettingError, UnknownModelError, WanError
from wan_notebook.catalog.fields import (
    BooleanField,
    ChoiceField,
    Field,
    IntegerField,
    TextField,
    UrlField,
)
from wan_notebook.catalog.models import MODELS, Model, add_models, find_model
from wan_notebook.catalog.prices import Estimate, PriceList, amount, cost_of, price_list
from wan_notebook.catalog.problems import Problem, RequestError
from wan_notebook.catalog.regions import (
    DEFAULT_REGION,
    REGIONS,
    Region,
    base_url,
    find_region,
    region_of,
)
from wan_notebook.catalog.request import Request
from wan_notebook.catalog.statuses import FINAL, Status, VideoState
from wan_notebook.catalog.texts import language, text
from wan_notebook.catalog.wan27 import WAN27_T2V

add_models(WAN27_T2V)

__all__ = [
    "DEFAULT_REGION",
    "FINAL",
    "MODELS",
    "REGIONS",
    "BooleanField",
    "ChoiceField",
    "Estimate",
    "Field",
    "IntegerField",
    "Model",
    "PriceList",
    "Problem",
    "Region",
    "Request",
    "RequestError",
    "SettingError",
    "Status",
    "TextField",
    "UnknownModelError",
    "UrlField",
    "VideoState",
    "WanError",
    "add_models",
    "amount",
    "base_url",
    "cost_of",
    "find_model",
    "find_region",
    "language",
    "price_list",
    "region_of",
    "text",
]
