"""The programs behind `make test` and `make demo` tell the truth."""

import os
import shutil
import subprocess
import threading
from pathlib import Path

import av
import pandas as pd
import pytest

from tests.browser import chrome
from tests.check_demo import DemoError, decoded_frames, finished
from tests.run_steps import Result, run, summary

ROOT = Path(__file__).parents[2]


def test_every_step_runs_even_after_one_that_failed() -> None:
    """No step hides the ones behind it, and each is timed."""
    ticks = iter([0.0, 1.0, 1.0, 4.0])
    results = run(["lint,unit"], lambda step: step == "unit", lambda: next(ticks))
    assert results == [Result("lint", passed=False, seconds=1.0), Result("unit", passed=True, seconds=3.0)]


def test_lanes_run_side_by_side_and_what_is_behind_then_runs_last() -> None:
    """Two lanes wait for each other here, which only lanes that run at once can; the last step sees both."""
    meeting = threading.Barrier(2, timeout=10)
    seen: list[str] = []

    def passes(step: str) -> bool:
        if step != "last":
            meeting.wait()
        seen.append(step)
        return True

    results = run(["left", "right", "then", "last"], passes, lambda: 0.0)
    assert [result.step for result in results] == ["left", "right", "last"]
    assert seen[-1] == "last"


def test_the_summary_names_what_failed() -> None:
    """A reader sees result and time of each step, and the verdict with the whole time last."""
    failed = summary([Result("lint", passed=False, seconds=1), Result("unit", passed=True, seconds=3)], 3.4)
    assert failed.splitlines()[-1] == "FAILED: lint in 3 s"
    assert ["lint", "FAILED", "1.0", "s"] in [line.split() for line in failed.splitlines()]
    assert summary([Result("lint", passed=True, seconds=1)], 1).splitlines()[-1] == "all passed in 1 s"


@pytest.mark.parametrize("states", [[], [("RUNNING", "none")], [("SUCCEEDED", "failed"), ("FAILED", "none")]])
def test_a_demo_without_a_saved_video_does_not_pass(states: list[tuple[str, str]]) -> None:
    """A log with no finished and saved task is a failure that names what is there."""
    log = pd.DataFrame(states, columns=["status", "video_state"])
    with pytest.raises(DemoError, match="no finished task"):
        finished(log)


def test_a_demo_shows_its_last_video() -> None:
    """The row of the newest saved video is the one that is checked."""
    states = [("SUCCEEDED", "saved", 1), ("SUCCEEDED", "saved", 2), ("RUNNING", "none", 3)]
    log = pd.DataFrame(states, columns=["status", "video_state", "seed"])
    assert finished(log)["seed"] == 2


def test_a_file_that_is_no_video_does_not_pass(tmp_path: Path) -> None:
    """Bytes that only bear the name of a video are found out."""
    fake = tmp_path / "fake.mp4"
    fake.write_bytes(b"no video at all")
    with pytest.raises(av.error.FFmpegError, match="Invalid data"):
        decoded_frames(fake)


def test_the_named_browser_is_the_one_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """CHROME wins over what is installed; without any there is none."""
    mine = tmp_path / "mine"
    mine.write_text("")
    mine.chmod(0o755)
    monkeypatch.setenv("CHROME", str(mine))
    assert chrome.find_chrome() == str(mine)
    monkeypatch.delenv("CHROME")
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(chrome, "APPLICATIONS", ())
    assert chrome.find_chrome() is None


def test_only_a_build_machine_installs_a_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without CI=1 nothing is ever installed on someone's machine."""
    monkeypatch.delenv("CI", raising=False)
    assert chrome.may_install() is False


def test_an_unusable_python_is_answered_in_one_sentence(tmp_path: Path) -> None:
    """Where no good Python is found, nothing is made and the remedy is named."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "environment", tmp_path / ".ci")
    done = subprocess.run(
        ["/bin/sh", ".ci/environment", "demo"],
        cwd=tmp_path,
        env={**os.environ, "PYTHON": "no-such-python"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("No Python 3.11 or newer")
    assert not (tmp_path / ".venv").exists()
