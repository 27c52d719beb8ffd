"""An experiment as a person runs it: the offer, one click, the grid that fills, a video, a reload."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.harness import NotebookPage, Server
from tests.simulators import stop_simulators

DEMO = "import wan_notebook as wan\nwan.demo(run_seconds=(1, 2))"
EXPERIMENT = """
exp = wan.Experiment("fox-light", base={"duration": 2, "resolution": "720P"},
    arms={"plain": {"prompt": "{who} in a forest"},
          "golden light": {"prompt": "{who} in a forest, golden <b>light</b>"}},
    seeds=[1, 2], cases=[{"who": "a fox"}, {"who": "a robot"}])
exp.run(budget=20)
"""
SLEEP = "import time; print('begun'); time.sleep(2)"
CALLS = "print(len(wan.log()), wan.log().status.nunique(), wan.log().status[0])"


@pytest.fixture(autouse=True)
def no_simulator_left(server: Server) -> Iterator[None]:
    """End the simulators that the test's kernels have started."""
    yield
    stop_simulators(server.root)


def a_grid(open_notebook: OpenNotebook, *cells: str) -> tuple[NotebookPage, Locator]:
    """Open a notebook that offers an experiment; return it and the cell's output."""
    notebook = open_notebook(DEMO, EXPERIMENT, *cells)
    for index in range(2):
        notebook.run_cell(index)
    grid = notebook.output(1)
    grid.locator(".wan-run").wait_for()
    return notebook, grid


@pytest.mark.parametrize("application", ["lab"])
def test_one_click_fills_the_grid(open_notebook: OpenNotebook) -> None:
    """Twice clicked while a cell sleeps it starts once; a video opens; all is there after a reload."""
    notebook, grid = a_grid(open_notebook, SLEEP)
    expect(grid.locator(".wan-run-question")).to_contain_text("8 videos, 16 s billed: 9.60 CNY")
    notebook.screenshot("offer")
    notebook.run_cell(2, wait=False)
    notebook.wait_output(2, "begun")
    grid.get_by_role("button", name="Start").dblclick()
    expect(grid.locator(".wan-run-poster:visible")).to_have_count(8, timeout=60_000)
    assert notebook.execute(CALLS) == "8 1 SUCCEEDED\n"
    expect(grid.locator(".wan-run-lines")).to_contain_text("8 videos: 8 done")
    cell = grid.locator("td.wan-run-cell").first
    cell.focus()
    keyboard = notebook.page.keyboard
    keyboard.press("ArrowRight")
    keyboard.press("ArrowDown")
    expect(grid.locator("td.wan-run-cell").nth(3)).to_be_focused()
    keyboard.press("Enter")
    video = grid.locator(".wan-film video")
    video.wait_for()
    notebook.page.wait_for_function("() => document.querySelector('.wan-film video').currentTime > 0.2")
    assert video.evaluate("video => [video.videoWidth, video.videoHeight]") == [1280, 720]
    notebook.screenshot("film")
    keyboard.press("Escape")
    expect(grid.locator(".wan-film")).not_to_be_visible()
    expect(grid.locator("td.wan-run-cell").nth(3)).to_be_focused()
    notebook.screenshot("done")
    notebook.save()
    notebook.reload()
    grid = notebook.output(1)
    expect(grid.locator(".wan-run-poster:visible")).to_have_count(8)
    notebook.theme("dark")
    grid.locator(".wan-run-table").scroll_into_view_if_needed()
    notebook.screenshot("dark")
    saved = notebook.save().cells[1].outputs[1].data["text/html"]
    assert saved.count("<img") == 8
    assert "<b>light</b>" not in saved


@pytest.mark.parametrize("application", ["lab"])
def test_the_grid_speaks_chinese(open_notebook: OpenNotebook) -> None:
    """Words, offer and ends; a budget that holds the rest back says so."""
    notebook = open_notebook(DEMO, "wan.language('zh')", EXPERIMENT.replace("budget=20", "budget=5"))
    for index in range(3):
        notebook.run_cell(index)
    grid = notebook.output(2)
    grid.get_by_role("button", name="开始").click()
    expect(grid.locator(".wan-run-poster:visible")).to_have_count(4, timeout=60_000)
    expect(grid.locator(".wan-run-lines")).to_contain_text("4 个未发送")
    notebook.screenshot("chinese")
