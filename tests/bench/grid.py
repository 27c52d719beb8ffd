"""How soon the grid of a full experiment is drawn in a browser, and how much is said while it fills."""

from pathlib import Path

from tests.bench.browsing import opened
from tests.bench.figures import Figure, alone
from tests.bench.full_grid import DRAWN, EMPTY, FULL, SHOW, WATCHED, messages_a_second
from tests.browser.harness import NotebookPage

TIMES = 5
CONNECT = "import wan_notebook as wan\nwan.demo(run_seconds=(0, 0))"


def grid(folder: Path) -> tuple[Figure, Figure]:
    """Show a grid whose state is in the page, several times, then one that fills; s and messages a second."""
    with opened(folder, CONNECT, SHOW, SHOW) as notebook:
        notebook.run_cell(0)
        notebook.execute(FULL)
        notebook.run_cell(1)
        notebook.page.wait_for_function(DRAWN, timeout=120_000)
        notebook.page.add_init_script(WATCHED)
        notebook.save()
        notebook.reload()
        notebook.page.wait_for_function(DRAWN)
        drawn = alone(lambda: seconds_to_draw(notebook, 1), TIMES)
        notebook.execute(EMPTY)
        notebook.run_cell(2)
        return drawn, Figure(messages_a_second(notebook, 2))


def seconds_to_draw(notebook: NotebookPage, cell: int) -> float:
    """Show the grid anew; return the seconds from the kernel's first word about it to the last picture.

    The page has the state of all cells and none of the pictures: it asks for them, which counts.
    """
    notebook.page.evaluate(
        """cell => {
            window.jupyterapp.shell.currentWidget.content.activeCellIndex = cell;
            return window.jupyterapp.commands.execute('notebook:clear-cell-output').then(() => null);
        }""",
        cell,
    )
    notebook.page.evaluate("() => { window.arrived = []; }")
    notebook.run_cell(cell, wait=False)
    drawn = float(notebook.page.wait_for_function(DRAWN).json_value())
    return drawn - float(notebook.page.evaluate("() => window.arrived[0][0]"))
