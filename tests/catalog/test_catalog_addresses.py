"""Addresses and files on this machine: what they are, and every limit of the service (protocol.md, 2.2)."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import files
from wan_notebook.catalog import Address, FileRule, local_path
from wan_notebook.catalog.files import CLIP, IMAGE, LINKED_IMAGE, REFERENCE_VIDEO, SOUND, SOUND_26, VOICE
from wan_notebook.media import MediaFacts

MB = 2**20


def at(url: object, *rules: FileRule) -> Address:
    """Return an address of the third media item."""
    return Address(("media", 2, "url"), str(url), rules)


def told(url: object, *rules: FileRule) -> str:
    """Return what is said of an address, "" for nothing."""
    return " ".join(map(str, at(url, *rules).problems()))


def keys(rule: FileRule, **facts: Any) -> list[str]:
    """Return which limits a file with these figures, otherwise a good one, breaks."""
    usual: dict[str, Any] = {"kind": rule.kind, "format": rule.formats[0], "bytes": 1000}
    if rule.seconds:
        usual["seconds"] = 5.0
    if rule.sides:
        usual |= {"width": 640, "height": 480}
    return [key for key, _, _ in rule.faults(MediaFacts(**{**usual, **facts}))]


BOUNDS: list[tuple[FileRule, dict[str, Any], list[str]]] = [
    *(
        (rule, {"width": width, "height": height}, found)
        for rule, most in ((IMAGE, 8000), (LINKED_IMAGE, 8000), (CLIP, 4096), (REFERENCE_VIDEO, 4096))
        for width, height, found in (
            (240, 240, []),
            (most, most, []),
            (239, 240, ["sides"]),
            (240, 239, ["sides"]),
            (most + 1, 4000, ["sides"]),
            (4000, most + 1, ["sides"]),
            (240, 1920, []),
            (1920, 240, []),
            (240, 1921, ["ratio"]),
            (1921, 240, ["ratio"]),
            (100, 900, ["sides", "ratio"]),
        )
    ),
    *(
        (rule, {"seconds": seconds}, found)
        for rule, shortest, longest in (
            (CLIP, 2, 10),
            (REFERENCE_VIDEO, 1, 30),
            (SOUND, 2, 30),
            (SOUND_26, 3, 30),
            (VOICE, 1, 10),
        )
        for seconds, found in (
            (float(shortest), []),
            (float(longest), []),
            (longest + 0.04, []),  # the length of the last frame
            (None, []),
            (shortest - 0.1, ["seconds"]),
            (longest + 0.1, ["seconds"]),
        )
    ),
    *(
        (rule, {"bytes": size}, found)
        for rule, most in ((IMAGE, 20), (CLIP, 100), (REFERENCE_VIDEO, 100), (SOUND, 15), (VOICE, 15))
        for size, found in ((most * MB, []), (most * MB + 1, ["size"]))
    ),
    *(
        (rule, {"format": name}, found)
        for rule, taken, refused in (
            (IMAGE, ("jpeg", "png", "bmp", "webp"), ("gif", "tiff", "heic", "avif")),
            (CLIP, ("mp4", "mov"), ("webm", "mkv", "avi", "flv")),
            (REFERENCE_VIDEO, ("mp4", "mov"), ("webm", "mkv")),
            (SOUND, ("mp3", "wav"), ("m4a", "aac", "flac", "ogg")),
            (VOICE, ("mp3", "wav"), ("m4a", "flac")),
        )
        for names, found in ((taken, []), (refused, ["format"]))
        for name in names
    ),
    (IMAGE, {"alpha": True}, ["alpha"]),
    (LINKED_IMAGE, {"alpha": True}, ["alpha"]),
]


@pytest.mark.parametrize(("rule", "facts", "found"), BOUNDS)
def test_every_limit_of_a_file_holds(rule: FileRule, facts: dict[str, Any], found: list[str]) -> None:
    """The bounds themselves are taken, what lies beyond is told."""
    assert keys(rule, **facts) == found


def test_a_size_just_past_its_limit_does_not_read_as_the_limit() -> None:
    """20.01 MB are told as 20.1 MB of 20."""
    [(key, limit, values)] = IMAGE.faults(MediaFacts("image", "png", 20 * MB + 5000))
    assert (key, limit, values) == ("size", "20 MB", {"found": 20.1, "maximum": 20})


@pytest.mark.parametrize("name", ["a.png", "b.jpg", "c.jpeg", "d.bmp", "e.webp"])
def test_pictures_are_taken(tmp_path: Path, name: str) -> None:
    """Each documented format."""
    assert told(files.picture(tmp_path, name), IMAGE) == ""


@pytest.mark.parametrize("name", ["a.mp4", "b.mov"])
def test_clips_are_taken(tmp_path: Path, name: str) -> None:
    """Each documented format, with sound or without."""
    assert told(files.clip(tmp_path, name, sound=name == "a.mp4"), CLIP) == ""


@pytest.mark.parametrize("name", ["a.mp3", "b.wav"])
def test_sounds_are_taken(tmp_path: Path, name: str) -> None:
    """Each documented format, within the limits of all three rules."""
    song = files.sound(tmp_path, name)
    assert told(song, SOUND) == told(song, SOUND_26) == told(song, VOICE) == ""


def test_a_picture_of_another_format_is_refused(tmp_path: Path) -> None:
    """What counts is what the file is, not how it is named."""
    moving = files.picture(tmp_path, "a.gif").rename(tmp_path / "a.png")
    assert told(moving, IMAGE).endswith(
        "a.png', a gif file; the service takes jpeg, png, bmp, webp; convert it."
    )


@pytest.mark.parametrize("name", ["a.png", "a.webp"])
def test_a_picture_with_transparency_is_refused(tmp_path: Path, name: str) -> None:
    """The sentence says how to save it."""
    words = told(files.picture(tmp_path, name, alpha=True), IMAGE)
    assert "a picture with transparency" in words
    assert words.endswith("save it without an alpha channel.")


@pytest.mark.parametrize(
    ("size", "words"),
    [
        ((200, 300), "with 200x300 pixels; each side must have 240 to 8000; scale it."),
        ((240, 1928), "with 240x1928 pixels; one side may be at most 8 times the other; crop it."),
        ((8001, 1001), "with 8001x1001 pixels; each side must have 240 to 8000; scale it."),
    ],
)
def test_a_picture_outside_the_limits_is_refused(tmp_path: Path, size: tuple[int, int], words: str) -> None:
    """Pixels found, limit and remedy are told."""
    assert told(files.picture(tmp_path, "a.jpg", size=size), IMAGE).endswith(words)


def test_a_large_picture_is_refused(tmp_path: Path) -> None:
    """20 MB and no more."""
    words = told(files.picture(tmp_path, "a.bmp", size=(2700, 2700)), IMAGE)
    assert words.endswith("a.bmp' with 20.9 MB; the limit is 20 MB; make it smaller.")


@pytest.mark.parametrize(
    ("seconds", "rule", "words"),
    [
        (1.0, CLIP, "lasts 1.0 s; the service takes 2 to 10 s; cut or lengthen it."),
        (11.0, CLIP, "lasts 11.0 s; the service takes 2 to 10 s; cut or lengthen it."),
        (0.5, REFERENCE_VIDEO, "lasts 0.5 s; the service takes 1 to 30 s; cut or lengthen it."),
        (1.0, REFERENCE_VIDEO, ""),
        (11.0, REFERENCE_VIDEO, ""),
    ],
)
def test_a_clip_has_a_length(tmp_path: Path, seconds: float, rule: FileRule, words: str) -> None:
    """2 to 10 s to continue or edit, 1 to 30 s as a reference."""
    film = files.clip(tmp_path, seconds=seconds, fps=4, sound=False)
    assert told(film, rule).endswith(words)
    assert bool(words) == bool(told(film, rule))


def test_a_clip_has_sides(tmp_path: Path) -> None:
    """Pixels are those displayed."""
    assert "238x240 pixels; each side must have 240 to 4096" in told(
        files.clip(tmp_path, size=(238, 240)), CLIP
    )


@pytest.mark.parametrize(
    ("seconds", "rule", "words"),
    [
        (1.5, SOUND, "lasts 1.5 s; the service takes 2 to 30 s"),
        (2.5, SOUND, ""),
        (2.5, SOUND_26, "lasts 2.5 s; the service takes 3 to 30 s"),
        (31.0, SOUND_26, "lasts 31.0 s; the service takes 3 to 30 s"),
        (0.5, VOICE, "lasts 0.5 s; the service takes 1 to 10 s"),
        (11.0, VOICE, "lasts 11.0 s; the service takes 1 to 10 s"),
    ],
)
def test_a_sound_has_a_length(tmp_path: Path, seconds: float, rule: FileRule, words: str) -> None:
    """2 to 30 s, for wan2.6 3 to 30 s, for a voice 1 to 10 s."""
    found = told(files.sound(tmp_path, "a.wav", seconds), rule)
    assert words in found
    assert bool(words) == bool(found)


@pytest.mark.parametrize(
    ("make", "rules", "words"),
    [
        (files.sound, (IMAGE,), "a file of the kind audio; here the service takes: image."),
        (files.picture, (CLIP,), "a file of the kind image; here the service takes: video."),
        (files.clip, (SOUND,), "a file of the kind video; here the service takes: audio."),
        (
            files.sound,
            (LINKED_IMAGE, REFERENCE_VIDEO),
            "a file of the kind audio; here the service takes: image, video.",
        ),
        (files.clip, (LINKED_IMAGE, REFERENCE_VIDEO), ""),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path: Path, make: Any, rules: Any, words: str) -> None:
    """The sentence names what it is and what is taken; of several rules the one of its kind holds."""
    found = told(make(tmp_path), *rules)
    assert found.endswith(words)
    assert bool(words) == bool(found)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    """Missing, empty, a folder, and no media at all: each is told."""
    empty, words = tmp_path / "empty.png", tmp_path / "words.png"
    empty.touch()
    words.write_text("no picture")
    missing = f"media[2].url is '{str(tmp_path)[:29]}"
    assert told(tmp_path / "none.png", IMAGE).startswith(missing)
    assert "but there is no such file on this machine; mend the path" in told(tmp_path / "none.png", IMAGE)
    assert "(it is empty)" in told(empty, IMAGE)
    assert "(it is a folder)" in told(tmp_path, IMAGE)
    assert "(not a picture, video or sound in a known format)" in told(words, IMAGE)
    assert "no such file" in told("a\x00b.png", IMAGE)


@pytest.mark.parametrize(
    "name", ["girl.png", "my girl.png", "女孩.png", "Screenshot 3.45.12\u202fPM.png", "a#b?c.png"]
)
def test_a_path_is_understood_in_every_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Whole, beside the notebook, in the home folder, and as a file: address, whatever the name holds."""
    picture = files.picture(tmp_path / "pictures", name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for written in (
        str(picture),
        f"pictures/{name}",
        f"./pictures/{name}",
        f"~/pictures/{name}",
        picture.as_uri(),
    ):
        address = at(written, IMAGE)
        assert address.problems() == []
        assert address.path is not None
        assert address.path.absolute() == picture
        assert address.kind == "image"
        assert address.facts() is not None


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("girl.png", Path("girl.png")),
        ("C:\\pictures\\girl.png", Path("C:\\pictures\\girl.png")),
        ("file:///a/my%20girl.png", Path("/a/my girl.png")),
        ("file://localhost/a/girl.png", Path("/a/girl.png")),
        ("FILE:///a/girl.png", Path("/a/girl.png")),
        ("~nobody-of-this-name/girl.png", Path("~nobody-of-this-name/girl.png")),
        ("file://elsewhere/girl.png", None),
        ("https://a.example/girl.png", None),
        ("oss://bucket/girl.png", None),
        ("s3://bucket/girl.png", None),
        ("mailto:girl", None),
        ("data:image/png;base64,AAAA", None),
        ("http://[x", None),
    ],
)
def test_a_path_is_what_has_no_scheme(url: str, path: Path | None) -> None:
    """One letter before a colon is a drive; another machine's files are no paths."""
    assert local_path(url) == path


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/girl.png",
        "HTTPS://A.example/girl",
        "http://127.0.0.1:8800/a?b=c#d",
        "http://用户.example/女孩.png",
        "oss://dashscope-instant/abc/girl.png",
    ],
)
def test_addresses_of_the_web_and_of_the_store_are_taken(url: str) -> None:
    """They are not fetched, so that nothing else is asked of them."""
    assert told(url, IMAGE) == ""


@pytest.mark.parametrize(
    "url",
    [
        *(
            "",
            " ",
            "\n",
            "ftp://a.example/a.png",
            "s3://b/a.png",
            "mailto:a",
            "https://",
            "https://:80/a.png",
        ),
        *("http:///a.png", "http://[x", "http://a.example/a b.png", "https://a.example/a.png\n", "oss://"),
        *("https://a.example/\u200b.png", "https://a.example/\ud800", "http://a.example:99999/a.png"),
        *("http://a.example:x/a.png", "file://elsewhere/a.png", "DATA:image/png;base64,AAAA"),
    ],
)
def test_what_is_no_address_is_refused(url: str) -> None:
    """The sentence names the place, and what an address looks like."""
    [problem] = at(url, IMAGE).problems()
    assert problem.message == (
        f"media[2].url is {url!r}; it must be a web address that begins with http:// or https://, "
        "or the path of a file on this machine."
    )
    assert (problem.field, problem.item, problem.value) == ("media", 2, url)


@pytest.mark.parametrize(
    ("url", "rule", "words"),
    [
        ("data:image/png;base64,AAAA", IMAGE, ""),
        ("data:image/jpg;base64,AAAA", IMAGE, ""),
        ("data:image/PNG;base64,AAAA", IMAGE, ""),
        ("data:image/webp;charset=x;base64,AA==", IMAGE, ""),
        ("data:image/png;base64,AAAA", LINKED_IMAGE, "a file cannot be sent inside the request here"),
        ("data:image/png;base64,AAAA", CLIP, "a file cannot be sent inside the request here"),
        ("data:video/mp4;base64,AAAA", CLIP, "a file cannot be sent inside the request here"),
        ("data:audio/mp3;base64,AAAA", SOUND, "a file cannot be sent inside the request here"),
        ("data:video/mp4;base64,AAAA", IMAGE, "a file cannot be sent inside the request here"),
        ("data:", IMAGE, "a file cannot be sent inside the request here"),
        ("data:image/gif;base64,AAAA", IMAGE, "a gif file; the service takes jpeg, png, bmp, webp"),
        ("data:image/png;base64,", IMAGE, "must look like data:image/png;base64,…."),
        ("data:image/png;base64", IMAGE, "must look like data:image/png;base64,…."),
        ("data:image/png,AAAA", IMAGE, "must look like data:image/png;base64,…."),
        ("data:image/png;base64,A", IMAGE, "must look like data:image/png;base64,…."),
        ("data:image/png;base64,狐狸", IMAGE, "must look like data:image/png;base64,…."),
        ("data:image/png;base64,AA AA", IMAGE, "must look like data:image/png;base64,…."),
    ],
)
def test_images_inside_the_request(url: str, rule: FileRule, words: str) -> None:
    """Only where the documents allow it, in a format they allow, and whole (section 2.5)."""
    found = told(url, rule)
    assert words in found
    assert bool(words) == bool(found)


def test_images_inside_the_request_have_a_size() -> None:
    """The limit of 20 MB holds for the picture, not for its letters; the sentence stays short."""
    assert told("data:image/png;base64," + "A" * (20 * MB // 3 * 4), IMAGE) == ""
    words = told("data:image/png;base64," + "A" * (20 * MB // 3 * 4 + 400), IMAGE)
    assert "20.1 MB; the limit is 20 MB" in words
    assert len(words) < 200


def test_an_address_tells_where_it_stands() -> None:
    """Field, item and name, for messages, and for the place of an upload."""
    assert (at("x", IMAGE).name, at("x", IMAGE).item) == ("media[2].url", 2)
    listed, single = Address(("reference_urls", 1), "x", ()), Address(("img_url",), "x", ())
    assert (listed.name, listed.item) == ("reference_urls[1]", 1)
    assert (single.name, single.item) == ("img_url", None)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://a.example/a.PNG?x=y", "image"),
        ("https://a.example/a.mov", "video"),
        ("https://a.example/a", None),
        ("nowhere.mp4", "video"),
    ],
)
def test_a_kind_is_told_by_rule_then_file_then_ending(tmp_path: Path, url: str, kind: str | None) -> None:
    """One rule decides; of several, the file or else its ending does."""
    assert at(url, LINKED_IMAGE, REFERENCE_VIDEO).kind == kind
    assert at(url, SOUND).kind == "audio"
    film = files.clip(tmp_path, sound=False).rename(tmp_path / "film.png")
    assert at(film, LINKED_IMAGE, REFERENCE_VIDEO).kind == "video"


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """A mended picture is taken at once."""
    picture = files.picture(tmp_path, size=(100, 100))
    assert "each side must have" in told(picture, IMAGE)
    files.picture(tmp_path, size=(300, 300))
    os.utime(picture, (0, 0))
    assert told(picture, IMAGE) == ""


@given(url=st.text(), rule=st.sampled_from([IMAGE, LINKED_IMAGE, CLIP, SOUND]))
def test_no_text_breaks_an_address(url: str, rule: FileRule) -> None:
    """Whatever is typed, it is taken or refused in words; nothing typed at random is a file."""
    address = at(url, rule)
    assert all(str(problem).startswith("media[2].url is ") for problem in address.problems())
    assert address.kind == rule.kind


def test_limits_are_plain_data() -> None:
    """Help texts and the form read them."""
    assert CLIP.limits() == {
        "kind": "video",
        "formats": "mp4/mov",
        "megabytes": 100,
        "shortest": 2,
        "longest": 10,
        "smallest": 240,
        "largest": 4096,
        "ratio": 8,
        "inline": False,
    }
    assert (SOUND.limits()["smallest"], IMAGE.limits()["shortest"]) == (None, None)
