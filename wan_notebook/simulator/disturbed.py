"""A call that is disturbed: its connection, its handler, and what that answered."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from wan_notebook.simulator.answers import Fault, error_body, storage_error
from wan_notebook.simulator.faults import API_ENDPOINTS, Disturbance
from wan_notebook.simulator.wire import Wire


@dataclass(frozen=True, slots=True)
class Answer:
    """What the handler of an endpoint answered.

    Attributes:
        status: HTTP status.
        headers: header fields.
        body: all of it.
    """

    status: int
    headers: MutableHeaders
    body: bytes

    @property
    def response(self) -> Response:
        """The same, with the length that fits the body."""
        headers = MutableHeaders(raw=list(self.headers.raw))
        headers["content-length"] = str(len(self.body))
        return Response(self.body, self.status, headers)

    def written(self, length: int, sent: int) -> bytes:
        """Return it as it goes over the wire, with this Content-Length and so many bytes of the body."""
        headers = MutableHeaders(raw=list(self.headers.raw))
        headers["content-length"] = str(length)
        headers["connection"] = "close"
        lines = [b"HTTP/1.1 %d %s" % (self.status, HTTPStatus(self.status).phrase.encode())]
        lines += [b"%s: %s" % field for field in headers.raw]
        return b"\r\n".join([*lines, b"", self.body[:sent]])


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is disturbed.

    Attributes:
        app: the handler of its endpoint.
        scope: ASGI.
        receive: ASGI.
        send: ASGI.
        wire: the connection it came by.
        disturbance: what is to be done.
        now: the simulator's time.
    """

    app: ASGIApp
    scope: Scope
    receive: Receive
    send: Send
    wire: Wire
    disturbance: Disturbance
    now: float

    async def work(self) -> Answer:
        """Have the handler do its work, and keep what it answers."""
        said: list[Message] = []

        async def keep(message: Message) -> None:
            said.append(message)

        await self.app(self.scope, self.receive, keep)
        start, *pieces = said
        body = b"".join(piece.get("body", b"") for piece in pieces)
        return Answer(start["status"], MutableHeaders(raw=list(start["headers"])), body)

    async def gone(self) -> None:
        """Wait until the connection has ended; only then may a handler return without an answer."""
        while (await self.receive())["type"] != "http.disconnect":
            pass

    async def gone_within(self, seconds: float) -> bool:
        """Wait so long, or until the connection has ended; return whether it has."""
        try:
            await asyncio.wait_for(self.gone(), seconds)
        except TimeoutError:
            return False
        return True

    async def say(self, response: Response) -> None:
        """Send an answer."""
        await response(self.scope, self.receive, self.send)

    def refusal(self, fault: Fault, headers: Mapping[str, str] | None = None) -> Response:
        """Return a refusal in the form of the endpoint: JSON, or the XML of the storage."""
        if self.disturbance.where in API_ENDPOINTS:
            return JSONResponse(error_body(fault), fault.http, headers)
        return Response(storage_error(fault, self.now), fault.http, headers, "application/xml")
