"""The tests' own fence holds: no way out of this machine, nothing of the outside world inside."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.conftest import DEAD_END, FOREIGN, NetworkRefusedError


@pytest.mark.parametrize("host", ["example.com", "192.0.2.1", "2001:db8::1"])
def test_names_and_addresses_of_others_are_refused(host: str) -> None:
    """Neither a look-up nor a connection to another machine is made."""
    with pytest.raises(NetworkRefusedError, match=host):
        socket.create_connection((host, 80), timeout=1)


def test_datagrams_to_others_are_refused() -> None:
    """A socket without a connection does not get out either."""
    with (
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender,
        pytest.raises(NetworkRefusedError, match=r"192\.0\.2\.1"),
    ):
        sender.sendto(b"x", ("192.0.2.1", 53))


def test_a_client_sees_the_refusal_as_it_is() -> None:
    """The refusal is no OSError, so that no retry rule takes it for a fault of the network."""
    with httpx.Client(trust_env=False) as client, pytest.raises(NetworkRefusedError):
        client.get("http://example.com")


def test_loopback_is_open() -> None:
    """This machine can be talked to by name and by number."""
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(("localhost", listener.getsockname()[1]), timeout=5) as connection,
    ):
        assert connection.getpeername() == listener.getsockname()


def test_children_are_sent_to_a_dead_end() -> None:
    """A child process that honours proxies cannot get out, and knows no key of ours."""
    code = "import os; print(sorted(name for name in os.environ if name.startswith(('DASHSCOPE', 'WAN'))))"
    child = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert child.stdout == "[]\n"
    assert os.environ["HTTPS_PROXY"] == os.environ["http_proxy"] == DEAD_END


def test_every_test_has_an_empty_folder_of_its_own(tmp_path: Path) -> None:
    """Work begins in the test's folder, and home is none of the user's."""
    assert Path.cwd() == tmp_path
    assert list(tmp_path.iterdir()) == []
    assert Path.home().parent.parent == tmp_path.parent.parent
    assert not [name for name in os.environ if name.startswith(FOREIGN)]
