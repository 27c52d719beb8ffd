"""The harness drives JupyterLab and Notebook 7, and notices what goes wrong in them."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenNotebook
from tests.browser.harness import Recorder, Server
from tests.kernels import NEWEST, OLDER

BUTTON = """
import ipywidgets
clicks = []
button = ipywidgets.Button(description="Press")
button.on_click(lambda _: (clicks.append(1), setattr(button, "description", f"Pressed {len(clicks)}")))
button
"""


@pytest.mark.parametrize(("application", "kernel"), [("lab", NEWEST), ("notebook", OLDER)])
def test_cells_and_widgets_work(open_notebook: OpenNotebook, kernel: str) -> None:
    """A cell shows its result, and a click on a widget reaches the kernel and comes back."""
    notebook = open_notebook("1 + 1", BUTTON, kernel=kernel)
    notebook.run_cell(0)
    notebook.run_cell(1)
    notebook.output(1).get_by_role("button", name="Press", exact=True).click()
    expect(notebook.output(1).get_by_role("button", name="Pressed 1", exact=True)).to_be_visible()
    assert notebook.output_text(0) == "2"
    assert notebook.execute("print(len(clicks))") == "1\n"


def test_reload_keeps_the_kernel_and_restart_does_not(open_notebook: OpenNotebook) -> None:
    """After a reload the variables are there and the saved output is drawn; after a restart they are gone."""
    notebook = open_notebook("answer = 41 + 1; answer")
    notebook.run_cell(0)
    assert notebook.dirty()
    saved = notebook.save()
    assert saved.cells[0].outputs[0].data["text/plain"] == "42"
    assert not notebook.dirty()
    notebook.reload()
    assert notebook.execute("answer") == "42"
    notebook.restart_kernel()
    assert notebook.execute("answer").startswith("NameError")
    assert notebook.output_text(0) == "42"


@pytest.mark.parametrize("application", ["lab"])
def test_a_running_cell_is_waited_for(open_notebook: OpenNotebook) -> None:
    """A cell can be left running and interrupted; the page then waits until it has ended."""
    notebook = open_notebook("import time\nprint('begun')\nwhile True: time.sleep(0.01)")
    notebook.run_cell(0, wait=False)
    notebook.wait_output(0, "begun")
    notebook.interrupt_kernel()
    notebook.wait_idle()
    assert "KeyboardInterrupt" in notebook.output_text(0)


@pytest.mark.parametrize("application", ["lab"])
def test_both_themes_are_drawn(open_notebook: OpenNotebook) -> None:
    """The theme switches, and pictures of both differ and are written."""
    notebook = open_notebook("'中文 🦊'")
    notebook.run_cell(0)
    light = notebook.screenshot("light")
    notebook.theme("dark")
    dark = notebook.screenshot("dark")
    assert light.read_bytes() != dark.read_bytes()
    assert notebook.screenshot("cell", notebook.cell(0)).stat().st_size > 1000


@pytest.mark.parametrize("application", ["lab"])
def test_trouble_in_the_page_is_recorded(open_notebook: OpenNotebook) -> None:
    """Console errors, exceptions and requests to other machines are noticed, each once expected."""
    known = ["console: oh dear", "exception: .*unheard", "request: https://example.com/x", "net::ERR_"]
    notebook = open_notebook("1", problems=known)
    recorder = Recorder()
    recorder.watch(notebook.page)
    notebook.page.evaluate(
        """async () => {
            console.error('oh dear');
            setTimeout(() => { throw new Error('unheard') });
            await fetch('https://example.com/x').catch(() => null);
        }""",
    )
    assert len(recorder.problems()) == 4
    recorder.expected = known
    assert recorder.problems() == []


def test_server_keeps_to_its_own_folder(server: Server) -> None:
    """Nothing of the user's settings or notebooks is served; the news is off."""
    quiet = list(server.settings.rglob("notification.jupyterlab-settings"))
    assert [path.read_text() for path in quiet] == ['{"fetchNews": "false", "checkForUpdates": false}']
