"""What the service offers, as data and pure rules: models, fields, regions, prices, requests, words."""

from wan_notebook.catalog.addresses import Address, FileRule, in_words, local_path
from wan_notebook.catalog.billing import billed_seconds
from wan_notebook.catalog.errors import SettingError, UnknownModelError, WanError
from wan_notebook.catalog.examples import Example, examples
from wan_notebook.catalog.fields import (
    BooleanField,
    ChoiceField,
    Field,
    IntegerField,
    TextField,
    each,
    members,
    shortened,
)
from wan_notebook.catalog.inputs import Inputs
from wan_notebook.catalog.media_field import VOICE, MediaField, MediaSet, MediaType
from wan_notebook.catalog.migration import Migrated
from wan_notebook.catalog.models import MODELS, Cap, Model, add_models, find_model
from wan_notebook.catalog.naming import names
from wan_notebook.catalog.places import place
from wan_notebook.catalog.prices import (
    Estimate,
    PriceList,
    Quote,
    amount,
    price_list,
    price_lists,
    quote,
    use_prices,
)
from wan_notebook.catalog.problems import Notice, Problem, RequestError
from wan_notebook.catalog.regions import (
    DEFAULT_REGION,
    REGIONS,
    Region,
    base_url,
    find_region,
    offering,
    region_of,
    region_problem,
)
from wan_notebook.catalog.request import Request
from wan_notebook.catalog.shots import read_shots, shots
from wan_notebook.catalog.snippets import FLAVOURS
from wan_notebook.catalog.statuses import FINAL, Status, VideoState
from wan_notebook.catalog.texts import language, text
from wan_notebook.catalog.url_fields import UrlField, UrlsField
from wan_notebook.catalog.wan26 import WAN26
from wan_notebook.catalog.wan27 import WAN27

add_models(*WAN27, *WAN26)

__all__ = [
    "DEFAULT_REGION",
    "FINAL",
    "FLAVOURS",
    "MODELS",
    "REGIONS",
    "VOICE",
    "Address",
    "BooleanField",
    "Cap",
    "ChoiceField",
    "Estimate",
    "Example",
    "Field",
    "FileRule",
    "Inputs",
    "IntegerField",
    "MediaField",
    "MediaSet",
    "MediaType",
    "Migrated",
    "Model",
    "Notice",
    "PriceList",
    "Problem",
    "Quote",
    "Region",
    "Request",
    "RequestError",
    "SettingError",
    "Status",
    "TextField",
    "UnknownModelError",
    "UrlField",
    "UrlsField",
    "VideoState",
    "WanError",
    "add_models",
    "amount",
    "base_url",
    "billed_seconds",
    "each",
    "examples",
    "find_model",
    "find_region",
    "in_words",
    "language",
    "local_path",
    "members",
    "names",
    "offering",
    "place",
    "price_list",
    "price_lists",
    "quote",
    "read_shots",
    "region_of",
    "region_problem",
    "shortened",
    "shots",
    "text",
    "use_prices",
]
