"""The mirror: whole copies in a second place, and nothing that goes wrong there touches what is here."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem

from wan_notebook.catalog import SettingError
from wan_notebook.tasks.mirror import Mirror, MirrorError

VIDEO = bytes(range(256)) * 50
SECRET = "s3cret"  # noqa: S105 - the canary


class Failing(MemoryFileSystem):  # type: ignore[misc]  # it publishes no types
    """A place that takes half a file and then quotes the address it was called by."""

    protocol = "failing"

    def put_file(self, lpath: str, rpath: str, *_args: Any, **_options: Any) -> None:
        """Fail on the way, with more lines than one."""
        super().pipe_file(rpath, Path(lpath).read_bytes()[:100])
        message = f"no way to failing://me:{SECRET}@host/v\n  ({SECRET}).".ljust(2000, "x")
        raise OSError(message)


@pytest.fixture
def memory() -> Iterator[MemoryFileSystem]:
    """The object store in memory, empty."""
    place = fsspec.filesystem("memory")
    place.store.clear()
    yield place
    place.store.clear()


@pytest.fixture
def video(tmp_path: Path) -> Path:
    """A video and its sidecar."""
    path = tmp_path / "videos" / "狐 fox.mp4"
    path.parent.mkdir()
    path.write_bytes(VIDEO)
    path.with_suffix(".json").write_text("{}")
    return path


def test_an_object_store_gets_video_and_sidecar(memory: MemoryFileSystem, video: Path) -> None:
    """Under their own names."""
    Mirror("memory://bucket/wan/").copy(video)
    assert {name: memory.cat(name) for name in memory.find("/")} == {
        "/bucket/wan/狐 fox.mp4": VIDEO,
        "/bucket/wan/狐 fox.json": b"{}",
    }


@pytest.mark.parametrize("start", ["", "file://"])
def test_a_folder_gets_video_and_sidecar(tmp_path: Path, video: Path, start: str) -> None:
    """Made if need be, and nothing hidden is left in it."""
    folder = tmp_path / "mirror" / "deep"
    mirror = Mirror(f"{start}{folder}")
    mirror.copy(video)
    mirror.copy(video)
    assert sorted(path.name for path in folder.iterdir()) == ["狐 fox.json", "狐 fox.mp4"]
    assert (folder / video.name).read_bytes() == VIDEO


def test_a_folder_may_be_named_from_home_or_here(
    tmp_path: Path, video: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a shell; a later change of folder does not move it."""
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    (tmp_path / "me").mkdir()
    monkeypatch.chdir(tmp_path)
    mirrors = [Mirror("~/mirror"), Mirror(Path("here"))]
    monkeypatch.chdir("/")
    for mirror in mirrors:
        mirror.copy(video)
    assert (tmp_path / "me" / "mirror" / video.name).exists()
    assert (tmp_path / "here" / video.name).exists()


def test_a_video_without_a_sidecar_is_copied(memory: MemoryFileSystem, video: Path) -> None:
    """It may be added later."""
    mirror = Mirror("memory://bucket")
    video.with_suffix(".json").unlink()
    mirror.copy(video)
    assert memory.find("/bucket") == ["/bucket/狐 fox.mp4"]
    video.with_suffix(".json").write_text("{}")
    mirror.copy(video)
    assert len(memory.find("/bucket")) == 2


def test_a_video_that_is_there_is_left_alone(memory: MemoryFileSystem, video: Path) -> None:
    """Its sidecar is brought up to date: the cost may be known only now."""
    mirror = Mirror("memory://bucket")
    mirror.copy(video)
    before = memory.modified("/bucket/狐 fox.mp4")
    video.with_suffix(".json").write_text('{"cost": "1.2"}')
    mirror.copy(video)
    assert memory.modified("/bucket/狐 fox.mp4") == before
    assert memory.cat("/bucket/狐 fox.json") == b'{"cost": "1.2"}'


def test_another_file_of_the_name_is_never_replaced(memory: MemoryFileSystem, video: Path) -> None:
    """Told by its length."""
    memory.pipe_file("/bucket/狐 fox.mp4", b"mine")
    with pytest.raises(MirrorError, match="another file named"):
        Mirror("memory://bucket").copy(video)
    assert memory.cat("/bucket/狐 fox.mp4") == b"mine"


def test_a_place_that_fails_is_told_without_its_secrets(memory: MemoryFileSystem, video: Path) -> None:
    """One line, cut; no half file bears the name; the video here is as it was; no cause is chained."""
    fsspec.register_implementation("failing", Failing, clobber=True)
    mirror = Mirror(f"failing://me:{SECRET}@host/v?token={SECRET}")
    with pytest.raises(MirrorError, match="it is safe in") as caught:
        mirror.copy(video)
    words = str(caught.value)
    assert SECRET not in words + repr(mirror) + mirror.address + repr(caught.value)
    assert "\n" not in words
    assert len(words) < 600
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert not [name for name in memory.store if name.endswith(video.name)]
    assert video.read_bytes() == VIDEO


def test_a_folder_that_refuses_is_told(tmp_path: Path, video: Path) -> None:
    """A file where the folder should be."""
    (tmp_path / "mirror").write_text("in the way")
    with pytest.raises(MirrorError, match="not copied to the mirror"):
        Mirror(tmp_path / "mirror").copy(video)


@pytest.mark.parametrize("address", ["", "  ", "memory://", "s3:///", "://a", "s3 ://a"])
def test_what_is_no_place_is_refused(address: str) -> None:
    """Before anything is fetched."""
    with pytest.raises(SettingError, match="no place for videos"):
        Mirror(address)


def test_a_place_nobody_knows_is_refused() -> None:
    """With the packages that know the usual ones, and without the password."""
    with pytest.raises(SettingError, match=r"wan-notebook\[storage\]") as caught:
        Mirror(f"nowhere://me:{SECRET}@host/v")
    assert SECRET not in str(caught.value)


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else needs it."""
    monkeypatch.setitem(sys.modules, "fsspec", None)
    with pytest.raises(SettingError, match=r"wan-notebook\[storage\]"):
        Mirror("memory://bucket")


def test_an_address_shows_no_secret() -> None:
    """Neither user nor password nor what follows the question mark."""
    mirror = Mirror(f"memory://me:{SECRET}@bucket/wan?token={SECRET}")
    assert mirror.address == "memory://bucket/wan"
    assert repr(mirror) == "Mirror('memory://bucket/wan')"
