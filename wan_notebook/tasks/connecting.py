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
from wan_notebook.tasks.studio import Connection, Present, Studio

DEMO_KEY = "sk-demo"
SIMULATOR_FOLDER = ".wan_simulator"


class NotConnectedError(WanError):
    """A call that needs a studio, before there is one."""


@dataclass(frozen=True)
class _Identity:
    """What makes two connections the same one."""

    connection: Connection
    account: str
    home: Path
    videos: Path | None


_open: dict[_Identity, Studio] = {}
_current: list[Studio] = []


def default_home() -> Path:
    """Return the folder of the task log: `WAN_NOTEBOOK_HOME`, else where the notebook runs."""
    return Path(os.environ.get("WAN_NOTEBOOK_HOME") or Path.cwd()).expanduser()


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
    home: Path | None = None,
    videos: Path | None = None,
    present: Present | None = None,
) -> Studio:
    """Make the studio of a real service the current one; the same settings again give the same studio.

    Raises:
        SettingError: a setting cannot be used; nothing was sent.
    """
    url = base_url(region or DEFAULT_REGION, workspace, address)
    lies_in = region_of(url)
    named = find_region(region) if region else lies_in or find_region(DEFAULT_REGION)
    connection = Connection(base_url=url, region=named.id, simulated=_is_simulator(url))
    return _use(connection, find_key(api_key), home or default_home(), videos, present)


def demo(
    *,
    region: str = DEFAULT_REGION,
    home: Path | None = None,
    videos: Path | None = None,
    run_seconds: tuple[float, float] | None = None,
    present: Present | None = None,
) -> Studio:
    """Start or join the simulator of a folder, and make its studio the current one.

    Raises:
        SettingError: the simulator's packages are missing, or it cannot start; the message says which.
    """
    place = (home or default_home()).absolute()
    settings = simulator.Settings(run_seconds=run_seconds) if run_seconds else simulator.Settings()
    running = simulator.start_or_join(place / SIMULATOR_FOLDER, settings)
    connection = Connection(
        base_url=running.base_url,
        region=find_region(region).id,
        simulated=True,
        typical=running.settings.run_seconds,
    )
    return _use(connection, ApiKey(DEMO_KEY), place, videos, present)


def _is_simulator(url: str) -> bool:
    """Whether an address is a simulator's, asked only on this machine."""
    if urlsplit(url).hostname not in {"127.0.0.1", "localhost", "::1"}:
        return False
    return simulator.is_simulator(url)


def _use(
    connection: Connection, key: ApiKey, home: Path, videos: Path | None, present: Present | None
) -> Studio:
    identity = _Identity(connection, key.account, home.absolute(), videos)
    studio = _open.get(identity)
    if studio is None:
        notebook = os.environ.get("JPY_SESSION_NAME")
        studio = Studio(
            connection,
            key,
            home,
            videos=videos,
            notebook=Path(notebook).name if notebook else None,
            present=present,
        )
        _open[identity] = studio
    _current[:] = [studio]
    return studio


@atexit.register
def close_all() -> None:
    """Close every studio; tasks under way go on at the service and are found again by `resume`."""
    _current.clear()
    while _open:
        _open.popitem()[1].close()
