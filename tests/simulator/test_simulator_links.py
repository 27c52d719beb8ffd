"""Links to videos: signed, good for a day, answered in parts."""

import threading
from pathlib import Path

import httpx
import pytest

from tests.simulator.callers import CREATE, SMALL, Caller, headers
from wan_notebook.simulator import Settings, serve_in_thread


def test_a_video_is_answered_whole_and_in_parts(caller: Caller) -> None:
    """GET, HEAD and Range agree with each other; no key is needed."""
    url = caller.finished()["video_url"]
    whole = httpx.get(url)
    assert (whole.status_code, whole.headers["content-type"]) == (200, "video/mp4")
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.content[4:8] == b"ftyp"
    head = httpx.head(url)
    assert (head.headers["content-length"], head.content) == (str(len(whole.content)), b"")
    part = httpx.get(url, headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.content) == (206, whole.content[100:300])
    assert part.headers["content-range"] == f"bytes 100-299/{len(whole.content)}"
    rest = httpx.get(url, headers={"Range": f"bytes={len(whole.content) - 7}-"})
    assert rest.content == whole.content[-7:]
    assert httpx.get(url, headers={"Range": f"bytes={len(whole.content)}-"}).status_code == 416


def test_a_link_dies_after_a_day(caller: Caller) -> None:
    """It is good to the second before, and then refused with 403 and XML."""
    url = caller.finished()["video_url"]
    expires = int(httpx.URL(url).params["Expires"])
    caller.clock.move(expires - caller.clock.now() - 1)
    assert httpx.get(url).status_code == 200
    caller.clock.move(1)
    answer = httpx.get(url)
    assert (answer.status_code, answer.headers["content-type"]) == (403, "application/xml")
    assert answer.text.startswith("<?xml")
    assert "<Code>AccessDenied</Code>" in answer.text
    assert "<Message>Request has expired.</Message>" in answer.text


@pytest.mark.parametrize("spoil", ["Expires=9999999999&Signature=x", "", "Signature=%C3%A9"])
def test_a_forged_link_is_refused(caller: Caller, spoil: str) -> None:
    """Neither another signature nor none opens a video."""
    url = httpx.URL(caller.finished()["video_url"]).copy_with(query=spoil.encode())
    assert httpx.get(url).status_code == 403


def test_a_link_cannot_be_prolonged(caller: Caller) -> None:
    """The signature holds for its own end alone."""
    url = httpx.URL(caller.finished()["video_url"])
    later = url.copy_merge_params({"Expires": str(int(url.params["Expires"]) + 1)})
    assert "SignatureDoesNotMatch" in httpx.get(later).text


def test_a_deleted_video_is_not_found(caller: Caller, made_videos: Path) -> None:
    """A link whose file is gone gets 404 and XML."""
    before = set(made_videos.iterdir())
    url = caller.finished(seed=8)["video_url"]
    for path in set(made_videos.iterdir()) - before:
        path.unlink()
    answer = httpx.get(url)
    assert answer.status_code == 404
    assert "NoSuchKey" in answer.text


def test_the_link_names_the_host_that_was_asked(caller: Caller) -> None:
    """Who reaches the simulator by another name gets links by that name."""
    caller.finished()
    task_id = caller.task()
    assert caller.simulator.wait_made()
    caller.clock.move(60)
    answer = caller.http.get(f"/tasks/{task_id}", headers={"Host": "localhost:8800"})
    assert answer.json()["output"]["video_url"].startswith("http://localhost:8800/videos/")


def test_nothing_is_left_when_it_stops(tmp_path: Path, made_videos: Path) -> None:
    """A simulator that made and sent a video leaves no thread behind, and its port is closed."""
    before = set(threading.enumerate())
    quick = Settings(run_seconds=(0, 0), queue_seconds=(0, 0))
    with serve_in_thread(quick, tmp_path / "state", videos=made_videos) as simulator:
        body = {"model": "wan2.7-t2v", "input": {"prompt": "A fox"}, "parameters": {**SMALL, "seed": 9}}
        answer = httpx.post(simulator.base_url + CREATE, json=body, headers=headers("sk-a"))
        task = f"{simulator.base_url}/tasks/{answer.json()['output']['task_id']}"
        assert simulator.wait_made()
        url = httpx.get(task, headers=headers("sk-a")).json()["output"]["video_url"]
        assert httpx.get(url).status_code == 200
    left = set(threading.enumerate()) - before
    for thread in left:
        thread.join(5)  # a worker that read the file is told to end, but not waited for
    assert not any(thread.is_alive() for thread in left)
    with pytest.raises(httpx.ConnectError):
        httpx.get(url)
