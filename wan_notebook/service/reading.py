"""From a reply to a value or an error: pure rules, so that any reply is tested without a network.

A reply is read as JSON of the service whatever its Content-Type says. Errors come flat, or wrapped in
`{"error": …}` by compatible-mode hosts (protocol.md, section 4.1).
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import AliasChoices, AliasPath, Field, ValidationError

from wan_notebook.catalog import text
from wan_notebook.service.answers import Answer, Canceled, Created, Policy, TaskAnswer, Text
from wan_notebook.service.codes import explain
from wan_notebook.service.errors import AnswerLostError, Facts, NotTheServiceError
from wan_notebook.service.listing import TaskPage

_OK, _REDIRECT, _REFUSED, _FAULT = 200, 300, 400, 500  # where the classes of HTTP status begin
_THROTTLED = 429
_START = 60  # characters of a strange answer that are shown

Given = TypeVar("Given", bound=Answer)


@dataclass(frozen=True, kw_only=True)
class Reply:
    """One HTTP answer.

    Attributes:
        status: HTTP status.
        content: the whole body.
        base_url: the address that was asked.
        retry_after: seconds the answer asks to wait, None when it does not.
        location: where a redirect points.
    """

    status: int
    content: bytes
    base_url: str
    retry_after: float | None = None
    location: str | None = None


class _Refusal(Answer):
    """The fields of an error, flat or wrapped."""

    code: Text = Field(default=None, validation_alias=AliasChoices("code", AliasPath("error", "code")))
    message: Text = Field(
        default=None,
        validation_alias=AliasChoices("message", AliasPath("error", "message")),
    )
    request_id: Text = Field(default=None, validation_alias=AliasChoices("request_id", "id"))


def read_created(reply: Reply) -> Created:
    """Return the answer to a create call.

    Raises:
        AnswerLostError: a task may have been made, but the reply does not say which.
        ServiceError: the service refused; its class says why.
    """
    content = _parsed(reply.content)
    if reply.status >= _FAULT:
        raise _lost(reply, content, "lost_create")
    return _read(Created, reply, content, "lost_create")


def read_task(reply: Reply) -> TaskAnswer:
    """Return the answer to a query.

    Raises:
        AnswerLostError: the reply cannot be read.
        ServiceError: the service refused or failed; its class says why.
    """
    return _answer(TaskAnswer, reply, "lost_query")


def read_canceled(reply: Reply) -> Canceled:
    """Return the answer to a cancel call.

    Raises:
        AnswerLostError: the reply cannot be read.
        ServiceError: the service refused or failed; its class says why.
    """
    return _answer(Canceled, reply, "lost_query")


def read_page(reply: Reply) -> TaskPage:
    """Return a page of the list of tasks.

    Raises:
        AnswerLostError: the reply cannot be read, or holds no list; neither is taken for an empty list.
        ServiceError: the service refused or failed; its class says why.
    """
    return _answer(TaskPage, reply, "lost_list")


def read_policy(reply: Reply, asked_at: datetime) -> Policy:
    """Return the permission to upload.

    Args:
        reply: what came back.
        asked_at: when it was asked for, in UTC; its life begins then.

    Raises:
        AnswerLostError: the reply cannot be read.
        NotTheServiceError: it names an upload host to which nothing may be sent.
        ServiceError: the service refused or failed; its class says why.
    """
    policy = _answer(Policy, reply, "lost_policy")
    if not _is_upload_host(policy.upload_host, reply.base_url):
        said = text("service.seen.upload_host", address=repr(policy.upload_host))
        raise NotTheServiceError(replace(_facts(reply, None), message=said), "upload_host")
    return policy.asked_at(asked_at)


def _is_upload_host(address: str, base_url: str) -> bool:
    """Return whether files may be sent to an address that came in an answer.

    Only encrypted, so that nobody on the way reads the files or takes the permission; plain http only when
    the API itself was asked so, as a simulator is. Never with a name and password in it, which the HTTP
    library would send as a header.
    """
    schemes = {"https", urlsplit(base_url).scheme}
    try:
        parts = urlsplit(address)
        return parts.scheme in schemes and bool(parts.hostname) and "@" not in parts.netloc
    except ValueError:
        return False


def _answer(answer: type[Given], reply: Reply, lost: str) -> Given:
    """Return the answer to a call that makes nothing, and so may be repeated."""
    content = _parsed(reply.content)
    if reply.status >= _FAULT:
        raise explain(_facts(reply, content))
    return _read(answer, reply, content, lost)


def _read(answer: type[Given], reply: Reply, content: object, lost: str) -> Given:
    """Return the answer in a reply below HTTP 500, else raise what it stands for."""
    if reply.status >= _REFUSED:
        ours = isinstance(content, dict) or reply.status == _THROTTLED
        raise explain(_facts(reply, content)) if ours else _stranger(reply)
    if not _OK <= reply.status < _REDIRECT:
        raise _stranger(reply)
    try:
        return answer.model_validate(content)
    except ValidationError:
        error = _lost(reply, content, lost) if _is_cut(reply.content) else _stranger(reply)
    raise error


def _parsed(content: bytes) -> object:
    """Return the JSON in a body, None when it is none."""
    try:
        return json.loads(content.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return None


def _is_cut(content: bytes) -> bool:
    """Return whether an unreadable body may have been meant as an answer: it begins as one, or is empty."""
    return content.lstrip()[:1] in {b"", b"{"}


def _facts(reply: Reply, content: object) -> Facts:
    """Return what a reply tells about an error."""
    told = _Refusal.model_validate(content if isinstance(content, dict) else {})
    return Facts(
        message=told.message,
        code=told.code,
        status=reply.status,
        request_id=told.request_id,
        retry_after=reply.retry_after,
        base_url=reply.base_url,
    )


def _lost(reply: Reply, content: object, advice: str) -> AnswerLostError:
    """Return the error for a reply that does not say what became of the call."""
    facts = _facts(reply, content)
    return AnswerLostError(replace(facts, message=facts.message or _start(reply.content)), advice)


def _stranger(reply: Reply) -> NotTheServiceError:
    """Return the error for an answer that the service does not give."""
    facts = _facts(reply, None)
    if reply.location is None:
        return NotTheServiceError(replace(facts, message=_start(reply.content)), "stranger")
    return NotTheServiceError(
        replace(facts, message=text("service.seen.redirect", location=reply.location)), "redirect"
    )


def _start(content: bytes) -> str:
    """Return in words how a body begins."""
    line = " ".join(content[: 4 * _START].decode(errors="replace").split())[:_START]
    return text("service.seen.start", start=line) if line else text("service.seen.nothing")
