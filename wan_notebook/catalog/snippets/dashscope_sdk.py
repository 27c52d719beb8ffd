"""Where the official Python SDK puts what it is called with (protocol.md, section 10.1; 1.25.16 and 2.x)."""

from collections.abc import Mapping
from typing import Any

from wan_notebook.catalog.snippets.body import Body

INPUT = (
    "prompt",
    "negative_prompt",
    "template",
    "img_url",
    "audio_url",
    "reference_urls",
    "reference_video_urls",
    "reference_url",
    "first_frame_url",
    "last_frame_url",
    "head_frame",
    "tail_frame",
    "media",
)
"""Keywords that go into `input`; empty ones are left out, but for the prompt."""
OWN = {
    "api_key",
    "base_address",
    "extend_prompt",
    "extra_input",
    "function",
    "headers",
    "model",
    "request_timeout",
    "task",
    "wait_timeout",
    "workspace",
}
"""Keywords that no part of the body comes from, or that are looked at apart."""


def sent(values: Mapping[str, Any]) -> Body:
    """Return the body that the SDK makes of its keywords, without what it adds to each."""
    given = {name: value for name, value in values.items() if value is not None}
    taken = {name: given[name] for name in INPUT if name in given and (given[name] or name == "prompt")}
    parameters = {name: value for name, value in given.items() if name not in OWN and name not in INPUT}
    extra = given.get("extra_input") or {}
    return {"model": given.get("model"), "input": {**taken, **extra}, "parameters": parameters}


def keywords(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return the keywords that make the SDK send a body.

    A parameter the SDK has no place for in `parameters`, such as a negative prompt, goes into `input`.
    """
    named: dict[str, Any] = {"model": body["model"]}
    extra: dict[str, Any] = {}
    for name, value in {**body["parameters"], **body["input"]}.items():
        own_place = name in INPUT if name in body["input"] else name not in OWN
        kept = value or name == "prompt" or name not in INPUT
        (named if own_place and kept else extra)[name] = value
    return {**named, "extra_input": extra} if extra else named
