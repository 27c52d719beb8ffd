"""What the service takes as a media file, by kind (protocol.md, section 2.2)."""

from wan_notebook.catalog.addresses import FileRule

IMAGE = FileRule(
    kind="image",
    formats=("jpeg", "png", "bmp", "webp"),
    megabytes=20,
    sides=(240, 8000),
    ratio=8,
    alpha=False,
    inline=True,
)
LINKED_IMAGE = FileRule(
    kind="image",
    formats=IMAGE.formats,
    megabytes=20,
    sides=(240, 8000),
    ratio=8,
    alpha=False,
)
"""For reference_urls of wan2.6, where images cannot be sent inside the request (protocol.md, 2.5)."""
CLIP = FileRule(
    kind="video",
    formats=("mp4", "mov"),
    megabytes=100,
    seconds=(2, 10),
    sides=(240, 4096),
    ratio=8,
)
REFERENCE_VIDEO = FileRule(
    kind="video",
    formats=("mp4", "mov"),
    megabytes=100,
    seconds=(1, 30),
    sides=(240, 4096),
    ratio=8,
)
SOUND = FileRule(kind="audio", formats=("mp3", "wav"), megabytes=15, seconds=(2, 30))
SOUND_26 = FileRule(kind="audio", formats=("mp3", "wav"), megabytes=15, seconds=(3, 30))
"""For wan2.6, whose page asks for 3 s at least (protocol.md, section 11, "Audio length")."""
VOICE = FileRule(kind="audio", formats=("mp3", "wav"), megabytes=15, seconds=(1, 10))
