"""Calls a simulator through a bare socket, to see what really arrives."""

import json
import socket
from dataclasses import dataclass

import httpx

from tests.simulator.callers import CREATE, SMALL

PATIENCE = 10.0


@dataclass(frozen=True)
class Arrived:
    """What came over a connection until it ended.

    Attributes:
        head: status line and headers, in lower case.
        body: what followed them.
        reset: whether it ended with RST, not in good order.
        pieces: how many times something was received.
    """

    head: str
    body: bytes
    reset: bool
    pieces: int

    @property
    def length(self) -> int:
        """The Content-Length."""
        return int(self.head.partition("content-length: ")[2].partition("\r\n")[0])


def connect(base_url: str, timeout: float = PATIENCE) -> socket.socket:
    """Return a connection to a simulator."""
    url = httpx.URL(base_url)
    return socket.create_connection((url.host, url.port or 80), timeout=timeout)


def create_call(prompt: str = "A fox") -> bytes:
    """Return a create call as it is written."""
    body = json.dumps({"model": "wan2.7-t2v", "input": {"prompt": prompt}, "parameters": SMALL}).encode()
    return request("POST", f"/api/v1{CREATE}", f"Content-Length: {len(body)}\r\n") + body


def request(method: str, path: str, headers: str = "") -> bytes:
    """Return a call without a body as it is written."""
    own = "Host: 127.0.0.1\r\nAuthorization: Bearer sk-anyone\r\nX-DashScope-Async: enable\r\n"
    return f"{method} {path} HTTP/1.1\r\n{own}{headers}\r\n".encode()


def arrived(base_url: str, call: bytes) -> Arrived:
    """Send a call and receive until the other side ends the connection.

    Raises:
        TimeoutError: it did not.
    """
    with connect(base_url) as connection:
        connection.sendall(call)
        return received(connection)


def received(connection: socket.socket) -> Arrived:
    """Receive until the other side ends the connection.

    Raises:
        TimeoutError: it did not.
    """
    pieces: list[bytes] = []
    reset = False
    try:
        while piece := connection.recv(65_536):
            pieces.append(piece)
    except ConnectionResetError:
        reset = True
    head, _, body = b"".join(pieces).partition(b"\r\n\r\n")
    return Arrived(head.decode().lower(), body, reset, len(pieces))
