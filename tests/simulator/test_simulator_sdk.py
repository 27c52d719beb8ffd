"""The official SDK, unchanged, against the simulator (protocol.md, section 10)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dashscope
import pytest
from dashscope import VideoSynthesis
from dashscope.client.base_api import BaseAsyncApi

from tests import files
from wan_notebook.simulator import InThread, Settings, serve_in_thread

GIVEN: dict[str, Any] = {
    "api_key": "sk-sdk",
    "model": "wan2.7-t2v",
    "resolution": "720P",
    "ratio": "16:9",
    "duration": 2,
    "seed": 7,
    "prompt_extend": True,
    "watermark": False,
}


@pytest.fixture
def simulator(tmp_path: Path, made_videos: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InThread]:
    """Point the SDK at a simulator on the machine's clock."""
    quick = Settings(run_seconds=(0, 0), queue_seconds=(0, 0))
    with serve_in_thread(quick, tmp_path / "state", videos=made_videos) as simulator:
        monkeypatch.setattr(dashscope, "base_http_api_url", simulator.base_url)
        yield simulator


def test_the_synchronous_call_returns_a_video(simulator: InThread) -> None:
    """`call` submits, polls, and ends with link and usage; its surplus keys are borne."""
    more: dict[str, Any] = {"negative_prompt": "rain", "audio_url": "https://example.com/a.mp3"}
    answer = VideoSynthesis.call(prompt="A fox", **GIVEN, **more)
    assert answer.status_code == 200
    assert answer.output.task_status == "SUCCEEDED"
    assert answer.output.video_url.startswith("http://127.0.0.1:")
    assert (answer.usage.duration, answer.usage["SR"], answer.usage["ratio"]) == (2, 720, "16:9")
    assert simulator.counters["create.accepted"] == 1


def test_the_asynchronous_call_fetch_and_list_work(simulator: InThread) -> None:
    """`async_call` gives an id at once, `fetch` its state, `list` the account's tasks."""
    created = VideoSynthesis.async_call(prompt="A fox", **GIVEN)
    assert created.output.task_status == "PENDING"
    assert simulator.wait_made()
    fetched = VideoSynthesis.fetch(created, api_key="sk-sdk")
    assert (fetched.output.task_id, fetched.output.task_status) == (created.output.task_id, "SUCCEEDED")
    listed = BaseAsyncApi.list(api_key="sk-sdk")
    assert [row["task_id"] for row in listed.output["data"]] == [created.output.task_id]


def test_local_files_are_sent_by_the_sdk(simulator: InThread, tmp_path: Path) -> None:
    """Pictures and voices on this machine are uploaded first; the video follows the first of them."""
    frame, voice = files.picture(tmp_path, size=(320, 240)), files.sound(tmp_path)
    media = [
        {"type": "reference_image", "url": str(frame), "reference_voice": str(voice)},
        {"type": "first_frame", "url": f"file://{frame}"},
    ]
    given = {**GIVEN, "model": "wan2.7-r2v"}
    answer = VideoSynthesis.call(prompt="Image 1 sings", media=media, **given)
    assert answer.output.task_status == "SUCCEEDED", answer
    assert (answer.usage["input_video_duration"], answer.usage.duration) == (0, 2)
    assert media[0]["url"].startswith("oss://")
    assert simulator.counters["upload.200"] == 3


def test_faults_arrive_as_the_sdk_knows_them(simulator: InThread) -> None:
    """A missing prompt is a FAILED task, an unknown model and a bad key are answers with a code."""
    created = VideoSynthesis.async_call(**GIVEN)
    failed = VideoSynthesis.wait(created, api_key="sk-sdk")
    assert (failed.output.task_status, failed.output["message"]) == ("FAILED", "Field required: input.prompt")
    unknown = VideoSynthesis.async_call(prompt="A", **{**GIVEN, "model": "wan9"})
    assert (unknown.status_code, unknown.message) == (400, "Model not exist.")
    bad = VideoSynthesis.async_call(prompt="A", **{**GIVEN, "api_key": "pk-x"})
    assert (bad.status_code, bad.code) == (401, "InvalidApiKey")
    assert simulator.counters["create.401"] == 1
