"""A second place for finished videos: an object store or another folder, through fsspec (extra `storage`).

The file here is the truth and the mirror a copy of it: nothing that goes wrong there touches what is here.
Credentials are the place's own affair (`AWS_…`, `OSS_…`, `~/.aws`); none is asked for or kept by us.
"""

import posixpath
import re
from os import PathLike
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wan_notebook.catalog import SettingError, WanError, text

WHOLE = frozenset({"s3", "s3a", "oss", "gs", "gcs", "az", "abfs", "abfss", "adl", "memory"})
"""Places where a file appears whole or not at all; anywhere else it gets its name when it is."""
HIDDEN = "…"
_PROTOCOL = re.compile(r"(?P<protocol>[a-z][a-z0-9+.-]+)://(?P<path>.*)", re.DOTALL | re.IGNORECASE)
_SHOWN = 300  # characters of a reason


class MirrorError(WanError):
    """A video that was not copied to the mirror; the file here is not affected."""


class Mirror:
    """A place that gets a copy of each saved video and of its sidecar.

    Args:
        address: `s3://bucket/folder`, `oss://…`, `memory://…` or any other that fsspec knows, or a folder.

    Raises:
        SettingError: it is no such address, or a package for it is missing.
    """

    def __init__(self, address: str | Path) -> None:
        given = str(address).strip()
        self._shown = _shown(given)
        found = _PROTOCOL.fullmatch(given)
        if not isinstance(address, str | PathLike) or not (
            found["path"].strip("/") if found else given and "://" not in given
        ):
            raise SettingError(text("tasks.mirror.address", mirror=repr(self._shown)))
        self._protocol = found["protocol"].lower() if found else "file"
        self._address = given if found else Path(given).expanduser().absolute().as_posix()
        _check_package(self._protocol, self._shown)

    @property
    def address(self) -> str:
        """Where it is, without what could be a password."""
        return self._shown

    def copy(self, video: Path) -> None:
        """Copy a video and, where there is one, its sidecar; a video that is there already is left alone.

        Called in a thread of its own: it may take as long as a transfer takes.

        Raises:
            MirrorError: it could not be done.
        """
        try:
            self._copy(video)
        except MirrorError:
            raise
        except Exception as error:  # noqa: BLE001 - each place raises errors of its own kinds
            reason = self._scrubbed(f"{type(error).__name__}: {error}".removesuffix(": "))
            words = {"mirror": self._shown, "reason": reason, "video": video}
            raise MirrorError(text("tasks.mirror.failed", **words)) from None

    def _copy(self, video: Path) -> None:
        from fsspec.core import url_to_fs  # noqa: PLC0415 - an extra, and only who mirrors needs it

        place, folder = url_to_fs(self._address)
        if self._protocol not in WHOLE:  # the others have no folders, only names
            place.makedirs(folder, exist_ok=True)
        target = posixpath.join(folder, video.name)
        if not place.exists(target):
            self._put(place, video, target)
        elif place.size(target) != video.stat().st_size:
            raise MirrorError(text("tasks.mirror.taken", mirror=self._shown, name=video.name, video=video))
        sidecar = video.with_suffix(".json")
        if sidecar.is_file():
            self._put(place, sidecar, posixpath.join(folder, sidecar.name))

    def _put(self, place: Any, file: Path, target: str) -> None:
        """Have a file appear there whole or not at all."""
        if self._protocol in WHOLE:
            place.put_file(str(file), target)
            return
        hidden = posixpath.join(posixpath.dirname(target), f".{file.name}.part")
        place.put_file(str(file), hidden)
        place.mv(hidden, target)

    def _scrubbed(self, reason: str) -> str:
        """Return what a place said in one line, without what the address keeps to itself."""
        parts = urlsplit(self._address)
        secrets = (parts.password, parts.query, parts.netloc.rpartition("@")[0])
        line = " ".join(reason.split())
        for secret in filter(None, secrets):
            line = line.replace(secret, HIDDEN)
        return line[:_SHOWN].rstrip(".")

    def __repr__(self) -> str:
        return f"Mirror({self._shown!r})"


def _shown(address: str) -> str:
    """Return an address without user, password and query, which may be secrets."""
    start, mark, rest = address.partition("://")
    if not mark:
        return address
    host, slash, path = rest.partition("?")[0].partition("/")
    return f"{start}{mark}{host.rpartition('@')[2]}{slash}{path}"


def _check_package(protocol: str, shown: str) -> None:
    """Check that what speaks a protocol is installed.

    Raises:
        SettingError: it is not, or nobody knows the protocol.
    """
    try:
        from fsspec import get_filesystem_class  # noqa: PLC0415 - an extra, and only who mirrors needs it

        get_filesystem_class(protocol)
    except (ImportError, ValueError) as error:
        words = {"mirror": shown, "reason": str(error).rstrip(".")}
        raise SettingError(text("tasks.mirror.package", **words)) from None
