"""The two kernels are what their names say."""

from pathlib import Path

import nbformat
import pytest

from tests.kernels import NEWEST, OLDER
from tests.notebooks.conftest import RunCells


def printed(notebook: nbformat.NotebookNode, cell: int = 0) -> str:
    """Return what a cell wrote to its standard output."""
    return "".join(output.text for output in notebook.cells[cell].outputs if output.output_type == "stream")


def test_each_kernel_runs_its_version(run_cells: RunCells, kernel: str) -> None:
    """The kernelspec named 6.31 runs ipykernel 6.31, the other a 7."""
    version = printed(run_cells("import ipykernel; print(ipykernel.__version__)"))
    expected = {NEWEST: "7.", OLDER: "6.31."}[kernel]
    assert version.startswith(expected)


@pytest.mark.parametrize("kernel", [NEWEST])
def test_cells_run_in_the_folder_of_the_test(run_cells: RunCells, tmp_path: Path) -> None:
    """What a cell writes lands beside its notebook, not beside the sources."""
    run_cells("import pathlib; pathlib.Path('made.txt').write_text('here')")
    assert (tmp_path / "made.txt").read_text() == "here"


def test_an_awaited_cell_sees_the_loop(run_cells: RunCells) -> None:
    """Both kernels await at the top of a cell, and keep variables from cell to cell."""
    notebook = run_cells("import asyncio\nx = await asyncio.sleep(0, 41)", "print(x + 1)")
    assert printed(notebook, 1) == "42\n"


@pytest.mark.parametrize("kernel", [NEWEST])
def test_kernels_inherit_no_settings(run_cells: RunCells) -> None:
    """A kernel gets no key and no setting of the person who runs the tests."""
    names = "[name for name in os.environ if name.startswith(('DASHSCOPE_', 'WAN_'))]"
    assert printed(run_cells(f"import os; print({names})")) == "[]\n"
