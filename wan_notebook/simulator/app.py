"""The desk behind HTTP: a Starlette app with the service's paths, headers and status codes."""

import logging
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from uuid import uuid4

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route, request_response

from wan_notebook.simulator import answers
from wan_notebook.simulator.answers import Fault, RefusedError, error_body, storage_error
from wan_notebook.simulator.clock import Clock
from wan_notebook.simulator.desk import Desk
from wan_notebook.simulator.disturbing import Gate
from wan_notebook.simulator.faults import Disturbance
from wan_notebook.simulator.ledger import Ledger
from wan_notebook.simulator.pages import Pages
from wan_notebook.simulator.plan import Plan
from wan_notebook.simulator.posts import read_post
from wan_notebook.simulator.settings import Settings
from wan_notebook.simulator.uploads import UPLOAD_PATH

API = "/api/v1"

_log = logging.getLogger(__name__)

Handler = Callable[[Request], Awaitable[Response]]


class Door:
    """The HTTP side of a simulator.

    Args:
        settings: shown by the status page; the disturbances in it are in force at first.
        clock: tells when the last call came.
        ledger: opened and closed with the app.
        desk: answers.

    Attributes:
        counters: calls by endpoint, and by endpoint and outcome: "create", "create.accepted", "create.429",
            "query", "query.RUNNING", "upload.200", "upload.cut", "download.206"… A disturbed call is counted
            under its disturbance ("create.reset-after"), and under its outcome too when the work was done.
            "create.gone" are those whose caller hung up before it had said all.
        plan: the disturbances in force.
        instance: a random name of this run, so that another one on its old port is not taken for it.
        last_call: when the last call came.
    """

    def __init__(self, settings: Settings, clock: Clock, ledger: Ledger, desk: Desk) -> None:
        self._clock = clock
        self._ledger = ledger
        self._desk = desk
        self.counters: Counter[str] = Counter()
        self.plan = Plan(settings.disturbances)
        self.instance = uuid4().hex
        self.last_call = clock.now()
        self._pages = Pages(settings, self.plan, ledger, self.instance, self.counters, self._called)

    def app(self) -> Starlette:
        """Return the app."""
        tasks = f"{API}/tasks"
        routes = [
            Route(f"{API}/services/{{rest:path}}", self._api("create", self._create), methods=["POST"]),
            *_either(tasks, self._api("list", self._list)),
            *_either(f"{tasks}/{{task_id}}", self._api("query", self._query)),
            *_either(f"{tasks}/{{task_id}}/cancel", self._api("cancel", self._cancel), "POST"),
            *_either(f"{API}/uploads", self._api("policy", self._policy)),
            Route(UPLOAD_PATH, self._gate("upload", self._upload), methods=["POST"]),
            Route("/videos/{task_id}.mp4", self._gate("download", self._download), methods=["GET"]),
            *self._pages.routes(),
        ]
        app = Starlette(
            routes=routes,
            lifespan=self._lifespan,
            exception_handlers={HTTPException: _not_found, sqlite3.Error: _broken},
        )
        app.router.redirect_slashes = False
        return app

    @asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        self._ledger.open()
        try:
            yield
        finally:
            self._ledger.close()

    def _called(self) -> None:
        self.last_call = self._clock.now()

    def _gate(self, endpoint: str, handler: Handler) -> Gate:
        """Return a handler as an app whose calls are counted and may be disturbed."""
        return Gate(request_response(handler), partial(self._take, endpoint), self._clock.now)

    def _take(self, endpoint: str) -> Disturbance | None:
        """Count a call; return what is to be done to it."""
        self.counters[endpoint] += 1
        self._called()
        disturbance = self.plan.due(endpoint)
        if disturbance is not None:
            self.counters[f"{endpoint}.{disturbance.what}"] += 1
        return disturbance

    def _api(self, kind: str, answer: Callable[[Request, str], Awaitable[dict[str, Any]]]) -> Gate:
        """Return an app that checks the key, counts the call and its outcome, and words refusals."""

        async def handle(request: Request) -> Response:
            try:
                account = self._desk.account(request.headers.get("authorization", ""))
                body = await answer(request, account)
            except RefusedError as refused:
                self.counters[f"{kind}.{refused.fault.http}"] += 1
                return JSONResponse(error_body(refused.fault), refused.fault.http)
            except ClientDisconnect:
                self.counters[f"{kind}.gone"] += 1
                return JSONResponse({}, answers.INTERNAL.http)  # nobody is there to read it
            self.counters[f"{kind}.{_outcome(kind, body)}"] += 1
            return JSONResponse(body)

        return self._gate(kind, handle)

    async def _create(self, request: Request, account: str) -> dict[str, Any]:
        if request.headers.get("x-dashscope-async", "").lower() != "enable":
            raise RefusedError(answers.NOT_ASYNC)
        path = request.url.path.removeprefix(f"{API}/").rstrip("/")
        resolve = request.headers.get("x-dashscope-ossresourceresolve")
        return self._desk.create(account, path, await request.body(), resolve)

    async def _query(self, request: Request, account: str) -> dict[str, Any]:
        return self._desk.query(account, request.path_params["task_id"], _origin(request))

    async def _list(self, request: Request, account: str) -> dict[str, Any]:
        return self._desk.listing(account, request.query_params)

    async def _cancel(self, request: Request, account: str) -> dict[str, Any]:
        return self._desk.cancel(account, request.path_params["task_id"])

    async def _policy(self, request: Request, account: str) -> dict[str, Any]:
        return self._desk.policy(account, request.query_params, _origin(request))

    async def _upload(self, request: Request) -> Response:
        began = self._clock.now()  # a permission that ends during a long upload has been in time
        try:
            async with read_post(request) as post:
                await self._desk.uploads.store(post, began)
        except RefusedError as refused:
            return self._storage_refusal("upload", refused.fault)
        except ClientDisconnect:
            self.counters["upload.cut"] += 1
            return Response(status_code=answers.POST_MALFORMED.http)  # nobody is there to read it
        except OSError as problem:
            _log.error("an upload could not be kept: %s", problem)
            return self._storage_refusal("upload", answers.INTERNAL)
        self.counters["upload.200"] += 1
        return Response()

    async def _download(self, request: Request) -> Response:
        try:
            path = self._desk.video(request.path_params["task_id"], request.query_params)
        except RefusedError as refused:
            return self._storage_refusal("download", refused.fault)
        self.counters["download.206" if "range" in request.headers else "download.200"] += 1
        return FileResponse(path, media_type="video/mp4")

    def _storage_refusal(self, kind: str, fault: Fault) -> Response:
        self.counters[f"{kind}.{fault.http}"] += 1
        xml = storage_error(fault, self._clock.now())
        return Response(xml, fault.http, media_type="application/xml")


def _either(path: str, app: Gate, method: str = "GET") -> list[Route]:
    """Return routes with and without the slash at the end, which the SDK may send (protocol.md 10.4)."""
    return [Route(path, app, methods=[method]), Route(f"{path}/", app, methods=[method])]


def _origin(request: Request) -> str:
    """Return scheme and host by which the simulator was called, so that it is reached there again."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def _outcome(kind: str, body: dict[str, Any]) -> str:
    return str(body["output"]["task_status"]) if kind == "query" else "accepted"


async def _not_found(_request: Request, problem: Exception) -> Response:
    """Answer a path or method the service does not have."""
    status = problem.status_code if isinstance(problem, HTTPException) else answers.NOT_FOUND.http
    return JSONResponse(error_body(answers.NOT_FOUND), status)


async def _broken(_request: Request, problem: Exception) -> Response:
    """Answer when the task could not be kept: the disk is full or gone."""
    _log.error("the state folder cannot be written: %s", problem)
    return JSONResponse(error_body(answers.INTERNAL), answers.INTERNAL.http)
