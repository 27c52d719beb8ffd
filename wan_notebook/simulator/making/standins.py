"""Built-in files for the media addresses in the service's own documents, of the same kind, always the same.

The documents' samples then run on the simulator without a way to the internet, and what a learner sees tells
one address from another: who or what stands there follows from the address.
"""

import hashlib
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from wan_notebook.media import guess_kind

HOSTS = ("help-static-aliyun-doc.aliyuncs.com", "cdn.wanx.aliyuncs.com", "example.com", "example.org")
"""Hosts of the documents' sample addresses; what lies under them counts too."""


def stands_in(url: str) -> bool:
    """Return whether an address is answered by a built-in file."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    known = any(host == name or host.endswith(f".{name}") for name in HOSTS)
    return known and parts.scheme in {"http", "https"} and guess_kind(url) is not None


def stand_in(url: str, folder: Path) -> Path:
    """Return the built-in file for an address; it is made once.

    Args:
        url: one for which `stands_in` is true.
        folder: where it lies afterwards.

    Raises:
        OSError: it cannot be written.
    """
    from wan_notebook.simulator.making.sitting import sit  # noqa: PLC0415 - drawing is not needed until now

    number = hashlib.sha256(url.encode()).hexdigest()
    name = PurePosixPath(unquote(urlsplit(url).path)).name.lower()
    path = folder / f"{number[:40]}{PurePosixPath(name).suffix}"
    if not path.exists():
        part = path.with_name(f".{path.name}.part")
        sit(name, int(number[:12], 16), part)
        part.replace(path)
    return path
