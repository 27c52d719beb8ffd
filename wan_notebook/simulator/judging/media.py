"""What the service says of media in a create call: addresses, lists of them, items sets (protocol.md, 2.2).

Only what the call itself shows is judged here; files are fetched later. The documents give the words for what
is missing; those for the rest follow the same pattern.
"""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from wan_notebook.catalog import VOICE, FileRule, MediaField, MediaSet, MediaType, UrlField, UrlsField

REQUIRED = "Field required"
NO_TEXT = "Input should be a valid string"
NO_LIST = "Input should be a valid list"
NO_OBJECT = "Input should be a valid dictionary"
BAD_ADDRESS = "url error, please check url！"

_WEB = re.compile(r"(?P<scheme>https?|oss)://(?P<authority>[^/?#]*)", re.IGNORECASE)
_SIXES = re.compile(r"\[[0-9a-f:.]+\](?::\d*)?", re.IGNORECASE)
"""A host that is an IPv6 address, with its port."""
_INLINE = re.compile(r"data:(?P<kind>[^/,]*)/[^,]*;base64,.", re.DOTALL)
_TWIN_ENDINGS = {"jpg": "jpeg"}


def url(field: UrlField, value: Any, path: str) -> str | None:
    """Judge one address."""
    return _address(value, (field.rule,), path)


def urls(field: UrlsField, value: Any, path: str) -> str | None:
    """Judge a list of addresses: how many, of which kinds, and each of them."""
    if not isinstance(value, list):
        return f"{NO_LIST}: {path}"
    if field.required and not value:
        return f"{REQUIRED}: {path}"
    if len(value) > field.most:
        return f"{_at_most(field.most, 'items', len(value))}: {path}"
    complaints = (_address(one, field.rules, f"{path}.{number}") for number, one in enumerate(value))
    return next(filter(None, complaints), None) or _too_many(field, value, path)


def media(field: MediaField, value: Any, path: str) -> str | None:
    """Judge a list of media items: each of them, then whether they go together."""
    if not isinstance(value, list):
        return f"{NO_LIST}: {path}"
    complaints = (_item(field, item, f"{path}.{number}") for number, item in enumerate(value))
    return next(filter(None, complaints), None) or _combination(field, value, path)


def options(words: tuple[str, ...]) -> str:
    """Say which words there are."""
    *first, last = (repr(word) for word in words)
    return f"Input should be {', '.join(first)} or {last}" if first else f"Input should be {last}"


def _item(field: MediaField, item: Any, path: str) -> str | None:
    """Judge one item; keys the model does not know are passed over, as the service does (section 10.1)."""
    if not isinstance(item, Mapping):
        return f"{NO_OBJECT}: {path}"
    given = item.get("type")
    if given is None:
        return f"{REQUIRED}: {path}.type"
    found = next((one for one in field.types if one.name == given), None)
    if found is None:
        return f"{options(tuple(one.name for one in field.types))}: {path}.type"
    if item.get("url") is None:
        return f"{REQUIRED}: {path}.url"
    return _address(item["url"], (found.rule,), f"{path}.url") or _voice(found, item, path)


def _voice(found: MediaType, item: Mapping[str, Any], path: str) -> str | None:
    if found.voice is None or item.get(VOICE) is None:
        return None
    return _address(item[VOICE], (found.voice,), f"{path}.{VOICE}")


def _combination(field: MediaField, items: list[dict[str, Any]], path: str) -> str | None:
    """Judge which items are there together."""
    found = Counter(item["type"] for item in items)
    if any(_allows(one, found) for one in field.sets):
        return None
    if not found:
        return f"{REQUIRED}: {path}"
    given = " + ".join(f"{count} {name}" for name, count in found.items())
    return f"The media combination {given} is not supported: {path}"


def _allows(one: MediaSet, found: Counter[str]) -> bool:
    """Return whether the items are a set: no other types, each within its bounds, and those together too."""
    within = all(low <= found[name] <= high for name, (low, high) in one.counts.items())
    if not within or found.keys() - one.counts.keys():
        return False
    if one.together is None:
        return True
    names, low, high = one.together
    return low <= sum(found[name] for name in names) <= high


def _too_many(field: UrlsField, value: list[str], path: str) -> str | None:
    """Count the kinds, as far as the endings tell them."""
    kinds = Counter(_kind(one, field.rules) for one in value)
    for kind, most in field.most_of.items():
        if kinds[kind] > most:
            return f"{_at_most(most, f'{kind}s', kinds[kind])}: {path}"
    return None


def _kind(address: str, rules: tuple[FileRule, ...]) -> str | None:
    """Return the kind of file an address's ending names, None when it names none of these."""
    way = re.split(r"[?#]", address, maxsplit=1)[0]
    ending = PurePosixPath(unquote(way)).suffix.removeprefix(".").lower()
    format_ = _TWIN_ENDINGS.get(ending, ending)
    return next((rule.kind for rule in rules if format_ in rule.formats), None)


def _at_most(most: int, what: str, count: int) -> str:
    return f"List should have at most {most} {what}, not {count}"


def _address(value: Any, rules: tuple[FileRule, ...], path: str) -> str | None:
    """Judge an address; whether the file is there is not asked yet."""
    if not isinstance(value, str):
        return f"{NO_TEXT}: {path}"
    well = _is_inline(value, rules) if value.startswith("data:") else _is_web(value)
    return None if well and value.isprintable() else f"{BAD_ADDRESS}: {path}"


def _is_inline(value: str, rules: tuple[FileRule, ...]) -> bool:
    """Return whether this is a file inside the request, of a kind that may be there."""
    found = _INLINE.match(value)
    return found is not None and any(rule.inline and rule.kind == found["kind"] for rule in rules)


def _is_web(value: str) -> bool:
    """Return whether this is an address of the web, or of the upload store, with somebody to ask."""
    found = _WEB.match(value)
    if found is None or " " in value:
        return False
    if found["scheme"].lower() == "oss":
        return bool(found["authority"])
    host = found["authority"].rpartition("@")[2]
    if "[" in host or "]" in host:
        return _SIXES.fullmatch(host) is not None
    return bool(host.partition(":")[0])
