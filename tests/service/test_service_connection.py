"""Opening HTTP: the certificates the environment names are used, and read once."""

import asyncio
import os
import ssl
from pathlib import Path
from typing import Any

import certifi
import httpx
import pytest

from wan_notebook.service.connection import open_http

OUTSIDE = "https://8.8.8.8/api/v1"


def opened(url: str = OUTSIDE) -> None:
    """Open a client and close it."""

    async def run() -> None:
        async with open_http(url):
            pass

    asyncio.run(run())


def test_certificates_are_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many clients are opened; anew when the environment names others."""
    real, read = httpx.create_ssl_context, list[str]()

    def reading(*args: Any, **named: Any) -> ssl.SSLContext:
        read.append(Path(os.environ["SSL_CERT_FILE"]).name)
        return real(*args, **named)

    monkeypatch.setattr(httpx, "create_ssl_context", reading)
    for name in ("one.pem", "two.pem"):
        (tmp_path / name).write_bytes(Path(certifi.where()).read_bytes())
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / name))
        opened()
        opened()
    assert read == ["one.pem", "two.pem"]


def test_certificates_that_cannot_be_used_are_a_fault_of_the_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each time, until the environment is mended; a simulator here is reached all the same."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "missing.pem"))
    for _ in range(2):
        with pytest.raises(httpx.ConnectError):
            opened()
    opened("http://127.0.0.1:8800/api/v1")
