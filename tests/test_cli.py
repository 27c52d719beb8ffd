"""The command `wan-notebook`."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from wan_notebook.cli import main


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "COMMAND"),
        (["dance"], "dance"),
        (["simulate", "--port", "70000"], "'70000' is no port number"),
        (["simulate", "--port", "-1"], "'-1' is no port number"),
        (["simulate", "--run-seconds", "3:x"], "'3:x' is no range of seconds such as 3:6"),
        (["simulate", "--sixth", "drop"], "drop"),
        (["simulate", "--host", "localhost"], "--host"),
    ],
)
def test_bad_arguments_get_one_sentence(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The sentence names what is wrong and where help is; the code is 2."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    complaint = capsys.readouterr().err
    assert ended.value.code == 2
    assert said in complaint
    assert complaint.count("\n") == 1
    assert "--help" in complaint


def test_settings_that_cannot_be_used_get_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """A range that falls is refused before anything is started."""
    assert main(["simulate", "--run-seconds", "6:3"]) == 1
    assert "rising order" in capsys.readouterr().err


def test_a_taken_port_gets_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """Another program's port is named."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["simulate", "--port", str(port)]) == 1
    assert f"Port {port} is taken" in capsys.readouterr().err


def test_it_says_its_address_serves_and_stops(tmp_path: Path) -> None:
    """One line tells the address and how to use it; Ctrl-C ends it without a trace."""
    command = [sys.executable, "-m", "wan_notebook.cli", "simulate", "--folder", str(tmp_path / "state")]
    options = ["--run-seconds", "1", "--queue-seconds", "0:0", "--no-limits", "--caption", "prompt"]
    command += [*options, "--bad-keys", "sk-a, sk-b"]
    command += ["--fault", "create:reset-after:0.2", "--fault", "download:cut=1000:next3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as simulator:
        assert simulator.stdout is not None
        assert simulator.stderr is not None
        line = simulator.stdout.readline()
        address = line.partition('base_url="')[2].partition('"')[0]
        status = httpx.get(address.replace("/api/v1", "/simulator/status")).json()
        simulator.send_signal(signal.SIGINT)
        said, complained = simulator.communicate(timeout=20)
    assert 'wan.connect(base_url="http://127.0.0.1:' in line
    disturbed = status["settings"].pop("disturbances")
    assert [(one["where"], one["chance"], one["times"]) for one in disturbed] == [
        ("create", 0.2, None),
        ("download", 1.0, 3),
    ]
    assert status["settings"] == {
        "run_seconds": [1.0, 1.0],
        "queue_seconds": [0.0, 0.0],
        "limits": False,
        "bad_keys": 2,
        "sixth": "wait",
        "faults": "task",
        "caption": "prompt",
        "idle_minutes": 60.0,
    }
    assert (simulator.returncode, said, complained) == (0, "", "")
