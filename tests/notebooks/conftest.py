"""Notebooks without a browser: nbclient runs the cells, on each kernel, in the test's own folder."""

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests.kernels import KERNELS, write_kernelspecs

Notebook = nbformat.NotebookNode
RunCells = Callable[..., Notebook]


@pytest.fixture(scope="session", autouse=True)
def kernelspecs(clean_environment: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let Jupyter find both kernels, and nothing of the person who runs the tests."""
    private = tmp_path_factory.mktemp("jupyter")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(write_kernelspecs(private)))
        patch.setenv("JUPYTER_CONFIG_DIR", str(private / "config"))
        patch.setenv("JUPYTER_RUNTIME_DIR", str(private / "runtime"))
        patch.setenv("IPYTHONDIR", str(private / "ipython"))
        yield


@pytest.fixture(params=KERNELS)
def kernel(request: pytest.FixtureRequest) -> str:
    """Name each kernelspec in turn; a test of what they cannot do differently names one of them itself."""
    return str(request.param)


@pytest.fixture
def run_cells(kernel: str, tmp_path: Path) -> RunCells:
    """Give a function that executes code cells, or a notebook, and returns the executed notebook.

    `run_cells("1 + 1", "2 + 2")` or `run_cells(notebook)`, both with `timeout=` (s a cell) and
    `allow_errors=` (go on after a cell that raised).
    """

    def run(*cells: str | Notebook, timeout: float = 60, allow_errors: bool = False) -> Notebook:
        if len(cells) == 1 and isinstance(cells[0], Notebook):
            notebook = cells[0]
        else:
            notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
        client = NotebookClient(
            notebook,
            timeout=timeout,
            kernel_name=kernel,
            allow_errors=allow_errors,
            resources={"metadata": {"path": str(tmp_path)}},
        )
        return client.execute()

    return run
