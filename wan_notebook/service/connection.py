"""The HTTP client underneath: one way of opening it, for the API and for downloads."""

from importlib.metadata import version
from urllib.parse import urlsplit

import httpx

from wan_notebook.service.addresses import is_loopback

USER_AGENT = f"wan-notebook/{version('wan-notebook')}"


def open_http(url: str, transport: httpx.AsyncBaseTransport | None = None) -> httpx.AsyncClient:
    """Return a client for the host of `url`, in the running loop; it follows no redirect.

    Proxies and certificates named in the environment are honoured, but for this machine: a simulator is not
    behind the proxy.

    Raises:
        httpx.ConnectError: the environment names a proxy or certificates that cannot be used.
    """
    try:
        return httpx.AsyncClient(
            headers={"User-Agent": USER_AGENT},
            trust_env=not is_loopback(urlsplit(url).hostname or ""),
            transport=transport,
        )
    except (ImportError, ValueError, OSError) as error:
        raise httpx.ConnectError(str(error)) from None
