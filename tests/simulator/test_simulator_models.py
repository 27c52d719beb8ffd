"""Every model over HTTP: media are fetched, judged and seen in the video, and billed as the documents say."""

import base64
import functools
import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

import av
import httpx
import pytest

from tests import files
from tests.simulator.callers import CREATE, Caller, headers
from wan_notebook.catalog import MODELS
from wan_notebook.simulator import MovableClock, Settings, serve_in_thread

SMALL = {"720P": {"16:9": (256, 144), "1:1": (192, 192)}, "1080P": {"16:9": (320, 180), "1:1": (240, 240)}}
SIDES = (320, 240)
QUICK = Settings(run_seconds=(4, 4), queue_seconds=(1, 1), limits=False)


@pytest.fixture(autouse=True)
def small_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every model make small videos, which is quick."""
    for model in list(MODELS.values()):
        monkeypatch.setitem(MODELS, model.id, replace(model, pixels=SMALL))


class Quiet(SimpleHTTPRequestHandler):
    """A file server that writes no log."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class named it
        """Write nothing."""


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Return the address of a web server with some media."""
    folder = tmp_path_factory.mktemp("web")
    for name in ("girl.png", "boy.jpg"):
        files.picture(folder, name, SIDES)
    files.picture(folder, "alpha.png", SIDES, alpha=True)
    files.picture(folder, "tiny.png", (100, 100))
    files.clip(folder, "walk.mp4", 2.0, SIDES)
    files.clip(folder, "run.mp4", 3.0, SIDES)
    files.sound(folder, "voice.mp3", 3.0)
    (folder / "text.png").write_text("no picture")
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def filled(value: Any, web: str) -> Any:
    """Return a value with the server's address in place of ``@``."""
    if isinstance(value, str):
        return value.replace("@", web)
    if isinstance(value, dict):
        return {key: filled(one, web) for key, one in value.items()}
    return [filled(one, web) for one in value] if isinstance(value, list) else value


def send(caller: Caller, model: str, given: dict[str, Any], **parameters: Any) -> httpx.Response:
    """Send a create call for a short video; a size is given by the caller."""
    usual = {"seed": 7, "duration": 2} | ({} if "size" in parameters else {"resolution": "720P"})
    body = {"model": model, "input": given, "parameters": {**usual, **parameters}}
    return caller.http.post(CREATE, json=body, headers={"X-DashScope-OssResourceResolve": "enable"})


def outcome(caller: Caller, model: str, given: dict[str, Any], **parameters: Any) -> dict[str, Any]:
    """Create a task, let it end, and return the whole answer to a query."""
    answer = send(caller, model, given, **parameters)
    assert answer.status_code == 200, answer.text
    assert caller.simulator.wait_made()
    caller.clock.move(60)
    body: dict[str, Any] = caller.http.get(f"/tasks/{answer.json()['output']['task_id']}").json()
    return body


def shape(body: dict[str, Any]) -> tuple[int, int, float, bool]:
    """Return width, height, seconds and whether there is sound in a finished task's video."""
    output = body["output"]
    assert output["task_status"] == "SUCCEEDED", output
    with av.open(BytesIO(httpx.get(output["video_url"]).content)) as container:
        pictures = container.streams.video[0]
        assert pictures.average_rate is not None
        seconds = pictures.frames / float(pictures.average_rate)
        return pictures.width, pictures.height, seconds, bool(container.streams.audio)


def item(media_type: str, name: str, **more: str) -> dict[str, str]:
    """Return a media item of the web server."""
    return {"type": media_type, "url": f"@/{name}", **more}


FIRST, LAST = item("first_frame", "girl.png"), item("last_frame", "boy.jpg")
CLIP, TUNE = item("first_clip", "walk.mp4"), item("driving_audio", "voice.mp3")
CAST = [
    item("reference_image", "girl.png", reference_voice="@/voice.mp3"),
    item("reference_video", "walk.mp4"),
    item("reference_video", "run.mp4"),
]
FOLLOWED = 208, 160, 2.0, True
"""192 x 144 pixels' worth at 4:3, in steps of 16; two seconds; sound."""


@pytest.mark.parametrize(
    ("model", "given", "parameters", "seen", "billed"),
    [
        ("wan2.7-t2v", {"audio_url": "@/voice.mp3"}, {}, (256, 144, 2.0, True), (0, 2)),
        ("wan2.7-i2v", {"media": [FIRST]}, {}, FOLLOWED, (0, 2)),
        ("wan2.7-i2v-2026-04-25", {"media": [FIRST, LAST, TUNE]}, {}, FOLLOWED, (0, 2)),
        ("wan2.7-i2v", {"media": [CLIP, LAST]}, {"duration": 3}, (208, 160, 3.0, True), (0, 3)),
        ("wan2.7-r2v", {"media": CAST}, {"ratio": "1:1"}, (192, 192, 2.0, True), (4.5, 2)),
        ("wan2.7-r2v", {"media": [*CAST, FIRST]}, {"ratio": "1:1"}, FOLLOWED, (4.5, 2)),
        ("wan2.7-videoedit", {"media": [item("video", "walk.mp4")]}, {"duration": 0}, FOLLOWED, (2, 2)),
        ("wan2.6-t2v", {}, {"size": "1280*720"}, (1280, 720, 2.0, True), (0, 2)),
        ("wan2.6-i2v", {"img_url": "@/girl.png"}, {}, FOLLOWED, (0, 2)),
        ("wan2.6-i2v-flash", {"img_url": "@/girl.png"}, {"audio": False}, (*FOLLOWED[:3], False), (0, 2)),
        (
            "wan2.6-r2v",
            {"reference_urls": ["@/girl.png", "@/walk.mp4?x=y"]},
            {"size": "960*960"},
            (960, 960, 2.0, True),
            (2, 2),
        ),
        (
            "wan2.6-r2v-flash",
            {"reference_urls": ["@/run.mp4", "@/walk.mp4"]},
            {"size": "832*1088", "audio": False, "duration": 3},
            (832, 1088, 3.0, False),
            (4.5, 3),
        ),
    ],
)
@pytest.mark.parametrize("settings", [QUICK], indirect=True)
def test_every_model_is_made(
    caller: Caller,
    web: str,
    model: str,
    given: dict[str, Any],
    parameters: dict[str, Any],
    seen: tuple[int, int, float, bool],
    billed: tuple[float, int],
) -> None:
    """The video has the size, length and sound asked for, and is billed by input and output."""
    body = outcome(caller, model, {"prompt": "A fox", **filled(given, web)}, **parameters)
    assert shape(body) == pytest.approx(seen, abs=0.05)
    usage = body["usage"]
    assert (usage["input_video_duration"], usage["output_video_duration"]) == pytest.approx(billed, abs=0.1)
    assert body["output"]["orig_prompt"] == "A fox"


@pytest.mark.parametrize(
    ("media", "code", "said"),
    [
        ([item("first_frame", "nobody.png")], "InvalidParameter", "Failed to download @/nobody.png"),
        ([item("first_frame", "text.png")], "InvalidFile.Openerror", "@/text.png"),
        ([item("first_frame", "alpha.png")], "InvalidImage.FileFormat", "transparent"),
        ([item("first_frame", "tiny.png")], "InvalidFile.Resolution", "size is 100x100"),
        ([item("first_frame", "voice.mp3")], "InvalidImage.FileFormat", "kind audio, not image"),
        ([FIRST, item("driving_audio", "walk.mp4")], "InvalidFile.Format", ": input.media.1.url"),
        (
            [FIRST, {"type": "last_frame", "url": "oss://nowhere/a.png"}],
            "InvalidParameter.DataInspection",
            "oss",
        ),
        (
            [{"type": "first_frame", "url": "data:image/png;base64,AAAA"}],
            "InvalidFile.Openerror",
            "data:image/png",
        ),
    ],
)
@pytest.mark.parametrize("settings", [QUICK], indirect=True)
def test_media_that_cannot_be_used_fail_the_task(
    caller: Caller, web: str, media: list[dict[str, str]], code: str, said: str
) -> None:
    """The call is accepted, the task fails in the service's words, and nothing is billed."""
    body = outcome(caller, "wan2.7-i2v", {"media": filled(media, web)})
    output = body["output"]
    assert (output["task_status"], output["code"]) == ("FAILED", code)
    assert filled(said, web) in output["message"]
    assert "usage" not in body
    assert "video_url" not in output


@pytest.mark.parametrize("settings", [QUICK], indirect=True)
def test_media_that_cannot_be_kept_are_an_error_of_the_service(
    caller: Caller, web: str, made_videos: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A disk that cannot be written fails the task with an internal error; the log says why."""
    media = made_videos / "media"
    aside = media.rename(made_videos / "aside") if media.exists() else None
    media.write_text("no folder")
    try:
        output = outcome(caller, "wan2.6-i2v", {"img_url": f"{web}/girl.png"})["output"]
    finally:
        media.unlink()
        if aside:
            aside.rename(media)
    assert (output["task_status"], output["code"]) == ("FAILED", "InternalError")
    assert "could not be prepared" in caplog.text


@pytest.mark.parametrize("settings", [QUICK], indirect=True)
def test_one_voice_may_be_given_for_all(caller: Caller, web: str) -> None:
    """`input.reference_voice` is fetched for each reference without one of its own, and judged as theirs."""
    given = {"prompt": "Image 1", "media": filled([item("reference_image", "girl.png")], web)}
    spoken = outcome(caller, "wan2.7-r2v", {**given, "reference_voice": f"{web}/voice.mp3"})
    assert spoken["output"]["task_status"] == "SUCCEEDED"
    task = caller.simulator._house.ledger.get(spoken["output"]["task_id"])
    assert task is not None
    assert task.video is not None
    assert task.video.references[0].voice_sha256 is not None
    wrong = outcome(caller, "wan2.7-r2v", {**given, "reference_voice": f"{web}/walk.mp4"})["output"]
    assert wrong["message"] == "The file is of kind video, not audio: input.reference_voice"


@pytest.mark.parametrize("settings", [QUICK], indirect=True)
def test_a_failed_download_does_not_run_on(caller: Caller, web: str) -> None:
    """The task ends as soon as it would run, not after the time a video takes."""
    answer = send(caller, "wan2.6-i2v", {"img_url": f"{web}/nobody.png"})
    task_id = answer.json()["output"]["task_id"]
    assert caller.simulator.wait_made()
    assert caller.output(task_id)["task_status"] == "PENDING"
    caller.clock.move(1)
    assert caller.output(task_id)["task_status"] == "FAILED"


@pytest.mark.parametrize("settings", [QUICK], indirect=True)
def test_pictures_may_come_inline(caller: Caller, tmp_path: Path) -> None:
    """A data address is decoded; the task does not keep its bytes once the video is made from them."""
    content = base64.b64encode(files.picture(tmp_path, size=SIDES).read_bytes()).decode()
    body = outcome(caller, "wan2.6-i2v", {"img_url": f"data:image/png;base64,{content}"})
    assert shape(body) == FOLLOWED
    task = caller.simulator._house.ledger.get(body["output"]["task_id"])
    assert task is not None
    assert "img_url" not in task.values


@pytest.mark.parametrize("settings", [QUICK], indirect=True)
def test_an_upload_is_bound_to_account_and_model(caller: Caller, tmp_path: Path) -> None:
    """The address serves the account and model that uploaded it; for others it is not there."""
    model = "wan2.6-i2v"
    data = caller.http.get("/uploads", params={"action": "getPolicy", "model": model}).json()["data"]
    key = f"{data['upload_dir']}/girl.png"
    fields = {
        "OSSAccessKeyId": data["oss_access_key_id"],
        "Signature": data["signature"],
        "policy": data["policy"],
        "x-oss-object-acl": data["x_oss_object_acl"],
        "x-oss-forbid-overwrite": data["x_oss_forbid_overwrite"],
        "key": key,
        "success_action_status": "200",
    }
    content = files.picture(tmp_path, size=SIDES).read_bytes()
    assert httpx.post(data["upload_host"], data=fields, files={"file": ("girl.png", content)}).is_success
    given = {"img_url": f"oss://{key}"}
    assert shape(outcome(caller, model, given)) == FOLLOWED
    assert outcome(caller, "wan2.6-i2v-flash", given)["output"]["code"] == "InvalidParameter.DataInspection"
    answer = caller.http.post(CREATE, json={"model": model, "input": given})
    assert (answer.status_code, answer.json()["code"]) == (400, "InvalidParameter.DataInspection")


@pytest.mark.parametrize("settings", [QUICK], indirect=True)
def test_the_documents_addresses_have_stand_ins(caller: Caller) -> None:
    """A sample's picture is there without a way to the internet."""
    url = "https://help-static-aliyun-doc.aliyuncs.com/file-manage-files/zh-CN/20260129/x/wan-r2v-object4.png"
    assert outcome(caller, "wan2.6-i2v", {"img_url": url})["output"]["task_status"] == "SUCCEEDED"


@pytest.mark.parametrize("settings", [replace(QUICK, faults="call")], indirect=True)
def test_faults_may_be_told_at_once(caller: Caller) -> None:
    """With `faults="call"` the call is refused as the documents say, and there is no task."""
    answer = send(caller, "wan2.7-i2v", {"img_url": "https://a.example/i.png"})
    body = answer.json()
    assert (answer.status_code, body["code"], body["message"]) == (
        400,
        "InvalidParameter",
        "Field required: input.media",
    )
    assert caller.http.get("/tasks").json()["total"] == 0


@pytest.mark.parametrize("settings", [QUICK], indirect=True)
def test_a_workspace_changes_nothing(caller: Caller) -> None:
    """The header is borne."""
    body = {"model": "wan2.7-t2v", "input": {"prompt": "A"}, "parameters": {"duration": 2}}
    answer = caller.http.post(CREATE, json=body, headers={"X-DashScope-WorkSpace": "ws-1"})
    assert answer.status_code == 200


def test_what_was_being_fetched_is_fetched_again_after_a_restart(
    tmp_path: Path, made_videos: Path, web: str
) -> None:
    """A simulator that stops between a call and the video goes on where it was."""
    clock, state, keys = MovableClock(), tmp_path / "state", headers("sk-a")
    body = {
        "model": "wan2.7-i2v",
        "input": {"media": filled([FIRST, TUNE], web)},
        "parameters": {"resolution": "720P", "duration": 2},
    }
    with serve_in_thread(QUICK, state, clock, videos=made_videos) as first:
        created = httpx.post(first.base_url + CREATE, json=body, headers=keys).json()
    with serve_in_thread(QUICK, state, clock, videos=made_videos) as second:
        assert second.wait_made()
        clock.move(10)
        answer = httpx.get(f"{second.base_url}/tasks/{created['output']['task_id']}", headers=keys).json()
        assert shape(answer) == FOLLOWED


@pytest.mark.parametrize("settings", [QUICK], indirect=True)
def test_a_task_canceled_while_media_are_fetched_stays_canceled(caller: Caller, web: str) -> None:
    """What comes in later changes nothing."""
    task_id = send(caller, "wan2.6-i2v", {"img_url": f"{web}/girl.png"}).json()["output"]["task_id"]
    assert caller.http.post(f"/tasks/{task_id}/cancel").status_code == 200
    assert caller.simulator.wait_made()
    caller.clock.move(60)
    assert caller.output(task_id) == {"task_id": task_id, "task_status": "CANCELED"}
