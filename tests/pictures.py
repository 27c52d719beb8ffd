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

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
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
READY_SHARE = 45
"""Percent of the bar at which a running task is pictured."""


def shoot(notebook: NotebookPage, name: str, selector: str) -> None:
    """Picture one part of the form's cell in both themes."""
    for theme in THEMES:
        notebook.theme(theme)
        part = notebook.output(1).locator(selector).first
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
            page = browser.new_page(viewport={"width": 1360, "height": 1000}, device_scale_factor=1.5)
            page.set_default_timeout(60_000)
            picture(page, server, language)
            page.close()
        stop_simulators(server.root)
        server.shut_down_kernels()
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
