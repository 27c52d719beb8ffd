"""The simulator's own pages, which the service does not have: its status, and its disturbances at run time.

``POST /simulator/faults`` takes one disturbance or a list, each as text or as an object of the fields of
`Disturbance`, and puts them in force beside the earlier ones; ``DELETE`` clears them. Both answer with those
in force. A web page somewhere else must not be able to call it through the user's browser: only this machine
under a name of its own is answered, and only JSON is read, for which browsers ask first.
"""

import os
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from pydantic import TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from wan_notebook.catalog import SettingError, text
from wan_notebook.simulator.faults import Disturbance
from wan_notebook.simulator.ledger import Ledger
from wan_notebook.simulator.plan import Plan
from wan_notebook.simulator.process import STATUS_PATH
from wan_notebook.simulator.settings import Settings

FAULTS_PATH = "/simulator/faults"

_OWN_NAMES = {"127.0.0.1", "localhost", "::1"}
_FROM_JSON = TypeAdapter(Disturbance)


class Pages:
    """The pages of a simulator.

    Args:
        settings: shown; of the bad keys only how many there are.
        plan: shown and changed.
        ledger: its tasks are counted.
        instance: the random name of this run.
        counters: shown.
        called: told of each call.
    """

    def __init__(
        self,
        settings: Settings,
        plan: Plan,
        ledger: Ledger,
        instance: str,
        counters: dict[str, int],
        called: Callable[[], None],
    ) -> None:
        self._settings = settings
        self._plan = plan
        self._ledger = ledger
        self._instance = instance
        self._counters = counters
        self._called = called

    def routes(self) -> list[Route]:
        """Return where the pages are."""
        return [
            Route(STATUS_PATH, self._status),
            Route(FAULTS_PATH, self._disturb, methods=["POST"]),
            Route(FAULTS_PATH, self._calm, methods=["DELETE"]),
        ]

    async def _status(self, _request: Request) -> Response:
        self._called()
        status = {
            "simulator": "wan_notebook",
            "pid": os.getpid(),
            "instance": self._instance,
            "settings": self._settings.public(),
            "counters": dict(self._counters),
            "tasks_made": self._ledger.count(),
            "disturbances": self._plan.public(),
        }
        return JSONResponse(status)

    async def _disturb(self, request: Request) -> Response:
        if not _from_here(request):
            return _no(text("simulator.disturbances.stranger"), 403)
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return _no(text("simulator.disturbances.json"), 415)
        try:
            given = await request.json()
            self._plan.add([_read(one) for one in (given if isinstance(given, list) else [given])])
        except SettingError as problem:
            return JSONResponse({"error": str(problem)}, 400)
        except ValueError:
            return _no(text("simulator.disturbances.json"), 400)
        return self._in_force()

    async def _calm(self, request: Request) -> Response:
        if not _from_here(request):
            return _no(text("simulator.disturbances.stranger"), 403)
        self._plan.clear()
        return self._in_force()

    def _in_force(self) -> Response:
        return JSONResponse({"disturbances": self._plan.public()})


def _from_here(request: Request) -> bool:
    """Return whether a call comes from this machine, and calls it by a name no other machine has."""
    here = request.client is not None and ip_address(request.client.host).is_loopback
    return here and request.url.hostname in _OWN_NAMES


def _read(given: Any) -> Disturbance:
    """Return a disturbance from its text or object.

    Raises:
        SettingError: it cannot be used.
    """
    if isinstance(given, str):
        return Disturbance.read(given)
    try:
        return _FROM_JSON.validate_python(given)
    except ValidationError as problem:
        first = problem.errors()[0]
        cause = first.get("ctx", {}).get("error")
        if isinstance(cause, SettingError):
            raise cause from None
        field = ".".join(str(part) for part in first["loc"])
        reason = f"{field}: {first['msg']}" if field else first["msg"]
        raise SettingError(text("simulator.disturbances.field", reason=reason)) from None


def _no(sentence: str, status: int) -> Response:
    return JSONResponse({"error": sentence}, status)
