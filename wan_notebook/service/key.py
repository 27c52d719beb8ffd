"""The API key: a value that shows itself to nobody, and the places it is looked for (protocol.md, 10.3)."""

import hashlib
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from wan_notebook.catalog import SettingError, text

HIDDEN = "…"
ENVIRONMENT = "DASHSCOPE_API_KEY"
FILE_ENVIRONMENT = "DASHSCOPE_API_KEY_FILE_PATH"
FILE = Path(".dashscope", "api_key")  # under the home folder; the official SDK's place

_PLACEHOLDER = re.compile(
    r"""
    (?:sk-?)? (?: x{3,} | \*{3,} | \.{3,} )            # sk-xxx, sk-***, sk-...
    | .* your .* key .* | .* api[-_]?key .*            # your-api-key, DASHSCOPE_API_KEY, sk-your-key
    | sk-? | < .* > | \$ .* | \{ .* \} | % .* %        # a bare start, <key>, $KEY, {key}, %KEY%
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)

_FAULTS: tuple[tuple[str, Callable[[str], object]], ...] = (
    ("empty", lambda key: not key),
    ("placeholder", _PLACEHOLDER.fullmatch),
    ("space", lambda key: re.search(r"\s", key)),
    ("quote", lambda key: re.search("[\"'`\u2018\u2019\u201c\u201d]", key)),
    ("unprintable", lambda key: not (key.isascii() and key.isprintable())),
)
"""What can be wrong with a key, in the order in which it is said."""


def _fault(key: object) -> str | None:
    """Return the name of the first fault of a key, None when it may be sent."""
    if not isinstance(key, str):
        return "type"
    return next((name for name, found in _FAULTS if found(key)), None)


class NoKeyError(SettingError):
    """No place has an API key."""


class ApiKey:
    """A checked API key. No way of printing, formatting, copying or pickling it shows it.

    Args:
        value: the key.
        source: where it came from, for the message when it cannot be used.

    Raises:
        SettingError: it is empty, a placeholder, or holds what no key holds; the message never shows it.
    """

    __slots__ = ("__value",)

    def __init__(self, value: str, source: str = "api_key") -> None:
        fault = _fault(value)
        if fault is not None:
            del value  # tracebacks that list local variables must not show it
            raise SettingError(text(f"service.key.{fault}", source=source))
        self.__value = value

    @property
    def authorization(self) -> str:
        """The value of the Authorization header (protocol.md, section 1)."""
        return f"Bearer {self.__value}"

    @property
    def account(self) -> str:
        """Twelve hex digits that tell keys apart in the records; a salted hash, so the key stays unknown."""
        return hashlib.blake2b(self.__value.encode(), digest_size=6, person=b"wan_notebook").hexdigest()

    def scrub(self, words: bytes) -> bytes:
        """Return the bytes with the key taken out wherever they repeat it."""
        return words.replace(self.__value.encode(), HIDDEN.encode())

    def __repr__(self) -> str:
        return f"ApiKey({HIDDEN})"

    def __format__(self, _spec: str) -> str:
        return repr(self)

    def __reduce__(self) -> NoReturn:
        raise TypeError(text("service.key.pickle"))


def find_key(argument: str | ApiKey | None = None) -> ApiKey:
    """Return the key from the first place that has one.

    The places are the argument, the variable `DASHSCOPE_API_KEY`, the file named by
    `DASHSCOPE_API_KEY_FILE_PATH`, and `~/.dashscope/api_key`.

    Raises:
        NoKeyError: no place has a key.
        SettingError: the first that has one has one that cannot be used.
    """
    if isinstance(argument, ApiKey):
        return argument
    if argument is not None:
        return ApiKey(argument)
    if os.environ.get(ENVIRONMENT):
        return ApiKey(os.environ[ENVIRONMENT], ENVIRONMENT)
    if named := os.environ.get(FILE_ENVIRONMENT):
        file = Path(named).expanduser()
        return ApiKey(_content(file), str(file))
    usual = Path.home() / FILE
    if usual.exists():
        return ApiKey(_content(usual), str(usual))
    raise NoKeyError(
        text("service.key.missing", variable=ENVIRONMENT, file_variable=FILE_ENVIRONMENT, file=usual)
    )


def _content(file: Path) -> str:
    """Return the key a file holds, without the line end that editors add."""
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise SettingError(text("service.key.unreadable", file=file, reason=reason)) from None
