"""Servers, browser and the `open_notebook` fixture; how to use them is told in `harness.py`."""

import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.browser.chrome import MISSING, find_chrome
from tests.browser.harness import CHROME_ARGUMENTS, Kind, NotebookPage, Recorder, Server, serve
from tests.kernels import NEWEST

OpenNotebook = Callable[..., NotebookPage]


@pytest.fixture(scope="session")
def lab(clean_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve JupyterLab."""
    with serve("lab", tmp_path_factory.mktemp("lab")) as server:
        yield server


@pytest.fixture(scope="session")
def notebook7(clean_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Serve Notebook 7."""
    with serve("notebook", tmp_path_factory.mktemp("notebook")) as server:
        yield server


@pytest.fixture(scope="session")
def browser(clean_environment: None) -> Iterator[Browser]:
    """Start one headless browser for all tests."""
    path = find_chrome()
    if path is None:
        pytest.fail(MISSING)
    with sync_playwright() as playwright:
        yield launched(playwright, path)


def launched(playwright: Playwright, path: str) -> Browser:
    """Return the started browser; Playwright ends it with itself."""
    return playwright.chromium.launch(executable_path=path, args=list(CHROME_ARGUMENTS))


@pytest.fixture(params=["lab", "notebook"])
def application(request: pytest.FixtureRequest) -> Kind:
    """Name each application in turn.

    A test of what the applications could do differently runs in both; one of what is drawn inside our own
    output parametrises this itself, with one of them.
    """
    kind: Kind = request.param
    return kind


@pytest.fixture
def server(application: Kind, request: pytest.FixtureRequest) -> Iterator[Server]:
    """Give the application's server, with fresh settings before and no kernel left after."""
    server: Server = request.getfixturevalue({"lab": "lab", "notebook": "notebook7"}[application])
    server.reset_settings()
    yield server
    server.shut_down_kernels()


@pytest.fixture
def open_notebook(
    browser: Browser,
    server: Server,
    request: pytest.FixtureRequest,
) -> Iterator[OpenNotebook]:
    """Give a function that opens a new notebook; the page must stay free of errors to the test's end."""
    folder = server.root / re.sub(r"\W+", "-", request.node.name).strip("-")
    context = browser.new_context(viewport={"width": 1100, "height": 900})
    context.set_default_timeout(30_000)
    recorder = Recorder()

    def opened(*cells: str | Path, kernel: str = NEWEST, problems: Sequence[str] = ()) -> NotebookPage:
        recorder.expected = (*recorder.expected, *problems)
        file = placed(folder, cells, kernel)
        page = context.new_page()
        recorder.watch(page)
        notebook = NotebookPage(page, server, file, folder.name)
        notebook.open()
        return notebook

    yield opened
    context.close()
    assert recorder.problems() == []


def placed(folder: Path, cells: Sequence[str | Path], kernel: str) -> Path:
    """Write code cells as a notebook, or copy the one given, into the folder and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    if len(cells) == 1 and isinstance(cells[0], Path):
        notebook = nbformat.read(cells[0], as_version=4)
        file = folder / cells[0].name
    else:
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(str(cell)) for cell in cells])
        file = folder / "notebook.ipynb"
    notebook.metadata["kernelspec"] = {"name": kernel, "display_name": kernel, "language": "python"}
    nbformat.write(notebook, file)
    return file
