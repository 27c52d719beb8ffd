"""Does to a call what a disturbance says: around the handler of an endpoint, down to the connection.

An act "before" leaves the work undone; all others have it done first, so that a task is made whose answer is
lost.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import partial
from http import HTTPStatus

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from wan_notebook.simulator import answers
from wan_notebook.simulator.answers import Fault
from wan_notebook.simulator.disturbed import Call
from wan_notebook.simulator.faults import STATUSES, Disturbance
from wan_notebook.simulator.wire import wire_of

DRIP_SECONDS = 10.0
DRIP_PIECES = 20
SHORT_LENGTH = -1

_OWN_WORDS = {
    429: answers.TOO_FAST,
    500: answers.INTERNAL,
    503: Fault(503, "ServiceUnavailable", "The service is unavailable, please try again later."),
}
"""What the service says itself; the other statuses come from a gateway in front of it, as a page."""
_NO_RIGHT = Fault(403, "AccessDenied", "Access denied.")
_PAGE = "<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"


Act = Callable[[Call], Awaitable[None]]


class Gate:
    """An endpoint as an ASGI app: what is due happens to a call, and nothing else.

    Args:
        app: the handler.
        due: counts a call and returns what is to be done to it.
        now: tells the simulator's time.
    """

    def __init__(self, app: ASGIApp, due: Callable[[], Disturbance | None], now: Callable[[], float]) -> None:
        self._app = app
        self._due = due
        self._now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a call through, or disturb it."""
        disturbance = self._due()
        if disturbance is None:
            await self._app(scope, receive, send)
            return
        call = Call(self._app, scope, receive, send, wire_of(scope), disturbance, self._now())
        await ACTS[disturbance.what](call)


async def _reset(call: Call) -> None:
    call.wire.reset()
    await call.gone()


async def _silence(call: Call) -> None:
    call.wire.held = True
    await call.gone()


async def _fail(status: int, call: Call) -> None:
    wait = call.disturbance.value
    headers = {} if wait is None else {"Retry-After": f"{wait:.0f}"}
    if status in _OWN_WORDS:
        await call.say(call.refusal(_OWN_WORDS[status], headers))
        return
    page = _PAGE.format(title=f"{status} {HTTPStatus(status).phrase}")
    await call.say(Response(page, status, media_type="text/html"))


async def _cut(call: Call) -> None:
    answer = await call.work()
    whole = len(answer.body)
    sent = whole // 2 if call.disturbance.value is None else int(call.disturbance.value)
    call.wire.end_with(answer.written(whole, sent))
    await call.gone()


async def _length(call: Call) -> None:
    answer = await call.work()
    whole = len(answer.body)
    off = SHORT_LENGTH if call.disturbance.value is None else int(call.disturbance.value)
    call.wire.end_with(answer.written(max(whole + off, 0), whole))
    await call.gone()


async def _drip(call: Call) -> None:
    answer = await call.work()
    seconds = DRIP_SECONDS if call.disturbance.value is None else call.disturbance.value
    call.wire.held = True
    step = max(-(-len(answer.body) // DRIP_PIECES), 1)
    start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers.raw}
    await call.send(start)
    begins = range(0, len(answer.body), step)
    for begin in begins:
        if await call.gone_within(seconds / len(begins)):
            return
        piece = answer.body[begin : begin + step]
        await call.send({"type": "http.response.body", "body": piece, "more_body": True})
    await call.send({"type": "http.response.body"})
    call.wire.held = False


async def _bad_json(call: Call) -> None:
    answer = await call.work()
    await call.say(replace(answer, body=answer.body[: len(answer.body) // 2]).response)


async def _no_id(call: Call) -> None:
    answer = await call.work()
    body = json.loads(answer.body)
    body.get("output", {}).pop("task_id", None)
    await call.say(replace(answer, body=json.dumps(body).encode()).response)


async def _refused(fault: Fault, call: Call) -> None:
    await call.say(call.refusal(fault))


async def _range_ignored(call: Call) -> None:
    headers = [field for field in call.scope["headers"] if field[0] not in {b"range", b"if-range"}]
    await call.app({**call.scope, "headers": headers}, call.receive, call.send)


async def _not_mp4(call: Call) -> None:
    await call.say(Response(_PAGE.format(title="Welcome"), media_type="video/mp4"))


def _after(act: Act) -> Act:
    """Return the act with the work done first and its answer thrown away."""

    async def worked(call: Call) -> None:
        await call.work()
        await act(call)

    return worked


_AT_EITHER_MOMENT: Mapping[str, Act] = {
    "reset": _reset,
    "silence": _silence,
    **{str(status): partial(_fail, status) for status in STATUSES},
}
ACTS: Mapping[str, Act] = {
    **{f"{name}-before": act for name, act in _AT_EITHER_MOMENT.items()},
    **{f"{name}-after": _after(act) for name, act in _AT_EITHER_MOMENT.items()},
    "cut": _cut,
    "drip": _drip,
    "length": _length,
    "bad-json": _bad_json,
    "no-id": _no_id,
    "refused": partial(_refused, _NO_RIGHT),
    "range-ignored": _range_ignored,
    "expired": partial(_refused, answers.LINK_EXPIRED),
    "not-mp4": _not_mp4,
}
"""What is done, by the name of the kind."""
