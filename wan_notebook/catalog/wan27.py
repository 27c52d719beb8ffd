"""The wan2.7 models as the documents describe them (protocol.md, sections 2.1 to 2.3)."""

from dataclasses import replace

from wan_notebook.catalog.fields import BooleanField, ChoiceField, IntegerField, TextField
from wan_notebook.catalog.files import CLIP, IMAGE, REFERENCE_VIDEO, SOUND, VOICE
from wan_notebook.catalog.media_field import MediaField, MediaSet, MediaType
from wan_notebook.catalog.models import Cap, Model, Pixels
from wan_notebook.catalog.url_fields import UrlField

CREATE_PATH = "services/aigc/video-generation/video-synthesis"
SCOPES = ("mainland", "international", "tokyo")

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
FREE_PROMPT = replace(PROMPT, required=False, words="optional")
NEGATIVE_PROMPT = TextField(name="negative_prompt", place="input", maximum=500, lines=2, advanced=True)
AUDIO_URL = UrlField(name="audio_url", place="input", rule=SOUND, advanced=True)
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

ONE = (1, 1)
I2V_MEDIA = MediaField(
    name="media",
    place="input",
    required=True,
    types=(
        MediaType(name="first_frame", rule=IMAGE),
        MediaType(name="last_frame", rule=IMAGE),
        MediaType(name="first_clip", rule=CLIP),
        MediaType(name="driving_audio", rule=SOUND),
    ),
    sets=(
        MediaSet(id="first_frame", counts={"first_frame": ONE}),
        MediaSet(id="first_frame_sound", counts={"first_frame": ONE, "driving_audio": ONE}),
        MediaSet(id="first_last_frame", counts={"first_frame": ONE, "last_frame": ONE}),
        MediaSet(
            id="first_last_frame_sound",
            counts={"first_frame": ONE, "last_frame": ONE, "driving_audio": ONE},
        ),
        MediaSet(id="continuation", counts={"first_clip": ONE}),
        MediaSet(id="continuation_to_frame", counts={"first_clip": ONE, "last_frame": ONE}),
    ),
)
REFERENCES = frozenset({"reference_image", "reference_video"})
R2V_MEDIA = MediaField(
    name="media",
    place="input",
    required=True,
    disputed="media_r2v",
    types=(
        MediaType(name="reference_image", rule=IMAGE, voice=VOICE, named=True),
        MediaType(name="reference_video", rule=REFERENCE_VIDEO, voice=VOICE, named=True),
        MediaType(name="first_frame", rule=IMAGE),
    ),
    sets=(
        MediaSet(
            id="references",
            counts={"reference_image": (0, 5), "reference_video": (0, 5), "first_frame": (0, 1)},
            together=(REFERENCES, 1, 5),
        ),
    ),
)
EDIT_MEDIA = MediaField(
    name="media",
    place="input",
    required=True,
    types=(
        MediaType(name="video", rule=CLIP),
        MediaType(name="reference_image", rule=IMAGE, named=True),
    ),
    sets=(MediaSet(id="edit", counts={"video": ONE, "reference_image": (0, 4)}),),
)

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
    scopes=SCOPES,
)
WAN27_I2V = Model(
    id="wan2.7-i2v",
    mode="i2v",
    family="wan2.7",
    path=CREATE_PATH,
    fields=(
        FREE_PROMPT,
        I2V_MEDIA,
        RESOLUTION,
        replace(DURATION, words="continuation"),
        SEED,
        NEGATIVE_PROMPT,
        PROMPT_EXTEND,
        WATERMARK,
    ),
    pixels=PIXELS,
    scopes=SCOPES,
    follows=("first_frame", "first_clip"),
)
WAN27_R2V = Model(
    id="wan2.7-r2v",
    mode="r2v",
    family="wan2.7",
    path=CREATE_PATH,
    fields=(
        PROMPT,
        R2V_MEDIA,
        RESOLUTION,
        replace(RATIO, words="first_frame"),
        replace(DURATION, disputed="duration_r2v"),
        SEED,
        NEGATIVE_PROMPT,
        UrlField(
            name="reference_voice",
            place="input",
            rule=VOICE,
            advanced=True,
            disputed="reference_voice",
        ),
        PROMPT_EXTEND,
        WATERMARK,
    ),
    pixels=PIXELS,
    scopes=SCOPES,
    caps=(Cap(field="duration", maximum=10, media="reference_video"),),
    billing="references",
    input_shares="videos",
    naming="counted",
    follows=("first_frame",),
)
WAN27_VIDEOEDIT = Model(
    id="wan2.7-videoedit",
    mode="edit",
    family="wan2.7",
    path=CREATE_PATH,
    fields=(
        FREE_PROMPT,
        EDIT_MEDIA,
        RESOLUTION,
        replace(RATIO, default=None, words="edit"),
        IntegerField(
            name="duration",
            place="parameters",
            minimum=2,
            maximum=10,
            besides=0,
            default=0,
            unit="s",
            words="edit",
        ),
        ChoiceField(name="audio_setting", place="parameters", options=("auto", "origin"), default="auto"),
        SEED,
        NEGATIVE_PROMPT,
        PROMPT_EXTEND,
        WATERMARK,
    ),
    pixels=PIXELS,
    scopes=SCOPES,
    billing="edit",
    naming="counted",
    follows=("video",),
)

WAN27 = (
    WAN27_T2V,
    WAN27_I2V,
    replace(WAN27_I2V, id="wan2.7-i2v-2026-04-25"),
    WAN27_R2V,
    WAN27_VIDEOEDIT,
)
