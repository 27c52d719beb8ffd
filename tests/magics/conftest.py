"""A shell of its own for every test, and studios that answer at once or never."""

import atexit
from collections.abc import Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from tests.magics.shells import EXTENSION
from tests.simulators import a_simulator
from tests.studio import a_studio
from wan_notebook import tasks
from wan_notebook.simulator import MovableClock, Settings
from wan_notebook.simulator.server import InThread
from wan_notebook.tasks import Folders, Studio, Task, connecting


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[InteractiveShell]:
    """Give a fresh IPython shell, without history, and take every trace of it away."""
    config = Config({"HistoryManager": {"enabled": False}, "IPCompleter": {"use_jedi": False}})
    made: InteractiveShell = InteractiveShell.instance(config=config, ipython_dir=str(tmp_path / "ipython"))
    made.magics_manager.load_all_lazy_magics()
    made.run_cell("0;")
    yield made
    made.run_line_magic("unload_ext", EXTENSION)
    made.restore_sys_module_state()
    InteractiveShell.clear_instance()
    atexit.unregister(made.atexit_operations)  # or it is kept to the end, and costs time there
    tasks.close_all()


@pytest.fixture
def loaded(shell: InteractiveShell) -> InteractiveShell:
    """Give a shell with the extension."""
    shell.run_line_magic("load_ext", EXTENSION)
    return shell


@pytest.fixture
def shown() -> list[Task]:
    """Give the list of tasks that were shown."""
    return []


@pytest.fixture
def studio(tmp_path: Path, shown: list[Task]) -> Iterator[tuple[Studio, InThread]]:
    """Give a current studio on a clock that jumps, and its simulator."""
    with a_studio(tmp_path, present=lambda task, _studio: shown.append(task)) as made:
        connecting._current[:] = [made[0]]
        yield made
        connecting._current.clear()


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[InThread]:
    """Give a simulator whose time stands still, connected to by address: its tasks never end."""
    with a_simulator(Settings(), tmp_path / ".sim", MovableClock()) as simulator:
        tasks.connect(address=simulator.base_url, api_key="sk-test", folders=Folders(home=tmp_path))
        yield simulator
        tasks.close_all()
