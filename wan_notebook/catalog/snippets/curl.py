"""curl commands: the body of the one that creates a task, and a command that creates it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from wan_notebook.catalog.errors import SettingError
from wan_notebook.catalog.snippets.body import Body, encoded, parsed, plain, read_body
from wan_notebook.catalog.snippets.places import local_note, needs_resolving
from wan_notebook.catalog.snippets.shell import command, single_quoted
from wan_notebook.catalog.texts import text

CURL = re.compile(r"(?<![\w./-])curl(?:\.exe)?(?=\s)")
DATA = {"--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "-d"}
VALUED = "AbcCdDeEFhHKmoPQrtTuUwxXyYz"
"""Letters of curl's options that are followed by a value."""


def read_curl(written: str) -> Body:
    """Return the body that the first create call among curl commands sends. Other text around is passed over.

    Raises:
        SettingError: there is none, or its JSON cannot be read.
    """
    found = [data for words in _commands(written) for data in _data(words)]
    if not found:
        raise SettingError(text("catalog.snippet.curl"))
    faults: list[SettingError] = []
    for data in found:
        try:
            return _read(data)
        except SettingError as fault:
            faults.append(fault)
    raise faults[0]


def curl(body: Mapping[str, Any], url: str) -> str:
    """Return a curl command that creates a task; the key stays in the variable DASHSCOPE_API_KEY.

    Args:
        body: the body of the create call.
        url: the address it is sent to.
    """
    lines = [
        f"curl {single_quoted(url)}",
        "-H 'Content-Type: application/json'",
        "-H 'X-DashScope-Async: enable'",
        *(["-H 'X-DashScope-OssResourceResolve: enable'"] if needs_resolving(body) else []),
        '-H "Authorization: Bearer $DASHSCOPE_API_KEY"',
        f"-d {single_quoted(encoded(plain(body), indent=2))}",
    ]
    return local_note(body) + " \\\n  ".join(lines) + "\n"


def _commands(written: str) -> Iterator[list[str]]:
    """Yield the words behind each `curl`; one whose quotes do not close is prose that names it."""
    at = 0
    while found := CURL.search(written, at):
        read = command(written, found.end())
        at = found.end() if read is None else read[1]
        if read is not None:
            yield read[0]


def _data(words: list[str]) -> Iterator[str]:
    """Yield what a command sends, as far as it is written in it."""
    following = iter(words)
    for word in following:
        name, value = _option(word)
        if name in DATA:
            yield next(following, "") if value is None else value
        elif name in _VALUED and value is None:
            next(following, None)


def _option(word: str) -> tuple[str, str | None]:
    """Return the option a word is, and its value where that is in the same word (-d'…', -sSd'…')."""
    if word.startswith("--"):
        name, equals, value = word.partition("=")
        return name, value if equals else None
    if not word.startswith("-"):
        return "", None
    for place, letter in enumerate(word[1:], start=1):
        if letter in VALUED:
            return f"-{letter}", word[place + 1 :] or None
    return word, None


def _read(data: str) -> Body:
    if data.startswith("@"):
        raise SettingError(text("catalog.snippet.file", value=data[1:]))
    return read_body(parsed(data))


_VALUED = {*(f"-{letter}" for letter in VALUED), "--header", "--request", "--url", "--output", "--user"}
