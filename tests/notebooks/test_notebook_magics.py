"""The extension in real kernels: a video from a cell, one-sentence errors, completion, and nothing left."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from nbclient.exceptions import CellExecutionError

from tests.kernels import NEWEST
from tests.notebooks.conftest import RunCells
from tests.simulators import stop_simulators

LOAD = "%load_ext wan_notebook"
UNLOAD = "%unload_ext wan_notebook"
SMALL = "%%wan wan2.7-t2v --duration 2 --resolution 720P"
SNAPSHOT = """
import threading
from pathlib import Path

def opened():
    links = [link.readlink() for link in list(Path("/proc/self/fd").iterdir()) if link.is_symlink()]
    return {str(link) for link in links if "wan_" in link.name or link.name.startswith("socket:")}

def snapshot():
    shell = get_ipython()
    return {
        "magics": {kind: dict(table) for kind, table in shell.magics_manager.magics.items()},
        "registry": dict(shell.magics_manager.registry),
        "matchers": list(shell.Completer.custom_matchers),
        "events": {name: list(calls) for name, calls in shell.events.callbacks.items()},
        "configurables": list(shell.configurables),
        "threads": {one.name for one in threading.enumerate() if not type(one).__module__.startswith("zmq")},
        "opened": opened(),
    }

get_ipython().magics_manager.load_all_lazy_magics()
before = snapshot()
"""
"""Remembers what an extension could leave something in; IPython's own magics are all there first.

pyzmq starts a thread of its own at the first message above 64 KB and keeps it; that one is not counted.
"""
DIFFERENCE = "now = snapshot()\nprint(*sorted(name for name in before if now[name] != before[name]))"


@pytest.fixture(autouse=True)
def no_simulator_left(tmp_path: Path) -> Iterator[None]:
    """End the simulators that the test's kernels have started."""
    yield
    stop_simulators(tmp_path)


def test_a_cell_makes_a_video_and_unloading_leaves_nothing(run_cells: RunCells, tmp_path: Path) -> None:
    """Loaded, used, unloaded, twice: card and variable are there, then no thread, socket, file or object."""
    executed = run_cells(
        SNAPSHOT,
        LOAD,
        "import wan_notebook as wan\nwan.demo(run_seconds=(0, 1))\nanimal = 'fox'\nNone",
        f"{SMALL} --wait --name fox\nA {{animal}} in the snow",
        "print(fox.status, fox.request.value('prompt'), fox.video.exists())",
        DIFFERENCE,
        UNLOAD,
        DIFFERENCE,
        f"{LOAD}\n%wan cost",
        f"{UNLOAD}\n{DIFFERENCE}",
    )
    assert executed.cells[1].outputs == []
    assert "wan-card-video" in executed.cells[3].outputs[1].data["text/html"]
    assert executed.cells[4].outputs[0].text == "SUCCEEDED A fox in the snow True\n"
    assert executed.cells[5].outputs[0].text == "magics matchers opened registry threads\n"
    assert executed.cells[6].outputs == []
    assert executed.cells[7].outputs[0].text == "\n"
    assert "1.2" in executed.cells[8].outputs[0].data["text/plain"]
    assert executed.cells[9].outputs[0].text == "\n"


def offers(typed: str) -> str:
    """Return a cell that prints what the kernel answers to a request for completion."""
    answer = f"answer = get_ipython().kernel.do_complete({typed!r}, {len(typed)})"
    return f"{answer}\nprint(answer['cursor_start'], answer['cursor_end'], *answer['matches'])"


def test_the_kernel_completes_and_complains_in_one_sentence(run_cells: RunCells) -> None:
    """Completion as the browser asks for it, Jedi switched on; an error is one line, and the cell failed."""
    executed = run_cells(
        LOAD,
        offers("%%wan wan2.7-t"),
        offers("%%wan wan2.7-t2v --ratio 16:"),
        offers("import os\n%wan mo"),
        "%%wan wan2.8-t2v\nA fox",
        UNLOAD,
        offers("%%wan wan2"),
        allow_errors=True,
    )
    assert [executed.cells[number].outputs[0].text for number in (1, 2, 3)] == [
        "6 14 wan2.7-t2v\n",
        "25 28 16:9\n",
        "15 17 models\n",
    ]
    (complaint,) = executed.cells[4].outputs
    assert (complaint.output_type, complaint.name) == ("stream", "stderr")
    assert complaint.text == "UsageError: There is no model 'wan2.8-t2v'; did you mean wan2.7-t2v?\n"
    assert "wan2.7-t2v" not in executed.cells[6].outputs[0].text


@pytest.mark.parametrize("kernel", [NEWEST])
def test_a_notebook_stops_at_a_cell_that_failed(run_cells: RunCells) -> None:
    """What stands behind it does not run, though the output is no traceback."""
    with pytest.raises(CellExecutionError, match="did you mean --dry-run"):
        run_cells(LOAD, "%%wan wan2.7-t2v --dryrun\nA fox", "open('ran', 'w')")
    assert not Path("ran").exists()
