"""The documents' calls with media, by the official SDK: their fields and values, prompts of our own."""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dashscope
import httpx
import pytest
from dashscope import VideoSynthesis

from tests.files import clip, picture, sound
from tests.simulators import a_simulator
from wan_notebook.catalog import MODELS, Request
from wan_notebook.media import read
from wan_notebook.simulator import InThread, Settings

KEY = "sk-sdk"
SMALL = {tier: {"16:9": (320, 180)} for tier in ("720P", "1080P")}
SAMPLES = "https://help-static-aliyun-doc.aliyuncs.com/file-manage-files/zh-CN/"
GIRL, HUM = (
    f"{SAMPLES}20260408/sjuytr/wan-r2v-object-girl.jpg",
    f"{SAMPLES}20260408/gbqewz/wan-r2v-girl-voice.mp3",
)
BOY, SPEECH = f"{SAMPLES}20260129/qigswt/wan-r2v-role2.mp4", f"{SAMPLES}20260408/isllrq/wan-r2v-boy-voice.mp3"
ROLE = f"{SAMPLES}20260129/hfugmr/wan-r2v-role1.mp4"
THING, CHAIR = (
    f"{SAMPLES}20260129/rtjeqf/wan-r2v-object3.png",
    f"{SAMPLES}20260129/qpzxps/wan-r2v-object4.png",
)
ROOM = f"{SAMPLES}20260129/wfjikw/wan-r2v-backgroud5.png"
FOX = f"{SAMPLES}20250929/stjqnq/%E7%8B%90%E7%8B%B8.mp3"

FIVE = [
    {"type": "reference_image", "url": GIRL, "reference_voice": HUM},
    {"type": "reference_video", "url": BOY, "reference_voice": SPEECH},
    {"type": "reference_image", "url": THING},
    {"type": "reference_image", "url": CHAIR},
    {"type": "reference_image", "url": ROOM},
]
PAGES: dict[str, dict[str, Any]] = {
    "000 wan2.7-r2v": {
        "model": "wan2.7-r2v",
        "prompt": "视频1坐在图3上哼歌,图1捧着图2走进图4,说:“再来一首。”",
        "media": FIVE,
        "resolution": "720P",
        "ratio": "16:9",
        "duration": 10,
        "prompt_extend": False,
        "watermark": True,
    },
    "002 wan2.6-r2v-flash": {
        "model": "wan2.6-r2v-flash",
        "prompt": "Character1 nods at Character2, who tunes character3 in front of character4.",
        "reference_urls": [ROLE, BOY, CHAIR, ROOM],
        "shot_type": "multi",
        "audio": True,
        "size": "1280*720",
        "duration": 10,
        "watermark": True,
    },
    "003 wan2.7-t2v": {
        "model": "wan2.7-t2v",
        "prompt": "A badger in a raincoat reads the evening paper aloud under a street lamp.",
        "audio_url": FOX,
        "resolution": "720P",
        "ratio": "16:9",
        "duration": 10,
        "negative_prompt": "",
        "prompt_extend": True,
        "watermark": False,
        "seed": 12345,
    },
}
EMPTY = {"video_count": 1, "video_duration": 0, "video_ratio": ""}
"""What the SDK puts into every usage."""
USAGES: dict[str, dict[str, Any]] = {
    # S000 prints no `audio`, S001's sample of the same model does (protocol.md, section 4.3).
    "000 wan2.7-r2v": {
        **EMPTY,
        "duration": 15,
        "input_video_duration": 5,
        "output_video_duration": 10,
        "SR": 720,
        "ratio": "16:9",
        "audio": True,
    },
    # Four references share 5 s: two videos of 5 s count 1.25 s each.
    "002 wan2.6-r2v-flash": {
        **EMPTY,
        "duration": 12.5,
        "input_video_duration": 2.5,
        "output_video_duration": 10,
        "SR": 720,
        "size": "1280*720",
        "audio": True,
    },
    "003 wan2.7-t2v": {
        **EMPTY,
        "duration": 10,
        "input_video_duration": 0,
        "output_video_duration": 10,
        "SR": 720,
        "ratio": "16:9",
    },
}
pages = pytest.mark.parametrize("page", PAGES)


@pytest.fixture
def simulator(tmp_path: Path, made_videos: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InThread]:
    """Point the SDK at a simulator on the machine's clock; wan2.7 makes small pictures, which is quick."""
    for model in [one for one in MODELS.values() if one.family == "wan2.7"]:
        monkeypatch.setitem(MODELS, model.id, replace(model, pixels=SMALL))
    quick = Settings(run_seconds=(0, 0), queue_seconds=(0, 0))
    with a_simulator(quick, tmp_path / "state", videos=made_videos) as simulator:
        monkeypatch.setattr(dashscope, "base_http_api_url", simulator.base_url)
        yield simulator


def the_call(page: str, **changed: Any) -> dict[str, Any]:
    """Return a page's arguments as its sample gives them, for the SDK to change as it likes."""
    return copy.deepcopy({"api_key": KEY, **PAGES[page], **changed})


def shown(answer: Any) -> dict[str, Any]:
    """Return an answer as the samples print it."""
    return dict(json.loads(str(answer)))


def check_result(answer: Any, page: str) -> None:
    """Check that an answer has the keys and types of the page's sample."""
    body = shown(answer)
    assert (body["status_code"], body["code"], body["message"]) == (200, None, "")
    output = dict(body["output"])
    times = [output.pop(name) for name in ("submit_time", "scheduled_time", "end_time")]
    moments = [datetime.strptime(one, "%Y-%m-%d %H:%M:%S.%f") for one in times]  # noqa: DTZ007 - printed without a zone
    assert moments == sorted(moments)
    assert all(len(one) == len("2026-04-17 17:12:49.076") for one in times)
    assert output.pop("video_url").partition("?Expires=")[2]
    assert output == {
        "task_id": output["task_id"],
        "task_status": "SUCCEEDED",
        "orig_prompt": PAGES[page]["prompt"],
    }
    types = {name: type(value) for name, value in USAGES[page].items()}
    assert body["usage"] == USAGES[page]
    assert {name: type(value) for name, value in body["usage"].items()} == types


@pages
def test_the_synchronous_call(simulator: InThread, page: str, tmp_path: Path) -> None:
    """It waits and returns what the page shows; the link leads to a video of that length and size."""
    answer = VideoSynthesis.call(**the_call(page))
    check_result(answer, page)
    video = tmp_path / "video.mp4"
    video.write_bytes(httpx.get(answer.output.video_url).content)
    facts = read(video)
    size = PAGES[page].get("size", "320*180")
    assert (f"{facts.width}*{facts.height}", facts.sound) == (size, True)
    assert facts.seconds == pytest.approx(10, abs=0.1)
    assert (simulator.counters["create.accepted"], simulator.counters["policy"]) == (1, 0)


@pages
def test_the_asynchronous_call(simulator: InThread, page: str) -> None:
    """An id at once, as the page shows it; then fetch and wait, by answer or by id."""
    shorter = the_call(page, duration=2)
    created = VideoSynthesis.async_call(**shorter)
    body = shown(created)
    assert body == {
        "status_code": 200,
        "request_id": body["request_id"],
        "code": "",
        "message": "",
        "output": {"task_id": created.output.task_id, "task_status": "PENDING", "video_url": ""},
        "usage": None,
    }
    early = VideoSynthesis.fetch(task=created, api_key=KEY).output
    assert (early.task_id, early.task_status in {"PENDING", "RUNNING", "SUCCEEDED"}) == (
        created.output.task_id,
        True,
    )
    assert simulator.wait_made()
    waited = VideoSynthesis.wait(task=created, api_key=KEY)
    fetched = VideoSynthesis.fetch(task=created.output.task_id, api_key=KEY)
    for answer in (waited, fetched):
        usage = shown(answer)["usage"]
        assert (answer.output.task_status, usage.keys()) == ("SUCCEEDED", USAGES[page].keys())
        assert usage["output_video_duration"] == 2
        assert usage["duration"] == 2 + USAGES[page]["input_video_duration"]


def local_files(page: str, folder: Path) -> dict[str, Any]:
    """Return a page's call with files of this machine in place of the samples, some as file:// addresses."""
    made = {
        ".jpg": lambda name: picture(folder, name),
        ".png": lambda name: picture(folder, name),
        ".mp4": lambda name: clip(folder, name, size=(320, 240)),
        ".mp3": lambda name: sound(folder, name),
    }

    def local(url: str) -> str:
        name = url.rpartition("/")[2]
        path = made[Path(name).suffix](name)
        return f"file://{path}" if url in {BOY, THING} else str(path)

    call = the_call(page, duration=2)
    if "media" in call:
        keys = {"url", "reference_voice"}
        call["media"] = [{k: local(v) if k in keys else v for k, v in one.items()} for one in call["media"]]
    if "reference_urls" in call:
        call["reference_urls"] = [local(url) for url in call["reference_urls"]]
    if "audio_url" in call:
        call["audio_url"] = local(call["audio_url"])
    return call


@pytest.mark.parametrize(
    ("page", "count", "put_in"),
    [("000 wan2.7-r2v", 7, 2), ("002 wan2.6-r2v-flash", 4, 2.5), ("003 wan2.7-t2v", 1, 0)],
)
def test_local_files_are_uploaded_by_the_sdk(
    simulator: InThread, page: str, count: int, put_in: float, tmp_path: Path
) -> None:
    """Each file is sent and found again for the task; the clips' 2 s are counted up to their caps."""
    created = VideoSynthesis.async_call(**local_files(page, tmp_path))
    assert created.status_code == 200, created
    assert simulator.counters["upload.200"] == count
    assert simulator.wait_made()
    answer = VideoSynthesis.wait(task=created, api_key=KEY)
    assert answer.output.task_status == "SUCCEEDED", answer
    usage = shown(answer)["usage"]
    assert (usage["input_video_duration"], usage["output_video_duration"]) == (put_in, 2)


def test_the_sdk_and_we_send_the_same(simulator: InThread) -> None:
    """A page's call is a request of ours without problems, whose estimate is what the simulator bills."""
    for page, call in PAGES.items():
        given = {name: value for name, value in call.items() if name != "model"}
        request = Request(call["model"], **given)
        assert request.problems() == [], page
        seconds = request.estimate().seconds
        assert seconds == Decimal(str(USAGES[page]["duration"])), page


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("http://127.0.0.1:9/girl.png", "Failed to download http://127.0.0.1:9/girl.png"),
        ("oss://dashscope-instant/of/someone/else.png", "Failed to download oss://dashscope-instant"),
        ("data:image/png;base64,bm8gcGljdHVyZQ==", "Invalid file, cannot open file"),
        ("nowhere/girl.png", "url error, please check url！: input.media.0.url"),
    ],
)
def test_media_that_cannot_be_had_fail_the_task(simulator: InThread, url: str, message: str) -> None:
    """The call is taken in; the task ends with the service's words, without usage and unbilled."""
    call = the_call("000 wan2.7-r2v", media=[{"type": "reference_image", "url": url}], duration=2)
    created = VideoSynthesis.async_call(**call)
    assert created.output.task_status == "PENDING", created
    assert simulator.wait_made()  # or the SDK asks too early, and again a second later
    failed = VideoSynthesis.wait(task=created, api_key=KEY)
    body = shown(failed)
    assert (body["status_code"], body["output"]["task_status"]) == (200, "FAILED")
    assert body["output"]["message"].startswith(message)
    assert body["output"]["video_url"] == ""
    assert body["usage"] is None
