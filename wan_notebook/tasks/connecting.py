"""The two doors, `connect` and `demo`, and which studio is the current one."""

import atexit
import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from wan_notebook import simulator
from wan_notebook.catalog import (
    DEFAULT_REGION,
    WanError,
    base_url,
    find_region,
    region_of,
    text,
)
from wan_notebook.service import ApiKey, find_key
from wan_notebook.tasks.connection import Connection
from wan_notebook.tasks.folders import Folders
from wan_notebook.tasks.studio import Present, Studio

DEMO_KEY = "sk-demo"


class NotConnectedError(WanError):
    """A call that needs a studio, before there is one."""


@dataclass(frozen=True)
class _Identity:
    """What makes two connections the same one."""

    connection: Connection
    account: str
    folders: Folders
    mirror: str | None


_open: dict[_Identity, Studio] = {}
_current: list[Studio] = []


def current() -> Studio:
    """Return the current studio.

    Raises:
        NotConnectedError: there is none yet.
    """
    if not _current:
        raise NotConnectedError(text("tasks.studio.none"))
    return _current[-1]


def connect(
    *,
    region: str | None = None,
    workspace: str | None = None,
    address: str | None = None,
    api_key: str | None = None,
    folders: Folders | None = None,
    present: Present | None = None,
    mirror: str | None = None,
) -> Studio:
    """Make the studio of a real service the current one; the same settings again give the same studio.

    Raises:
        SettingError: a setting cannot be used; nothing was sent.
    """
    url = base_url(region or DEFAULT_REGION, workspace, address)
    simulated = _is_simulator(url)
    usual = find_region(DEFAULT_REGION) if simulated else None
    named = find_region(region) if region else region_of(url) or usual
    connection = Connection(base_url=url, region=named.id if named else None, simulated=simulated)
    return _use(connection, find_key(api_key), folders or Folders(), present, mirror)


def demo(
    *,
    region: str = DEFAULT_REGION,
    folders: Folders | None = None,
    run_seconds: tuple[float, float] | None = None,
    present: Present | None = None,
) -> Studio:
    """Start or join the simulator of a folder, and make its studio the current one.

    Raises:
        SettingError: the simulator's packages are missing, or it cannot start; the message says which.
    """
    places = folders or Folders()
    settings = simulator.Settings(run_seconds=run_seconds) if run_seconds else simulator.Settings()
    running = simulator.start_or_join(places.simulator, settings)
    connection = Connection(
        base_url=running.base_url,
        region=find_region(region).id,
        simulated=True,
        typical=running.settings.run_seconds,
    )
    return _use(connection, ApiKey(DEMO_KEY), places, present)


def _is_simulator(url: str) -> bool:
    """Whether an address is a simulator's, asked only on this machine."""
    if urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}:
        return False
    return simulator.is_simulator(url)


def _use(
    connection: Connection, key: ApiKey, folders: Folders, present: Present | None, mirror: str | None = None
) -> Studio:
    identity = _Identity(connection, key.account, folders.settled(), mirror)
    if identity not in _open:
        notebook = os.environ.get("JPY_SESSION_NAME")
        _open[identity] = Studio(
            connection,
            key,
            folders,
            notebook=Path(notebook).name if notebook else None,
            present=present,
            mirror=mirror,
        )
    _current[:] = [_open[identity]]
    return _open[identity]


@atexit.register
def close_all() -> None:
    """Close every studio; tasks under way go on at the service and are found again by `resume`."""
    _current.clear()
    while _open:
        _open.popitem()[1].close()
