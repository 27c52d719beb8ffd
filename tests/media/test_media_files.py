"""What is no file of media at all, what is remembered, and nonsense of every kind."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.files import clip, picture, sound
from wan_notebook.media import (
    MediaFacts,
    Trouble,
    UnreadableMediaError,
    data_uri,
    files,
    read,
    sha256,
    thumbnail,
)

Question = Callable[[Path], object]
PICTURES = ("png", "jpg", "bmp", "webp", "gif", "tiff", "avif")
QUESTIONS: list[Question] = [read, sha256, thumbnail, data_uri]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Give a small file of each format."""
    folder = tmp_path_factory.mktemp("samples")
    pictures = [picture(folder, f"a.{ending}", (32, 16)) for ending in PICTURES]
    clips = [clip(folder, f"a.{ending}", 0.2, (32, 16)) for ending in ("mp4", "mov", "webm")]
    sounds = [sound(folder, f"a.{ending}", 0.1) for ending in ("mp3", "wav", "flac", "ogg", "aac")]
    return [path.read_bytes() for path in pictures + clips + sounds]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder for many tries."""
    return tmp_path_factory.mktemp("tries")


def refusal(question: Question, path: Path) -> UnreadableMediaError:
    """Return the error a question about a file raises."""
    with pytest.raises(UnreadableMediaError) as caught:
        question(path)
    return caught.value


def outcome(question: Question, path: Path) -> object:
    """Return the answer to a question about a file, or why there is none."""
    try:
        return question(path)
    except UnreadableMediaError as error:
        return error.trouble


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("name", ["none.png", "file.txt/none.png", "zero\0byte.png"])
def test_no_such_file(tmp_path: Path, question: Question, name: str) -> None:
    """Missing is said apart, with the path."""
    (tmp_path / "file.txt").touch()
    error = refusal(question, tmp_path / name)
    assert error.missing
    assert error.path == tmp_path / name
    assert str(error) == f"{tmp_path / name}: no such file"


@pytest.mark.parametrize("question", QUESTIONS)
def test_what_is_no_file(tmp_path: Path, question: Question) -> None:
    """Folder, pipe (which would be waited for), empty file, a name the system cannot take."""
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "empty.png").touch()
    assert refusal(question, tmp_path).trouble is Trouble.FOLDER
    assert refusal(question, tmp_path / "pipe.png").trouble is Trouble.SPECIAL
    assert refusal(question, tmp_path / "empty.png").trouble is Trouble.EMPTY
    long = refusal(question, tmp_path / ("x" * 300))
    assert (long.trouble, long.missing) == (Trouble.FAILED, False)
    assert "too long" in long.reason


@pytest.mark.parametrize("question", [read, thumbnail, data_uri])
def test_a_text_named_like_a_picture(tmp_path: Path, question: Question) -> None:
    """The words say that the format is not known."""
    path = tmp_path / "girl.png"
    path.write_text("Not a picture.", encoding="utf-8")
    error = refusal(question, path)
    assert not error.missing
    assert error.reason == "not a picture, video or sound in a known format"


def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    """The system's refusal becomes ours; raised by hand, since root is refused nothing."""
    path = picture(tmp_path)

    def refused(state: files.State) -> None:
        raise PermissionError(13, "Permission denied", str(state.path))

    error = refusal(lambda asked: files.ask(asked, refused), path)
    assert (error.trouble, error.reason) == (Trouble.DENIED, "no permission to read it")


def test_a_file_is_read_once(tmp_path: Path) -> None:
    """The same object comes back while the file stays as it is."""
    path = picture(tmp_path)
    assert read(path) is read(path)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """Other bytes, or another time of change, are another file."""
    path = picture(tmp_path, size=(320, 240))
    first, first_sum = read(path), sha256(path)
    picture(tmp_path, size=(100, 90))
    assert (first.width, read(path).width) == (320, 100)
    assert sha256(path) != first_sum
    again = read(path)
    os.utime(path, ns=(1, 1))
    assert read(path) == again
    assert read(path) is not again


def test_a_file_named_from_where_we_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same name in another folder is another file."""
    name = Path("girl.png")
    for width in (64, 32):
        picture(tmp_path / str(width), size=(width, 32))
    for width in (64, 32):
        monkeypatch.chdir(tmp_path / str(width))
        assert read(name).width == width


def test_what_is_remembered_is_bounded() -> None:
    """A class that shows a thousand pictures does not fill the memory."""
    assert files._facts.cache_info().maxsize == files._sum.cache_info().maxsize == files.REMEMBERED


def test_the_sum_is_that_of_the_bytes(tmp_path: Path) -> None:
    """Of any file, also one of several pieces."""
    path = tmp_path / "a.bin"
    path.write_bytes(bytes(range(256)) * 5000)
    assert sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_many_threads_at_once(tmp_path: Path) -> None:
    """Each gets the right answer."""
    paths = [clip(tmp_path, f"{width}.mp4", 0.2, (width, 32)) for width in (32, 48, 64, 80)] * 8
    with ThreadPoolExecutor(8) as pool:
        widths = [facts.width for facts in pool.map(read, paths)]
        small = list(pool.map(thumbnail, paths))
    assert widths == [32, 48, 64, 80] * 8
    assert small[:4] * 8 == small


def test_strange_names(tmp_path: Path) -> None:
    """Names that PyAV would take for patterns, addresses or lists."""
    for name in ("girl%03d.png", "concat:a|b.png", "http:", "女孩 🦊.png", "-i"):
        path = picture(tmp_path, "girl.png", (32, 32)).rename(tmp_path / name)
        assert read(path).width == 32
        assert thumbnail(path)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_nonsense_is_refused_and_nothing_else_happens(
    folder: Path, samples: list[bytes], data: st.DataObject
) -> None:
    """Good files with some bytes changed and the end cut off: facts, or our error."""
    content = bytearray(data.draw(st.sampled_from(samples)))
    for place, value in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=8)
    ):
        content[place] = value
    path = folder / "try"
    path.write_bytes(content[: data.draw(st.integers(1, len(content)))])
    assert isinstance(outcome(read, path), MediaFacts | Trouble)
    assert isinstance(outcome(thumbnail, path), bytes | Trouble)


def test_importing_is_light() -> None:
    """PyAV is loaded with the first video, not before."""
    code = "import sys, wan_notebook.media; sys.exit('av' in sys.modules or 'numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
