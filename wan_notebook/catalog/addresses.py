"""Where a request names a media file, and what the service takes there.

A media file is given as a web address, as an `oss://` address of the service's own upload store, as a `data:`
address where images may be sent inside the request, or as a path on this machine, which is uploaded first.
"""

import base64
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from urllib.request import url2pathname

from wan_notebook.catalog.problems import Problem
from wan_notebook.catalog.texts import text
from wan_notebook.media import MediaFacts, UnreadableMediaError, guess_kind, read

Kind = Literal["image", "video", "audio"]
Step = str | int
WEB = ("http", "https", "oss")
FORMATS = {"jpg": "jpeg", "x-ms-bmp": "bmp"}
"""Other names that formats have in `data:` addresses."""


@dataclass(frozen=True, kw_only=True)
class FileRule:
    """What the service takes as one media file (protocol.md, section 2.2).

    Attributes:
        kind: image, video or audio.
        formats: names of the formats, first the usual one.
        megabytes: size limit.
        seconds: shortest and longest length, None for images.
        sides: shortest and longest side of the picture in pixels, None for sound.
        ratio: how many times one side may be longer than the other, None for sound.
        alpha: whether a picture may be see-through.
        inline: whether it may be sent inside the request as a `data:` address.
    """

    kind: Kind
    formats: tuple[str, ...]
    megabytes: int
    seconds: tuple[int, int] | None = None
    sides: tuple[int, int] | None = None
    ratio: int | None = None
    alpha: bool = True
    inline: bool = False

    def faults(self, facts: MediaFacts) -> Iterator[tuple[str, str, dict[str, object]]]:
        """Yield what in a file is outside the limits: key of the sentence, limit, and its values."""
        if facts.format not in self.formats:
            allowed = ", ".join(self.formats)
            yield "format", allowed, {"found": facts.format, "allowed": allowed}
        size = facts.bytes / 2**20
        if size > self.megabytes:
            found = math.ceil(size * 10) / 10  # upwards, lest 20.01 MB read as 20.0 of 20
            yield "size", f"{self.megabytes} MB", {"found": found, "maximum": self.megabytes}
        if self.seconds and facts.seconds is not None:
            shortest, longest = self.seconds
            if not shortest <= round(facts.seconds, 1) <= longest:
                bounds = {"found": f"{facts.seconds:.1f}", "minimum": shortest, "maximum": longest}
                yield "seconds", f"{shortest}-{longest} s", bounds
        if facts.width and facts.height:
            yield from self._picture_faults(facts, facts.width, facts.height)

    def _picture_faults(
        self, facts: MediaFacts, width: int, height: int
    ) -> Iterator[tuple[str, str, dict[str, object]]]:
        found = f"{width}x{height}"
        if self.sides and not self.sides[0] <= min(width, height) <= max(width, height) <= self.sides[1]:
            minimum, maximum = self.sides
            bounds = {"found": found, "minimum": minimum, "maximum": maximum}
            yield "sides", f"{minimum}-{maximum} px", bounds
        if self.ratio and max(width, height) > self.ratio * min(width, height):
            yield "ratio", f"1:{self.ratio}-{self.ratio}:1", {"found": found, "ratio": self.ratio}
        if facts.alpha and not self.alpha:
            yield "alpha", "no alpha", {}

    def limits(self) -> dict[str, Any]:
        """Return the limits as plain data, for help texts and the form."""
        shortest, longest = self.seconds or (None, None)
        smallest, largest = self.sides or (None, None)
        return {
            "kind": self.kind,
            "formats": "/".join(self.formats),
            "megabytes": self.megabytes,
            "shortest": shortest,
            "longest": longest,
            "smallest": smallest,
            "largest": largest,
            "ratio": self.ratio,
            "inline": self.inline,
        }


@dataclass(frozen=True, slots=True)
class Address:
    """One place of a request that names a media file.

    Attributes:
        at: the way to it: field, then number or key, as in ("media", 0, "url").
        url: what stands there.
        rules: what the service takes there; of several the one of the file's kind.
    """

    at: tuple[Step, ...]
    url: str
    rules: tuple[FileRule, ...]

    @property
    def path(self) -> Path | None:
        """The file on this machine, None for an address in the web, in the upload store, or inline."""
        return local_path(self.url)

    @property
    def item(self) -> int | None:
        """Number of the list's item it belongs to."""
        return next((step for step in self.at if isinstance(step, int)), None)

    @property
    def name(self) -> str:
        """The place as a reader writes it: ``media[0].url``."""
        first, *rest = self.at
        return str(first) + "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in rest)

    @property
    def kind(self) -> Kind | None:
        """Image, video or audio, as far as rules, file or ending tell."""
        if len(self.rules) == 1:
            return self.rules[0].kind
        facts = self.facts()
        return facts.kind if facts else guess_kind(self.url)

    def facts(self) -> MediaFacts | None:
        """Return what the file is, None when it does not lie on this machine or cannot be read."""
        if self.path is None:
            return None
        try:
            return read(self.path)
        except UnreadableMediaError:
            return None

    def problems(self) -> list[Problem]:
        """Return what is wrong with the address, or with the file it names on this machine."""
        if self.url.startswith("data:"):
            return self._inline_problems()
        path = self.path
        if path is not None and self.url.strip():
            return self._file_problems(path)
        return [] if _is_web(self.url) else [self._problem("url")]

    def _inline_problems(self) -> list[Problem]:
        head, _, data = self.url.partition(",")
        kind, _, subtype = head.removeprefix("data:").partition("/")
        rule = next((rule for rule in self.rules if rule.inline and rule.kind == kind), None)
        if rule is None:
            return [self._problem("inline")]
        try:
            size = len(base64.b64decode(data, validate=True)) if head.endswith(";base64") else 0
        except ValueError:
            size = 0
        if not size:
            return [self._problem("inline_form")]
        given = subtype.partition(";")[0].lower()
        return self._faults(rule, MediaFacts(rule.kind, FORMATS.get(given, given), size))

    def _file_problems(self, path: Path) -> list[Problem]:
        try:
            facts = read(path)
        except UnreadableMediaError as error:
            key = "file_missing" if error.missing else "file_unreadable"
            return [self._problem(key, reason=in_words(error))]
        rule = next((rule for rule in self.rules if rule.kind == facts.kind), None)
        if rule is None:
            allowed = ", ".join(rule.kind for rule in self.rules)
            return [self._problem("file_kind", allowed, found=facts.kind, allowed=allowed)]
        return self._faults(rule, facts)

    def _faults(self, rule: FileRule, facts: MediaFacts) -> list[Problem]:
        return [self._problem(f"file_{key}", limit, **values) for key, limit, values in rule.faults(facts)]

    def _problem(self, key: str, limit: str | None = None, **values: object) -> Problem:
        shown = self.url if len(self.url) <= 60 else f"{self.url[:30]}…{self.url[-29:]}"  # noqa: PLR2004
        message = text(f"catalog.problem.{key}", field=self.name, value=repr(shown), **values)
        return Problem(str(self.at[0]), message, limit, self.url, self.item)


def in_words(error: UnreadableMediaError) -> str:
    """Return why a file cannot be read, in the language of all sentences."""
    return text(f"catalog.trouble.{error.trouble.name}")


def local_path(url: str) -> Path | None:
    """Return the file an address means on this machine, None for any other address.

    Everything without a scheme is a path; one letter before a colon is a drive.
    """
    if url.startswith("data:"):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    if parts.scheme == "file":
        return Path(url2pathname(parts.path)) if parts.netloc in {"", "localhost"} else None
    if "://" in url or len(parts.scheme) > 1:
        return None
    return at_home(Path(url))


def at_home(path: Path) -> Path:
    """Return a path with the user's folder in place of ``~``; as it is where there is no such user."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path


def _is_web(url: str) -> bool:
    """Return whether this is a whole address of the web or the upload store."""
    if " " in url or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        host = parts.netloc if parts.scheme == "oss" else parts.hostname
        usable = parts.scheme == "oss" or parts.port != 0
    except ValueError:
        return False
    return parts.scheme in WEB and bool(host) and usable
