"""The request the rows send: a prompt of usual length, the usual seconds."""

from typing import Any

MODEL = "wan2.7-t2v"
PROMPT = (
    "A red fox crosses a narrow street in the rain at night. Neon signs glow in the puddles, steam rises from"
    " a grate, and a tram passes slowly behind it. The camera follows low above the ground, then rises to the"
    " roofs. Film look, shallow depth of field, soft grain; distant thunder and the hum of the city."
)
VALUES: dict[str, Any] = {"prompt": PROMPT, "duration": 5, "resolution": "720P"}
REFERENCES: dict[str, Any] = {
    "prompt": "Image 1 and Image 2 meet Video 1 before Image 3; Video 2 plays on the wall.",
    "media": [
        {"type": "reference_image", "url": "https://example.com/girl.png"},
        {
            "type": "reference_image",
            "url": "https://example.com/boy.jpg",
            "reference_voice": "https://example.com/boy.mp3",
        },
        {"type": "reference_video", "url": "https://example.com/dog.mp4"},
        {"type": "reference_image", "url": "https://example.com/room.webp"},
        {"type": "reference_video", "url": "https://example.com/film.mov"},
    ],
    "duration": 10,
    "resolution": "720P",
}
"""Values for wan2.7-r2v with as many references as it takes."""
