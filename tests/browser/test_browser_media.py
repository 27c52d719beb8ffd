"""The media editor as a person uses it: files added in every way, named, put in order, made into a video."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.harness import NotebookPage, Server
from tests.files import clip, picture, sound
from tests.simulators import stop_simulators

DEMO = 'import wan_notebook as wan\nwan.language("{language}")\nwan.demo(run_seconds=(0, 1))'
FORM = 'form = wan.form("{model}", duration=2, resolution="720P")\nform'
DROP = """(place, files) => {
    const carried = new DataTransfer();
    for (const [name, type, bytes] of files) {
        carried.items.add(new File([Uint8Array.from(atob(bytes), one => one.charCodeAt(0))], name, {type}));
    }
    for (const type of ['dragenter', 'dragover', 'drop']) {
        place.dispatchEvent(new DragEvent(type, {dataTransfer: carried, bubbles: true, cancelable: true}));
    }
}"""
NO_FILE = [r"net::ERR_UNSAFE_PORT|net::ERR_CONNECTION_REFUSED"]
THEMES: tuple[tuple[Literal["light", "dark"], int], ...] = (("light", 1100), ("dark", 600))
"""Each with a width in pixels."""
PLAYING = """video => new Promise(played => {
    const look = () => (video.currentTime > 0 ? played(video.muted) : requestAnimationFrame(look));
    look();
})"""


@pytest.fixture(autouse=True)
def no_simulator_left(server: Server) -> Iterator[None]:
    """End the simulators that the test's kernels have started."""
    yield
    stop_simulators(server.root)


def opened(open_notebook: OpenNotebook, model: str, language: str = "en") -> NotebookPage:
    """Open a notebook that shows a form."""
    notebook = open_notebook(DEMO.format(language=language), FORM.format(model=model), problems=NO_FILE)
    notebook.run_cell(0)
    notebook.run_cell(1)
    notebook.page.locator(".wan-generate").wait_for()
    return notebook


def items(notebook: NotebookPage) -> Locator:
    """Return the items of the editor."""
    return notebook.page.locator(".wan-media-item")


def drop(notebook: NotebookPage, *files: tuple[Path, str]) -> None:
    """Drop files of this machine, each with its MIME type, on the editor."""
    carried = [[path.name, mime, base64.b64encode(path.read_bytes()).decode()] for path, mime in files]
    notebook.page.locator(".wan-media").evaluate(DROP, carried)


def choose(notebook: NotebookPage, *files: Path) -> None:
    """Choose files in the browser's dialog."""
    with notebook.page.expect_file_chooser() as chooser:
        notebook.page.get_by_role("button", name="Choose files…").click()
    chooser.value.set_files(files)


def order(notebook: NotebookPage) -> list[str]:
    """Return the first letters of the files' names, as the kernel has them."""
    urls = notebook.execute("print(*(item['url'] for item in form.request.value('media')))").split()
    return [Path(url).name[:4] for url in urls]


def wait_order(notebook: NotebookPage, *names: str) -> None:
    """Wait until the request on the page, which the kernel writes, has the files in this order."""
    shown = re.compile(".*".join(f'"url": "[^"]*{name}' for name in names), re.DOTALL)
    expect(notebook.page.locator(".wan-preview")).to_have_text(shown)
    assert order(notebook) == list(names)


def drag(notebook: NotebookPage, source: int, target: int) -> None:
    """Drag an item by its handle to the place of another."""
    handle = items(notebook).nth(source).locator(".wan-media-handle")
    handle.scroll_into_view_if_needed()
    start, end = handle.bounding_box(), items(notebook).nth(target).bounding_box()
    assert start
    assert end
    mouse = notebook.page.mouse
    mouse.move(start["x"] + 5, start["y"] + start["height"] / 2)
    mouse.down()
    mouse.move(start["x"] + 5, end["y"] + end["height"] / 4, steps=8)
    mouse.up()


@pytest.mark.parametrize("application", ["lab"])
def test_five_references_become_a_video(open_notebook: OpenNotebook, tmp_path: Path) -> None:
    """Typed, dropped and chosen files, two voices, names in the prompt, another order; then a video."""
    notebook = opened(open_notebook, "wan2.7-r2v")
    page, here = notebook.page, notebook.file.parent
    picture(here, "girl.png", size=(640, 480))
    sound(here, "voice.mp3")
    page.get_by_role("button", name="+ Reference image").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("girl.png")
    girl = items(notebook).nth(0)
    expect(girl).to_contain_text("PNG, 640×480 (4:3), 1 KB")
    girl.get_by_role("button", name="+ Voice").focus()
    page.keyboard.press("Enter")
    page.keyboard.type("voice.mp3")
    expect(girl).to_contain_text("MP3, 3.0 s, 23 KB")
    drop(notebook, (clip(tmp_path, "walk.mp4", seconds=3), "video/mp4"))
    walk = items(notebook).nth(1)
    expect(walk).to_contain_text("MP4, 320×240 (4:3), 3.0 s")
    choose(notebook, *(picture(tmp_path, f"{name}.png", size=(480, 640)) for name in ("cat", "hat", "sea")))
    chips = page.locator(".wan-media-chip")
    expect(chips).to_have_text(["Image 1", "Video 1", "Image 2", "Image 3", "Image 4"])
    for place in range(5):
        chips.nth(place).click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("Image 1 Video 1 Image 2 Image 3 Image 4")
    walk.get_by_role("button", name="Play the video").click()
    assert walk.locator("video").evaluate(PLAYING)
    page.get_by_text("The request as JSON").click()
    wait_order(notebook, "girl", "walk", "cat-", "hat-", "sea-")
    girl.locator(".wan-media-address").first.focus()
    page.keyboard.press("Alt+ArrowDown")
    wait_order(notebook, "walk", "girl", "cat-", "hat-", "sea-")
    expect(page.locator(".wan-media-address:focus")).to_have_value("girl.png")
    expect(page.locator(".wan-media [aria-live]")).to_have_text("Image 1 is now 2 of 5")
    drag(notebook, 4, 2)
    wait_order(notebook, "walk", "girl", "sea-", "cat-", "hat-")
    items(notebook).nth(4).get_by_role("button", name="Move up").press("Enter")
    wait_order(notebook, "walk", "girl", "sea-", "hat-", "cat-")
    expect(chips).to_have_text(["Video 1", "Image 1", "Image 2", "Image 3", "Image 4"])
    page.set_viewport_size({"width": 1300, "height": 1900})
    notebook.screenshot("five")
    page.locator(".wan-generate").click()
    notebook.output(1).locator(".wan-card video").wait_for()
    assert notebook.execute("print(wan.log().iloc[0].status)").strip() == "SUCCEEDED"


@pytest.mark.parametrize("application", ["lab"])
def test_a_clip_is_continued_and_a_picture_sings(open_notebook: OpenNotebook, tmp_path: Path) -> None:
    """Two sets of one model: a clip that goes on, billed as a whole, then a frame with a driving sound."""
    notebook = opened(open_notebook, "wan2.7-i2v")
    page = notebook.page
    page.get_by_label("Prompt", exact=True).fill("The dancer turns around")
    drop(notebook, (clip(tmp_path, "dance.mp4", seconds=3), "video/mp4"))
    expect(items(notebook)).to_contain_text("MP4, 320×240 (4:3), 3.0 s")
    duration = page.get_by_label("Seconds", exact=True).last
    duration.fill("5")
    duration.press("Tab")
    page.locator(".wan-generate").click()
    notebook.output(1).locator(".wan-card video").first.wait_for()
    items(notebook).get_by_role("button", name="Remove").click()
    drop(notebook, (picture(tmp_path, "face.png", size=(640, 480)), "image/png"))
    drop(notebook, (sound(tmp_path, "song.mp3"), "audio/mpeg"))
    expect(items(notebook)).to_have_count(2)
    page.locator(".wan-generate").click()
    expect(notebook.output(1).locator(".wan-card video")).to_have_count(2, timeout=30_000)
    page.set_viewport_size({"width": 1300, "height": 2600})
    notebook.screenshot("two")
    kinds = "[[item['type'] for item in json.loads(body)['input']['media']] for body in wan.log().body]"
    assert (
        notebook.execute(f"import json; print({kinds})").strip()
        == "[['first_clip'], ['first_frame', 'driving_audio']]"
    )


@pytest.mark.parametrize("application", ["lab"])
def test_what_does_not_fit_is_told_in_chinese(open_notebook: OpenNotebook, tmp_path: Path) -> None:
    """A fourth file has no place, two frames change roles, keys stay here, a dead link is no fault."""
    notebook = opened(open_notebook, "wan2.7-i2v", "zh")
    page = notebook.page
    frames = [(picture(tmp_path, f"{name}.png", size=(640, 480)), "image/png") for name in ("dawn", "dusk")]
    drop(notebook, *frames, (sound(tmp_path, "song.mp3"), "audio/mpeg"), (clip(tmp_path), "video/mp4"))
    expect(page.locator(".wan-media-note")).to_contain_text("没有加入“walk.mp4”")
    dawn, dusk, song = (items(notebook).nth(place) for place in range(3))
    expect(song).to_contain_text("MP3，3.0 秒，23 KB")
    dawn.get_by_label("用途").select_option("last_frame")
    expect(dusk.get_by_label("用途")).to_have_value("first_frame")
    expect(page.locator(".wan-media-note")).to_have_text("")
    dusk.get_by_label("网址或路径").fill("http://127.0.0.1:9/none.png")
    expect(dusk).to_contain_text("无预览")
    notebook.command("application:toggle-left-area")
    for theme, width in THEMES:
        notebook.theme(theme)
        page.set_viewport_size({"width": width, "height": 1700})
        notebook.screenshot(f"{theme}-{width}")
    song.get_by_role("button", name="移除").focus()
    page.keyboard.press("b")
    assert notebook.dirty()
    page.keyboard.press("Control+s")
    page.keyboard.press("Enter")
    expect(items(notebook)).to_have_count(2)
    expect(dusk.get_by_role("button", name="移除")).to_be_focused()
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(2)
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
