"""Built-in files for the addresses in the service's documents."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.simulator.ingredients import content, loudness
from wan_notebook.media import read
from wan_notebook.simulator.making.sitting import SECONDS
from wan_notebook.simulator.making.sounds import decoded
from wan_notebook.simulator.making.standins import stand_in, stands_in

HELP = "https://help-static-aliyun-doc.aliyuncs.com/files/20260129"


@pytest.mark.parametrize(
    ("url", "known"),
    [
        (f"{HELP}/girl.jpg", True),
        (f"{HELP}/girl.JPG?x=1#top", True),
        (f"{HELP}/%E7%8B%90%E7%8B%B8.mp3", True),
        ("https://cdn.wanx.aliyuncs.com/static/vace.mp4", True),
        ("http://www.example.com/clock.png", True),
        ("https://example.com/page", False),
        ("https://example.com/girl.gif", False),
        ("https://notexample.com/girl.jpg", False),
        ("https://example.com.evil.org/girl.jpg", False),
        ("ftp://example.com/girl.jpg", False),
        ("https:///girl.jpg", False),
        ("https://[broken/girl.jpg", False),
        ("girl.jpg", False),
    ],
)
def test_which_addresses_are_answered_here(url: str, known: bool) -> None:  # noqa: FBT001 - a table's column
    """Those of the documents' hosts whose ending tells a kind of media, and no other."""
    assert stands_in(url) is known


@pytest.mark.parametrize(
    ("name", "format_", "size"),
    [
        ("role-girl.jpg", "jpeg", (960, 1280)),
        ("rap.png", "png", (960, 1280)),
        ("object4.png", "png", (1280, 960)),
        ("backgroud5.png", "png", (1280, 960)),
        ("clock.webp", "webp", (1280, 960)),
        ("guitar.bmp", "bmp", (1280, 960)),
    ],
)
def test_pictures_are_pictures(tmp_path: Path, name: str, format_: str, size: tuple[int, int]) -> None:
    """Each is of the format its ending says, large enough for every model, and not empty."""
    path = stand_in(f"{HELP}/{name}", tmp_path)
    facts = read(path)
    assert (facts.kind, facts.format, facts.alpha) == ("image", format_, False)
    assert (facts.width, facts.height) == size
    assert np.asarray(Image.open(path), np.float64).std() > 20


@pytest.mark.parametrize("ending", ["mp3", "wav"])
def test_sounds_are_sounds(tmp_path: Path, ending: str) -> None:
    """Five seconds in which somebody hums or plays."""
    for name in ("voice", "backgroud"):
        path = stand_in(f"{HELP}/{name}.{ending}", tmp_path)
        facts = read(path)
        assert (facts.kind, facts.format) == ("audio", ending)
        assert facts.seconds == pytest.approx(SECONDS, abs=0.1)
        assert loudness(path).max() > 0.05


def test_a_girl_hums_higher_than_a_boy(tmp_path: Path) -> None:
    """The voices can be told apart."""
    girl, boy = (stand_in(f"{HELP}/{name}-voice.mp3", tmp_path) for name in ("girl", "boy"))
    assert _depth(boy) > 5 * _depth(girl)


def _depth(path: Path) -> float:
    """Return which share of a sound lies under 230 Hz."""
    strengths = np.abs(np.fft.rfft(decoded(path).mean(axis=0)))
    return float(strengths[: 230 * SECONDS].sum() / strengths.sum())


@pytest.mark.parametrize("ending", ["mp4", "mov"])
def test_clips_are_clips(tmp_path: Path, ending: str) -> None:
    """Five seconds of 720P with sound, in the container its ending says; what stands there moves."""
    path = stand_in(f"{HELP}/role1.{ending}", tmp_path)
    facts = read(path)
    assert (facts.kind, facts.format, facts.sound) == ("video", ending, True)
    assert (facts.width, facts.height, facts.fps) == (1280, 720, 24)
    assert facts.seconds == pytest.approx(SECONDS, abs=0.05)
    assert loudness(path).max() > 0.05


def test_addresses_are_told_apart_and_always_the_same(tmp_path: Path) -> None:
    """Another address shows something else; the same one the same, in another folder too, and made once."""
    urls = [f"{HELP}/{name}.jpg" for name in ("role1", "role2", "object1", "backgroud1")]
    found = [stand_in(url, tmp_path) for url in urls]
    shown = [np.asarray(Image.open(path).resize((64, 64)), np.float64) for path in found]
    assert min(float(np.abs(one - other).mean()) for one, other in combinations(shown, 2)) > 8
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    assert content(stand_in(urls[0], elsewhere)) == content(found[0])
    before = found[0].stat().st_mtime_ns
    assert stand_in(urls[0], tmp_path).stat().st_mtime_ns == before
    assert {path.parent for path in tmp_path.rglob("*.*")} == {tmp_path, elsewhere}
