"""The report and the shared pages, opened from a disk without a network: they look right and play."""

from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.harness import SCREENSHOTS, Recorder
from tests.experiments.outcomes import Made, a_plan
from tests.files import clip
from wan_notebook.catalog import language
from wan_notebook.experiments.archives.archive import export
from wan_notebook.experiments.report import report
from wan_notebook.experiments.report.sharing import share

Opened = Callable[..., Page]
LOCAL = {"file", "data"}
FILMS = {"light": "en", "dark": "en", "chinese": "zh"}
"""Screenshots that are made, and their languages."""
IN_STEP = 0.1
"""Seconds two videos may be apart here; the clock's own tests measure how close they keep."""


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Give a function that opens a file; the page must stay free of errors and ask for nothing but files."""
    contexts, asked = [], []
    recorder = Recorder()

    def open_file(path: Path, scheme: str = "light") -> Page:
        context = browser.new_context(
            viewport={"width": 1100, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            offline=True,
        )
        contexts.append(context)
        page = context.new_page()
        recorder.watch(page)
        page.on("request", lambda request: asked.append(urlsplit(request.url).scheme))
        page.goto(path.as_uri())
        return page

    yield open_file
    for context in contexts:
        context.close()
    assert recorder.problems() == []
    assert set(asked) <= LOCAL


@pytest.fixture
def made(tmp_path: Path) -> Made:
    """Return an experiment of three arms with votes of two people."""
    arms = {
        "plain": {"prompt": "{who} in a forest"},
        "golden light": {"prompt": "{who} in a forest, golden light between the trees"},
        "full HD": {"prompt": "{who} in a forest", "resolution": "1080P"},
    }
    film = clip(tmp_path, "film.mp4", seconds=3, size=(320, 180), fps=30)
    made = Made(tmp_path / "home", a_plan(name="golden-hour", arms=arms, voters=2), film)
    return made.run().vote_all("right").vote_all("tie", voter="bo").vote_all("left", criterion="motion")


def until(elements: Locator, condition: str) -> None:
    """Wait until each of some elements is so, 20 s at most; the pages allow no script that comes as text."""
    elements.evaluate_all(
        f"""async all => {{
            const end = performance.now() + 20000;
            while (!all.length || !all.every(each => {condition})) {{
                if (performance.now() > end) throw new Error({condition!r});
                await new Promise(requestAnimationFrame);
            }}
        }}"""
    )


@pytest.mark.parametrize("film", FILMS)
def test_the_report_opens_without_a_network(made: Made, tmp_path: Path, opened: Opened, film: str) -> None:
    """All its pictures are there, nothing is cut off at the side, and its links lead to the videos."""
    language(FILMS[film])
    path = report(made.outcome(), tmp_path / "out" / "report.html").path
    language("en")
    page = opened(path, film)
    posters = page.locator(".cells img")
    expect(posters).to_have_count(18)
    assert posters.evaluate_all("all => all.every(each => each.complete && each.naturalWidth === 240)")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.screenshot(path=SCREENSHOTS / f"report-{film}.png", full_page=True)
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(media="print")
    expect(page.locator("#requests pre").first).to_be_visible()
    page.emulate_media(media="screen")
    expect(page.locator("#requests pre").first).to_be_hidden()
    page.locator(".cells a").first.click()
    page.wait_for_url("**/video-0000.mp4")
    until(page.locator("video"), "each.duration > 2.5")


def test_videos_in_the_report_play(made: Made, tmp_path: Path, opened: Opened) -> None:
    """Each from the file itself."""
    page = opened(report(made.outcome(), tmp_path / "report.html", videos=True).path)
    expect(page.locator("video")).to_have_count(18)
    last = page.locator("video").last
    last.evaluate("video => { video.muted = true; return video.play(); }")
    until(last, "each.currentTime > 0.2")


@pytest.mark.parametrize("film", FILMS)
def test_shared_pages_play_in_step(made: Made, tmp_path: Path, opened: Opened, film: str) -> None:
    """From the first page to a block: play, sound, speed, single pictures and time are for all its videos."""
    language(FILMS[film])
    path = share(made.outcome(), tmp_path / "pages").page
    language("en")
    assert path is not None
    page = opened(path, film)
    page.screenshot(path=SCREENSHOTS / f"shared-{film}.png", full_page=True)
    page.locator(".index a").nth(1).click()
    bar, videos = page.locator(".bar"), page.locator("video")
    time, play = bar.locator("[data-part=time]"), bar.locator("[data-part=play]")
    expect(time).to_have_text("0.0 s / 3.0 s")
    play.click()
    until(videos, "each.currentTime > 0.5")
    page.screenshot(path=SCREENSHOTS / f"block-{film}.png", full_page=True)
    play.click()
    until(videos, "each.paused && !each.seeking")
    times = videos.evaluate_all("all => all.map(each => each.currentTime)")
    assert max(times) - min(times) <= IN_STEP
    bar.locator("[data-part=sound]").select_option("1")
    assert videos.evaluate_all("all => all.map(each => each.muted)") == [True, False, True]
    bar.locator("[data-part=speed]").select_option("2")
    assert videos.nth(1).evaluate("video => video.playbackRate") == pytest.approx(2, abs=0.05)
    bar.locator("[data-part=back]").click()
    expect(time).to_have_text("0.0 s / 3.0 s")
    page.locator("h1").click()
    for _ in range(6):
        page.keyboard.press(".")
    expect(time).to_have_text("0.2 s / 3.0 s")
    page.locator("nav a[rel=next]").click()
    expect(page.locator("h1")).to_contain_text("3")


def test_without_scripts_each_video_has_its_controls(made: Made, tmp_path: Path, browser: Browser) -> None:
    """Where a page may run none, as some viewers of files have it."""
    folder = share(made.outcome(), tmp_path / "pages").path
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((folder / "blocks" / "001-a-fox-seed-1.html").as_uri())
        expect(page.locator("video[controls]")).to_have_count(3)
        expect(page.locator(".bar")).to_be_hidden()


CELLS = (
    "import wan_notebook as wan\nexp = wan.Experiment.load('fox.zip')\nexp",
    "exp.verdict()",
    "exp.report('report.html')",
    "exp.results('pairs')",
)


@pytest.mark.parametrize("application", ["lab"])
def test_cards_stay_in_the_notebook(made: Made, open_notebook: OpenNotebook) -> None:
    """An archive is loaded and looked at; what the cells show is in the file and needs no kernel."""
    notebook = open_notebook(*CELLS)
    export(made.store, made.stored, made.plan.name, notebook.file.parent / "fox.zip")
    for index in range(len(CELLS)):
        notebook.run_cell(index)
    expect(notebook.output(0)).to_contain_text("3 arms × 6 blocks = 18 videos: 18 done")
    expect(notebook.output(1)).to_contain_text("Verdict on “Which looks better?”")
    expect(notebook.output(2).locator("a")).to_have_text("report.html")
    for theme in ("light", "dark"):
        notebook.theme("light" if theme == "light" else "dark")
        notebook.screenshot(theme)
    notebook.save()
    notebook.restart_kernel()
    notebook.reload()
    expect(notebook.output(0)).to_contain_text("golden light")
    expect(notebook.output(1).locator(".wan-result strong")).to_be_visible()
    assert (notebook.file.parent / "golden-hour" / "wan_videos").is_dir()
