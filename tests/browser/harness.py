"""Drive JupyterLab and Notebook 7 in a real browser.

A browser test asks for one fixture, `open_notebook` (`conftest.py`), which runs it in both applications:

    def test_sum(open_notebook):
        '''A cell shows its result.'''
        page = open_notebook("1 + 1", "import time; print('begun'); time.sleep(3)")
        page.run_cell(0)                        # returns when the cell has ended
        assert page.output_text(0) == "2"
        page.run_cell(1, wait=False)            # returns at once
        page.wait_output(1, "begun")            # the cell is running now
        page.wait_idle()                        # the kernel is connected and no cell runs

    open_notebook(path_of_an_ipynb)             copies it into the test's folder first
    open_notebook("…", kernel=OLDER)            on ipykernel 6.31 (`tests/kernels.py`)
    open_notebook("…", problems=["404.*mp4"])   console errors the test expects (regular expressions)

The folder is `page.file.parent`; kernels and all they write live there. `page.page` is Playwright's own page
for locators and waits. Waits are for conditions, never for a time. When the test ends its kernels are shut
down, and a console error, an uncaught exception or a request to another machine fails it.
"""

import contextlib
import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import httpx
import nbformat
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.kernels import write_kernelspecs

Kind = Literal["lab", "notebook"]
SCREENSHOTS = Path(__file__).parent / "screenshots"
CHROME_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
MODULES: dict[Kind, str] = {"lab": "jupyterlab", "notebook": "notebook"}
OPTIONS = (
    "--JupyterNotebookApp.expose_app_in_browser=True",
    "--LabApp.expose_app_in_browser=True",  # Notebook 7 loads Lab's extension, which has the last word
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--no-browser",
    "--allow-root",
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.port=0",
    "--IdentityProvider.token=",
    "--ServerApp.disable_check_xsrf=True",
)
THEIR_OWN = (
    # Notebook 7.6 while it loads its shortcuts, before any cell is run.
    r"exception: TypeError: Cannot read properties of undefined \(reading 'schema'\)\s+at \S+/notebook_core",
    # jupyter_server 2 answers 404 for a whole folder when one of its files vanishes while it is listed, as
    # SQLite's do when a kernel ends.
    r"404 \(Not Found\) \(\S+/api/contents/[^)?]+\?content=1&hash=0&\d+\)",
    r"console: t: Directory not found: ",
)
QUIET = {"fetchNews": "false", "checkForUpdates": False}


@dataclass(frozen=True)
class Server:
    """A Jupyter server of the tests' own.

    Attributes:
        kind: which application it serves.
        url: its address, without a slash at the end.
        root: folder whose notebooks it serves.
        settings: folder of the application's user settings.
    """

    kind: Kind
    url: str
    root: Path
    settings: Path

    def reset_settings(self) -> None:
        """Forget the theme and whatever else a test has changed; keep the news quiet."""
        for path in self.settings.rglob("*.jupyterlab-settings"):
            path.unlink()
        place = self.settings / "@jupyterlab" / "apputils-extension"
        place.mkdir(parents=True, exist_ok=True)
        (place / "notification.jupyterlab-settings").write_text(json.dumps(QUIET), encoding="utf-8")

    def shut_down_kernels(self) -> None:
        """End every kernel, so that the next test finds a quiet machine."""
        for session in httpx.get(f"{self.url}/api/sessions").raise_for_status().json():
            httpx.delete(f"{self.url}/api/sessions/{session['id']}", timeout=30).raise_for_status()


@contextlib.contextmanager
def serve(kind: Kind, folder: Path) -> Iterator[Server]:
    """Start a server with nothing of the user's in it, wait until it answers, stop it at the end.

    Raises:
        RuntimeError: it ended before it answered; the message holds its log.
    """
    root, settings, runtime = folder / "root", folder / "settings", folder / "runtime"
    root.mkdir(parents=True)
    environment = {
        **os.environ,
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_PATH": str(write_kernelspecs(folder / "data")),
        "JUPYTER_PREFER_ENV_PATH": "1",
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTERLAB_SETTINGS_DIR": str(settings),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
    }
    command = [sys.executable, "-m", MODULES[kind], *OPTIONS, f"--ServerApp.root_dir={root}"]
    log = folder / "server.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(command, stdout=sink, stderr=sink, env=environment, cwd=root)
    try:
        yield Server(kind, wait_for_address(process, runtime, log), root, settings)
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for_address(process: subprocess.Popen[bytes], runtime: Path, log: Path) -> str:
    """Return the address the server writes down once it listens."""
    for _ in range(600):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)
            break
        with contextlib.suppress(StopIteration, ValueError):
            facts = json.loads(next(runtime.glob("jpserver-*.json")).read_text(encoding="utf-8"))
            return f"http://127.0.0.1:{facts['port']}"
    message = f"the Jupyter server did not start: {log.read_text(encoding='utf-8')[-2000:]}"
    raise RuntimeError(message)


@dataclass
class Recorder:
    """Collects what must not happen in a page.

    Attributes:
        expected: regular expressions; what one of them finds is not held against the page, nor is what
            the applications do wrong by themselves (`THEIR_OWN`).
        found: errors of the console, uncaught exceptions, requests that leave this machine.
    """

    expected: Sequence[str] = ()
    found: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        """Listen to everything this page does from now on."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.found.append(f"exception: {error.stack or error}"))
        page.on("request", lambda request: self._address(request.url))
        page.on("websocket", lambda socket: self._address(socket.url))

    def problems(self) -> list[str]:
        """Return what was found and not expected."""
        known = [*THEIR_OWN, *self.expected]
        return [found for found in self.found if not any(re.search(pattern, found) for pattern in known)]

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.found.append(f"console: {message.text} ({message.location['url']})")

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname != "127.0.0.1":
            self.found.append(f"request: {url}")


class NotebookPage:
    """One notebook, open in one browser tab.

    Args:
        page: Playwright's page.
        server: the server that serves the notebook.
        file: the notebook, somewhere under the server's root.
        name: begins the names of the screenshots.
    """

    def __init__(self, page: Page, server: Server, file: Path, name: str) -> None:
        self.page = page
        self.server = server
        self.file = file
        self._name = name

    @property
    def url(self) -> str:
        """The page's address; in Lab a new workspace each time, so that no other tab comes with it."""
        place = quote(self.file.relative_to(self.server.root).as_posix())
        if self.server.kind == "notebook":
            return f"{self.server.url}/notebooks/{place}"
        return f"{self.server.url}/lab/workspaces/{uuid.uuid4().hex}/tree/{place}"

    def open(self) -> None:
        """Open the notebook and wait until its kernel is idle."""
        self.page.goto(self.url)
        self.wait_idle()

    def reload(self) -> None:
        """Load the page anew, the kernel untouched, and wait until it is connected again, busy or not."""
        self.page.reload()
        self._wait_for_kernel(("idle", "busy"))

    def wait_idle(self, timeout: float = 60) -> None:
        """Wait until the kernel is connected and no cell of this page is running or queued (`timeout` in s).

        The kernel's own status is not enough: ipykernel 7 says idle whenever one of its subshells is.
        """
        self._wait_for_kernel(("idle",), timeout)
        expect(self.page.locator(".jp-InputPrompt", has_text="[*]")).to_have_count(0, timeout=timeout * 1000)

    def run_cell(self, index: int, *, wait: bool = True) -> None:
        """Run one cell; wait until it has ended, or return when it has been sent."""
        self.page.evaluate(
            """([index, wait]) => {
                const app = window.jupyterapp;
                app.shell.currentWidget.content.activeCellIndex = index;
                const ended = app.commands.execute('notebook:run-cell');
                return wait ? ended.then(() => null) : null;
            }""",
            [index, wait],
        )

    def execute(self, code: str) -> str:
        """Run code in the kernel beside the cells; return what it printed, its result, or its error."""
        written = self.page.evaluate(
            """async code => {
                const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const future = kernel.requestExecute({code, store_history: false});
                let written = '';
                future.onIOPub = ({content}) => {
                    if (content.text) written += content.text;
                    if (content.data) written += content.data['text/plain'];
                    if (content.ename) written += `${content.ename}: ${content.evalue}`;
                };
                await future.done;
                return written;
            }""",
            code,
        )
        return str(written)

    def restart_kernel(self) -> None:
        """Restart the kernel without asking, and wait until the new one is idle."""
        self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()",
        )
        self.wait_idle()

    def cell(self, index: int) -> Locator:
        """Return a cell."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(index)

    def output(self, index: int) -> Locator:
        """Return the whole output area of a cell, its prompts too."""
        return self.cell(index).locator(".jp-OutputArea").first

    def output_text(self, index: int) -> str:
        """Return the text of a cell's outputs, also of those out of view, without the prompts."""
        return "".join(self.output(index).locator(".jp-OutputArea-output").all_text_contents())

    def wait_output(self, index: int, words: str, timeout: float = 30) -> None:
        """Wait until a cell's outputs contain these words (`timeout` in s)."""
        expect(self.output(index)).to_contain_text(words, timeout=timeout * 1000)

    def interrupt_kernel(self) -> None:
        """Interrupt the kernel, as the stop button does."""
        self.page.evaluate(
            "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.interrupt()",
        )

    def command(self, name: str, **arguments: Any) -> None:
        """Execute one of the application's commands and wait for its end."""
        self.page.evaluate(
            "([name, given]) => window.jupyterapp.commands.execute(name, given).then(() => null)",
            [name, arguments],
        )

    def dirty(self) -> bool:
        """Tell whether the notebook has changes that are not saved."""
        return bool(self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.model.dirty"))

    def save(self) -> nbformat.NotebookNode:
        """Save the notebook and return it as the file then holds it."""
        self.command("docmanager:save")
        saved: nbformat.NotebookNode = nbformat.read(self.file, as_version=4)
        return saved

    def save_bytes(self) -> bytes:
        """Save the notebook and return its file."""
        self.save()
        return self.file.read_bytes()

    def theme(self, name: Literal["light", "dark"]) -> None:
        """Switch the application's theme and wait until it is drawn."""
        self.command("apputils:change-theme", theme=f"JupyterLab {name.capitalize()}")
        expect(self.page.locator("body")).to_have_attribute(
            "data-jp-theme-light",
            "true" if name == "light" else "false",
        )
        expect(self.page.locator("#jupyterlab-splash")).to_have_count(0)

    def screenshot(self, name: str, part: Locator | None = None) -> Path:
        """Write a picture of the page, or of a part of it, and return its path."""
        path = SCREENSHOTS / f"{self._name}-{name}.png"
        (part or self.page).screenshot(path=path)
        return path

    def _wait_for_kernel(self, statuses: Sequence[str], timeout: float = 60) -> None:
        self.page.wait_for_selector(".jp-Notebook .jp-Cell")
        self.page.wait_for_function(
            """statuses => {
                const context = window.jupyterapp?.shell.currentWidget?.sessionContext;
                return context?.isReady && statuses.includes(context.session?.kernel?.status);
            }""",
            arg=list(statuses),
            timeout=timeout * 1000,
        )
