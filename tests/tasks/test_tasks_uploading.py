"""Files of this machine, from the request to the create call: sent once, whole, or nothing is submitted."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.builders import a_record
from tests.files import clip, picture, sound
from tests.simulators import a_simulator
from tests.studio import JumpingClock, a_studio
from tests.tasks.scripted import CUT, End, a_scripted_studio, a_service, api_error, store_error
from wan_notebook import media
from wan_notebook.catalog import MODELS, Request, RequestError, Status, VideoState
from wan_notebook.records import Store, Uploads
from wan_notebook.service import ApiKey, ServiceClient, UploadFileError
from wan_notebook.simulator import InThread, MovableClock, Settings
from wan_notebook.tasks import Connection, Folders, Studio, Task, close_all, connect
from wan_notebook.tasks.uploading import Uploader, described, settled

SMALL = {tier: {"16:9": (320, 180)} for tier in ("720P", "1080P")}
EXPIRED = store_error(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
Sent = tuple[Request, list[dict[str, Any]]]


@pytest.fixture
def small_videos(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every model make small videos, which is quick."""
    for model in list(MODELS.values()):
        monkeypatch.setitem(MODELS, model.id, replace(model, pixels=SMALL))


def with_pictures(*paths: Path, model: str = "wan2.7-r2v", **more: Any) -> Request:
    """Return a request with pictures to refer to."""
    items = [{"type": "reference_image", "url": str(path)} for path in paths]
    usual: dict[str, Any] = {"prompt": "Image 1", "duration": 2, "resolution": "720P", "ratio": "16:9"}
    return Request(model, media=items, seed=7, **{**usual, **more})


def first_frame(path: Path) -> Request:
    """Return a request of another model with the same picture."""
    return Request("wan2.7-i2v", media=[{"type": "first_frame", "url": str(path)}], seed=7)


@dataclass
class Sender:
    """Sends the files of requests to a service.

    Attributes:
        base_url: of the service.
        store: remembers what was sent.
        clock: what time it is; it never waits.
    """

    base_url: str
    store: Store
    clock: JumpingClock

    def send(
        self,
        *requests: Request,
        key: str = "sk-test",
        told: Callable[[str], None] = lambda _sentence: None,
        before: Callable[[], object] = lambda: None,
    ) -> list[Sent]:
        """Send what the requests name, all at once, and return what is submitted and recorded.

        Args:
            requests: what a user asked for.
            key: whose they are.
            told: gets the sentences on the way.
            before: called between the submit, when the files are described, and the upload.
        """
        whole = [settled(request.resolved()) for request in requests]
        records = [
            a_record(model=one.model.id, body=one.body(), media=described(one) or None) for one in whole
        ]
        before()

        async def run() -> list[Sent]:
            client = ServiceClient(self.base_url, ApiKey(key))
            uploads = Uploads(store=self.store, base_url=self.base_url, account=client.account)
            uploader = Uploader(client, uploads, self.clock)
            try:
                return await asyncio.gather(*(uploader.sent(record, told) for record in records))
            finally:
                await client.aclose()

        return asyncio.run(run())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Open records."""
    opened = Store.open(tmp_path / "home")
    yield opened
    opened.close()


@pytest.fixture
def simulated(tmp_path: Path, store: Store) -> Iterator[tuple[Sender, InThread]]:
    """Return a sender and the simulator it sends to."""
    clock = JumpingClock(MovableClock())
    with a_simulator(Settings(), tmp_path / "sim", clock.clock) as simulator:
        yield Sender(simulator.base_url, store, clock), simulator


def counted(simulator: InThread) -> tuple[int, int]:
    """Return how many permissions were asked for and files taken."""
    return simulator.counters["policy.accepted"], simulator.counters["upload.200"]


# The whole way


def test_local_files_become_a_video_and_are_sent_once(tmp_path: Path, small_videos: None) -> None:
    """Picture, clip and voice are sent; a second task and a restarted kernel reuse them, 47 h later not."""
    girl, walk, voice = picture(tmp_path / "m"), clip(tmp_path / "m"), sound(tmp_path / "m")
    items = [
        {"type": "reference_image", "url": "m/girl.png", "reference_voice": str(voice)},
        {"type": "reference_video", "url": str(walk)},
    ]
    request = Request(
        "wan2.7-r2v", prompt="Image 1 meets Video 1", media=items, duration=2, resolution="720P", seed=7
    )
    with a_studio(tmp_path) as (studio, simulator):
        task = studio.submit(request).wait(60)
        assert (task.status, task.record.video_state, task.error) == (
            Status.SUCCEEDED,
            VideoState.SAVED,
            None,
        )
        assert counted(simulator) == (3, 3)
        check_row(task, {"media[0].url": girl, "media[0].reference_voice": voice, "media[1].url": walk})
        assert studio.submit(request).wait(60).status is Status.SUCCEEDED
        assert counted(simulator) == (3, 3)
        studio.close()
        again = Studio(studio.connection, ApiKey("sk-test"), Folders(tmp_path), clock=studio._clock)
        assert again.submit(request).wait(60).status is Status.SUCCEEDED
        assert counted(simulator) == (3, 3)
        clock = again._clock
        assert isinstance(clock, JumpingClock)
        clock.clock.move(hours=47)
        assert again.submit(request).wait(60).status is Status.SUCCEEDED
        again.close()
        assert counted(simulator) == (6, 6)
        assert simulator.counters["create.accepted"] == 4


def check_row(task: Task, files: dict[str, Path]) -> None:
    """Check that the row tells of each file where it lies, what it held and where it went, and the bill."""
    record = task.record
    listed = {one["place"]: one for one in record.media or ()}
    assert listed.keys() == files.keys()
    for place, path in files.items():
        one = listed[place]
        assert one["sent"].startswith("oss://dashscope-instant/")
        assert (one["url"], one["bytes"]) == (str(path), path.stat().st_size)
        assert one["sha256"] == media.sha256(path)
    assert [one["kind"] for one in listed.values()] == ["image", "audio", "video"]
    items = record.body["input"]["media"]
    voiced = {"reference_voice": str(files["media[0].reference_voice"])}
    assert items == [
        {"type": "reference_image", "url": str(files["media[0].url"]), **voiced},
        {"type": "reference_video", "url": str(files["media[1].url"])},
    ]
    assert (record.input_s, record.output_s, task.cost) == (2, 2, Decimal("2.4"))
    assert task.request.value("media") == items


def test_the_service_gets_addresses_and_the_header(tmp_path: Path) -> None:
    """No path leaves this machine, and the service is asked to resolve what it gets."""
    girl, voice = picture(tmp_path), sound(tmp_path)
    request = with_pictures(girl).changed(
        media=[{"type": "reference_image", "url": girl, "reference_voice": voice}]
    )
    with a_scripted_studio(tmp_path) as (studio, service, _):
        task = studio.submit(request).wait(60)
    [(headers, body)] = service.creates
    assert headers["x-dashscope-ossresourceresolve"] == "enable"
    [item] = body["input"]["media"]
    sent = {one["place"]: one["sent"] for one in task.record.media or ()}
    assert (item["url"], item["reference_voice"]) == (sent["media[0].url"], sent["media[0].reference_voice"])
    assert all(address.startswith("oss://instant/") for address in sent.values())
    assert str(tmp_path) not in str(body)
    own = dict(task.record.body)
    own["input"] = {**own["input"], "media": body["input"]["media"]}
    assert body == own


def test_without_local_files_nothing_is_asked_for(tmp_path: Path) -> None:
    """Web addresses go as they are, without the header."""
    request = with_pictures().changed(media=[{"type": "reference_image", "url": "https://a.example/a.png"}])
    with a_scripted_studio(tmp_path) as (studio, service, _):
        task = studio.submit(request).wait(60)
    [(headers, body)] = service.creates
    assert "x-dashscope-ossresourceresolve" not in headers
    assert body["input"]["media"] == [{"type": "reference_image", "url": "https://a.example/a.png"}]
    assert (service.calls["policy"], service.calls["upload"]) == (0, 0)
    assert [sorted(one) for one in task.record.media or ()] == [["kind", "place", "url"]]


# Each content once


def test_a_content_is_sent_for_each_model_and_key(simulated: tuple[Sender, InThread], tmp_path: Path) -> None:
    """The service binds an upload to both; a copy of the file under another name is the same content."""
    sender, simulator = simulated
    girl, copy = picture(tmp_path), tmp_path / "copy.png"
    copy.write_bytes(girl.read_bytes())
    sender.send(with_pictures(girl))
    sender.send(with_pictures(copy))
    assert counted(simulator) == (1, 1)
    sender.send(first_frame(girl))
    assert counted(simulator) == (2, 2)
    sender.send(with_pictures(girl), key="sk-other")
    assert counted(simulator) == (3, 3)
    sender.send(with_pictures(girl), first_frame(girl))
    assert counted(simulator) == (3, 3)


def test_what_is_wanted_twice_at_once_is_sent_once(
    simulated: tuple[Sender, InThread], tmp_path: Path
) -> None:
    """Two tasks, one of them with the file in two places, wait for the same upload."""
    sender, simulator = simulated
    girl = picture(tmp_path)
    (first, _), (second, kept) = sender.send(with_pictures(girl), with_pictures(girl, girl))
    assert counted(simulator) == (1, 1)
    urls = {item["url"] for item in (*first.media(), *second.media())}
    assert urls == {kept[0]["sent"]} == {kept[1]["sent"]}


@pytest.mark.parametrize(("hours", "uploads"), [(46.9, 1), (47.1, 2)])
def test_an_address_is_not_used_in_its_last_hour(
    simulated: tuple[Sender, InThread], tmp_path: Path, hours: float, uploads: int
) -> None:
    """The task may wait before the service fetches the file, which lives 48 h."""
    sender, simulator = simulated
    girl = picture(tmp_path)
    [(before, _)] = sender.send(with_pictures(girl))
    sender.clock.clock.move(hours=hours)
    [(after, _)] = sender.send(with_pictures(girl))
    assert counted(simulator) == (uploads, uploads)
    assert (before.body() == after.body()) is (uploads == 1)


def test_three_at_once(store: Store, tmp_path: Path) -> None:
    """Of six files the second three wait until the first have arrived."""
    paths = [picture(tmp_path, f"{number}.png") for number in range(5)]
    frame = {"type": "first_frame", "url": picture(tmp_path, "frame.png")}
    request = with_pictures(*paths)
    request = request.changed(media=[*request.value("media"), frame])
    asked: list[int] = []
    with a_service() as service:
        together = threading.Barrier(3, lambda: asked.append(service.calls["policy"]), timeout=10)
        service.hooks["upload"] = together.wait
        Sender(service.url, store, JumpingClock(MovableClock())).send(request)
        assert (asked, service.calls["upload"]) == ([3, 6], 6)


# What is told


def test_progress_is_told_in_few_sentences(simulated: tuple[Sender, InThread], tmp_path: Path) -> None:
    """Rising, at most one for each tenth, to the whole; and none when nothing has to be sent."""
    sender, _ = simulated
    paths = [picture(tmp_path, "a.bmp", (1200, 900)), picture(tmp_path, "b.bmp", (1200, 901))]
    told: list[str] = []
    sender.send(with_pictures(*paths), told=told.append)
    assert all(one.startswith("Uploading a.bmp, b.bmp: ") and one.endswith(" %") for one in told)
    shares = percents(told)
    assert shares == sorted(set(shares))
    assert (2 < len(shares) <= 11, shares[0], shares[-1]) == (True, 0, 100)
    told.clear()
    sender.send(with_pictures(*paths), told=told.append)
    assert told == []


def percents(told: list[str]) -> list[int]:
    """Return the numbers in sentences on progress."""
    return [int(one.split(": ")[-1].removesuffix(" %")) for one in told]


def test_files_of_the_same_name_are_two_files(simulated: tuple[Sender, InThread], tmp_path: Path) -> None:
    """Each counts for itself, by its bytes, and each has its own address."""
    sender, simulator = simulated
    small, large = picture(tmp_path / "a", "girl.bmp"), picture(tmp_path / "b", "girl.bmp", (1200, 900))
    told: list[str] = []
    [(sent, kept)] = sender.send(with_pictures(small, large), told=told.append)
    assert counted(simulator) == (2, 2)
    assert len({item["url"] for item in sent.media()}) == 2
    assert [one["url"] for one in kept] == [str(small), str(large)]
    shares = percents(told)
    assert (shares, shares[-1]) == (sorted(set(shares)), 100)
    assert all(one.startswith("Uploading girl.bmp: ") for one in told)


@pytest.mark.parametrize("name", ["狐狸 & Füchse 🦊.png", f"{'x' * 250}.png", f"{'狐' * 80}.png", "-.png"])
def test_any_name_is_sent_and_told(simulated: tuple[Sender, InThread], tmp_path: Path, name: str) -> None:
    """The store gets a plain name, the row the true one, the reader a short one."""
    sender, simulator = simulated
    told: list[str] = []
    [(sent, kept)] = sender.send(with_pictures(picture(tmp_path, name)), told=told.append)
    assert counted(simulator) == (1, 1)
    assert kept[0]["url"] == str(tmp_path / name)
    url = sent.media()[0]["url"]
    assert (url.isascii(), url.endswith(".png"), " " in url) == (True, True, False)
    assert all(len(one) < 80 for one in told)
    assert told[0].startswith(f"Uploading {name[:24]}")


def test_the_ending_is_that_of_the_content(simulated: tuple[Sender, InThread], tmp_path: Path) -> None:
    """The service goes by it, and a picture saved under a wrong name is common."""
    sender, _ = simulated
    wrong = picture(tmp_path, "girl.jpg").rename(tmp_path / "girl.png")
    [(sent, _)] = sender.send(with_pictures(wrong))
    assert sent.media()[0]["url"].endswith(".jpg")


def test_while_files_are_sent_it_can_be_taken_back(tmp_path: Path) -> None:
    """The handle shows how far it is; canceled then, it is never submitted and costs nothing."""
    arrived, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        arrived.set()
        go_on.wait(10)

    with a_scripted_studio(tmp_path) as (studio, service, _):
        service.hooks["upload"] = hold
        task = studio.submit(with_pictures(picture(tmp_path)))
        assert arrived.wait(10)
        assert (task.status, task.trouble) == (Status.QUEUED, "Uploading girl.png: 100 %")
        assert "not sent yet and costs nothing" in task.cancel()
        go_on.set()
        task.wait(60)
        assert (service.calls["create"], task.id, task.status) == (0, None, Status.CANCELED)


# What goes wrong


@pytest.mark.parametrize(
    ("kind", "end", "policy", "calls", "reason"),
    [
        ("policy", api_error(401, "InvalidApiKey"), {}, (1, 0), "the key is not known"),
        ("policy", api_error(400, "InvalidParameter"), {}, (1, 0), "Said the service"),
        ("policy", api_error(500, "InternalError"), {}, (4, 0), "InternalError"),
        ("policy", End(CUT), {}, (4, 0), "nothing was submitted"),
        ("policy", End(200, b'{"data":{}}'), {}, (4, 0), "nothing was submitted"),
        ("upload", store_error(403, "AccessDenied", "No right."), {}, (1, 1), "AccessDenied: No right"),
        ("upload", store_error(400, "EntityTooLarge", "Too large."), {}, (1, 1), "too large"),
        ("upload", End(307, b"", {"Location": "/upload"}), {}, (1, 1), "HTTP 307"),
        ("upload", EXPIRED, {}, (4, 4), "no longer valid"),
        ("upload", End(503), {}, (4, 4), "HTTP 503"),
        ("upload", End(CUT), {}, (4, 4), "broke off"),
        ("none", End(200), {"expire_in_seconds": 0}, (4, 0), "no longer valid"),
        ("none", End(200), {"max_file_size_mb": 0.0001}, (1, 0), "takes 0.0001 MB at most"),
        ("none", End(200), {"upload_host": "ftp://store.example"}, (4, 0), "not encrypted or not whole"),
    ],
)
def test_without_the_file_nothing_is_submitted(
    tmp_path: Path, kind: str, end: End, policy: dict[str, Any], calls: tuple[int, int], reason: str
) -> None:
    """Refused, broken, expired, too large: repeated where that can help, then a row with the reason."""
    with a_scripted_studio(tmp_path) as (studio, service, _):
        service.ends[kind], service.policy = [end] * 9, policy
        task = studio.submit(with_pictures(picture(tmp_path))).wait(60)
        assert (service.calls["policy"], service.calls["upload"], service.calls["create"]) == (*calls, 0)
        row = studio.store.get(task.row)
        assert "already ended: NOT_CREATED" in task.cancel()
    assert (row.status, row.task_id, row.cost, row.video) == (Status.NOT_CREATED, None, None, None)
    assert reason in str(row.error_message)
    assert (row.error_code, row.finished_at) != (None, None)
    assert task.error == row.error_message


def test_what_breaks_off_is_sent_again_with_a_new_permission(tmp_path: Path) -> None:
    """A line that breaks, a host in trouble and a permission too old do no harm; each is told."""
    told: list[str | None] = []
    with a_scripted_studio(tmp_path) as (studio, service, _):
        go_on = threading.Event()
        service.hooks["query"] = lambda: go_on.wait(10)
        service.ends["upload"] = [End(CUT), End(503), EXPIRED]
        task = studio.submit(with_pictures(picture(tmp_path)))
        task.on_change(lambda changed: told.append(changed.trouble))
        go_on.set()
        task.wait(60)
        assert (service.calls["policy"], service.calls["upload"], service.calls["create"]) == (4, 4, 1)
        [(_, body)] = service.creates
    assert body["input"]["media"][0]["url"].startswith("oss://instant/4/")
    again = [one for one in told if one and one.startswith("The upload broke off, trying again: ")]
    assert len(again) == 3
    assert "HTTP 503" in again[1]


def test_a_wish_to_wait_is_followed(tmp_path: Path) -> None:
    """A service that is asked too often says for how long it wants to be left alone."""
    with a_scripted_studio(tmp_path) as (studio, service, clock):
        service.ends["policy"] = [api_error(429, "Throttling.RateQuota", Retry_After="77")]
        studio.submit(with_pictures(picture(tmp_path))).wait(60)
        assert (service.calls["policy"], service.calls["create"]) == (2, 1)
    assert 77 <= max(clock.slept) < 80


def test_one_of_several_files_is_enough_to_submit_nothing(tmp_path: Path) -> None:
    """The task can be sent again from its handle; then every file has its address."""
    paths = [picture(tmp_path, f"{number}.png") for number in range(3)]
    with a_scripted_studio(tmp_path) as (studio, service, _):
        service.ends["upload"] = [store_error(403, "AccessDenied", "No right.")]
        task = studio.submit(with_pictures(*paths)).wait(60)
        assert (task.status, service.calls["create"]) == (Status.NOT_CREATED, 0)
        assert task.again().wait(60).id == "t-1"
        [(_, body)] = service.creates
    assert len({item["url"] for item in body["input"]["media"] if item["url"].startswith("oss://")}) == 3


def rewrite(path: Path) -> None:
    """Put another picture there."""
    picture(path.parent, path.name, (640, 480))


def rewrite_unseen(path: Path) -> None:
    """Change bytes, but neither size nor time."""
    before = path.stat()
    content = path.read_bytes()
    path.write_bytes(content[:-4] + bytes(4))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.parametrize(
    ("when", "change", "reason"),
    [
        ("query", rewrite, "not the one that was chosen"),
        ("query", Path.unlink, "no such file"),
        ("policy", rewrite, "no longer what it was when it was chosen"),
        ("policy", rewrite_unseen, "no longer what it was when it was chosen"),
        ("policy", Path.unlink, "no such file"),
        ("upload", rewrite, "no longer what it was when it was chosen"),
    ],
)
def test_a_file_that_changes_after_the_click_is_refused(
    tmp_path: Path, when: str, change: Callable[[Path], None], reason: str
) -> None:
    """Before the upload, before its first byte, before its last: what was chosen is sent, or nothing."""
    girl = picture(tmp_path)

    def meanwhile() -> None:
        if girl.exists():
            change(girl)

    with a_scripted_studio(tmp_path) as (studio, service, _):
        service.hooks[when] = meanwhile
        task = studio.submit(with_pictures(girl)).wait(60)
        assert (task.status, service.calls["create"]) == (Status.NOT_CREATED, 0)
        assert reason in str(task.error)
        service.hooks.clear()
        picture(tmp_path)
        assert task.again().wait(60).id == "t-1"
        assert service.calls["upload"] == (1 if when == "query" or reason == "no such file" else 2)


def test_also_what_was_sent_before_must_still_be_there(
    simulated: tuple[Sender, InThread], tmp_path: Path
) -> None:
    """A file that has changed is not replaced by what once had its name."""
    sender, simulator = simulated
    girl = picture(tmp_path)
    sender.send(with_pictures(girl))
    with pytest.raises(UploadFileError, match="not the one that was chosen"):
        sender.send(with_pictures(girl), before=lambda: rewrite(girl))
    assert counted(simulator) == (1, 1)


def test_a_file_that_is_none_is_told_at_the_click(tmp_path: Path) -> None:
    """In one sentence with the path once; there is neither row nor call."""
    with a_scripted_studio(tmp_path) as (studio, service, _):
        with pytest.raises(RequestError, match="nowhere"):
            studio.submit(with_pictures(tmp_path / "nowhere.png"))
        assert (studio.store.select(), service.calls) == ([], {})
    with pytest.raises(UploadFileError, match=r"no such file") as caught:
        described(with_pictures(tmp_path / "nowhere.png"))
    assert str(caught.value).count("nowhere.png") == 1


def test_records_that_cannot_be_written_submit_nothing(tmp_path: Path) -> None:
    """Where a file went must be known before a task names it."""
    with a_scripted_studio(tmp_path) as (studio, service, _):
        with studio.store.writing() as connection:
            connection.exec_driver_sql("DROP TABLE uploads")
        task = studio.submit(with_pictures(picture(tmp_path))).wait(60)
        assert (task.status, service.calls["create"]) == (Status.NOT_CREATED, 0)
        assert "uploads" in str(task.error)


# Where


def test_a_model_that_is_not_offered_there_is_refused_before_sending(tmp_path: Path) -> None:
    """With the regions that offer it, before any file is touched."""
    with a_service() as service:
        connection = Connection(base_url=service.url, region="virginia", simulated=False)
        studio = Studio(connection, ApiKey("sk-test"), Folders(tmp_path))
        with pytest.raises(RequestError, match=r"wan2\.7-r2v .*virginia.* beijing, singapore"):
            studio.submit(with_pictures(picture(tmp_path)))
        assert (studio.store.select(), service.calls) == ([], {})
        studio.close()


def test_at_an_address_of_ones_own_the_price_is_unknown(tmp_path: Path, small_videos: None) -> None:
    """Neither estimate nor cost is nought, and the row names no region."""
    request = Request("wan2.7-t2v", prompt="A fox", duration=2, resolution="720P", seed=7)
    with a_studio(tmp_path / "a") as (known, _):
        connection = replace(known.connection, region=None)
        studio = Studio(connection, ApiKey("sk-test"), Folders(tmp_path / "b"), clock=known._clock)
        task = studio.submit(request).wait(60)
        studio.close()
    row = task.record
    assert (row.status, row.region, row.billed_s) == (Status.SUCCEEDED, None, 2.0)
    assert (row.estimate_low, row.estimate_high, row.cost) == (None, None, None)


def test_the_region_follows_from_the_address(tmp_path: Path) -> None:
    """An address no region has leaves it open; a region given beside it names the prices."""
    try:
        options: dict[str, Any] = {"api_key": "sk-test", "folders": Folders(home=tmp_path)}
        own = connect(address="https://wan.example/api/v1", **options)
        named = connect(address="https://wan.example/api/v1", region="singapore", **options)
        usual = connect(address="https://dashscope-us.aliyuncs.com/api/v1", **options)
        regions = [one.connection.region for one in (own, named, usual)]
    finally:
        close_all()
    assert regions == [None, "singapore", "virginia"]
