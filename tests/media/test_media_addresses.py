"""Data URIs, and the kind of media an address names."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.files import clip, picture, sound
from wan_notebook.media import Trouble, UnreadableMediaError, data_uri, guess_kind


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://example.com/girl.jpg", "image"),
        ("https://example.com/a/girl.JPEG?x=1.mp4#b.mp3", "image"),
        ("https://example.com/%E5%A5%B3%E5%AD%A9%2Epng", "image"),
        ("https://example.com/girl.bmp", "image"),
        ("oss://bucket/girl.webp", "image"),
        ("https://example.com/walk.mp4", "video"),
        ("https://example.com/walk.MOV?sign=a/b.png", "video"),
        ("https://example.com/voice.mp3", "audio"),
        ("https://example.com/voice.wav#t=1", "audio"),
        ("voice.wav", "audio"),
        ("https://example.com/movie.webm", None),
        ("https://example.com/png", None),
        ("https://example.png", None),
        ("https://example.com/?file=girl.png", None),
        ("data:image/png;base64,AAAA", None),
        ("http://[", None),
        ("", None),
    ],
)
def test_the_ending_of_an_address(url: str, kind: str | None) -> None:
    """Only the path counts, decoded."""
    assert guess_kind(url) == kind


@given(st.text())
def test_any_text_may_be_asked_about(url: str) -> None:
    """On every key stroke there is half an address."""
    assert guess_kind(url) in {None, "image", "video", "audio"}


@pytest.mark.parametrize(
    ("ending", "mime"),
    [
        ("png", "image/png"),
        ("jpg", "image/jpeg"),
        ("bmp", "image/bmp"),
        ("webp", "image/webp"),
        ("gif", "image/gif"),
    ],
)
def test_a_picture_as_an_address(tmp_path: Path, ending: str, mime: str) -> None:
    """The true format, and every byte."""
    path = picture(tmp_path, f"girl.{ending}", (32, 32)).rename(tmp_path / "girl.txt")
    assert data_uri(str(path)) == data_uri(path)
    head, code = data_uri(path).split(",")
    assert head == f"data:{mime};base64"
    assert base64.b64decode(code, validate=True) == path.read_bytes()


@pytest.mark.parametrize(("make", "trouble"), [(clip, Trouble.VIDEO), (sound, Trouble.SOUND)])
def test_only_pictures(tmp_path: Path, make: type, trouble: Trouble) -> None:
    """Videos and sounds are refused."""
    with pytest.raises(UnreadableMediaError) as caught:
        data_uri(make(tmp_path, seconds=0.2))
    assert caught.value.trouble is trouble


def test_not_too_large(tmp_path: Path) -> None:
    """A file of a gigabyte is not taken into the memory."""
    path = picture(tmp_path, "girl.png", (32, 32))
    with path.open("r+b") as file:
        file.truncate(1 << 30)
    with pytest.raises(UnreadableMediaError, match="at most 67108864"):
        data_uri(path)
