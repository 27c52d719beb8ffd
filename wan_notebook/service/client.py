"""The one client of the API: create, query, list, cancel, upload policy (protocol.md, sections 1, 4-6).

A thin shell: it sends, and gives what came back to the pure rules of `reading.py`. The key goes to the API's
own address only: redirects are not followed, and no exception of the HTTP library is chained to ours, since
the frames of its traceback hold the headers.
"""

import asyncio
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import httpx

from wan_notebook.catalog import SettingError, text
from wan_notebook.service.answers import Canceled, Created, Policy, TaskAnswer
from wan_notebook.service.connection import open_http
from wan_notebook.service.errors import AnswerLostError, Facts, NotTheServiceError, UnreachableError
from wan_notebook.service.key import ApiKey
from wan_notebook.service.listing import PAGE_SIZE, TaskPage, list_query
from wan_notebook.service.reading import (
    Reply,
    read_canceled,
    read_created,
    read_page,
    read_policy,
    read_task,
)
from wan_notebook.service.retry import wish

LARGEST_ANSWER = 8 * 2**20  # bytes; an answer has a few KB, more is something else

_LOCATION = "location"

NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
    httpx.InvalidURL,
    UnicodeError,  # a host name that cannot be written as one
)
"""What the HTTP library raises when no connection was made."""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """How long one call may take, in seconds.

    Attributes:
        connect: until the connection stands; the far side of the earth needs 1 s, a lost packet 1-3 s more.
        read: until the next byte of the answer.
        total: for the whole call, so that an answer that comes in drops ends too.
    """

    connect: float = 10
    read: float
    total: float

    @property
    def timeout(self) -> httpx.Timeout:
        """The limits of the single steps."""
        return httpx.Timeout(self.read, connect=self.connect, pool=self.connect)


CREATE_LIMITS = Limits(read=60, total=120)
"""A create given up too early leaves a question open that costs ten minutes, so it gets time."""

QUERY_LIMITS = Limits(read=30, total=60)
"""A query can be asked again, so it gets less."""


def _now() -> datetime:
    return datetime.now(UTC)


class ServiceClient:
    """A connection to the API at one address with one key, bound to the event loop that first uses it.

    Nothing is repeated here: `may_retry_create` and `may_retry_query` say what may be, the caller does it.

    Args:
        base_url: the API's address, as `wan_notebook.catalog.base_url` returns it.
        key: the API key.
        transport: replaces the network, for tests.
        create_limits: how long a create may take.
        query_limits: how long a query may take.
        clock: the present in UTC, to which a Retry-After date is compared.
    """

    def __init__(
        self,
        base_url: str,
        key: ApiKey,
        *,
        transport: httpx.AsyncBaseTransport | None = None,
        create_limits: Limits = CREATE_LIMITS,
        query_limits: Limits = QUERY_LIMITS,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.account = key.account
        self._key = key
        self._transport = transport
        self._create_limits = create_limits
        self._query_limits = query_limits
        self._clock = clock
        self._http: httpx.AsyncClient | None = None

    async def create(self, path: str, body: Mapping[str, Any]) -> Created:
        """Ask for a task; it costs money once it succeeds.

        Args:
            path: the model's endpoint under the base URL.
            body: the request's JSON.

        Raises:
            ServiceError: `nothing_created` tells whether a task may exist all the same.
        """
        headers = {"X-DashScope-Async": "enable"}
        if _names_upload(body):
            headers["X-DashScope-OssResourceResolve"] = "enable"
        options = {"json": dict(body), "headers": headers}
        return read_created(await self._reply("POST", path, self._create_limits, "lost_create", **options))

    async def query(self, task_id: str) -> TaskAnswer:
        """Ask where a task stands.

        Raises:
            SettingError: this cannot be the id of a task.
            ServiceError: the service refused, failed, or was not reached.
        """
        return read_task(await self._reply("GET", _path(task_id), self._query_limits, "lost_query"))

    async def list(
        self,
        start: datetime,
        end: datetime,
        model: str | None = None,
        page: int = 1,
        size: int = PAGE_SIZE,
    ) -> TaskPage:
        """Ask for a page of the account's tasks that were created between two times, the newest first.

        Args:
            start: the first moment, with its zone; the service knows a task for 24 hours.
            end: the last moment, 24 hours later at most.
            model: only tasks of this model.
            page: its number, from 1.
            size: tasks per page.

        Raises:
            SettingError: the times cannot be asked for.
            ServiceError: the service refused, failed, or was not reached.
        """
        query = list_query(start, end, model, page, size)
        return read_page(await self._reply("GET", "tasks", self._query_limits, "lost_list", params=query))

    async def cancel(self, task_id: str) -> Canceled:
        """Stop a task that still waits.

        Raises:
            SettingError: this cannot be the id of a task.
            RequestRefusedError: the task no longer waits; it goes on.
            ServiceError: the service failed, or was not reached.
        """
        path = f"{_path(task_id)}/cancel"
        return read_canceled(await self._reply("POST", path, self._query_limits, "lost_query"))

    async def policy(self, model: str) -> Policy:
        """Ask for the permission to upload files for a model, good for some minutes (section 6).

        Raises:
            ServiceError: the service refused, failed, or was not reached.
        """
        asked_at = self._clock()  # before the call, so that our end is never later than the service's
        query = {"action": "getPolicy", "model": model}
        reply = await self._reply("GET", "uploads", self._query_limits, "lost_policy", params=query)
        return read_policy(reply, asked_at)

    async def aclose(self) -> None:
        """Close the connections; a later call opens new ones."""
        http, self._http = self._http, None
        if http is not None:
            await http.aclose()

    async def _reply(self, method: str, path: str, limits: Limits, lost: str, **options: Any) -> Reply:
        """Send a call and return what came back, whatever it is.

        Raises:
            UnreachableError: nothing was sent.
            AnswerLostError: it may have been received, but nothing whole came back; `lost` names the advice.
            NotTheServiceError: more came back than any answer holds.
        """
        url = f"{self.base_url}/{path.lstrip('/')}"
        error: UnreachableError | AnswerLostError
        try:
            async with (
                asyncio.timeout(limits.total),
                self._open().stream(
                    method, url, auth=_Bearer(self._key), timeout=limits.timeout, **options
                ) as response,
            ):
                return await self._whole(response)
        except NEVER_SENT as cause:
            error = UnreachableError(self._seen(cause), "unreachable")
        except (httpx.HTTPError, OSError) as cause:
            error = AnswerLostError(self._seen(cause), lost)
        raise error

    async def _whole(self, response: httpx.Response) -> Reply:
        """Return a response with its body; the key is taken out where the service repeats it."""
        content = bytearray()
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > LARGEST_ANSWER:
                facts = Facts(message=text("service.seen.endless"), base_url=self.base_url)
                raise NotTheServiceError(facts, "stranger")
        return Reply(
            status=response.status_code,
            content=self._key.scrub(bytes(content)),
            base_url=self.base_url,
            retry_after=wish(response.headers.get("Retry-After"), self._clock()),
            location=self._scrubbed(response.extensions.get(_LOCATION)),
        )

    def _seen(self, cause: Exception) -> Facts:
        """Return what an exception of the network tells."""
        words = f"{type(cause).__name__}: {cause}".removesuffix(": ")
        return Facts(message=self._scrubbed(words), base_url=self.base_url)

    def _scrubbed(self, words: str | None) -> str | None:
        """Return words from outside without the key, if there are any."""
        return None if words is None else self._key.scrub(words.encode(errors="replace")).decode()

    def _open(self) -> httpx.AsyncClient:
        """Return the HTTP client, made when the running loop first needs it."""
        if self._http is None:
            self._http = open_http(self.base_url, self._transport)
            self._http.event_hooks = {"response": [_put_aside]}
        return self._http


async def _put_aside(response: httpx.Response) -> None:
    """Take the Location out of an answer before the HTTP library reads it.

    It would, although it follows none, and one that is no address makes it raise what it also raises before
    anything was sent; the create call would be repeated.
    """
    if "Location" in response.headers:
        response.extensions[_LOCATION] = response.headers.pop("Location")


class _Bearer(httpx.Auth):
    """Puts the key on a request as late as can be, so that no frame of ours holds the header."""

    def __init__(self, key: ApiKey) -> None:
        self._key = key

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Sign the request; the answer is not looked at."""
        request.headers["Authorization"] = self._key.authorization
        yield request


def _path(task_id: str) -> str:
    """Return the path of a task under the base URL; an id with slashes cannot lead elsewhere."""
    if not any(character.isalnum() for character in task_id):
        raise SettingError(text("service.task_id", task_id=repr(task_id)))
    return f"tasks/{quote(task_id, safe='', errors='replace')}"


def _names_upload(value: object) -> bool:
    """Return whether a body holds an `oss://` address, of the service's own upload store (BL-upload)."""
    if isinstance(value, str):
        return value.startswith("oss://")
    if isinstance(value, Mapping):
        return any(map(_names_upload, value.values()))
    return isinstance(value, list | tuple) and any(map(_names_upload, value))
