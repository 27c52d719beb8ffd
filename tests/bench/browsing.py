"""A notebook of a row's own, open in JupyterLab in a browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.browser.chrome import MISSING, find_chrome
from tests.browser.conftest import launched, placed
from tests.browser.harness import NotebookPage, serve
from tests.kernels import NEWEST
from tests.simulators import stop_simulators

VIEWPORT: Any = {"width": 1100, "height": 2400}
"""Tall enough for every output: a browser may put off what is out of view."""


@contextmanager
def opened(folder: Path, *cells: str) -> Iterator[NotebookPage]:
    """Open a notebook with these cells in JupyterLab; kernels and simulators end with the block.

    Raises:
        FileNotFoundError: there is no browser.
    """
    path = find_chrome()
    if path is None:
        raise FileNotFoundError(MISSING)
    with serve("lab", folder / "lab") as server, sync_playwright() as playwright:
        server.reset_settings()
        page = launched(playwright, path).new_page(viewport=VIEWPORT)
        file = placed(server.root / "bench", cells, NEWEST)
        notebook = NotebookPage(page, server, file, "bench")
        notebook.open()
        try:
            yield notebook
        finally:
            server.shut_down_kernels()
            stop_simulators(server.root)
