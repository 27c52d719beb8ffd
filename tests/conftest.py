"""What every test gets: no way out of this machine, a clean environment, a folder of its own."""

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

LOOPBACK = ("127.", "::1", "localhost")
FOREIGN = ("DASHSCOPE_", "IPYTHON", "JPY_", "JUPYTER_", "WAN_", "XDG_")
DEAD_END = "http://127.0.0.1:9"

os.environ.pop("WAN_NOTEBOOK_LANG", None)  # read when the package is imported, before any fixture
# A run in the background inherits an ignored SIGINT, and a test that interrupts itself would wait for ever.
signal.signal(signal.SIGINT, signal.default_int_handler)

hypothesis.settings.register_profile("here", deadline=None, database=None)
hypothesis.settings.register_profile("ci", parent=hypothesis.settings.get_profile("here"), derandomize=True)
hypothesis.settings.register_profile("brief", parent=hypothesis.settings.get_profile("ci"), max_examples=10)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


class NetworkRefusedError(Exception):
    """A test reached for a machine that is not this one."""


def refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """Audit every look-up and connection of this process; let only loopback and local sockets pass."""
    if event == "socket.getaddrinfo":
        host = arguments[0]
    elif event in {"socket.connect", "socket.sendto"} and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    name = host.decode() if isinstance(host, bytes) else host
    if name and not name.startswith(LOOPBACK):
        message = f"{event} to {name}: tests talk to loopback only"
        raise NetworkRefusedError(message)


sys.addaudithook(refuse_network)


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Take out settings from outside, move HOME, and send children that ask for a proxy to a dead end."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(FOREIGN)]:
            patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            patch.setenv(name, DEAD_END)
            patch.setenv(name.upper(), DEAD_END)
        for name in ("no_proxy", "NO_PROXY"):
            patch.setenv(name, "127.0.0.1,localhost")
        yield


@pytest.fixture(scope="session", autouse=True)
def stopped_simulators(clean_environment: None) -> Iterator[None]:
    """Wait in the end for the simulators that were told to stop meanwhile; one that could not is an error."""
    yield
    from tests.simulators import wait_stopped  # noqa: PLC0415 - imports the package, whose import is tested too

    wait_stopped()


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Start every test in an empty folder, so that nothing is written beside the sources."""
    monkeypatch.chdir(tmp_path)
