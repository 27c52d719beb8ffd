"""The simulator as a process of its own: one for each folder, which outlives who started it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.simulator.callers import CREATE, SMALL, headers
from wan_notebook.catalog import SettingError
from wan_notebook.simulator import Running, Settings, is_simulator, process, start_or_join
from wan_notebook.simulator.process import ADDRESS_FILE, join

QUICK = Settings(run_seconds=(0, 0), queue_seconds=(0, 0), bad_keys=("sk-bad",))
STARTER = """
import sys
from pathlib import Path
from wan_notebook.simulator import Settings, start_or_join
print(start_or_join(Path(sys.argv[1]), Settings()).pid)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Return a state folder; what serves it at the end is stopped."""
    state = tmp_path / "state"
    yield state
    running = join(state)
    if running:
        stop(running, signal.SIGTERM)


def stop(running: Running, how: signal.Signals) -> None:
    """End a simulator and wait until its port is closed."""
    os.kill(running.pid, how)
    wait_closed(running)


def wait_closed(running: Running) -> None:
    """Wait until nobody listens at a simulator's port; a bare connection is no call."""
    port = httpx.URL(running.base_url).port or 0
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=5).close()
        except OSError:
            return
    pytest.fail("the simulator did not stop")


def finished_url(running: Running, task_id: str) -> str:
    """Query a task until it has its link."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = httpx.get(f"{running.base_url}/tasks/{task_id}", headers=headers("sk-a"))
        output = answer.json().get("output", {})
        if output.get("task_status") == "SUCCEEDED":
            return str(output["video_url"])
    pytest.fail("the task did not end")


def test_starters_at_the_same_moment_get_one_process(folder: Path) -> None:
    """Three processes that start it at once all get the same simulator."""
    starters = [
        subprocess.Popen([sys.executable, "-c", STARTER, str(folder)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    found = {starter.communicate(timeout=60)[0].strip() for starter in starters}
    running = join(folder)
    assert running is not None
    assert found == {str(running.pid)}


def test_a_later_caller_joins_and_hears_the_settings_in_force(folder: Path) -> None:
    """Other settings do not start another process; those in force come back, without the bad keys."""
    first = start_or_join(folder, QUICK)
    second = start_or_join(folder, Settings(run_seconds=(9, 9)))
    assert (second.pid, second.base_url) == (first.pid, first.base_url)
    assert second.settings == Settings(run_seconds=(0, 0), queue_seconds=(0, 0))
    assert is_simulator(first.base_url)
    refused = httpx.get(f"{first.base_url}/tasks/x", headers=headers("sk-bad"))
    assert refused.status_code == 401


def test_killed_in_the_middle_it_goes_on_where_it_was(folder: Path) -> None:
    """After kill -9 the next start takes the old port, and finishes the task that was under way."""
    free = Settings(run_seconds=(0, 0), queue_seconds=(0, 0), limits=False)
    first = start_or_join(folder, free)
    body = {"model": "wan2.7-t2v", "input": {"prompt": "A"}, "parameters": SMALL}
    answer = httpx.post(first.base_url + CREATE, json=body, headers=headers("sk-a")).json()
    stop(first, signal.SIGKILL)
    assert join(folder) is None
    second = start_or_join(folder, free)
    assert (second.base_url, second.pid != first.pid) == (first.base_url, True)
    url = finished_url(second, answer["output"]["task_id"])
    assert httpx.get(url).content[4:8] == b"ftyp"


def test_an_address_taken_over_by_another_folder_is_not_joined(folder: Path, tmp_path: Path) -> None:
    """A stale file that leads to another folder's simulator is replaced."""
    first = start_or_join(folder, QUICK)
    other = tmp_path / "other"
    other.mkdir()
    address = json.loads((folder / ADDRESS_FILE).read_text())
    (other / ADDRESS_FILE).write_text(json.dumps({**address, "instance": "an earlier one"}))
    second = start_or_join(other, QUICK)
    assert second.base_url != first.base_url
    stop(second, signal.SIGTERM)


def test_unused_it_stops_by_itself(folder: Path) -> None:
    """After the idle time without a call or a task the process is gone."""
    running = start_or_join(folder, Settings(idle_minutes=0.01))
    wait_closed(running)
    assert join(folder) is None


@pytest.mark.parametrize("written", ["", "{", "[]", '{"port": "x"}', '{"port": 1}'])
def test_a_broken_address_file_is_no_address(tmp_path: Path, written: str) -> None:
    """Whatever the file holds, joining says that nothing runs."""
    (tmp_path / ADDRESS_FILE).write_text(written)
    assert join(tmp_path) is None


def test_a_folder_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path) -> None:
    """The process's own complaint comes back as the caller's error."""
    (tmp_path / "state").write_text("")
    with pytest.raises(SettingError, match="cannot keep its files"):
        start_or_join(tmp_path / "state", QUICK)


def test_missing_packages_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra the sentence says what to install."""
    monkeypatch.setattr(process, "PACKAGES", ("sys", "no_such_package"))
    with pytest.raises(SettingError, match=r"needs no_such_package.*wan-notebook\[demo\]"):
        start_or_join(tmp_path, QUICK)


def test_what_is_no_simulator_is_told_apart() -> None:
    """A port that answers something else, or nothing, is no simulator."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
    assert not is_simulator(f"http://127.0.0.1:{port}/api/v1")
    assert not is_simulator("nonsense")
