"""The TCP connection under an HTTP call, for what HTTP cannot say: a reset, a cut, a wrong length."""

import asyncio
import os
import socket
import struct
from typing import Any

from starlette.types import Scope
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

_KEY = "wire"
_DROP_AT_CLOSE = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
"""SO_LINGER of 0 s: closing sends RST, and drops what was not sent."""


class Wire:
    """A connection.

    Args:
        transport: the server's side of it.

    Attributes:
        held: what is under way on it is kept back on purpose; a server that stops does not wait for it.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self.held = False

    def reset(self) -> None:
        """End it with RST."""
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _DROP_AT_CLOSE)
        self._transport.abort()

    def end_with(self, written: bytes) -> None:
        """Write these bytes past the HTTP server, then end it in good order (FIN)."""
        self._transport.write(written)
        self._transport.close()


class WireProtocol(H11Protocol):
    """uvicorn's own HTTP/1.1, which also gives the app the connection: see `wire_of`."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, dict(app_state), _loop)

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Note the connection."""
        super().connection_made(transport)
        self.app_state[_KEY] = Wire(transport)

    def shutdown(self) -> None:
        """End the connection when the server stops; what is held back is dropped at once."""
        super().shutdown()
        if self.app_state[_KEY].held:
            self.app_state[_KEY].reset()


def wire_of(scope: Scope) -> Wire:
    """Return the connection a call came by."""
    wire: Wire = scope["state"][_KEY]
    return wire
