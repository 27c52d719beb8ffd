"""A service on this machine whose calls end as a test says; what is not said ends well."""

import contextlib
import json
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.studio import JumpingClock
from wan_notebook.service import ApiKey
from wan_notebook.simulator import MovableClock
from wan_notebook.tasks import Connection, Folders, Studio

CUT = 0
"""A status that means: the connection is closed without an answer."""


@dataclass(frozen=True)
class End:
    """How one call ends.

    Attributes:
        status: HTTP status, or `CUT`.
        body: what is answered.
        headers: more headers.
    """

    status: int
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)


def api_error(status: int, code: str, message: str = "Said the service.", **headers: str) -> End:
    """Return a refusal as the API words it; underscores in names of headers stand for hyphens."""
    body = json.dumps({"request_id": "r-1", "code": code, "message": message}).encode()
    return End(status, body, {name.replace("_", "-"): value for name, value in headers.items()})


def store_error(status: int, code: str, message: str) -> End:
    """Return a refusal as the upload store words it."""
    return End(status, f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode())


class ScriptedService:
    """What the service is to say, and what it was asked.

    Attributes:
        ends: for "policy", "upload", "query" and "create" the ends of the first calls.
        policy: fields of the upload permission that differ from the usual.
        hooks: called, in a thread of the server, when such a call has come whole.
        calls: numbers of calls.
        creates: headers (names in lower case) and body of each create call.
        url: the API's address.
    """

    def __init__(self) -> None:
        self.ends: dict[str, list[End]] = defaultdict(list)
        self.policy: dict[str, Any] = {}
        self.hooks: dict[str, Callable[[], object]] = {}
        self.calls: Counter[str] = Counter()
        self.creates: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.url = ""
        self._lock = threading.Lock()

    def end(self, kind: str) -> End:
        """Count a call and return how it ends."""
        with self._lock:
            self.calls[kind] += 1
            number = self.calls[kind]
        self.hooks.get(kind, lambda: None)()
        with self._lock:
            return self.ends[kind].pop(0) if self.ends[kind] else self._good(kind, number)

    def _good(self, kind: str, number: int) -> End:
        output: dict[str, Any] = {"task_id": "t-1", "task_status": "PENDING"}
        if kind == "query":  # the task has ended, and nobody needs a video
            status = "FAILED" if self.creates else "UNKNOWN"
            output = {"task_id": "t-1", "task_status": status, "code": "InternalError", "message": "No."}
        usual = {
            "policy": "p",
            "signature": "s",
            "oss_access_key_id": "k",
            "upload_dir": f"instant/{number}",
            "upload_host": self.url.replace("/api/v1", "/upload"),
            "expire_in_seconds": 300,
            "max_file_size_mb": 100,
            "x_oss_object_acl": "private",
            "x_oss_forbid_overwrite": "true",
        }
        body = {"data": {**usual, **self.policy}} if kind == "policy" else {"output": output}
        return End(200, b"" if kind == "upload" else json.dumps({"request_id": "r-1", **body}).encode())


def _handler(service: ScriptedService) -> type[BaseHTTPRequestHandler]:
    """Return the class that answers for a service."""

    class Handler(BaseHTTPRequestHandler):
        """Reads a call whole, and ends it."""

        def do_GET(self) -> None:
            """Answer a query or the wish for a permission."""
            self._finish(service.end("policy" if "/uploads?" in self.path else "query"))

        def do_POST(self) -> None:
            """Answer an upload or a create call."""
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kind = "upload" if self.path == "/upload" else "create"
            if kind == "create":
                names = {name.lower(): value for name, value in self.headers.items()}
                service.creates.append((names, json.loads(body)))
            self._finish(service.end(kind))

        def _finish(self, end: End) -> None:
            if end.status == CUT:
                return
            self.send_response(end.status)
            for name, value in {"Content-Length": str(len(end.body)), **end.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(end.body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class named it
            """Write nothing."""

    return Handler


@contextlib.contextmanager
def a_service() -> Iterator[ScriptedService]:
    """Run a scripted service while the block runs."""
    service = ScriptedService()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(service))
    service.url = f"http://127.0.0.1:{server.server_port}/api/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextlib.contextmanager
def a_scripted_studio(folder: Path) -> Iterator[tuple[Studio, ScriptedService, JumpingClock]]:
    """Give a studio in `folder`, the scripted service it talks to, and its clock, which never waits."""
    clock = JumpingClock(MovableClock())
    with a_service() as service:
        connection = Connection(base_url=service.url, region="beijing", simulated=False)
        studio = Studio(connection, ApiKey("sk-test"), Folders(folder), clock=clock)
        try:
            yield studio, service, clock
        finally:
            studio.close()
