"""The official SDK, unchanged, against the simulator (protocol.md, section 10)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dashscope
import pytest
from dashscope import VideoSynthesis
from dashscope.client.base_api import BaseAsyncApi

from tests import files
from tests.simulators import a_simulator
from wan_notebook.simulator import InThread, Settings

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

SDK: Any = VideoSynthesis
"""The same, where its types are less than it has."""


@pytest.fixture
def simulator(tmp_path: Path, made_videos: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InThread]:
    """Point the SDK at a simulator on the machine's clock."""
    quick = Settings(run_seconds=(0, 0), queue_seconds=(0, 0))
    with a_simulator(quick, tmp_path / "state", videos=made_videos) as simulator:
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


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InThread]:
    """Point the SDK at a simulator whose tasks wait for an hour."""
    with a_simulator(Settings(queue_seconds=(3600, 3600)), tmp_path / "slow") as simulator:
        monkeypatch.setattr(dashscope, "base_http_api_url", simulator.base_url)
        yield simulator


def test_a_waiting_task_is_canceled(slow: InThread) -> None:
    """Once, by answer or by id; then it has ended, for `fetch`, `wait` and `list`."""
    first, second = (VideoSynthesis.async_call(prompt="A fox", **GIVEN) for _ in range(2))
    for task in (first, second.output.task_id):
        canceled = VideoSynthesis.cancel(task, api_key="sk-sdk")
        assert (canceled.status_code, canceled.output) == (200, {})
        late = VideoSynthesis.cancel(task, api_key="sk-sdk")
        assert (late.status_code, late.code) == (400, "UnsupportedOperation")
        for ask in (VideoSynthesis.fetch, VideoSynthesis.wait):
            answer = ask(task, api_key="sk-sdk")
            assert (answer.status_code, answer.output.task_status) == (200, "CANCELED")
            assert answer.usage is None
    assert rows(status="CANCELED") == [second.output.task_id, first.output.task_id]
    assert rows(status="PENDING") == []


def test_what_has_ended_or_never_was_cannot_be_canceled(simulator: InThread) -> None:
    """Nor can the task of another key; all in the service's words, and the finished video stays."""
    created = VideoSynthesis.async_call(prompt="A fox", **GIVEN)
    assert simulator.wait_made()
    nobody = "0f1e2d3c-0000-4000-8000-000000000000"
    for task, key in ((created, "sk-sdk"), (created, "sk-other"), (nobody, "sk-sdk")):
        refused = VideoSynthesis.cancel(task, api_key=key)
        assert (refused.status_code, refused.code) == (400, "UnsupportedOperation")
        assert "PENDING status" in refused.message
    assert VideoSynthesis.fetch(created, api_key="sk-sdk").output.task_status == "SUCCEEDED"
    for key, task in (("sk-other", created), ("sk-sdk", nobody)):
        unknown = VideoSynthesis.wait(task, api_key=key)
        assert (unknown.status_code, unknown.output.task_status) == (200, "UNKNOWN")


def rows(**filters: Any) -> list[str]:
    """Return the ids of the tasks a list holds."""
    answer = SDK.list(api_key="sk-sdk", **filters)
    assert answer.status_code == 200, answer
    return [row["task_id"] for row in answer.output["data"]]


def test_the_list_is_filtered_and_paged(slow: InThread) -> None:
    """By model, state and time, newest first, in pages; other accounts see nothing of it."""
    models = ("wan2.7-t2v", "wan2.6-t2v", "wan2.7-t2v")
    created = [VideoSynthesis.async_call(prompt="A fox", **{**GIVEN, "model": one}) for one in models]
    ids = [one.output.task_id for one in reversed(created)]
    assert rows() == ids
    assert rows(model_name="wan2.6-t2v") == ids[1:2]
    assert (rows(status="PENDING"), rows(status="RUNNING")) == (ids, [])
    assert rows(start_time="20200101000000", end_time="20200101120000") == []
    page = SDK.list(api_key="sk-sdk", page_no=2, page_size=2).output
    assert [row["task_id"] for row in page["data"]] == ids[2:]
    assert (page["page_no"], page["page_size"], page["total_page"], page["total"]) == (2, 2, 2, 3)
    assert {type(page["data"][0][name]) for name in ("gmt_create", "task_id", "model_name")} == {int, str}
    assert "video_url" not in page["data"][0]
    assert SDK.list(api_key="sk-other").output["data"] == []
