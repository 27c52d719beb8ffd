"""The request the rows send: a prompt of usual length, the usual seconds."""

from typing import Any

MODEL = "wan2.7-t2v"
PROMPT = (
    "A red fox crosses a narrow street in the rain at night. Neon signs glow in the puddles, steam rises from"
    " a grate, and a tram passes slowly behind it. The camera follows low above the ground, then rises to the"
    " roofs. Film look, shallow depth of field, soft grain; distant thunder and the hum of the city."
)
VALUES: dict[str, Any] = {"prompt": PROMPT, "duration": 5, "resolution": "720P"}
