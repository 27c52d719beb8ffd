"""Which media files a body names, for what code that sends it has to do or to say."""

from collections.abc import Iterator, Mapping
from typing import Any

from wan_notebook.catalog.addresses import local_path
from wan_notebook.catalog.texts import text

ADDRESSES = {"url", "reference_voice", "audio_url", "img_url"}
"""Keys whose value is a media file."""


def needs_resolving(body: Mapping[str, Any]) -> bool:
    """Return whether a body names a file in the service's upload store, so that a header must say so."""
    return any(url.startswith("oss://") for _, url in _addresses(body.get("input"), "input"))


def local_note(body: Mapping[str, Any]) -> str:
    """Return a comment that names the places of files on this machine, "" where there are none."""
    local = [place for place, url in _addresses(body.get("input"), "input") if local_path(url)]
    return f"# {text('catalog.snippet.local', places=', '.join(local))}\n" if local else ""


def _addresses(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """Yield place and address of every media file in a value."""
    name = place.rpartition(".")[2]
    if isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _addresses(entry, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for number, entry in enumerate(value):
            yield from _addresses(entry, f"{place}[{number}]")
    elif isinstance(value, str) and (name in ADDRESSES or name.startswith("reference_urls[")):
        yield place, value
