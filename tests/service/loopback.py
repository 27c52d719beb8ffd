"""A real server on this machine that answers with given bytes, then closes, resets or falls silent."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Literal

End = Literal["close", "reset", "silence", "drops"]
TURNS = 5
"""Turns of asyncio's loop from accepting a connection to the first line of its handler, and one to spare."""


@dataclass
class Loopback:
    """What the server says, and what it was asked."""

    answer: bytes
    end: End
    port: int = 0
    requests: list[bytes] = field(default_factory=list, repr=False)  # they hold keys
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    open: list[tuple[asyncio.Task[None] | None, asyncio.StreamWriter]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """The address of the server."""
        return f"http://127.0.0.1:{self.port}"

    def header(self, name: str, request: int = 0) -> str | None:
        """Return a header of a request that came, None when it had none."""
        head = self.requests[request].split(b"\r\n\r\n")[0].decode()
        for line in head.split("\r\n")[1:]:
            given, _, value = line.partition(": ")
            if given.lower() == name.lower():
                return value
        return None

    def path(self, request: int = 0) -> str:
        """Return method and path of a request that came."""
        return self.requests[request].split(b" HTTP/1.1")[0].decode()

    def body(self, request: int = 0) -> bytes:
        """Return the body of a request that came."""
        return self.requests[request].split(b"\r\n\r\n", 1)[1]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request whole, then answer and end the connection."""
        self.open.append((asyncio.current_task(), writer))
        try:
            request = await reader.readuntil(b"\r\n\r\n")
            lengths = [line for line in request.lower().split(b"\r\n") if line.startswith(b"content-length:")]
            request += await reader.readexactly(int(lengths[0].split(b":")[1]) if lengths else 0)
            self.requests.append(request)
            self.asked.set()
            writer.write(self.answer)
            await writer.drain()
            await self.finish(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client went away
        finally:
            writer.close()

    async def finish(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """End the connection in the way that was asked for."""
        if self.end == "silence":
            await reader.read()
        elif self.end == "reset":
            linger = struct.pack("ii", 1, 0)
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        while self.end == "drops":
            writer.write(b" ")
            await writer.drain()
            await asyncio.sleep(0)

    async def hang_up(self) -> None:
        """End what is still open, and wait for it."""
        for _, writer in self.open:
            writer.transport.abort()
        await asyncio.gather(*(task for task, _ in self.open if task is not None))


@asynccontextmanager
async def serving(answer: bytes = b"", end: End = "close") -> AsyncIterator[Loopback]:
    """Run the server in the running loop.

    A connection that was accepted a moment ago, whose client may have given up already, is made whole before
    the server closes: a closed server of Python 3.11 leaves it open for ever.
    """
    loopback = Loopback(answer, end)
    server = await asyncio.start_server(loopback.serve, "127.0.0.1", 0)
    loopback.port = server.sockets[0].getsockname()[1]
    try:
        yield loopback
    finally:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        server.close()
        await loopback.hang_up()


def http(
    status: int, body: bytes = b"", *headers: str, length: int | None = None, kind: str = "application/json"
) -> bytes:
    """Return the bytes of an HTTP answer; `length` announces another length than the body has."""
    announced = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", f"Content-Length: {announced}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body
