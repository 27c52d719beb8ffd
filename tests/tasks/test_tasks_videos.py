"""Names that stay in the folder, sidecars that replace nothing of others, and what counts as a video."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import START, a_record
from tests.files import clip, picture, sound
from wan_notebook.catalog import SettingError
from wan_notebook.tasks import NotPlayableError
from wan_notebook.tasks.videos import (
    PART_LIFE,
    VideoFolder,
    checked_facts,
    file_stem,
    part_name,
    write_sidecar,
)

WORDS = st.text(st.characters(codec=None), max_size=80) | st.sampled_from(
    [
        "../../x",
        "..\\..\\x",
        "/etc/passwd",
        "C:\\x",
        ".",
        "..",
        "a/b",
        "a\0b",
        "\u202egpm.exe",
        "狐" * 80,
        "-rf",
    ]
)
NAME_BYTES = 255


@given(prompt=WORDS, task_id=WORDS, click_id=WORDS, seed=st.integers(0, 2**31 - 1) | st.none())
def test_no_name_leaves_the_folder(prompt: str, task_id: str, click_id: str, seed: int | None) -> None:
    """Whatever stands in the prompt or in an id of the service: one plain name, that every disk takes."""
    record = a_record(prompt=prompt, task_id=task_id or None, click_id=click_id, seed=seed)
    folder = Path("/videos")
    for name in (f"{file_stem(record)}_999.mp4", f".{part_name(record)}.part.json"):
        assert len(name.encode("utf-8")) <= NAME_BYTES
        assert Path(name).name == name
        assert not set(name) & set('/\\:*?"<>|\0\n')
        assert Path(os.path.normpath(folder / name)).parent == folder


@given(WORDS, WORDS)
def test_two_tasks_have_two_parts(one: str, other: str) -> None:
    """Also where their ids differ only in what no name may hold."""
    names = {part_name(a_record(task_id=ident, click_id="c")) for ident in (one or "1", other or "1")}
    assert len(names) == len({one or "1", other or "1"})


def test_a_name_says_what_it_shows() -> None:
    """Time, prompt, seed, start of the id; what is unknown is left out."""
    assert file_stem(a_record()) == "2026-11-21_06-30-00_A-fox-in-the-rain_seed7_0f1e2d3c"
    bare = a_record(submitted_at=None, prompt=None, seed=None, task_id=None)
    assert file_stem(bare) == "2026-11-21_06-30-00_click1"


def test_a_fresh_name_is_free(tmp_path: Path) -> None:
    """Of files, of links to nowhere, and of sidecars of another task."""
    folder, record = VideoFolder(tmp_path), a_record()
    stem = file_stem(record)
    assert folder.fresh(record).name == f"{stem}.mp4"
    (tmp_path / f"{stem}.mp4").symlink_to(tmp_path / "nowhere")
    (tmp_path / f"{stem}_2.json").write_text('{"task_id": "another"}')
    (tmp_path / f"{stem}_3.json").write_text("[]")
    (tmp_path / f"{stem}_4.json").write_text("{")
    write_sidecar(tmp_path / f"{stem}_5.mp4", record)
    assert folder.fresh(record).name == f"{stem}_5.mp4"
    assert folder.part(record).target == folder.fresh(record)


def test_a_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    """And nothing is left of the trial."""
    folder = VideoFolder(tmp_path / "a" / "b")
    folder.make()
    folder.make()
    assert list(folder.path.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """With the remedy."""
    (tmp_path / "a").write_text("in the way")
    with pytest.raises(SettingError, match=r"videos="):
        VideoFolder(tmp_path / "a").make()


def test_only_old_parts_are_swept(tmp_path: Path) -> None:
    """Files that are no parts stay however old they are; a part that is a folder is left alone.

    Old is told by the folder's own clock, whatever this machine's says.
    """
    now = datetime.now(UTC)
    names = (".a.part", ".a.part.json", "a.mp4", ".b.part")
    for name in names:
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / ".c.part").mkdir()
    for path in tmp_path.iterdir():
        old = (now - PART_LIFE - timedelta(minutes=1 if path.name != ".b.part" else -1)).timestamp()
        os.utime(path, (old, old))
    VideoFolder(tmp_path).sweep()
    assert sorted(path.name for path in tmp_path.iterdir()) == [".b.part", ".c.part", "a.mp4"]


def told(video: Path) -> dict[str, Any]:
    """Return what a sidecar tells."""
    return dict(json.loads(video.with_suffix(".json").read_text(encoding="utf-8")))


def test_a_sidecar_tells_what_a_video_was_made_from(tmp_path: Path) -> None:
    """Body, cost as exact digits, times; written anew it is replaced, and nothing hidden stays."""
    video = tmp_path / "fox.mp4"
    write_sidecar(video, a_record())
    assert told(video)["video"] == "fox.mp4"
    assert (told(video)["cost"], told(video)["submitted_at"]) == ("1.2", START.isoformat())
    write_sidecar(video, a_record(cost=None, submitted_at=None, finished_at=None))
    assert [told(video)[name] for name in ("cost", "submitted_at", "finished_at")] == [None] * 3
    assert [path.name for path in tmp_path.iterdir()] == ["fox.json"]


def test_a_sidecar_takes_any_prompt(tmp_path: Path) -> None:
    """Also half a surrogate pair, for which UTF-8 has no bytes."""
    video, prompt = tmp_path / "fox.mp4", 'a "\ud83e\n狐'
    write_sidecar(video, a_record(prompt=prompt))
    assert told(video)["prompt"] == prompt


@pytest.mark.parametrize("other", ['{"task_id": "another"}', "mine"])
def test_a_sidecar_never_replaces_anything_else(tmp_path: Path, other: str) -> None:
    """A file of the name that is about something else."""
    (tmp_path / "fox.json").write_text(other)
    with pytest.raises(FileExistsError):
        write_sidecar(tmp_path / "fox.mp4", a_record())
    assert (tmp_path / "fox.json").read_text() == other
    assert [path.name for path in tmp_path.iterdir()] == ["fox.json"]


def test_a_video_is_described(tmp_path: Path) -> None:
    """Both names of the container are taken."""
    for name in ("a.mp4", "a.mov"):
        facts = checked_facts(clip(tmp_path, name, seconds=1, size=(64, 64)))
        assert (facts.width, facts.height, facts.seconds) == (64, 64, 1.0)


def test_what_is_no_whole_mp4_is_not_playable(tmp_path: Path) -> None:
    """Cut at any place, another kind of file, sound without a picture, nothing at all, gone."""
    whole = clip(tmp_path, size=(64, 64), seconds=1).read_bytes()
    files = {f"cut{size}": whole[:size] for size in range(0, len(whole) - 1, len(whole) // 40)}
    files["page"] = b"<html>Welcome</html>"
    files["playlist"] = b"#EXTM3U\n/etc/passwd\n"
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    made = [clip(tmp_path, "a.webm", seconds=1, size=(64, 64)), picture(tmp_path), tmp_path / "gone"]
    for path in (*(tmp_path / name for name in files), *made):
        with pytest.raises(NotPlayableError, match="cannot be played"):
            checked_facts(path)


def test_a_whole_file_that_holds_no_picture_is_not_playable(tmp_path: Path) -> None:
    """Its boxes are right and its pictures are zeros."""
    whole = bytearray(clip(tmp_path, size=(64, 64), seconds=1, sound=False).read_bytes())
    start = whole.index(b"mdat") + 4
    size = int.from_bytes(whole[start - 8 : start - 4], "big") - 8
    whole[start : start + size] = bytes(size)
    (tmp_path / "zeros.mp4").write_bytes(whole)
    with pytest.raises(NotPlayableError, match="cannot be played"):
        checked_facts(tmp_path / "zeros.mp4")


def test_an_mp4_that_holds_only_sound_is_no_video(tmp_path: Path) -> None:
    """The container is the right one."""
    made = sound(tmp_path, "a.m4a").read_bytes()
    (tmp_path / "a.mp4").write_bytes(made.replace(b"ftypM4A ", b"ftypisom", 1))
    with pytest.raises(NotPlayableError, match="cannot be played"):
        checked_facts(tmp_path / "a.mp4")
