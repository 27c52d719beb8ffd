"""Makes the README's pictures from the running product: `make pictures`.

A real JupyterLab in a real browser, on the simulator: the form, a running task and a finished card, light and
dark, in each language. Look at them before you commit them.
"""

import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import Page, sync_playwright

from tests.browser.chrome import MISSING, find_chrome
from tests.browser.conftest import launched, placed
from tests.browser.harness import NotebookPage, Server, serve
from tests.kernels import NEWEST
from tests.simulators import stop_simulators

ROOT = Path(__file__).parents[1]
PICTURES = ROOT / "docs" / "pictures"
NOTEBOOKS = ROOT / "notebooks"
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
CONNECT = """
import wan_notebook as wan
wan.language("{language}")
wan.demo(run_seconds=(24, 24))
wan.budget(50)
"""
FORM = 'wan.form("wan2.7-t2v", prompt="{prompt}", duration=5, resolution="720P", seed=2026)'
PROMPTS = {
    "en": "Dawn over blue mountains, mist in the valleys, the sun rises slowly, birds and wind",
    "zh": "黎明时分的青色群山，山谷里薄雾缭绕，太阳缓缓升起，鸟鸣与风声",
}
AB = {
    "en": NOTEBOOKS / "02_prompt_ab.ipynb",
    "zh": NOTEBOOKS / "02_prompt_ab.zh.ipynb",
}
READY_SHARE = 45
"""Percent of the bar at which a running task is pictured."""


def shoot(notebook: NotebookPage, name: str, selector: str, cell: int = 1) -> None:
    """Picture one part of what a cell shows in both themes."""
    for theme in THEMES:
        notebook.theme(theme)
        part = notebook.output(cell).locator(selector).first
        part.scroll_into_view_if_needed()
        part.screenshot(path=PICTURES / f"{name}-{theme}.png")


def picture(page: Page, server: Server, language: str) -> None:
    """Make the pictures of one language."""
    cells = (CONNECT.format(language=language), FORM.format(prompt=PROMPTS[language]))
    file = placed(server.root / language, cells, NEWEST)
    notebook = NotebookPage(page, server, file, language)
    notebook.open()
    notebook.run_cell(0)
    notebook.run_cell(1)
    button = notebook.output(1).locator(".wan-generate")
    button.wait_for()
    shoot(notebook, f"form-{language}", ".wan-form")
    button.click()
    page.wait_for_function(
        "share => Number(document.querySelector('.wan-bar')?.getAttribute('aria-valuenow')) >= share",
        arg=READY_SHARE,
    )
    shoot(notebook, f"running-{language}", ".wan-progress")
    notebook.output(1).locator("video").evaluate(
        """async video => {
            video.muted = true;
            await video.play();
            video.pause();
            const sought = new Promise(done => video.addEventListener('seeked', done, {once: true}));
            video.currentTime = 2;
            await sought;
            video.muted = false;
        }""",
    )
    shoot(notebook, f"card-{language}", ".wan-card")


def experiment(page: Page, server: Server, language: str) -> None:
    """Make the pictures of an experiment's player and voter's page, from the notebook that comes with it."""
    file = placed(server.root / f"ab-{language}", [AB[language]], NEWEST)
    notebook = NotebookPage(page, server, file, f"ab-{language}")
    notebook.open()
    cells = notebook.save().cells
    for index, cell in enumerate(cells):
        if cell.cell_type == "code":
            notebook.run_cell(index)
        if "exp.compare()" in cell.source:
            player = notebook.output(index).locator(".wan-compare")
            player.focus()
            page.keyboard.press("2")
            shoot(notebook, f"compare-{language}", ".wan-compare", index)
        if "exp.vote(" in cell.source:
            notebook.output(index).locator(".wan-vote-do-left[aria-disabled=false]").wait_for()
            shoot(notebook, f"vote-{language}", ".wan-vote", index)
            return


def main() -> int:
    """Make all pictures."""
    path = find_chrome()
    if path is None:
        sys.stderr.write(f"{MISSING}\n")
        return 1
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        serve("lab", Path(folder)) as server,
        sync_playwright() as playwright,
    ):
        server.reset_settings()
        browser = launched(playwright, path)
        for language in PROMPTS:
            for made in (picture, experiment):
                page = browser.new_page(viewport={"width": 1360, "height": 1000}, device_scale_factor=1.5)
                page.set_default_timeout(60_000)
                made(page, server, language)
                page.close()
        stop_simulators(server.root)
        server.shut_down_kernels()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
