"""Python code that sends a body, in three flavours."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from wan_notebook.catalog.errors import SettingError
from wan_notebook.catalog.snippets.body import Body, encoded
from wan_notebook.catalog.snippets.dashscope_sdk import keywords
from wan_notebook.catalog.snippets.places import local_note, needs_resolving
from wan_notebook.catalog.texts import text

WIDTH = 100
"""Characters of a line before a list or dictionary is spread over several."""
STEP = "    "
REQUESTS = """\
import os
import time

import requests

BASE_URL = {base}
HEADERS = {headers}
payload = {payload}

response = requests.post(
    f"{{BASE_URL}}/{path}",
    headers=HEADERS,
    json=payload,
    timeout=60,
)
response.raise_for_status()
task_url = f"{{BASE_URL}}/tasks/{{response.json()['output']['task_id']}}"
while True:
    time.sleep(15)
    task = requests.get(task_url, headers=HEADERS, timeout=60).json()
    if task["output"]["task_status"] not in {{"PENDING", "RUNNING"}}:
        break
print(task)
"""
DASHSCOPE = """\
import os

import dashscope
from dashscope import VideoSynthesis

dashscope.base_http_api_url = {base}

response = VideoSynthesis.call(
    api_key=os.getenv("DASHSCOPE_API_KEY"),
{keywords})
print(response)
"""
WAN = """\
import wan_notebook as wan

wan.connect({base})
task = wan.generate({arguments})
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """What code shall send where.

    Attributes:
        body: the body of the create call, in JSON's own types.
        base: address of the service.
        path: path of the create call under it.
        custom: whether the address is one of the user's own.
        usual: whether every parameter stands where the model's entry has it, so that names alone will do.
    """

    body: Body
    base: str
    path: str
    custom: bool
    usual: bool


def python(sending: Sending, flavour: str) -> str:
    """Return code that sends a body and waits for its task; the key is read from DASHSCOPE_API_KEY.

    Raises:
        SettingError: there is no such flavour; the message names those of `FLAVOURS`.
    """
    if flavour not in FLAVOURS:
        known = ", ".join(FLAVOURS)
        raise SettingError(text("catalog.snippet.flavour", flavour=repr(flavour), known=known))
    return FLAVOURS[flavour](sending)


def literal(value: Any, indent: str = "") -> str:
    """Return a JSON value as Python, spread over lines where it is long."""
    if isinstance(value, str):
        return encoded(value)  # an escape of JSON means the same in Python
    if not isinstance(value, dict | list):
        return repr(value)
    entries = [
        f"{literal(entry[0])}: {literal(entry[1], indent + STEP)}"
        if isinstance(value, dict)
        else literal(entry, indent + STEP)
        for entry in (value.items() if isinstance(value, dict) else value)
    ]
    start, end = "{}" if isinstance(value, dict) else "[]"
    line = f"{start}{', '.join(entries)}{end}"
    if "\n" not in line and len(indent) + len(line) <= WIDTH:
        return line
    return start + "".join(f"\n{indent}{STEP}{entry}," for entry in entries) + f"\n{indent}{end}"


def _requests(sending: Sending) -> str:
    headers = [
        """"Authorization": f"Bearer {os.getenv('DASHSCOPE_API_KEY')}",""",
        """"X-DashScope-Async": "enable",""",
        *([""""X-DashScope-OssResourceResolve": "enable","""] if needs_resolving(sending.body) else []),
    ]
    spread = "{" + "".join(f"\n{STEP}{header}" for header in headers) + "\n}"
    words = {"base": literal(sending.base), "headers": spread, "payload": literal(sending.body)}
    return local_note(sending.body) + REQUESTS.format(**words, path=sending.path)


def _dashscope(sending: Sending) -> str:
    return DASHSCOPE.format(base=literal(sending.base), keywords=_arguments(keywords(sending.body)))


def _wan(sending: Sending) -> str:
    body = sending.body
    base = f"base_url={literal(sending.base)}" if sending.custom else ""
    if not sending.usual:
        return WAN.format(base=base, arguments=f"wan.Request.from_body({literal(body)})")
    named = _arguments({**body["input"], **body["parameters"]})
    return WAN.format(base=base, arguments=f"\n{STEP}{literal(body['model'])},\n{named}")


def _arguments(values: Mapping[str, Any]) -> str:
    return "".join(f"{STEP}{name}={literal(value, STEP)},\n" for name, value in values.items())


FLAVOURS: dict[str, Callable[[Sending], str]] = {
    "requests": _requests,
    "dashscope": _dashscope,
    "wan": _wan,
}
"""How code can be written: with `requests` alone, with the official SDK, with this package."""
