"""Sending a file to the service's upload store (protocol.md, section 6): streamed, whole or not at all.

No key travels here: the permission that `ServiceClient.policy` returns signs the upload by itself, the HTTP
client is its own, and redirects are not followed. Whatever goes wrong here, nothing was submitted yet.
"""

import asyncio
import html
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path, PurePath

import httpx

from wan_notebook.catalog import WanError, text
from wan_notebook.service.answers import Policy
from wan_notebook.service.client import NEVER_SENT, Limits
from wan_notebook.service.connection import open_http
from wan_notebook.service.errors import (
    ServiceError,
    UploadCutError,
    UploadError,
    UploadExpiredError,
    UploadFileError,
    UploadRefusedError,
)
from wan_notebook.service.outgoing import Progress, Source, changed, object_name, opened
from wan_notebook.service.retry import may_retry_query

UPLOAD_LIMITS = Limits(read=120, total=3600)
"""100 MB take 55 minutes at 0.25 Mbit/s; a line on which nothing moves for two minutes is dead."""

LONGEST_REFUSAL = 2**16  # bytes of a refusal that are read; it has some hundred
_TAKEN = frozenset({200, 204})
_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})
_LATER_CODES = frozenset({"RequestTimeout"})  # the store says so with HTTP 400
_LARGE_CODES = frozenset({"EntityTooLarge"})  # so too
_LARGE, _FORBIDDEN = 413, 403


def _now() -> datetime:
    return datetime.now(UTC)


async def upload(
    path: Path,
    policy: Policy,
    *,
    name: str | None = None,
    sha256: str | None = None,
    progress: Progress = lambda _sent, _total: None,
    limits: Limits = UPLOAD_LIMITS,
    transport: httpx.AsyncBaseTransport | None = None,
    clock: Callable[[], datetime] = _now,
) -> str:
    """Send a file and return its `oss://` address, good for 48 h for the model and account of the policy.

    Args:
        path: the file.
        policy: the permission; several files may share one while it lives.
        name: its name, when the ending of the path is not that of its true container, as the service asks
            for; what is no ASCII letter or digit is left out, and a random part makes it the only one.
        sha256: the hash in hex digits of the content that was chosen; any other is refused.
        progress: told of every piece.
        limits: how long it may take.
        transport: replaces the network, for tests.
        clock: the present in UTC, to which the end of the policy is compared.

    Raises:
        UploadFileError: the file cannot be read, is too large, or changed meanwhile.
        UploadExpiredError: the policy is no longer valid.
        UploadRefusedError: the upload host said no.
        UploadCutError: the host was not reached or failed, or the connection broke.
    """
    words = {"path": path, "host": httpx.URL(policy.upload_host).host}
    with opened(path, progress) as source:
        _check_size(source, policy)
        if policy.expires_at is not None and policy.expires_at <= clock():
            raise UploadExpiredError(text("service.upload.expired", **words))
        key = f"{policy.upload_dir.strip('/')}/{object_name(name or path.name)}"
        sending = _Sending(policy, key, limits, transport)
        refusal = await sending.outcome(source, words)
        if source.differs(None if refusal else sha256):
            refusal = changed(path)
    if refusal is not None:
        raise refusal
    return f"oss://{key}"


def may_retry_upload(error: WanError) -> bool:
    """Return whether asking for a new policy and sending the same file can help by itself.

    Takes the errors of both steps: neither has submitted anything, so repeating never costs.
    """
    if isinstance(error, ServiceError):
        return may_retry_query(error)
    return isinstance(error, UploadCutError | UploadExpiredError)


def _check_size(source: Source, policy: Policy) -> None:
    """Refuse before anything is sent what the host would refuse after all of it."""
    limit, size = policy.max_file_size_mb, source.size / 2**20
    if limit is not None and size > limit:
        raise UploadFileError(text("service.upload.large", path=source.name, size=size, limit=limit))


class _Sending:
    """One upload on its way.

    Args:
        policy: the permission.
        key: the name it shall have in the store.
        limits: how long it may take.
        transport: replaces the network, for tests.
    """

    def __init__(
        self, policy: Policy, key: str, limits: Limits, transport: httpx.AsyncBaseTransport | None
    ) -> None:
        self._policy = policy
        self._key = key
        self._limits = limits
        self._transport = transport

    async def outcome(self, source: Source, words: dict[str, object]) -> UploadError | None:
        """Send, and return what came of it: None when the host took the file.

        Returned, not raised, so that no exception of the HTTP library is chained to it, whose frames hold
        the signature.
        """
        file = (PurePath(self._key).name, source)
        try:
            async with (
                asyncio.timeout(self._limits.total),
                open_http(self._policy.upload_host, self._transport) as http,
                http.stream(
                    "POST",
                    self._policy.upload_host,
                    data=self._form(),
                    files={"file": file},
                    timeout=self._limits.timeout,
                ) as response,
            ):
                return await _refusal(response, words)
        except NEVER_SENT as cause:
            return UploadCutError(text("service.upload.unreachable", reason=_reason(cause), **words))
        except (httpx.HTTPError, OSError) as cause:
            far = {"sent": source.sent, "size": source.size, "reason": _reason(cause)}
            return UploadCutError(text("service.upload.cut", **words, **far))

    def _form(self) -> dict[str, str]:
        """Return the fields in the documented order; the file comes after them."""
        return {
            "OSSAccessKeyId": self._policy.oss_access_key_id,
            "Signature": self._policy.signature,
            "policy": self._policy.policy,
            "key": self._key,
            "x-oss-object-acl": self._policy.acl or "private",
            "x-oss-forbid-overwrite": self._policy.forbid_overwrite or "true",
            "success_action_status": "200",
        }


def _reason(cause: Exception) -> str:
    return f"{type(cause).__name__}: {cause}".removesuffix(": ")


async def _refusal(response: httpx.Response, words: dict[str, object]) -> UploadError | None:
    """Return what an answer of the upload host stands for, None when it took the file."""
    status = response.status_code
    if status in _TAKEN:
        return None
    code, message = _told(await _start(response))
    said = ": ".join(part for part in (code, message) if part) or response.reason_phrase
    words = {**words, "message": said, "status": status}
    if status == _FORBIDDEN and "expired" in message.casefold():
        return UploadExpiredError(text("service.upload.expired", **words))
    if status == _LARGE or code in _LARGE_CODES:
        return UploadRefusedError(text("service.upload.too_large", **words))
    if status in _LATER or code in _LATER_CODES:
        return UploadCutError(text("service.upload.fault", **words))
    return UploadRefusedError(text("service.upload.refused", **words))


async def _start(response: httpx.Response) -> str:
    """Return how a body begins, as text."""
    content = bytearray()
    async for piece in response.aiter_bytes():
        content += piece
        if len(content) >= LONGEST_REFUSAL:
            break
    return content[:LONGEST_REFUSAL].decode(errors="replace")


def _told(xml: str) -> tuple[str, str]:
    """Return code and message of a refusal in the store's XML, empty where there are none.

    No XML reader: what comes is not trusted, and these two are all that is wanted.
    """
    found = (re.search(rf"<{name}>([^<]{{1,300}})</{name}>", xml) for name in ("Code", "Message"))
    code, message = (html.unescape(match[1]).strip() if match else "" for match in found)
    return code, message.rstrip(".")
