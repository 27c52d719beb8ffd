"""The service's protocol over real HTTP (protocol.md, sections 4, 5 and 8)."""

import re
import uuid
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import av
import httpx
import pytest

from tests.simulator.callers import CREATE, SMALL, Caller, headers
from wan_notebook.catalog import MODELS, TextField
from wan_notebook.catalog.wan27 import WAN27_T2V
from wan_notebook.simulator import MovableClock, Settings, serve_in_thread

KEYS = {"Authorization": "Bearer sk-someone-else"}
QUICK = Settings(run_seconds=(4, 4), queue_seconds=(1, 1), limits=False)


def test_create_answers_with_an_id(caller: Caller) -> None:
    """A good request gets exactly the documented body, with an id never seen before."""
    first, second = caller.create().json(), caller.create().json()
    assert set(first) == {"output", "request_id"}
    assert first["output"] == {"task_status": "PENDING", "task_id": first["output"]["task_id"]}
    assert first["output"]["task_id"] != second["output"]["task_id"]
    assert first["request_id"] != second["request_id"]


@pytest.mark.parametrize(
    ("changed", "status", "code", "message"),
    [
        ({"Authorization": ""}, 401, "InvalidApiKey", "No API-key provided."),
        ({"Authorization": "Bearer"}, 401, "InvalidApiKey", "No API-key provided."),
        ({"Authorization": "sk-anyone"}, 401, "InvalidApiKey", "No API-key provided."),
        ({"Authorization": "Bearer pk-1"}, 401, "InvalidApiKey", "Invalid API-key provided."),
        ({"Authorization": "Bearer sk-bad"}, 401, "InvalidApiKey", "Invalid API-key provided."),
        (
            {"X-DashScope-Async": ""},
            403,
            "AccessDenied",
            "current user api does not support synchronous calls",
        ),
    ],
)
@pytest.mark.parametrize("settings", [Settings(bad_keys=("sk-bad",))], indirect=True)
def test_headers_are_judged_at_once(
    caller: Caller, changed: dict[str, str], status: int, code: str, message: str
) -> None:
    """A missing or bad key and a missing async header are refused with the flat error body."""
    answer = caller.http.post(CREATE, json={}, headers=changed)
    assert answer.status_code == status
    body = answer.json()
    assert (body["code"], body["message"]) == (code, message)
    assert set(body) == {"code", "message", "request_id"}
    assert caller.simulator.counters[f"create.{status}"] == 1


def test_a_query_needs_no_async_header(caller: Caller) -> None:
    """A key alone is enough to ask; a key with nothing to ask about is told UNKNOWN: a check without cost."""
    answer = httpx.get(f"{caller.simulator.base_url}/tasks/{uuid.uuid4()}", headers=KEYS)
    assert answer.json()["output"]["task_status"] == "UNKNOWN"


def test_a_task_goes_its_way(caller: Caller) -> None:
    """PENDING tells nothing, RUNNING two times, SUCCEEDED the end, the prompt, a link and the usage."""
    task_id = caller.task(ratio="9:16")
    assert caller.simulator.wait_made()
    assert caller.output(task_id) == {"task_id": task_id, "task_status": "PENDING"}
    caller.clock.move(1)
    times = {"submit_time": "2027-01-15 16:00:00.000", "scheduled_time": "2027-01-15 16:00:01.000"}
    assert caller.output(task_id) == {"task_id": task_id, "task_status": "RUNNING", **times}
    caller.clock.move(4)
    body = caller.http.get(f"/tasks/{task_id}").json()
    assert body["usage"] == {
        "duration": 2,
        "input_video_duration": 0,
        "output_video_duration": 2,
        "video_count": 1,
        "SR": 720,
        "ratio": "9:16",
    }
    output = body["output"]
    assert re.fullmatch(
        rf"http://127\.0\.0\.1:\d+/videos/{task_id}\.mp4\?Expires=\d+&Signature=\S+", output.pop("video_url")
    )
    assert output == {
        "task_id": task_id,
        "task_status": "SUCCEEDED",
        **times,
        "end_time": "2027-01-15 16:00:05.000",
        "orig_prompt": "A fox",
    }


@pytest.mark.parametrize("tail", ["/", "/?duration=5&resolution=720P", "?duration=5"])
def test_the_sdks_odd_addresses_are_borne(caller: Caller, tail: str) -> None:
    """A trailing slash and an echoed query change nothing (protocol.md 10.4)."""
    task_id = caller.task()
    assert caller.http.get(f"/tasks/{task_id}{tail}").json()["output"]["task_id"] == task_id


def test_a_schema_fault_becomes_a_failed_task(caller: Caller) -> None:
    """It is accepted, fails a tenth of a second later with its reason, and has no usage and no video."""
    task_id = caller.task(duration=16)
    assert caller.output(task_id)["task_status"] == "PENDING"
    caller.clock.move(0.11)
    body = caller.http.get(f"/tasks/{task_id}").json()
    assert "usage" not in body
    output = body["output"]
    assert output["task_status"] == "FAILED"
    assert output["code"] == "InvalidParameter"
    assert output["message"] == "Input should be less than or equal to 15: parameters.duration"
    assert output["end_time"] == "2027-01-15 16:00:00.100"


def test_strangers_and_old_tasks_are_unknown(caller: Caller) -> None:
    """Another account's task, one never made and one a day old are UNKNOWN, with nothing else said."""
    task_id = caller.task()
    strange = httpx.get(f"{caller.simulator.base_url}/tasks/{task_id}", headers=KEYS)
    assert (strange.status_code, strange.json()["output"]) == (
        200,
        {"task_id": task_id, "task_status": "UNKNOWN"},
    )
    assert caller.output("no-such-id") == {"task_id": "no-such-id", "task_status": "UNKNOWN"}
    caller.clock.move(hours=23.9)
    assert caller.output(task_id)["task_status"] != "UNKNOWN"
    caller.clock.move(hours=0.1)
    assert caller.output(task_id) == {"task_id": task_id, "task_status": "UNKNOWN"}


def test_five_creates_and_twenty_queries_a_second(caller: Caller) -> None:
    """One more of either within the second is throttled, in another account or second it is not."""
    answers = [caller.create() for _ in range(6)]
    assert [one.status_code for one in answers] == [200] * 5 + [429]
    assert answers[5].json()["code"] == "Throttling.RateQuota"
    assert answers[5].json()["message"] == "Requests rate limit exceeded, please try again later."
    asked = [caller.http.get("/tasks/x").status_code for _ in range(21)]
    assert asked == [200] * 20 + [429]
    assert httpx.get(f"{caller.simulator.base_url}/tasks/x", headers=KEYS).status_code == 200
    caller.clock.move(1)
    assert caller.create().status_code == 200
    assert caller.http.get("/tasks/x").status_code == 200
    counted = caller.simulator.counters
    assert (counted["create"], counted["create.accepted"], counted["create.429"]) == (7, 6, 1)


def test_a_sixth_task_waits(caller: Caller) -> None:
    """Five run; the sixth is PENDING until one of them ends."""
    tasks = [caller.task() for _ in range(5)]
    caller.clock.move(2)
    sixth = caller.task()
    assert caller.simulator.wait_made()
    caller.clock.move(2)
    assert [caller.output(one)["task_status"] for one in [*tasks, sixth]] == ["RUNNING"] * 5 + ["PENDING"]
    caller.clock.move(1)
    assert [caller.output(one)["task_status"] for one in [*tasks, sixth]] == ["SUCCEEDED"] * 5 + ["RUNNING"]


@pytest.mark.parametrize("settings", [Settings(run_seconds=(4, 4), sixth="refuse")], indirect=True)
def test_a_sixth_task_is_refused(caller: Caller) -> None:
    """With `sixth="refuse"` it gets 429 while five are under way."""
    for _ in range(5):
        caller.task()
    assert caller.simulator.wait_made()
    caller.clock.move(1)
    assert caller.create().status_code == 429
    caller.clock.move(10)
    assert caller.create().status_code == 200


@pytest.mark.parametrize("settings", [QUICK], indirect=True)
def test_without_limits_everything_runs(caller: Caller) -> None:
    """Thirty tasks at once are accepted and run at once."""
    tasks = [caller.task() for _ in range(30)]
    caller.clock.move(1)
    assert {caller.output(one)["task_status"] for one in tasks} == {"RUNNING"}


def test_cancel_works_while_pending_only(caller: Caller) -> None:
    """A PENDING task is canceled, a running or unknown one is not, with the documented words."""
    task_id = caller.task()
    assert set(caller.http.post(f"/tasks/{task_id}/cancel").json()) == {"request_id"}
    assert caller.output(task_id) == {"task_id": task_id, "task_status": "CANCELED"}
    running = caller.task()
    caller.clock.move(2)
    for one in (running, "no-such-id"):
        answer = caller.http.post(f"/tasks/{one}/cancel")
        assert (answer.status_code, answer.json()["code"]) == (400, "UnsupportedOperation")
        assert "confirm if the task is in PENDING status" in answer.json()["message"]


def test_the_list_pages_and_filters(caller: Caller) -> None:
    """The newest comes first; filters and pages are those of the documents; no row has a link."""
    tasks = [caller.task() for _ in range(3)]
    caller.clock.move(2)
    tasks.append(caller.task(duration=99))
    caller.clock.move(1)
    page = caller.http.get("/tasks", params={"page_no": 1, "page_size": 3}).json()
    assert [row["task_id"] for row in page["data"]] == tasks[:0:-1]
    assert (page["total"], page["total_page"], page["page_no"], page["page_size"]) == (4, 2, 1, 3)
    assert page["data"][0]["gmt_create"] == 1_800_000_002_000
    assert "video_url" not in str(page)
    failed = caller.http.get("/tasks/", params={"status": "FAILED"}).json()
    assert [row["task_id"] for row in failed["data"]] == tasks[3:]
    late = caller.http.get("/tasks", params={"start_time": "20270115160001"}).json()
    assert late["total"] == 1
    assert caller.http.get("/tasks", params={"start_time": "yesterday"}).status_code == 400
    assert httpx.get(f"{caller.simulator.base_url}/tasks", headers=KEYS).json()["total"] == 0


def test_a_model_is_supported_from_its_entry_alone(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """A made-up model gets its own limits, pixels and number of places."""
    fields = (TextField(name="prompt", place="input", maximum=3, required=True), *WAN27_T2V.fields[1:])
    pixels = {"720P": {"16:9": (64, 36)}}
    made_up = replace(WAN27_T2V, id="wan9-t2v", fields=fields, pixels=pixels, running=1, creates=2)
    monkeypatch.setitem(MODELS, made_up.id, made_up)
    body = {"model": "wan9-t2v", "input": {"prompt": "Foxes"}, "parameters": SMALL}
    answers = [caller.http.post(CREATE, json=body) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    first, second = (one.json()["output"]["task_id"] for one in answers[:2])
    assert caller.simulator.wait_made()
    caller.clock.move(5)
    output = caller.output(first)
    assert output["orig_prompt"] == "Fox"
    assert caller.output(second)["task_status"] == "RUNNING"
    with av.open(BytesIO(httpx.get(output["video_url"]).content)) as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (64, 36)


def test_unknown_paths_are_not_found(caller: Caller) -> None:
    """A path or method the service does not have gets a JSON error."""
    for answer in (caller.http.get("/nowhere"), caller.http.delete("/tasks/x")):
        assert answer.status_code in {404, 405}
        assert answer.json()["code"] == "NotFound"


def test_status_tells_what_it_is_but_no_key(caller: Caller) -> None:
    """The status page has process, settings and counters, of the bad keys their number only."""
    root = caller.simulator.base_url.removesuffix("/api/v1")
    caller.create()
    status = httpx.get(f"{root}/simulator/status").json()
    assert status["simulator"] == "wan_notebook"
    assert status["counters"]["create.accepted"] == 1
    assert status["settings"]["bad_keys"] == 0
    assert "sk-" not in str(status)


def test_tasks_and_links_survive_a_restart(tmp_path: Path, made_videos: Path) -> None:
    """A second simulator on the same folder goes on where the first stopped; old links are good there."""
    clock, state = MovableClock(), tmp_path / "state"
    keys = headers("sk-a")
    body = {
        "model": "wan2.7-t2v",
        "input": {"prompt": "A fox"},
        "parameters": {"resolution": "720P", "duration": 2, "seed": 7},
    }
    with serve_in_thread(QUICK, state, clock, videos=made_videos) as first:
        task_id = httpx.post(first.base_url + CREATE, json=body, headers=keys).json()["output"]["task_id"]
    with serve_in_thread(QUICK, state, clock, videos=made_videos) as second:
        assert second.wait_made()
        clock.move(10)
        url = httpx.get(f"{second.base_url}/tasks/{task_id}", headers=keys).json()["output"]["video_url"]
    with serve_in_thread(QUICK, state, clock, videos=made_videos) as third:
        moved = url.replace(second.base_url.removesuffix("/api/v1"), third.base_url.removesuffix("/api/v1"))
        assert httpx.get(moved).status_code == 200


def test_the_key_is_in_no_file(tmp_path: Path, made_videos: Path) -> None:
    """Neither the state folder nor its log holds a key that was used."""
    with serve_in_thread(QUICK, tmp_path / "state", MovableClock(), videos=made_videos) as simulator:
        httpx.get(f"{simulator.base_url}/tasks", headers={"Authorization": "Bearer sk-canary-1"})
        body = {"model": "wan2.7-t2v", "input": {"prompt": "A"}, "parameters": {"duration": 99}}
        keys = headers("sk-canary-1")
        assert httpx.post(simulator.base_url + CREATE, json=body, headers=keys).status_code == 200
    files = [path for path in (tmp_path / "state").rglob("*") if path.is_file()]
    assert files
    assert not any(b"sk-canary" in path.read_bytes() for path in files)
