"""The wan2.6 models as the documents describe them (protocol.md, sections 2.3 and 2.4)."""

from dataclasses import replace

from wan_notebook.catalog.fields import BooleanField, ChoiceField, TextField
from wan_notebook.catalog.files import IMAGE, LINKED_IMAGE, REFERENCE_VIDEO, SOUND_26
from wan_notebook.catalog.models import Model, Pixels
from wan_notebook.catalog.url_fields import UrlField, UrlsField
from wan_notebook.catalog.wan27 import (
    AUDIO_URL,
    CREATE_PATH,
    DURATION,
    FREE_PROMPT,
    NEGATIVE_PROMPT,
    PROMPT,
    PROMPT_EXTEND,
    RESOLUTION,
    SEED,
    WATERMARK,
)

SCOPES = ("mainland", "international", "global")
FLASH_SCOPES = ("mainland", "international")

PIXELS: Pixels = {
    "720P": {
        "16:9": (1280, 720),
        "9:16": (720, 1280),
        "1:1": (960, 960),
        "4:3": (1088, 832),
        "3:4": (832, 1088),
    },
    "1080P": {
        "16:9": (1920, 1080),
        "9:16": (1080, 1920),
        "1:1": (1440, 1440),
        "4:3": (1632, 1248),
        "3:4": (1248, 1632),
    },
}

PROMPT_26 = replace(PROMPT, maximum=1500)
FREE_PROMPT_26 = replace(FREE_PROMPT, maximum=1500, disputed="prompt_i2v26")
NEGATIVE_PROMPT_26 = replace(NEGATIVE_PROMPT, disputed="negative_prompt")
AUDIO_URL_26 = replace(AUDIO_URL, rule=SOUND_26)
WATERMARK_26 = replace(WATERMARK, disputed="watermark")
SIZE = ChoiceField(
    name="size",
    place="parameters",
    options=tuple(f"{width}*{height}" for tier in PIXELS.values() for width, height in tier.values()),
    default="1920*1080",
    disputed="size",
)
SHOT_TYPE = ChoiceField(
    name="shot_type",
    place="parameters",
    options=("single", "multi"),
    default="single",
    disputed="shot_type",
)
AUDIO = BooleanField(name="audio", place="parameters", default=True, disputed="audio")
IMG_URL = UrlField(name="img_url", place="input", rule=IMAGE, required=True)
TEMPLATE = TextField(name="template", place="input", maximum=100, advanced=True)
REFERENCE_URLS = UrlsField(
    name="reference_urls",
    place="input",
    required=True,
    rules=(LINKED_IMAGE, REFERENCE_VIDEO),
    most=5,
    most_of={"image": 5, "video": 3},
)

WAN26_T2V = Model(
    id="wan2.6-t2v",
    mode="t2v",
    family="wan2.6",
    path=CREATE_PATH,
    fields=(
        PROMPT_26,
        SIZE,
        DURATION,
        SHOT_TYPE,
        SEED,
        NEGATIVE_PROMPT_26,
        AUDIO_URL_26,
        PROMPT_EXTEND,
        WATERMARK_26,
    ),
    pixels=PIXELS,
    scopes=SCOPES,
    successor="wan2.7-t2v",
)
WAN26_I2V = Model(
    id="wan2.6-i2v",
    mode="i2v",
    family="wan2.6",
    path=CREATE_PATH,
    fields=(
        FREE_PROMPT_26,
        IMG_URL,
        RESOLUTION,
        DURATION,
        SHOT_TYPE,
        SEED,
        NEGATIVE_PROMPT_26,
        AUDIO_URL_26,
        TEMPLATE,
        PROMPT_EXTEND,
        WATERMARK_26,
    ),
    pixels=PIXELS,
    scopes=SCOPES,
    follows=("img_url",),
    successor="wan2.7-i2v",
)
WAN26_R2V = Model(
    id="wan2.6-r2v",
    mode="r2v",
    family="wan2.6",
    path=CREATE_PATH,
    fields=(
        PROMPT_26,
        REFERENCE_URLS,
        SIZE,
        replace(DURATION, maximum=10),
        SHOT_TYPE,
        SEED,
        NEGATIVE_PROMPT_26,
        WATERMARK_26,
    ),
    pixels=PIXELS,
    scopes=SCOPES,
    billing="references",
    naming="character",
    successor="wan2.7-r2v",
)


def _flash(model: Model) -> Model:
    """Return the flash version: it may also be silent, and is offered in fewer regions."""
    place = model.fields.index(SHOT_TYPE)
    fields = (*model.fields[:place], AUDIO, *model.fields[place:])
    return replace(model, id=f"{model.id}-flash", fields=fields, scopes=FLASH_SCOPES)


WAN26 = (WAN26_T2V, WAN26_I2V, _flash(WAN26_I2V), WAN26_R2V, _flash(WAN26_R2V))
