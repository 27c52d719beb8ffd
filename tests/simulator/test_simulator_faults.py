"""Calls that go wrong on the way: what is on the wire, which task is made all the same, what is counted."""

import itertools
import time
from pathlib import Path

import httpx
import pytest

from tests.simulator.callers import Caller, headers
from tests.simulator.test_simulator_uploads import form, permission, post
from tests.simulator.wires import arrived, connect, create_call, received, request
from tests.simulators import a_simulator
from wan_notebook.simulator import Disturbance, MovableClock, Settings, serve_in_thread
from wan_notebook.simulator.disturbing import ACTS
from wan_notebook.simulator.faults import KINDS, STATUSES

SILENT_SECONDS = 0.15
"""Ten times as long as an answer takes."""
WORK = [("before", 0), ("after", 1)]
CUT_OFF = (httpx.ReadError, httpx.RemoteProtocolError)
"""What httpx makes of a reset: it writes head and body apart, and the second may already meet it."""


def disturb(caller: Caller, *written: str) -> None:
    """Put only these disturbances in force."""
    caller.simulator.calm()
    caller.simulator.disturb(*map(Disturbance.read, written))


def made(caller: Caller) -> int:
    """Return how many tasks there are, after the one thread that makes them has answered a call."""
    httpx.get(caller.simulator.base_url.replace("/api/v1", "/simulator/status")).raise_for_status()
    return caller.simulator.tasks_made


def test_each_kind_has_an_act() -> None:
    """What can be asked for can be done, and nothing else is there."""
    assert set(ACTS) == set(KINDS)


@pytest.mark.parametrize(("moment", "tasks"), WORK)
def test_a_reset_is_a_reset(caller: Caller, moment: str, tasks: int) -> None:
    """RST comes before any byte of an answer; a task is made only after the work."""
    disturb(caller, f"create:reset-{moment}")
    answer = arrived(caller.simulator.base_url, create_call())
    assert (answer.head, answer.reset) == ("", True)
    assert made(caller) == tasks
    with pytest.raises(CUT_OFF):
        caller.create()
    counted = caller.simulator.counters
    assert (counted["create"], counted[f"create.reset-{moment}"]) == (2, 2)
    assert counted["create.accepted"] == made(caller) == 2 * tasks


@pytest.mark.parametrize(("moment", "tasks"), WORK)
def test_silence_is_silent(caller: Caller, moment: str, tasks: int) -> None:
    """Nothing comes, the connection stays, and others are answered meanwhile."""
    disturb(caller, f"create:silence-{moment}:next1")
    with connect(caller.simulator.base_url, SILENT_SECONDS) as connection:
        connection.sendall(create_call())
        with pytest.raises(TimeoutError):
            connection.recv(1)
        assert made(caller) == tasks
        assert caller.create().status_code == 200


def test_a_simulator_that_stops_does_not_wait_for_silence(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Silent and dripping connections are reset at once; uvicorn would complain after two seconds."""
    settings = Settings(
        disturbances=(Disturbance("query", "silence-after"), Disturbance("list", "drip", value=1000))
    )
    with serve_in_thread(settings, tmp_path / "state") as simulator:
        silent, dripping = connect(simulator.base_url), connect(simulator.base_url)
        silent.sendall(request("GET", "/api/v1/tasks/x"))
        dripping.sendall(request("GET", "/api/v1/tasks"))
        assert dripping.recv(12) == b"HTTP/1.1 200"
        while not simulator.counters["query.UNKNOWN"]:
            httpx.get(simulator.base_url)
    with silent, dripping:
        assert received(silent).reset
        assert received(dripping).reset
    assert not caplog.messages


@pytest.mark.parametrize(("moment", "tasks"), WORK)
def test_a_status_is_said(caller: Caller, moment: str, tasks: int) -> None:
    """Services say it in JSON, gateways with a page; the connection serves the next call."""
    for status in STATUSES:
        before = made(caller)
        disturb(caller, f"create:{status}-{moment}:next1")
        answer = caller.create()
        assert answer.status_code == status
        kind = "text/html; charset=utf-8" if status in {502, 504} else "application/json"
        assert answer.headers["content-type"] == kind
        assert "retry-after" not in answer.headers
        assert made(caller) == before + tasks
        assert caller.create().status_code == 200
        assert caller.simulator.counters[f"create.{status}-{moment}"] == 1
        caller.clock.move(1)


def test_a_wish_to_wait_is_said(caller: Caller) -> None:
    """The value is the Retry-After in seconds."""
    disturb(caller, "query:429-before=7", "list:503-before=0")
    for path, status, wish in (("/tasks/x", 429, "7"), ("/tasks", 503, "0")):
        answer = caller.http.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (status, wish)
        assert set(answer.json()) == {"code", "message", "request_id"}


def test_a_body_is_cut(caller: Caller) -> None:
    """The length is that of the whole, fewer bytes come, and the connection ends in good order."""
    disturb(caller, "create:cut:next1", "create:cut=0:next1", "create:cut=11")
    half, nothing, eleven = (arrived(caller.simulator.base_url, create_call()) for _ in range(3))
    assert [len(one.body) for one in (half, nothing, eleven)] == [half.length // 2, 0, 11]
    for answer in (half, nothing, eleven):
        assert answer.head.startswith("http/1.1 200 ok")
        assert not answer.reset
        assert answer.length > 100
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        caller.create()
    assert made(caller) == 4


def test_a_length_is_wrong(caller: Caller) -> None:
    """The whole body comes; the header says less or more."""
    for written, off in (("length", -1), ("length=-20", -20), ("length=5", 5)):
        disturb(caller, f"query:{written}")
        answer = arrived(caller.simulator.base_url, request("GET", "/api/v1/tasks/x"))
        assert answer.length == len(answer.body) + off
        assert answer.body.endswith(b"}")
    disturb(caller, "query:length=-1000000")
    assert arrived(caller.simulator.base_url, request("GET", "/api/v1/tasks/x")).length == 0


def test_a_drip_takes_its_time(caller: Caller) -> None:
    """The body is whole and right, in many pieces over the seconds asked for."""
    disturb(caller, "query:drip=0.2")
    begun = time.monotonic()
    answer = arrived(caller.simulator.base_url, request("GET", "/api/v1/tasks/x", "Connection: close\r\n"))
    assert time.monotonic() - begun >= 0.19
    assert answer.pieces > 5
    assert len(answer.body) == answer.length
    disturb(caller, "query:drip=0")
    assert caller.output("x")["task_status"] == "UNKNOWN"


def test_a_drip_ends_with_its_reader(caller: Caller) -> None:
    """Who hangs up in the middle does not hold up the next."""
    disturb(caller, "query:drip=0.2:next1")
    with connect(caller.simulator.base_url) as connection:
        connection.sendall(request("GET", "/api/v1/tasks/x"))
        assert connection.recv(1)
    assert caller.output("x")["task_status"] == "UNKNOWN"


@pytest.mark.parametrize("kind", ["", "create:cut", "create:no-id", "create:504-after"])
def test_who_hangs_up_before_all_is_said_gets_no_task(
    caller: Caller, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The call is counted as such, disturbed or not, and nothing is logged as a fault of the simulator."""
    disturb(caller, *filter(None, [kind]))
    with connect(caller.simulator.base_url) as connection:
        connection.sendall(create_call()[:-1])
    while not caller.simulator.counters["create.gone"]:
        httpx.get(caller.simulator.base_url)
    assert (made(caller), caller.simulator.counters["create.accepted"]) == (0, 0)
    assert not [line for line in caplog.messages if "Exception" in line]


def test_json_is_bad(caller: Caller) -> None:
    """It is delivered well, but is half of one; the task is made."""
    disturb(caller, "create:bad-json")
    answer = caller.create()
    assert answer.status_code == 200
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        answer.json()
    assert made(caller) == 1


def test_an_id_is_missing(caller: Caller) -> None:
    """The answer has all else; the task is made. A refusal stays what it is."""
    disturb(caller, "create:no-id", "query:no-id")
    answer = caller.create()
    assert answer.json()["output"] == {"task_status": "PENDING"}
    assert made(caller) == 1
    assert caller.output("x") == {"task_status": "UNKNOWN"}
    refused = caller.http.get("/tasks/x", headers={"Authorization": "Bearer pk-1"})
    assert refused.json()["code"] == "InvalidApiKey"


def test_a_list_is_refused(caller: Caller) -> None:
    """403 AccessDenied, with a key that may do everything else."""
    disturb(caller, "list:refused")
    answer = caller.http.get("/tasks")
    assert (answer.status_code, answer.json()["code"]) == (403, "AccessDenied")
    assert caller.http.get("/tasks/").status_code == 403
    assert caller.create().status_code == 200


def test_a_cancel_is_lost_after_it_worked(caller: Caller) -> None:
    """The task is canceled although nobody hears of it."""
    task_id = caller.task()
    disturb(caller, "cancel:504-after")
    assert caller.http.post(f"/tasks/{task_id}/cancel").status_code == 504
    assert caller.output(task_id)["task_status"] == "CANCELED"


def test_a_permission_to_upload_is_disturbed(caller: Caller) -> None:
    """Its endpoint is one of those that answer with JSON."""
    disturb(caller, "policy:500-before")
    answer = caller.http.get("/uploads", params={"action": "getPolicy", "model": "wan2.7-i2v"})
    assert (answer.status_code, answer.json()["code"]) == (500, "InternalError")


@pytest.mark.parametrize(("moment", "kept"), WORK)
def test_an_upload_is_disturbed_in_the_storages_words(caller: Caller, moment: str, kept: int) -> None:
    """The refusal is XML, also while a large file is still on its way."""
    data = permission(caller)
    disturb(caller, f"upload:503-{moment}=3")
    answer = post(data, form(data), b"p" * 3_000_000)
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/xml")
    assert answer.headers["retry-after"] == "3"
    assert "<Code>ServiceUnavailable</Code>" in answer.text
    assert caller.simulator.counters["upload.200"] == kept


@pytest.fixture
def url(caller: Caller) -> str:
    """Return the link to a video."""
    return str(caller.finished()["video_url"])


def test_a_download_is_cut_at_a_byte(caller: Caller, url: str) -> None:
    """So many bytes come of this answer, whether it is the whole or a part; the rest can be had."""
    whole = httpx.get(url).content
    disturb(caller, "download:cut=1000:next2")
    path = url.partition(":")[2].partition(":")[2].partition("/")[2]
    first = arrived(caller.simulator.base_url, request("GET", f"/{path}"))
    assert (first.body, first.length) == (whole[:1000], len(whole))
    part = arrived(caller.simulator.base_url, request("GET", f"/{path}", "Range: bytes=1000-\r\n"))
    assert part.head.startswith("http/1.1 206 partial content")
    assert (part.body, part.length) == (whole[1000:2000], len(whole) - 1000)
    rest = httpx.get(url, headers={"Range": "bytes=2000-"})
    assert first.body + part.body + rest.content == whole


def test_a_range_is_ignored(caller: Caller, url: str) -> None:
    """The whole comes with 200, also where the range could not be had."""
    whole = httpx.get(url).content
    disturb(caller, "download:range-ignored")
    for asked in ("bytes=100-", f"bytes={len(whole)}-"):
        answer = httpx.get(url, headers={"Range": asked, "If-Range": '"x"'})
        assert (answer.status_code, answer.content == whole) == (200, True)
        assert "content-range" not in answer.headers


def test_a_good_link_is_called_expired(caller: Caller, url: str) -> None:
    """403 and XML, as a day later."""
    disturb(caller, "download:expired:next1")
    answer = httpx.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/xml")
    assert "<Message>Request has expired.</Message>" in answer.text
    assert httpx.get(url).status_code == 200


def test_a_video_is_none(caller: Caller, url: str) -> None:
    """It is called one, and is a page."""
    disturb(caller, "download:not-mp4")
    answer = httpx.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    assert answer.content.startswith(b"<html>")


def test_a_download_is_reset_and_told_wrong(caller: Caller, url: str) -> None:
    """What the API suffers the storage can suffer too."""
    disturb(caller, "download:reset-before:next1", "download:500-before:next1", "download:length=9")
    with pytest.raises(httpx.ReadError):
        httpx.get(url)
    assert "<Code>InternalError</Code>" in httpx.get(url).text
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        httpx.get(url)


def outcomes(folder: Path, disturbance: Disturbance) -> list[int]:
    """Return the statuses of thirty queries to a new simulator."""
    settings = Settings(disturbances=(disturbance,), limits=False)
    with (
        a_simulator(settings, folder, MovableClock()) as simulator,
        httpx.Client(base_url=simulator.base_url, headers=headers("sk-a")) as http,
    ):
        return [http.get("/tasks/x").status_code for _ in range(30)]


def test_chance_follows_from_the_seed(tmp_path: Path) -> None:
    """Two runs of one seed hit the same calls, another seed others."""
    folders = (tmp_path / str(number) for number in itertools.count())
    first, again, other = (
        outcomes(next(folders), Disturbance("query", "503-before", chance=0.4, seed=seed))
        for seed in (1, 1, 2)
    )
    assert first == again != other
    assert set(first) == set(other) == {200, 503}
