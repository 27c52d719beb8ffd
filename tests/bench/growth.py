"""What a finished video adds to the notebook file."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.bench.figures import Figure, alone
from tests.bench.kernel import KERNEL

TIMES = 3
FORM = """
from tests.bench.in_kernel import click, form_of_a_long_task
form = form_of_a_long_task(300)
form
"""
VIDEO = "task = click(form)\nawait task;"


def growth(folder: Path) -> tuple[Figure]:
    """Execute a form, then one with a finished video, and compare the kilobytes of both files.

    The state of the widgets is part of both, though not everyone saves it.
    """
    empty = notebook_bytes(folder, FORM)
    return (alone(lambda: (notebook_bytes(folder, FORM, VIDEO) - empty) / 1000, TIMES),)


def notebook_bytes(folder: Path, *cells: str) -> int:
    """Execute cells and return the size of a file that keeps only the first of them."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    resources = {"metadata": {"path": str(folder)}}
    executed = NotebookClient(notebook, **KERNEL, resources=resources, timeout=60).execute()
    del executed.cells[1:]
    return len(nbformat.writes(executed).encode())
