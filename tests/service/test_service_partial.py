"""A download that was cut: gone on with when the content is surely the same, else begun anew."""

import asyncio
import contextlib
import errno
import json
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.service.downloads import (
    CHANGED,
    ETAG,
    OUTSIDE,
    VIDEO,
    Host,
    cut_once,
    fetch_from,
    part_of,
)
from wan_notebook.service import (
    LinkExpiredError,
    Part,
    PartGoneError,
    StorageError,
    TransferError,
    publish,
    receive,
)
from wan_notebook.service.partial import NOTHING, Kept, Mark


def test_a_video_is_gone_on_with_where_it_was_cut(tmp_path: Path) -> None:
    """Not a byte is fetched twice, and nothing but the video is left."""
    target, host = tmp_path / "a.mp4", Host(cuts=(100_000, 50_000))
    cut_once(host, target)
    assert not target.exists()
    assert part_of(target).path.read_bytes() == VIDEO[:100_000]
    cut_once(host, target)
    assert fetch_from(host, f"{OUTSIDE}/v", target) == len(VIDEO)
    assert host.asked == [(None, None), ("bytes=100000-", ETAG), ("bytes=150000-", ETAG)]
    assert host.sent == len(VIDEO)
    assert target.read_bytes() == VIDEO
    assert list(tmp_path.iterdir()) == [target]


def test_the_progress_goes_on_too(tmp_path: Path) -> None:
    """It counts what was there."""
    told: list[tuple[int, int | None]] = []
    host = Host(cuts=(100_000,))
    cut_once(host, tmp_path / "a.mp4")
    fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4", on_progress=lambda *now: told.append(now))
    assert (told[0], told[-1]) == ((110_000, len(VIDEO)), (len(VIDEO), len(VIDEO)))


def test_a_date_marks_a_content_that_is_older_than_a_second(tmp_path: Path) -> None:
    """A date alone is sure enough then."""
    headers = {"Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT", "Date": "Sat, 21 Nov 2026 10:00:02 GMT"}
    host = Host(cuts=(100_000,), headers=headers)
    cut_once(host, tmp_path / "a.mp4")
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert host.asked[1] == ("bytes=100000-", headers["Last-Modified"])
    assert host.sent == len(VIDEO)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"ETag": 'W/"weak"'},
        {"Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT"},
        {"Last-Modified": "Sat, 21 Nov 2026 10:00:00 GMT", "Date": "Sat, 21 Nov 2026 10:00:01 GMT"},
        {"Last-Modified": "Sat, 21 Nov 2026 10:00:00 -0000", "Date": "Sat, 21 Nov 2026 10:00:09 -0000"},
        {"Last-Modified": "yesterday", "Date": "today"},
    ],
)
def test_a_content_without_a_sure_mark_begins_anew(tmp_path: Path, headers: dict[str, str]) -> None:
    """A beginning of nobody knows what is not kept."""
    host = Host(cuts=(100_000,), headers=headers)
    cut_once(host, tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []
    fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert host.asked == [(None, None)] * 2
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


def test_a_host_without_ranges_sends_all_again(tmp_path: Path) -> None:
    """What came before is replaced, not added to."""
    host = Host(cuts=(100_000,), ranges=False)
    cut_once(host, tmp_path / "a.mp4")
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


@pytest.mark.parametrize("size", [100_000, 280_000])
def test_a_content_that_changed_is_fetched_from_its_beginning(tmp_path: Path, size: int) -> None:
    """Also when the new one is shorter than what there is of the old."""
    host = Host(cuts=(size,))
    cut_once(host, tmp_path / "a.mp4")
    host.content, host.headers = CHANGED, {"ETag": '"v2"'}
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(CHANGED)
    assert (tmp_path / "a.mp4").read_bytes() == CHANGED


@pytest.mark.parametrize(
    "changes",
    [
        {"ETag": '"v2"'},
        {"Content-Range": f"bytes 99999-{len(VIDEO) - 1}/{len(VIDEO)}"},
        {"Content-Range": "bytes 100000-249999/250000"},
        {"Content-Range": "lines 1-2/3"},
        {"Content-Range": None},
    ],
)
def test_a_rest_that_does_not_fit_is_not_added(tmp_path: Path, changes: dict[str, str | None]) -> None:
    """Of another content, from another place, or of none that is told: everything is asked for."""
    host = Host(cuts=(100_000,))
    cut_once(host, tmp_path / "a.mp4")

    def answer(request: httpx.Request) -> httpx.Response:
        host.changes = changes if "Range" in request.headers else {}
        return host(request)

    assert fetch_from(answer, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert [wanted for wanted, _ in host.asked] == [None, "bytes=100000-", None]
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


@pytest.mark.parametrize("changes", [{"ETag": None}, {"Content-Range": f"bytes 100000-{len(VIDEO) - 1}/*"}])
def test_a_rest_that_tells_less_is_added(tmp_path: Path, changes: dict[str, str | None]) -> None:
    """The length is known from before, and the condition was the host's to judge."""
    host = Host(cuts=(100_000,))
    cut_once(host, tmp_path / "a.mp4")
    host.changes = changes
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert host.sent == len(VIDEO)
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


def test_a_rest_of_unknown_length_is_asked_for_until_nothing_is_left(tmp_path: Path) -> None:
    """Without a length in any answer, "no such range" leads to the whole once more."""
    host = Host(cuts=(100_000,))
    host.changes = {"Content-Length": None}
    cut_once(host, tmp_path / "a.mp4")
    part = part_of(tmp_path / "a.mp4")
    assert part.kept() == Kept(100_000, Mark(ETAG, None))
    part.path.write_bytes(VIDEO)
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert [wanted for wanted, _ in host.asked] == [None, "bytes=300000-", None]
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


def test_a_host_that_sends_less_than_the_rest_is_asked_again(tmp_path: Path) -> None:
    """What came is kept; a host may answer with less than was asked for (RFC 9110, 14.4)."""
    host = Host(cuts=(100_000,))
    cut_once(host, tmp_path / "a.mp4")

    async def little() -> AsyncIterator[bytes]:
        yield VIDEO[100_000:100_500]

    def answer(_request: httpx.Request) -> httpx.Response:
        told = {"Content-Range": f"bytes 100000-100499/{len(VIDEO)}", "ETag": ETAG}
        return httpx.Response(206, headers=told, content=little())

    with pytest.raises(TransferError, match="sent 100500 of 300000"):
        fetch_from(answer, f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)
    assert host.asked[-1] == ("bytes=100500-", ETAG)
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


def test_a_link_that_expires_on_the_way_leaves_what_came(tmp_path: Path) -> None:
    """A fresh link of the same content goes on with it, on another host too."""
    host = Host(cuts=(100_000,))
    cut_once(host, tmp_path / "a.mp4")
    with pytest.raises(LinkExpiredError):
        fetch_from(lambda _request: httpx.Response(403), f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert fetch_from(host, "http://9.9.9.9/fresh", tmp_path / "a.mp4") == len(VIDEO)
    assert host.sent == len(VIDEO)


def test_a_whole_part_needs_no_network(tmp_path: Path) -> None:
    """Killed between the last byte and the name: the next try gives the name."""
    target = tmp_path / "a.mp4"
    asyncio.run(receive(f"{OUTSIDE}/v", part_of(target), transport=httpx.MockTransport(Host())))
    assert not target.exists()
    assert fetch_from(lambda _request: httpx.Response(500), f"{OUTSIDE}/v", target) == len(VIDEO)
    assert list(tmp_path.iterdir()) == [target]


@pytest.mark.parametrize(
    "note",
    [
        None,
        "",
        "{",
        "[]",
        "{}",
        '{"validator": null, "total": 300000}',
        '{"validator": "\\"v1\\"", "total": "many"}',
        '{"validator": "\\"v1\\"", "total": 99999}',
        '{"validator": "\\"v1\\"", "of": 1}',
    ],
)
def test_a_part_whose_note_cannot_be_trusted_begins_anew(tmp_path: Path, note: str | None) -> None:
    """Torn, missing, of another kind, or of fewer bytes than there are."""
    part = part_of(tmp_path / "a.mp4")
    part.path.write_bytes(b"x" * 100_000)
    if note is not None:
        part.note.write_text(note)
    host = Host()
    fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert host.asked == [(None, None)]
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO
    assert list(tmp_path.iterdir()) == [tmp_path / "a.mp4"]


def test_a_part_that_is_a_link_elsewhere_is_not_written_through(tmp_path: Path) -> None:
    """Who shares the folder could lead our bytes over another file otherwise."""
    part = part_of(tmp_path / "a.mp4")
    other = tmp_path / "other"
    other.write_bytes(b"mine")
    part.path.symlink_to(other)
    part.note.write_text('{"validator": "\\"v1\\"", "total": 300000}')
    fetch_from(Host(), f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert other.read_bytes() == b"mine"
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, len(VIDEO)), max_size=6), st.booleans(), st.integers(0, 6))
def test_any_row_of_cuts_ends_in_the_same_bytes(
    tmp_path: Path,
    cuts: list[int],
    ranges: bool,  # noqa: FBT001 - drawn
    change: int,
) -> None:
    """Whatever is cut, ignored or changed: identical bytes or no file."""
    target, host = tmp_path / "a.mp4", Host(cuts=tuple(cuts), ranges=ranges)
    for number in range(len(cuts) + 1):
        if number == change:
            host.content, host.headers = CHANGED, {"ETag": '"v2"'}
        with contextlib.suppress(TransferError):
            fetch_from(host, f"{OUTSIDE}/v", target)
            break
        assert not target.exists()
    assert target.read_bytes() in {VIDEO, CHANGED}
    assert list(tmp_path.iterdir()) == [target]
    target.unlink()


def test_two_who_fetch_the_same_do_each_other_no_harm(tmp_path: Path) -> None:
    """A kernel that slept through its lease and its heir write the same bytes to the same places."""
    target = tmp_path / "a.mp4"
    part = part_of(target)

    async def run() -> list[int]:
        cut = asyncio.create_task(receive(f"{OUTSIDE}/v", part, transport=httpx.MockTransport(Host())))
        ends = [
            cut,
            asyncio.create_task(receive(f"{OUTSIDE}/v", part, transport=httpx.MockTransport(Host()))),
        ]
        return await asyncio.gather(*ends)

    part.path.write_bytes(VIDEO[:1000])
    part.note.write_text(json.dumps({"validator": ETAG, "total": len(VIDEO)}))
    assert asyncio.run(run()) == [len(VIDEO)] * 2
    asyncio.run(publish(part))
    assert target.read_bytes() == VIDEO


def test_a_name_taken_meanwhile_keeps_the_part(tmp_path: Path) -> None:
    """The bytes need not be fetched again for another name."""
    target = tmp_path / "a.mp4"
    asyncio.run(receive(f"{OUTSIDE}/v", part_of(target), transport=httpx.MockTransport(Host())))
    target.write_bytes(b"mine")
    with pytest.raises(StorageError, match="there is a file of that name"):
        asyncio.run(publish(part_of(target)))
    assert target.read_bytes() == b"mine"
    other = Part(part_of(target).path, tmp_path / "b.mp4")
    asyncio.run(publish(other))
    assert other.target.read_bytes() == VIDEO


def test_a_name_that_cannot_be_given_is_not_left_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where there are no hard links the name is claimed first; the claim goes when nothing comes of it."""

    def refuse(*_paths: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    target = tmp_path / "a.mp4"
    asyncio.run(receive(f"{OUTSIDE}/v", part_of(target), transport=httpx.MockTransport(Host())))
    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(StorageError, match="check the disk"):
        asyncio.run(publish(part_of(target)))
    assert not target.exists()
    assert part_of(target).kept().whole


def test_a_folder_that_cannot_be_made_durable_is_no_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some systems open no folders; the video is there all the same."""
    real = os.open

    def refuse(path: Any, *options: Any, **more: Any) -> int:
        if Path(path) == tmp_path:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(path, *options, **more)

    monkeypatch.setattr(os, "open", refuse)
    assert fetch_from(Host(), f"{OUTSIDE}/v", tmp_path / "a.mp4") == len(VIDEO)


def test_a_part_tells_what_there_is(tmp_path: Path) -> None:
    """Nothing before the first byte; and whether its name is free."""
    part = part_of(tmp_path / "a.mp4")
    assert (part.size, part.kept(), part.taken) == (0, NOTHING, False)
    part.path.write_bytes(b"12")
    part.target.symlink_to(tmp_path / "nowhere")
    assert (part.size, part.kept(), part.taken) == (2, NOTHING, True)


def test_a_part_that_is_gone_cannot_get_a_name(tmp_path: Path) -> None:
    """Somebody tidied the folder meanwhile: said so, and no empty file is left."""
    with pytest.raises(PartGoneError, match="removed meanwhile"):
        asyncio.run(publish(part_of(tmp_path / "a.mp4")))
    assert list(tmp_path.iterdir()) == []


def small_steps(monkeypatch: pytest.MonkeyPatch, flush: Callable[[int], None]) -> None:
    """Have every 10,000 bytes flushed in this way."""
    monkeypatch.setattr("wan_notebook.service.flushing.STEP", 10_000)
    monkeypatch.setattr(os, "fsync", flush)


def test_a_video_is_flushed_while_it_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Step by step, each ended before its file is closed, also when the connection breaks."""
    real, steps = os.fsync, list[str]()

    def flush(file: int) -> None:
        steps.append("begun")
        real(file)
        steps.append("ended")

    small_steps(monkeypatch, flush)
    host = Host(cuts=(100_000,))
    cut_once(host, tmp_path / "a.mp4")
    assert steps == ["begun", "ended"] * 10
    fetch_from(host, f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert (tmp_path / "a.mp4").read_bytes() == VIDEO


@pytest.mark.parametrize("good", [0, 1, 9])
def test_a_flush_that_fails_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, good: int
) -> None:
    """Which bytes are lost the system does not tell, and tells it once: they are not gone on with."""
    left = iter(range(good))

    def flush(_file: int) -> None:
        if next(left, None) is None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    small_steps(monkeypatch, flush)
    with pytest.raises(StorageError, match="check the disk"):
        fetch_from(Host(cuts=(100_000,)), f"{OUTSIDE}/v", tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []
