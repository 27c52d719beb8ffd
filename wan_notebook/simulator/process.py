"""Joins the simulator of a state folder, or starts it: one process a folder, which outlives its starter.

Who may serve a folder is decided by the exclusive lock on its database (`wan_notebook.simulator.store`): of
two processes started at the same moment one gets it, the other says so and ends, and its starter joins.
"""

import http.client
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from wan_notebook.catalog import SettingError, text
from wan_notebook.simulator.settings import Settings

ADDRESS_FILE = "address.json"
"""Port, process id and instance of the folder's simulator, the running or the last one."""
STATUS_PATH = "/simulator/status"
"""Where a simulator says that it is one."""
PACKAGES = ("av", "numpy", "PIL", "python_multipart", "starlette", "uvicorn")
START_SECONDS = 30.0
"""How long starting may take."""
STATUS_SECONDS = 2.0
"""How long a running simulator may take to say so."""
PAUSE_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Running:
    """A simulator that answers.

    Attributes:
        base_url: address for a client, up to ``/api/v1``.
        pid: its process.
        settings: those in force, which may be others than were asked for; bad keys are not told.
    """

    base_url: str
    pid: int
    settings: Settings


def start_or_join(folder: Path, settings: Settings) -> Running:
    """Return the folder's simulator; start it with these settings when none runs.

    Raises:
        SettingError: a package is missing, or it cannot start; the message says why.
    """
    check_packages()
    folder = Path(folder).absolute()
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        running = join(folder) or _start(folder, settings)
        if running is not None:
            return running
        time.sleep(PAUSE_SECONDS)
    raise SettingError(text("simulator.start.silent", folder=folder, seconds=START_SECONDS))


def check_packages() -> None:
    """Refuse to go on without the packages of the extra ``demo``.

    Raises:
        SettingError: one is missing; the message says how to install it.
    """
    missing = [name for name in PACKAGES if find_spec(name) is None]
    if missing:
        raise SettingError(text("simulator.start.packages", missing=", ".join(missing)))


def join(folder: Path) -> Running | None:
    """Return the folder's simulator if one answers."""
    address = _address(folder)
    status = _status("127.0.0.1", address["port"]) if address else None
    if status is None or status.get("instance") != address.get("instance"):
        return None
    settings = Settings.from_json({**status["settings"], "bad_keys": ()})
    return Running(f"http://127.0.0.1:{address['port']}/api/v1", status["pid"], settings)


def earlier_port(folder: Path) -> int:
    """Return the port the folder's simulator had last, 0 when there was none."""
    return int(_address(folder).get("port", 0))


def is_simulator(base_url: str) -> bool:
    """Return whether a simulator answers at a client's address."""
    parts = urlsplit(base_url)
    return bool(parts.hostname) and _status(str(parts.hostname), parts.port or 80) is not None


def _address(folder: Path) -> dict[str, Any]:
    """Return what the address file holds, nothing when it is missing or broken."""
    try:
        address = json.loads((folder / ADDRESS_FILE).read_bytes())
    except (OSError, ValueError):
        return {}
    return address if isinstance(address, dict) and isinstance(address.get("port"), int) else {}


def _status(host: str, port: int) -> dict[str, Any] | None:
    """Ask what runs at a port; None when it is no simulator or nothing."""
    connection = http.client.HTTPConnection(host, port, timeout=STATUS_SECONDS)
    try:
        connection.request("GET", STATUS_PATH)
        status = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return status if isinstance(status, dict) and status.get("simulator") == "wan_notebook" else None


def _start(folder: Path, settings: Settings) -> Running | None:
    """Start a process for the folder; None when another holds it.

    Raises:
        SettingError: it could not start.
    """
    orders = json.dumps({"folder": str(folder), "settings": asdict(settings)})
    said = _launch(orders, folder)
    if said.get("kind") == "FolderInUseError":
        return None
    if "error" in said:
        raise SettingError(said["error"])
    return Running(said["base_url"], said["pid"], settings)


def _launch(orders: str, folder: Path) -> dict[str, Any]:
    """Run the launcher; return what the simulator's process says when it is ready, or cannot be."""
    command = [sys.executable, "-P", str(Path(__file__).with_name("launch.py"))]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DASHSCOPE_")}
    try:
        ended = subprocess.run(  # noqa: S603 - this interpreter and a file of this package
            command,
            input=orders.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=kept,
            timeout=START_SECONDS,
            check=False,
        )
        said: dict[str, Any] = json.loads(ended.stdout)
    except subprocess.TimeoutExpired:
        return {"error": text("simulator.start.silent", folder=folder, seconds=START_SECONDS)}
    except ValueError:
        last = ended.stdout.decode(errors="replace").strip().rpartition("\n")[2]
        return {"error": text("simulator.start.failed", reason=last)}
    return said
