"""Files on the kernel's machine: taken from a page whole or not at all, looked at, and media shown."""

import base64
import gc
import hashlib
import os
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files import clip, picture, sound
from wan_notebook.catalog import language, local_path
from wan_notebook.media import read
from wan_notebook.widgets.media import local_files
from wan_notebook.widgets.media.incoming import Incoming
from wan_notebook.widgets.media.local_files import LocalFiles, described

PIECE = 1000
"""Bytes the tests send at once."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a folder that holds the task log and is where the kernel works."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.chdir(home)
    return home


def send(files: LocalFiles, content: bytes, name: str = "girl.png", **more: Any) -> dict[str, Any]:
    """Send a file as the page does, in pieces until an answer ends it; return that answer."""
    message = {"upload": "one", "name": name, "size": len(content), "megabytes": 20, **more}
    for start in range(0, len(content) or 1, PIECE):
        answer, _ = files.receive({**message, "start": start}, [memoryview(content[start : start + PIECE])])
        if "received" not in answer:
            return answer
        assert answer["received"] == min(start + PIECE, len(content))
    return answer


def inputs(home: Path) -> list[str]:
    """Return the names of all files in the folder of inputs."""
    folder = home / "wan_inputs"
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


def test_a_file_arrives_in_pieces_and_is_named_by_its_content(tmp_path: Path, home: Path) -> None:
    """The path is short and leads to the very bytes; the answer tells what the file is."""
    content = clip(tmp_path, "my walk.mp4").read_bytes()
    answer = send(LocalFiles(home), content, "my walk.mp4")
    digest = hashlib.sha256(content).hexdigest()[:12]
    assert answer["path"] == f"wan_inputs/my-walk-{digest}.mp4"
    assert Path(answer["path"]).read_bytes() == content
    assert answer["kind"] == "video"
    assert answer["facts"].startswith("MP4, 320×240 (4:3), 2.0 s, ")
    assert base64.b64decode(answer["thumbnail"].removeprefix("data:image/jpeg;base64,")).startswith(
        b"\xff\xd8"
    )
    assert inputs(home) == [Path(answer["path"]).name]


def test_the_same_content_is_stored_once_under_its_first_name(tmp_path: Path, home: Path) -> None:
    """Sending a file again, under whatever name, gives the path it has; another file gets its own."""
    content = picture(tmp_path).read_bytes()
    files = LocalFiles(home)
    first = send(files, content, "girl.png")
    assert send(LocalFiles(home), content, "other.png") == first
    assert send(files, picture(tmp_path, "cat.png").read_bytes(), "girl.png")["path"] != first["path"]
    assert len(inputs(home)) == 2


def test_the_ending_tells_the_true_format(tmp_path: Path, home: Path) -> None:
    """A JPEG that is called .png gets the ending the service judges it by."""
    content = picture(tmp_path, "girl.jpg").read_bytes()
    assert send(LocalFiles(home), content, "girl.png")["path"].endswith(".jpg")


@given(
    name=st.text(max_size=80) | st.sampled_from(["../../etc/passwd", "..", "C:\\a\\b.png", ".hidden", "/"])
)
def test_no_name_leads_out_of_the_folder(name: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever a file is called elsewhere, here it is a visible file in the one folder."""
    home = tmp_path_factory.mktemp("home")
    content = picture(home / "desk", size=(16, 16)).read_bytes()
    answer = send(LocalFiles(home), content, name)
    stored = home / "wan_inputs" / Path(answer["path"]).name
    assert stored.read_bytes() == content
    assert re.fullmatch(r"[^\W_]+(-[^\W_]+)*-[0-9a-f]{12}\.png", stored.name)
    assert len(stored.name) < 60
    assert [path.name for path in home.iterdir()] in (["desk", "wan_inputs"], ["wan_inputs", "desk"])


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        (b"no picture at all", {}, "not an image, video or sound file"),
        (b"", {}, "an empty file"),
        (b"\0" * (2**20 + 1), {"megabytes": 1}, "larger than the 1 MB"),
    ],
)
def test_what_cannot_be_used_is_refused_and_leaves_nothing(
    home: Path, content: bytes, more: dict[str, Any], words: str
) -> None:
    """One sentence with the file's name, and no file."""
    answer = send(LocalFiles(home), content, "note <b>.png", **more)
    assert words in answer["error"]
    assert "note <b>.png" in answer["error"]
    assert inputs(home) == []


def test_the_kernel_has_a_limit_of_its_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that asks for more than any model takes does not get it."""
    monkeypatch.setattr(local_files, "LARGEST", 1)
    assert "1 MB" in send(LocalFiles(home), b"\0" * (2**20 + 1), megabytes=5000)["error"]


def test_a_piece_out_of_order_ends_the_file(tmp_path: Path, home: Path) -> None:
    """A gap is noticed, not filled; what comes after it is no file either."""
    content = clip(tmp_path).read_bytes()
    files = LocalFiles(home)
    message = {"upload": "one", "name": "walk.mp4", "size": len(content), "megabytes": 20}
    assert files.receive({**message, "start": 0}, [content[:PIECE]]) == ({"received": PIECE}, [])
    for start in (2 * PIECE, PIECE):
        answer, _ = files.receive({**message, "start": start}, [content[start : start + PIECE]])
        assert "did not arrive whole" in answer["error"]
    assert inputs(home) == []


def test_a_stopped_file_is_removed(tmp_path: Path, home: Path) -> None:
    """The page says stop; a stop for what never began is answered too."""
    files = LocalFiles(home)
    begun = {"upload": "one", "name": "walk.mp4", "size": 5000, "megabytes": 20, "start": 0}
    files.receive(begun, [b"x" * PIECE])
    assert len(inputs(home)) == 1
    assert files.receive({**begun, "cancel": True}, []) == ({}, [])
    assert files.receive({"upload": "two", "cancel": True}, []) == ({}, [])
    assert inputs(home) == []


def test_half_sent_files_do_not_outlive_their_page(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of a page that is gone, of a form that is gone, and of a kernel that was killed are removed."""
    files = LocalFiles(home)
    begun = {"name": "walk.mp4", "size": 5000, "megabytes": 20, "start": 0}
    files.receive({**begun, "upload": "one"}, [b"x"])
    (left,) = inputs(home)
    files.receive({**begun, "upload": "two"}, [b"x"])
    assert left in inputs(home)
    monkeypatch.setattr(local_files, "IDLE", -1)
    files.receive({**begun, "upload": "three"}, [b"x"])
    assert left not in inputs(home)
    assert len(inputs(home)) == 1
    del files
    gc.collect()
    assert inputs(home) == []
    young, old = home / "wan_inputs" / ".part-young", home / "wan_inputs" / ".part-old"
    for part in (young, old):
        part.write_bytes(b"x")
    os.utime(old, (time.time() - 7200,) * 2)
    incoming = Incoming(home / "wan_inputs", "a.png", 5)
    assert young.exists()
    assert not old.exists()
    incoming.discard()


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, home: Path) -> None:
    """A file stands where the folder should be: the sentence says where and what to do instead."""
    (home / "wan_inputs").write_text("mine", encoding="utf-8")
    error = send(LocalFiles(home), picture(tmp_path).read_bytes())["error"]
    assert str(home / "wan_inputs") in error
    assert "path or web address" in error
    assert (home / "wan_inputs").read_text(encoding="utf-8") == "mine"


def test_a_task_log_elsewhere_gives_whole_paths(tmp_path: Path, home: Path) -> None:
    """The path leads to the file from where the kernel works, also when the log lies elsewhere."""
    answer = send(LocalFiles(tmp_path / "elsewhere"), picture(tmp_path).read_bytes())
    assert Path(answer["path"]).is_absolute()
    assert local_path(answer["path"]) == Path(answer["path"])
    assert Path(answer["path"]).parent == tmp_path / "elsewhere" / "wan_inputs"


def test_a_look_tells_kind_facts_and_picture(tmp_path: Path, home: Path) -> None:
    """Of files of this machine only; a sound has no picture, anything else is no file."""
    files = LocalFiles(home)
    seen, _ = files.look({"url": str(picture(tmp_path))})
    assert (seen["kind"], seen["thumbnail"][:22]) == ("image", "data:image/jpeg;base64")
    heard, _ = files.look({"url": str(sound(tmp_path))})
    assert (heard["kind"], heard["thumbnail"]) == ("audio", None)
    (home / "key.txt").write_text("sk-secret", encoding="utf-8")
    for url in (
        "https://x.example/a.png",
        "data:image/png;base64,AAAA",
        "key.txt",
        "none.png",
        "",
        None,
        "/",
    ):
        assert files.look({"url": url}) == ({}, [])


@pytest.mark.parametrize(
    ("language_code", "facts"),
    [
        (
            "en",
            [
                "PNG, 1280×720 (16:9), transparent",
                "MP4, 854×360 (2.37:1), 2.0 s, no sound",
                "MP3, 3.0 s, 23 KB",
            ],
        ),
        (
            "zh",
            ["PNG，1280×720（16:9），带透明", "MP4，854×360（2.37:1），2.0 秒，无声", "MP3，3.0 秒，23 KB"],
        ),
    ],
)
def test_facts_are_told_in_one_line(tmp_path: Path, language_code: str, facts: list[str]) -> None:
    """Format, pixels and shape, seconds, what is missing or odd, size; in each language."""
    made = [
        picture(tmp_path, size=(1280, 720), alpha=True),
        clip(tmp_path, size=(854, 360), sound=False),
        sound(tmp_path),
    ]
    language(language_code)
    told = [described(read(path)) for path in made]
    language("en")
    for line, beginning in zip(told, facts, strict=True):
        assert line.startswith(beginning)


def test_a_tall_or_large_file_is_described_too(tmp_path: Path) -> None:
    """Shapes that small numbers do not tell, and megabytes."""
    tall = picture(tmp_path, size=(361, 853))
    assert "361×853 (1:2.36)" in described(read(tall))
    with tall.open("ab") as file:
        file.write(bytes(3 * 2**20))
    assert described(read(tall)).endswith(", 3.0 MB")


def fetch(files: LocalFiles, url: str) -> tuple[str, bytes]:
    """Fetch a file as the page does; return its MIME type and its bytes."""
    content = b""
    while True:
        answer, (piece,) = files.show({"url": url, "start": len(content)})
        content += piece
        if len(content) >= answer["size"]:
            return answer["mime"], content


def test_media_files_are_shown_whole(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In as many pieces as it takes, with a type browsers know."""
    monkeypatch.setattr(local_files, "PIECE", PIECE)
    files = LocalFiles(home)
    made = {
        picture(tmp_path): "image/png",
        clip(tmp_path, "a.mov"): "video/mp4",
        sound(tmp_path): "audio/mpeg",
    }
    for path, mime in made.items():
        assert fetch(files, str(path)) == (mime, path.read_bytes())


def test_only_media_files_are_shown(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No text, whatever it is called; no folder, no web address, nothing larger than the service takes."""
    files = LocalFiles(home)
    secret = home / "secret.png"
    secret.write_text("sk-secret", encoding="utf-8")
    for url in (str(secret), str(home), "https://x.example/a.png", "none.png", "", None):
        assert files.show({"url": url, "start": 0}) == ({"error": "no preview"}, [])
    monkeypatch.setattr(local_files, "LARGEST", 0)
    assert files.show({"url": str(picture(tmp_path))}) == ({"error": "no preview"}, [])


def test_the_questions_have_names(home: Path) -> None:
    """The form finds an answer to each question the page asks."""
    assert set(LocalFiles(home).asks()) == {"file", "look", "bytes"}
