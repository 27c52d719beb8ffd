"""A video is saved whole, once, under a name that was free, whatever there is of it already."""

import os
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.files import clip
from tests.soak.downloads import DOWNLOADS, fetches
from tests.tasks.fetchable import Finished, Home, a_finished_task
from wan_notebook.catalog import VideoState
from wan_notebook.records import Record
from wan_notebook.simulator import Disturbance
from wan_notebook.tasks import arrival
from wan_notebook.tasks.lifecycle import joined
from wan_notebook.tasks.mirror import Mirror
from wan_notebook.tasks.videos import PART_LIFE, checked_facts


class KilledError(Exception):
    """Ends a fetch where a kernel could die."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Finished]:
    """A finished task at a simulator, for all tests here."""
    with a_finished_task(tmp_path_factory.mktemp("simulator")) as finished:
        yield finished


@pytest.fixture
def home(tmp_path: Path, served: Finished) -> Iterator[Home]:
    """An empty home, and a simulator with which nothing goes wrong yet."""
    home = Home(tmp_path, served)
    yield home
    home.store.close()
    served.simulator.calm()


def disturb(home: Home, what: str, where: str = "download", **options: Any) -> None:
    """Let calls of the simulator go wrong."""
    home.finished.simulator.disturb(Disturbance(where, what, **options))


def queries(home: Home) -> int:
    """Return how often the task was asked for."""
    return home.finished.simulator.counters["query"]


def downloads(home: Home) -> int:
    """Return how often the video was asked for."""
    return home.finished.simulator.counters["download"]


def at_facts(act: Any) -> Any:
    """Return a hook that acts once, when the figures are committed and the file has no name yet."""
    done: list[bool] = []

    def hook(record: Record) -> None:
        if record.facts is not None and record.video_state is VideoState.DOWNLOADING and not done:
            done.append(True)
            act(record)

    return hook


def test_a_video_is_saved_with_its_figures_and_its_sidecar(home: Home) -> None:
    """Byte for byte; the states are told in order, and nothing else is left in the folder."""
    saved = home.fetch(home.row())
    path = home.path(saved)
    assert path.read_bytes() == home.finished.video
    assert saved.video_bytes == len(home.finished.video)
    assert saved.facts == checked_facts(path).to_json()
    assert (saved.video_state, saved.error_message, saved.remark) == (VideoState.SAVED, None, None)
    assert home.states == [VideoState.DOWNLOADING, VideoState.DOWNLOADING, VideoState.SAVED]
    assert home.names == [path.with_suffix(".json").name, path.name]
    assert saved == home.store.get(saved.row)


def test_a_saved_video_is_left_alone(home: Home) -> None:
    """Neither fetched nor told again."""
    saved = home.fetch(home.row())
    before, told = downloads(home), len(home.states)
    assert home.fetch(saved) == saved
    assert (downloads(home), len(home.states)) == (before, told)


def test_two_videos_of_one_name_are_two_files(home: Home) -> None:
    """Two rows of one task, one kernel; each has its sidecar."""
    first, second = home.fetch_all([home.row(), home.row()])
    assert home.path(first).read_bytes() == home.path(second).read_bytes() == home.finished.video
    assert len(home.names) == 4


def test_cuts_are_gone_on_with_after_a_pause(home: Home) -> None:
    """Each is told in a sentence; the bytes are the same in the end."""
    disturb(home, "cut", value=1000, times=2)
    saved = home.fetch(home.row())
    assert home.path(saved).read_bytes() == home.finished.video
    assert len(home.sentences) == len(home.clock.slept) == 2
    assert len(home.names) == 2


def test_a_host_that_never_answers_is_given_up(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """After so many tries without a byte; a later fetch has all its tries again."""
    monkeypatch.setattr(arrival, "TRIES", 4)
    disturb(home, "reset-before")
    failed = home.fetch(home.row())
    assert (failed.video_state, len(home.clock.slept)) == (VideoState.FAILED, 3)
    assert "try again" in str(failed.error_message)
    assert home.names == []
    home.finished.simulator.calm()
    assert home.fetch(failed).video_state is VideoState.SAVED


def test_tries_that_bring_something_do_not_count(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bad line is patiently read to the end."""
    monkeypatch.setattr(arrival, "TRIES", 2)
    monkeypatch.setattr(arrival, "PROGRESS", 1000)
    disturb(home, "cut", value=20_000, times=4)
    saved = home.fetch(home.row())
    assert saved.video_state is VideoState.SAVED
    assert len(home.clock.slept) == 4
    assert home.path(saved).read_bytes() == home.finished.video


def test_what_is_no_video_is_removed_and_fetched_once_more(home: Home) -> None:
    """A login page for a video, once: the second time it is one."""
    disturb(home, "not-mp4", times=1)
    saved = home.fetch(home.row())
    assert home.path(saved).read_bytes() == home.finished.video
    assert ["cannot be played" in sentence for sentence in home.sentences] == [True]


def test_what_is_never_a_video_is_reported(home: Home) -> None:
    """No file of it stays, and the reason stands in the record."""
    disturb(home, "not-mp4")
    before = downloads(home)
    failed = home.fetch(home.row())
    assert failed.video_state is VideoState.FAILED
    assert "cannot be played" in str(failed.error_message)
    assert (failed.video, failed.facts, failed.video_bytes) == (None, None, None)
    assert downloads(home) - before == 2
    assert home.names == []


@pytest.mark.parametrize("off", [-5, 5])
def test_a_wrong_length_makes_no_wrong_file(home: Home, off: float) -> None:
    """A host that announces too little or too much is asked again."""
    disturb(home, "length", value=off, times=1)
    saved = home.fetch(home.row())
    assert home.path(saved).read_bytes() == home.finished.video


def test_an_expired_link_is_asked_for_once_more(home: Home) -> None:
    """The service gives another."""
    disturb(home, "expired", times=1)
    before = queries(home)
    saved = home.fetch(home.row(video_url=home.finished.url + "&old=1"))
    assert (saved.video_state, queries(home) - before) == (VideoState.SAVED, 1)
    assert (saved.video_url, saved.url_expires_at is None) == (home.finished.url, False)


def test_a_link_refused_before_its_time_may_be_tried_later(home: Home) -> None:
    """It may be a proxy that says no; what there is of the video is kept."""
    disturb(home, "cut", value=5000, times=1)
    disturb(home, "expired")
    before = queries(home)
    failed = home.fetch(home.row(url_expires_at=home.clock.now() + timedelta(hours=1)))
    assert (failed.video_state, queries(home) - before) == (VideoState.FAILED, 1)
    assert "no longer valid" in str(failed.error_message)
    assert [name.endswith((".part", ".part.json")) for name in home.names] == [True, True]
    home.finished.simulator.calm()
    assert home.fetch(failed).video_state is VideoState.SAVED
    assert len(home.names) == 2


@pytest.mark.parametrize("wrong", ["500-before", "refused"])
def test_a_link_whose_time_is_over_is_expired(home: Home, wrong: str) -> None:
    """Also when the service does not answer the question for another; the parts go."""
    disturb(home, "expired")
    disturb(home, wrong, "query")
    part = home.videos.part(home.row())
    home.videos.make()
    part.path.write_bytes(b"x")
    gone = home.fetch(home.row(url_expires_at=home.clock.now()))
    assert gone.video_state is VideoState.EXPIRED
    assert "links live 24 hours" in str(gone.error_message)
    assert home.names == []


def test_a_task_without_a_link_is_asked_for_it(home: Home) -> None:
    """The answer that told of its end may have had none."""
    saved = home.fetch(home.row(video_url=None))
    assert home.path(saved).read_bytes() == home.finished.video


def test_a_task_the_service_forgot_has_no_link(home: Home) -> None:
    """It is said, and may be tried again."""
    failed = home.fetch(home.row(video_url=None, task_id="00000000-0000-0000-0000-000000000000"))
    assert failed.video_state is VideoState.FAILED
    assert "no link" in str(failed.error_message)


def test_an_id_that_can_be_none_is_told(home: Home) -> None:
    """Not even asked for."""
    failed = home.fetch(home.row(video_url=None, task_id="?"))
    assert failed.video_state is VideoState.FAILED


def test_a_missing_file_is_fetched_again_under_its_name(home: Home) -> None:
    """While the link lives."""
    saved = home.fetch(home.row())
    assert not home.missing(saved)
    assert not home.missing(home.row())
    home.path(saved).unlink()
    assert home.missing(saved)
    again = home.fetch(saved)
    assert home.path(again) == home.path(saved)
    assert home.path(again).read_bytes() == home.finished.video
    assert len(home.names) == 2


def test_a_missing_file_whose_link_is_dead_stays_what_it_is(home: Home) -> None:
    """The disk may only be away for now: name and figures are not forgotten."""
    saved = home.fetch(home.row(url_expires_at=home.clock.now()))
    home.path(saved).unlink()
    disturb(home, "expired")
    still = home.fetch(saved)
    assert (still.video_state, still.video, still.facts) == (VideoState.SAVED, saved.video, saved.facts)
    assert "no longer valid" in str(still.error_message)


@pytest.mark.parametrize("states", [1, 2, 3])
def test_a_kernel_killed_after_any_commit_leaves_one_whole_file_in_the_end(home: Home, states: int) -> None:
    """The next one finds what there is: one video, no second copy, nothing hidden."""
    seen: list[Record] = []

    def kill(record: Record) -> None:
        seen.append(record)
        if len(seen) == states:
            raise KilledError

    row = home.row()
    with pytest.raises(KilledError):
        home.fetch(row, kill)
    saved = home.fetch(row)
    assert home.path(saved).read_bytes() == home.finished.video
    assert home.names == [home.path(saved).with_suffix(".json").name, home.path(saved).name]


def test_a_kernel_killed_between_name_and_word_needs_no_network(home: Home) -> None:
    """The file of an earlier kernel is known by what its record says."""
    saved = home.fetch(home.row())
    home.store.update(saved.row, video_state=VideoState.DOWNLOADING)
    before = downloads(home)
    again = home.fetch(saved)
    assert (again, downloads(home)) == (saved, before)
    assert len(home.names) == 2


def other_length(path: Path) -> None:
    """Replace a video by one of another length."""
    path.write_bytes(path.read_bytes() + b"\0")


def same_length(path: Path) -> None:
    """Replace a video by as many bytes of nothing."""
    path.write_bytes(bytes(path.stat().st_size))


def other_video(path: Path) -> None:
    """Replace a video by another that plays, as long in bytes."""
    size = path.stat().st_size
    made = clip(path.parent.parent, size=(64, 64), sound=False).read_bytes()
    free = size - len(made)
    path.write_bytes(made + free.to_bytes(4, "big") + b"free" + bytes(free - 8))


@pytest.mark.parametrize("replace", [other_length, same_length, other_video])
def test_another_file_of_the_name_is_not_taken_for_the_video(home: Home, replace: Any) -> None:
    """By length, by whether it plays, by its figures; it is left as it is."""
    saved = home.fetch(home.row())
    path = home.path(saved)
    replace(path)
    strange = path.read_bytes()
    home.store.update(saved.row, video_state=VideoState.DOWNLOADING)
    again = home.fetch(saved)
    assert path.read_bytes() == strange
    assert home.path(again) != path
    assert home.path(again).read_bytes() == home.finished.video


def test_a_name_taken_at_the_last_moment_leads_to_another(home: Home) -> None:
    """The other's file stays; nothing is fetched twice."""
    before = downloads(home)
    saved = home.fetch(home.row(), at_facts(lambda record: home.path(record).write_bytes(b"mine")))
    assert home.path(saved).name.endswith("_2.mp4")
    assert home.path(saved).read_bytes() == home.finished.video
    assert downloads(home) - before == 1
    taken = home.path(saved).with_name(home.path(saved).name.replace("_2.mp4", ".mp4"))
    assert taken.read_bytes() == b"mine"


def test_a_folder_that_never_gives_a_name_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes every name wins; the bytes stay for later."""
    monkeypatch.setattr(arrival, "TRIES", 3)

    def take(record: Record) -> None:
        if record.facts is not None and record.video_state is VideoState.DOWNLOADING:
            home.path(record).write_bytes(b"mine")

    failed = home.fetch(home.row(), take)
    assert failed.video_state is VideoState.FAILED
    assert "there is a file of that name" in str(failed.error_message)
    before = downloads(home)
    assert home.fetch(failed).video_state is VideoState.SAVED
    assert downloads(home) == before


def test_a_sidecar_that_cannot_be_written_loses_no_video(home: Home) -> None:
    """It is remarked; no second copy comes of it."""
    saved = home.fetch(home.row(), at_facts(lambda record: home.path(record).with_suffix(".json").mkdir()))
    assert saved.video_state is VideoState.SAVED
    assert "the video itself is whole" in str(saved.remark)
    assert home.path(saved).read_bytes() == home.finished.video
    assert home.fetch(saved) == saved
    assert len(home.names) == 2


def test_a_full_disk_is_told_and_not_tried_again(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing but making room helps."""
    with monkeypatch.context() as patch:
        full = shutil.disk_usage(home.store.home)._replace(free=10)
        patch.setattr(shutil, "disk_usage", lambda _path: full)
        failed = home.fetch(home.row())
    assert failed.video_state is VideoState.FAILED
    assert "does not fit on the disk" in str(failed.error_message)
    assert home.clock.slept == []
    assert home.fetch(failed).video_state is VideoState.SAVED


def test_a_part_that_is_tidied_away_is_fetched_anew(home: Home) -> None:
    """A user or another program may remove what is hidden; its folder is there, so it is tried again."""
    removed: list[Path] = []

    def tidy(record: Record) -> None:
        if record.video and not removed:
            removed.extend(home.videos.path.glob(".*.part"))
            removed[0].unlink()

    saved = home.fetch(home.row(), tidy)
    assert len(removed) == 1
    assert saved.video_state is VideoState.SAVED
    assert home.path(saved).read_bytes() == home.finished.video
    assert any("removed meanwhile" in sentence for sentence in home.sentences)


def test_a_folder_that_cannot_be_made_is_told(home: Home) -> None:
    """In the record, not as an exception."""
    home.videos.path.write_text("in the way")
    failed = home.fetch(home.row())
    assert failed.video_state is VideoState.FAILED
    assert "wan_videos" in str(failed.error_message)


def test_a_link_to_no_web_address_is_refused(home: Home) -> None:
    """Whatever the service says, no file of this machine is taken for a video."""
    for url in ("file:///etc/passwd", "ftp://127.0.0.1/v"):
        failed = home.fetch(home.row(video_url=url))
        assert failed.video_state is VideoState.FAILED
        assert "not a web address" in str(failed.error_message)
    assert home.names == []


def test_no_name_of_the_service_leaves_the_folder(home: Home, tmp_path: Path) -> None:
    """Prompt and id may hold any path."""
    saved = home.fetch(home.row(prompt="../../x", task_id="../../x"))
    assert home.path(saved).parent == home.videos.path
    assert home.path(saved).read_bytes() == home.finished.video
    assert len(home.names) == 2
    assert not [path for path in (tmp_path, tmp_path.parent, tmp_path.parent.parent) if (path / "x").exists()]


def test_old_parts_are_swept(home: Home) -> None:
    """Of downloads that can no longer be gone on with; young ones may be another kernel's.

    A clock that is months ahead of the disk's, as this test's is, makes no part old.
    """
    home.videos.make()
    old, young = (home.videos.path / f".{name}.part" for name in ("old", "young"))
    for path in (old, young):
        path.write_bytes(b"x")
    written = young.stat().st_mtime - (PART_LIFE + timedelta(minutes=1)).total_seconds()
    os.utime(old, (written, written))
    home.fetch(home.row(video_url="ftp://no/v"))
    assert home.names == [young.name]


def test_saved_videos_are_mirrored(home: Home, tmp_path: Path) -> None:
    """With their sidecars."""
    mirror = Mirror(tmp_path / "mirror")
    saved = home.fetch(home.row(), mirror=mirror)
    name = home.path(saved).name
    assert (tmp_path / "mirror" / name).read_bytes() == home.finished.video
    assert (tmp_path / "mirror" / name).with_suffix(".json").exists()
    assert saved.remark is None


def test_a_mirror_that_fails_is_a_remark(home: Home, tmp_path: Path) -> None:
    """The video here is not affected; the remark is made once however often it fails."""
    (tmp_path / "mirror").write_text("in the way")
    mirror = Mirror(tmp_path / "mirror")
    saved = home.fetch(home.row(), mirror=mirror)
    assert saved.video_state is VideoState.SAVED
    assert home.path(saved).read_bytes() == home.finished.video
    assert "not copied to the mirror" in str(saved.remark)
    assert home.fetch(saved, mirror=mirror).remark == saved.remark


def test_a_video_that_is_not_there_is_not_mirrored(home: Home, tmp_path: Path) -> None:
    """Nor is anything said about it."""
    failed = home.fetch(home.row(video_url="ftp://no/v"), mirror=Mirror(tmp_path / "mirror"))
    assert failed.remark is None
    assert not (tmp_path / "mirror").exists()


def test_downloads_cut_at_random_are_whole_or_not_there(home: Home, tmp_path: Path) -> None:
    """What `make soak` tries at full size, at a twentieth."""
    counts = fetches(tmp_path / "soak", home.finished, DOWNLOADS // 20)
    assert counts["saved"] + counts["none"] == DOWNLOADS // 20
    assert min(counts[what] for what in ("saved", "none", "wrong", "deaths")) > 0


def test_remarks_are_joined_and_said_once() -> None:
    """However often something happens."""
    assert joined(None, "One.") == "One."
    assert joined("One.", "Two.") == "One. Two."
    assert joined("One. Two.", "One.") == "One. Two."
