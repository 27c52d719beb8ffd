"""The HTTP client underneath: one way of opening it, for the API and for downloads."""

import os
import ssl
from functools import lru_cache
from importlib.metadata import version
from urllib.parse import urlsplit

import httpx

from wan_notebook.service.addresses import is_loopback

USER_AGENT = f"wan-notebook/{version('wan-notebook')}"

CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
"""Where the environment may name certificates; the HTTP library reads both."""


def open_http(url: str, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Return a client for the host of `url`, in the running loop; it follows no redirect.

    Proxies and certificates named in the environment are honoured, but for this machine: a simulator is not
    behind the proxy.

    Raises:
        httpx.ConnectError: the environment names a proxy or certificates that cannot be used.
    """
    trusting = not is_loopback(urlsplit(url).hostname or "")
    try:
        return httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT},
            trust_env=trusting,
            verify=_certificates(trusting, *map(os.environ.get, CERTIFICATES)),
            transport=transport,
        )
    except (ImportError, ValueError, OSError) as error:
        raise httpx.ConnectError(str(error)) from None


@lru_cache(maxsize=8)
def _certificates(trusting: bool, *_named: str | None) -> ssl.SSLContext:  # noqa: FBT001 - part of a key
    """Return the certificates that are trusted; read once: it takes 30 ms, and a loop on which others wait.

    Args:
        trusting: whether what the environment names counts.
        _named: what it names, so that they are read anew once it names others.

    Raises:
        OSError: the environment names what cannot be used.
    """
    return httpx.create_ssl_context(trust_env=trusting)
