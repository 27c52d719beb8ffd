"""Videos compared in a real browser: on one clock, picture by picture, in every mode, by every key."""

import base64
import io
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, WebSocket, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.forest import DARK, LIGHT, NAME, made_forest
from tests.browser.harness import NotebookPage, Server
from tests.browser.player import LOADED, STILL, WATCH, shown
from tests.files import clip
from tests.simulators import stop_simulators

DEMO = "import wan_notebook as wan\nwan.demo(run_seconds=(0, 1))"
TASKS = """
wanted = (("a forest", 10, "16:9"), ("the snow", 10, "16:9"), ("a city", 4, "9:16"))
tasks = [wan.generate("wan2.7-t2v", prompt=f"A fox in {place}", duration=seconds, ratio=ratio,
    resolution="720P", seed=7) for place, seconds, ratio in wanted]
for task in tasks: task.wait(progress=False)
wan.compare(*tasks)
"""
PATHS = "import wan_notebook as wan\nwan.language('{language}')\nwan.compare({names})"
BLOCKS = f"""
import wan_notebook as wan
from pathlib import Path
from wan_notebook.experiments import Experiment
from wan_notebook.records import Experiments, Store
wan.language("zh")
store = Store.open(Path.cwd())
exp = Experiment.kept(Experiments(store).find("{NAME}"), store)
exp.compare(case="a robot")
"""
LIMIT = 0.033
"""Seconds two videos may be apart; 0.012 were measured while two other programs took both processors."""
PATIENCE = 60
"""Seconds after which ten seconds of video have been played on the slowest machine."""
SMALL = (160, 90)
"""Pixels in which pictures are compared."""
PIXELS = """(video, [width, height]) => {
    const canvas = document.createElement('canvas');
    Object.assign(canvas, {width, height});
    const pen = canvas.getContext('2d');
    pen.imageSmoothingQuality = 'high';
    pen.drawImage(video, 0, 0, width, height);
    return canvas.toDataURL('image/png').split(',')[1];
}"""


@pytest.fixture(autouse=True)
def no_simulator_left(server: Server) -> Iterator[None]:
    """End the simulators that the test's kernels have started."""
    yield
    stop_simulators(server.root)


class Sent:
    """Counts what pages say to kernels' widgets.

    Attributes:
        messages: how many so far.
    """

    def __init__(self, notebook: NotebookPage) -> None:
        self.messages = 0
        notebook.page.on("websocket", self._socket)

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framesent", self._frame)

    def _frame(self, payload: str | bytes) -> None:
        whole = payload.encode() if isinstance(payload, str) else payload
        self.messages += b"comm_msg" in whole


def pressed(notebook: NotebookPage, *keys: str) -> None:
    """Press keys, and wait until no video moves."""
    for key in keys:
        notebook.page.keyboard.press(key)
    notebook.page.wait_for_function(STILL)


def pixels(png: bytes) -> NDArray[np.int16]:
    """Return a picture as rows of pixels of red, green, blue."""
    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).astype(np.int16)


def picture(part: Locator) -> NDArray[np.int16]:
    """Return what a part of the page looks like."""
    return pixels(part.screenshot())


def inner(boxes: Locator) -> NDArray[np.int16]:
    """Return what the stage shows without its corners and the names at its top."""
    return picture(boxes)[40:-8, 8:-8]


def drawn(video: Locator) -> NDArray[np.int16]:
    """Return the picture a video shows, small."""
    return pixels(base64.b64decode(video.evaluate(PIXELS, list(SMALL))))


def decoded(file: Path) -> list[NDArray[np.int16]]:
    """Return all pictures of a file, small."""
    with av.open(str(file)) as container:
        width, height = SMALL
        small = (
            frame.to_ndarray(width=width, height=height, format="rgb24", interpolation="AREA")
            for frame in container.decode(video=0)
        )
        return [one.astype(np.int16) for one in small]


def nearest(shown_now: NDArray[np.int16], pictures: Sequence[NDArray[np.int16]]) -> int:
    """Return the number of the picture that is most like what is shown."""
    return int(np.argmin([np.abs(shown_now - one).mean() for one in pictures]))


@pytest.mark.parametrize("application", ["lab"])
def test_three_tasks_on_one_clock(open_notebook: OpenNotebook) -> None:
    """Ten seconds without two videos apart, pictures exact, and nothing said to the kernel meanwhile."""
    notebook = open_notebook(DEMO, TASKS, "wan.compare(tasks[0], tasks[0])")
    page = notebook.page
    sent = Sent(notebook)
    notebook.reload()
    notebook.wait_idle()
    notebook.run_cell(0)
    player = shown(notebook, 1)
    videos = player.locator("video")
    expect(player.locator(".wan-compare-caption").nth(2)).to_contain_text(
        "Ends at 4 s and holds its last picture"
    )
    notebook.screenshot("three")
    before = sent.messages
    assert before >= 3
    page.keyboard.press("k")
    samples = page.evaluate(WATCH, PATIENCE)
    assert max(count for count, _, _ in samples) == 3
    assert samples[-1][0] == 0
    assert max(time for _, _, time in samples) > 9.8
    assert max(drift for _, drift, _ in samples) <= LIMIT
    page.wait_for_function(STILL)
    expect(player.locator(".wan-stage-held:visible")).to_have_count(1)
    files = json.loads(
        notebook.execute("import json; print(json.dumps([str(task.video) for task in tasks]))")
    )
    pictures = [decoded(Path(file)) for file in files]
    pressed(notebook, "Home")
    for step in ("ArrowRight", "ArrowRight", ".", "ArrowLeft", "Shift+ArrowRight", "ArrowRight", ","):
        pressed(notebook, step)
        number = int((player.locator(".wan-time-frame").text_content() or "").split()[-1])
        assert [nearest(drawn(videos.nth(place)), pictures[place]) for place in range(3)] == [number] * 3
    assert number == 32
    pressed(notebook, "End")
    ends = [nearest(drawn(videos.nth(place)), pictures[place]) for place in range(3)]
    assert ends == [len(one) - 1 for one in pictures]
    slider = player.get_by_label("Time")
    slider.fill("3.5")
    page.wait_for_function(STILL)
    assert nearest(drawn(videos.first), pictures[0]) == 105
    assert sent.messages == before
    twice = shown(notebook, 2)
    pressed(notebook, "Shift+ArrowRight", "4", "]", "]", "]")
    boxes = twice.locator(".wan-stage-boxes")
    assert inner(boxes).max() <= 2
    page.keyboard.press("k")
    page.wait_for_function(
        "() => [...document.querySelectorAll('.wan-compare video')].at(-1).currentTime > 1.5"
    )
    pressed(notebook, "k")
    assert inner(boxes).max() <= 2


def colours(player: Locator) -> tuple[list[int], list[int]]:
    """Return the middle colours of the left and the right half of the stage."""
    seen = picture(player.locator(".wan-stage-boxes"))
    row = seen[seen.shape[0] * 3 // 4]
    return row[len(row) // 4].tolist(), row[len(row) * 3 // 4].tolist()


def like(seen: Sequence[int], wanted: Sequence[float], within: float = 8) -> bool:
    """Tell whether two colours look the same."""
    return max(abs(one - other) for one, other in zip(seen, wanted, strict=True)) <= within


def test_every_mode_and_every_key(open_notebook: OpenNotebook) -> None:
    """Pixels of each mode, what keys do, and that they do nothing to the notebook."""
    notebook = open_notebook(PATHS.format(language="en", names="'a.mp4', 'b.mp4'"), "'other'")
    page, here = notebook.page, notebook.file.parent
    for name in ("a.mp4", "b.mp4"):
        clip(here, name, seconds=2, size=(320, 180), fps=25)
    player = shown(notebook, 0)
    pressed(notebook, "Shift+ArrowRight")
    first, second = colours(player)
    assert not like(first, second, 20)
    notebook.screenshot("side")
    pressed(notebook, "2")
    assert like(colours(player)[0], first)
    assert like(colours(player)[1], second)
    notebook.screenshot("wipe")
    stage = player.locator(".wan-stage-boxes").bounding_box()
    assert stage
    page.mouse.move(stage["x"] + stage["width"] / 2, stage["y"] + 60)
    page.mouse.down()
    page.mouse.move(stage["x"] + stage["width"] * 0.9, stage["y"] + 60, steps=4)
    page.mouse.up()
    line = player.get_by_role("slider", name="Dividing line")
    expect(line).to_have_attribute("aria-valuenow", "90")
    assert like(colours(player)[1], first)
    pressed(notebook, "Shift+ArrowLeft", "ArrowLeft")
    expect(line).to_have_attribute("aria-valuenow", "79")
    player.focus()
    pressed(notebook, "3")
    assert like(colours(player)[0], [(one + other) / 2 for one, other in zip(first, second, strict=True)])
    notebook.screenshot("overlay")
    pressed(notebook, "4")
    difference = [abs(one - other) for one, other in zip(first, second, strict=True)]
    assert like(colours(player)[0], difference)
    pressed(notebook, "]")
    assert like(colours(player)[0], [min(255, 2 * one) for one in difference], 16)
    notebook.screenshot("difference")
    keys_of_the_clock(notebook, player)
    keys_stay(notebook, player)


def keys_of_the_clock(notebook: NotebookPage, player: Locator) -> None:
    """Speed, part, loop, sound and the list of keys."""
    page = notebook.page
    expect(player.locator(".wan-time-text")).to_have_text("0:01.00 / 0:02.00")
    pressed(notebook, "1", "-", "-", "-", "+")
    expect(player.get_by_label("Speed").locator("select")).to_have_value("0.5")
    pressed(notebook, "Home", "=", "=")
    pressed(notebook, *["ArrowRight"] * 10, "i", *["ArrowRight"] * 10, "o", "l")
    page.keyboard.press(" ")
    times = [time for _, _, time in page.evaluate(WATCH, 2)]
    rounds = sum(0 < after < before - 0.1 for before, after in pairwise(times))
    assert rounds >= 1
    assert 0.7 < max(times) < 0.95
    pressed(notebook, " ", "s")
    sound = player.get_by_label("Sound").locator("select")
    expect(sound).to_have_value("0")
    muted = "videos => videos.map(video => video.muted)"
    assert player.locator("video").evaluate_all(muted) == [False, True]
    pressed(notebook, "s", "s")
    expect(sound).to_have_value("-1")
    pressed(notebook, "x", "l", "?")
    keys = player.locator(".wan-compare-keys li")
    expect(keys).to_have_count(24)
    expect(keys.first).to_be_visible()
    notebook.screenshot("keys")
    names = player.locator("button:visible, select:visible, input:visible, [role=slider]:visible")
    named = "part => part.getAttribute('aria-label') || part.textContent || part.labels?.length"
    assert names.evaluate_all(f"parts => parts.every({named})")
    pressed(notebook, "?")
    expect(keys.first).to_be_hidden()


def keys_stay(notebook: NotebookPage, player: Locator) -> None:
    """What Lab would take for commands does nothing; full screen opens and closes by its key."""
    page = notebook.page
    for key in ("d", "d", "b", "z", "x", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".jp-Notebook .jp-Cell")).to_have_count(2)
    page.keyboard.press("f")
    page.wait_for_function("() => document.fullscreenElement?.classList.contains('wan-compare')")
    pressed(notebook, "2")
    notebook.screenshot("full")
    page.keyboard.press("f")
    page.wait_for_function("() => !document.fullscreenElement")
    player.get_by_role("button", name="Side by side").click()
    expect(player).to_be_focused()


@pytest.mark.parametrize("application", ["lab"])
def test_blocks_are_chosen_in_the_player(open_notebook: OpenNotebook) -> None:
    """One question for each choice; what was held is let go; dark, narrow, Chinese; a sentence lasts."""
    notebook = open_notebook(BLOCKS, problems=[r"ERR_FILE_NOT_FOUND \(blob:"])
    page = notebook.page
    made_forest(notebook.file.parent)
    sent = Sent(notebook)
    notebook.reload()
    notebook.wait_idle()
    player = shown(notebook, 0)
    block = player.get_by_label("区组", exact=True)
    expect(block.locator("option:checked")).to_contain_text("a robot")
    arms = player.locator(".wan-compare-caption select")
    assert arms.evaluate_all("lists => lists.map(list => list.value)") == [DARK, LIGHT]
    held = player.locator("video").first.get_attribute("src")
    before = sent.messages
    block.select_option(index=0)
    expect(player.locator("video").first).not_to_have_attribute("src", str(held))
    page.wait_for_function(LOADED)
    assert sent.messages - before == 3  # a choice, two videos
    gone = "async url => { try { await fetch(url); return false; } catch { return true; } }"
    assert page.evaluate(gone, held)
    arms.first.select_option(LIGHT)
    expect(arms.nth(1)).to_have_value(DARK)
    expect(arms.first).to_have_value(LIGHT)
    notebook.theme("dark")
    notebook.command("application:toggle-left-area")
    page.wait_for_function(LOADED)
    for width in (1100, 560):
        page.set_viewport_size({"width": width, "height": 1000})
        notebook.screenshot(f"zh-{width}")
    saved = notebook.save()
    assert "正在比较" in saved.cells[0].outputs[0].data["text/plain"]
    assert len(notebook.save_bytes()) < 20_000
