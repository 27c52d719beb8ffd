"""The wan2.7 models as the documents describe them (protocol.md, sections 2.1 and 2.3)."""

from wan_notebook.catalog.fields import BooleanField, ChoiceField, IntegerField, TextField, UrlField
from wan_notebook.catalog.models import Model, Pixels

CREATE_PATH = "services/aigc/video-generation/video-synthesis"

PIXELS: Pixels = {
    "720P": {
        "16:9": (1280, 720),
        "9:16": (720, 1280),
        "1:1": (960, 960),
        "4:3": (1104, 832),
        "3:4": (832, 1104),
    },
    "1080P": {
        "16:9": (1920, 1080),
        "9:16": (1080, 1920),
        "1:1": (1440, 1440),
        "4:3": (1648, 1248),
        "3:4": (1248, 1648),
    },
}

PROMPT = TextField(name="prompt", place="input", maximum=5000, lines=3, required=True)
NEGATIVE_PROMPT = TextField(name="negative_prompt", place="input", maximum=500, lines=2, advanced=True)
AUDIO_URL = UrlField(
    name="audio_url",
    place="input",
    formats=("mp3", "wav"),
    shortest=2,
    longest=30,
    megabytes=15,
    advanced=True,
)
RESOLUTION = ChoiceField(name="resolution", place="parameters", options=("720P", "1080P"), default="1080P")
RATIO = ChoiceField(
    name="ratio",
    place="parameters",
    options=("16:9", "9:16", "1:1", "4:3", "3:4"),
    default="16:9",
)
DURATION = IntegerField(name="duration", place="parameters", minimum=2, maximum=15, default=5, unit="s")
PROMPT_EXTEND = BooleanField(name="prompt_extend", place="parameters", default=True, advanced=True)
WATERMARK = BooleanField(name="watermark", place="parameters", default=False, advanced=True)
SEED = IntegerField(name="seed", place="parameters", minimum=0, maximum=2_147_483_647, drawn=True)

WAN27_T2V = Model(
    id="wan2.7-t2v",
    mode="t2v",
    family="wan2.7",
    path=CREATE_PATH,
    fields=(
        PROMPT,
        RESOLUTION,
        RATIO,
        DURATION,
        SEED,
        NEGATIVE_PROMPT,
        AUDIO_URL,
        PROMPT_EXTEND,
        WATERMARK,
    ),
    pixels=PIXELS,
    scopes=("mainland", "international"),
)
