"""Signed addresses of videos, in the manner of the service's storage: ``Expires`` and ``Signature``."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from urllib.parse import urlencode

from wan_notebook.simulator.answers import LINK_EXPIRED, LINK_FORGED, Fault

LINK_SECONDS = 24 * 3600
"""A link is good for 24 hours (protocol.md 4.3)."""


def account_of(key: str, secret: bytes) -> str:
    """Return the account a key stands for: a keyed hash, so that no file holds the key."""
    return hmac.new(secret, key.encode(), hashlib.sha256).hexdigest()[:24]


def signed_path(task_id: str, ended: float, secret: bytes) -> str:
    """Return path and query of a task's video."""
    expires = str(int(ended) + LINK_SECONDS)
    query = {"Expires": expires, "Signature": _signature(task_id, expires, secret)}
    return f"/videos/{task_id}.mp4?{urlencode(query)}"


def link_fault(task_id: str, query: Mapping[str, str], now: float, secret: bytes) -> Fault | None:
    """Return why the storage refuses a link, None when it is good."""
    expires, signature = query.get("Expires", ""), query.get("Signature", "")
    expected = _signature(task_id, expires, secret)
    if not hmac.compare_digest(expected.encode(), signature.encode(errors="replace")):
        return LINK_FORGED
    return LINK_EXPIRED if now >= int(expires) else None


def _signature(task_id: str, expires: str, secret: bytes) -> str:
    digest = hmac.new(secret, f"{task_id}\n{expires}".encode(errors="replace"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
