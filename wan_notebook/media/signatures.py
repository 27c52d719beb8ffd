"""The format of a file by its first bytes."""

from typing import Final

from wan_notebook.media.errors import FlawError, Trouble

HEAD: Final = 128
"""Bytes of a file that tell its format."""
SIGNATURES: Final = (
    (0, b"\x89PNG\r\n\x1a\n", "png"),
    (0, b"\xff\xd8\xff", "jpeg"),
    (0, b"BM", "bmp"),
    (0, b"GIF87a", "gif"),
    (0, b"GIF89a", "gif"),
    (8, b"WEBPVP8", "webp"),
    (0, b"II*\0", "tiff"),
    (0, b"MM\0*", "tiff"),
    (4, b"ftypavif", "avif"),
    (4, b"ftypavis", "avif"),
    (4, b"ftyphei", "heic"),
    (4, b"ftyphev", "heic"),
    (4, b"ftypmif1", "heic"),
    (4, b"ftypqt  ", "mov"),
    (4, b"ftypM4A ", "m4a"),
    (4, b"ftyp", "mp4"),
    (4, b"moov", "mov"),  # QuickTime files older than the ftyp box
    (4, b"mdat", "mov"),
    (4, b"wide", "mov"),
    (4, b"free", "mov"),
    (4, b"skip", "mov"),
    (0, b"\x1a\x45\xdf\xa3", "mkv"),
    (8, b"WAVE", "wav"),
    (0, b"OggS", "ogg"),
    (0, b"fLaC", "flac"),
    (0, b"ID3", "mp3"),
)
"""Where the mark stands, the mark, the format; the first that fits counts.

Weak marks (two letters, or words at place 4) do no harm: what follows has to fit as well when it is read.
"""
LAYER_3, ADTS = 0b01, 0b00
"""The layer bits in the first word of a bare stream of MP3 and of AAC."""


def format_of(head: bytes) -> str:
    """Return the format of a file that begins with these bytes.

    Raises:
        FlawError: no known format begins so.
    """
    for place, mark, name in SIGNATURES:
        if head.startswith(mark, place):
            return "webm" if name == "mkv" and b"webm" in head else name
    return _bare_sound(head)


def _bare_sound(head: bytes) -> str:
    """Tell MP3 and AAC that begin with a frame, by the frame's first 12 bits and its layer."""
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:  # noqa: PLR2004 - eleven bits set
        layer = head[1] >> 1 & 0b11
        if layer == LAYER_3:
            return "mp3"
        if layer == ADTS and head[1] & 0x10:
            return "aac"
    raise FlawError(Trouble.UNKNOWN)
