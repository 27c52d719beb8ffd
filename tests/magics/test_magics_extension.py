"""Loading and unloading: what is registered, what is restored, and that nothing is left behind."""

import subprocess
import sys

import pytest
from IPython.core.interactiveshell import InteractiveShell

import wan_notebook
from tests.magics.shells import EXTENSION, MODEL, SMALL, Said, complaint, engines, offered, state
from wan_notebook import tasks
from wan_notebook.simulator.server import InThread
from wan_notebook.tasks import connecting


def test_importing_the_package_brings_no_ipython() -> None:
    """The extension costs nothing until it is loaded."""
    heavy = "{'IPython', 'wan_notebook.magics', 'wan_notebook.public'}"
    code = f"import sys, wan_notebook; print(sorted({heavy} & set(sys.modules)))"
    child = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert child.stdout == "[]\n"


def test_loading_says_nothing_and_registers_both_magics(shell: InteractiveShell, capsys: Said) -> None:
    """`%wan`, `%%wan` and one matcher are new, nothing else."""
    before = state(shell)
    shell.run_cell(f"%load_ext {EXTENSION}")
    after = state(shell)
    assert capsys.readouterr() == ("", "")
    assert {name for name in before if before[name] != after[name]} == {"magics", "registry", "matchers"}
    assert [set(after["magics"][kind]) - set(before["magics"][kind]) for kind in ("line", "cell")] == [
        {"wan"}
    ] * 2
    assert len(after["matchers"]) == len(before["matchers"]) + 1


def test_unloading_leaves_the_shell_as_it_was(
    shell: InteractiveShell, standing: InThread, capsys: Said
) -> None:
    """After a task under way, a dry run and completion: no magic, matcher, thread or studio is left."""
    before = state(shell)
    assert engines() == []
    for cell in (f"%load_ext {EXTENSION}", f"{SMALL}\nA fox", f"{SMALL} --dry-run\nA fox"):
        assert shell.run_cell(cell).success
    offered(shell, "%%wan ")
    assert engines() == ["wan-notebook-engine"]
    capsys.readouterr()
    shell.run_cell(f"%unload_ext {EXTENSION}")
    assert capsys.readouterr() == ("", "")
    assert engines() == []
    assert connecting._open == {}
    with pytest.raises(tasks.NotConnectedError):
        tasks.current()
    assert state(shell) == before
    assert "Line magic function `%wan` not found" in complaint(shell, "%wan", capsys)


def test_loading_and_unloading_may_be_repeated(shell: InteractiveShell, capsys: Said) -> None:
    """Twice, without the other, and again: each time what is there is right."""
    before = state(shell)
    wan_notebook.unload_ipython_extension(shell)
    assert state(shell) == before
    for _ in range(2):
        wan_notebook.load_ipython_extension(shell)
        once = state(shell)
        wan_notebook.load_ipython_extension(shell)
        assert state(shell) == once
        assert shell.run_cell("%wan help").success
        for _again in range(2):
            wan_notebook.unload_ipython_extension(shell)
            assert state(shell) == before
    shell.run_line_magic("load_ext", EXTENSION)
    shell.run_line_magic("reload_ext", EXTENSION)
    assert shell.run_cell("%wan help").success
    assert len(shell.Completer.custom_matchers) == len(before["matchers"]) + 1


def test_a_magic_of_the_users_comes_back(shell: InteractiveShell) -> None:
    """A `%wan` from before is there again; one that took our place meanwhile stays."""
    shell.magics_manager.register_function(lambda _line: "mine", "line", "wan")
    shell.run_line_magic("load_ext", EXTENSION)
    assert shell.run_line_magic("wan", "help") != "mine"
    shell.magics_manager.register_function(lambda _line, _cell: "later", "cell", "wan")
    shell.run_line_magic("unload_ext", EXTENSION)
    assert shell.run_line_magic("wan", "help") == "mine"
    assert shell.run_cell_magic("wan", MODEL, "A fox") == "later"


def test_the_one_thing_that_stays_is_told() -> None:
    """After a `wan.run` inside a running loop, unloading says that asyncio stays patched."""
    code = (
        "import asyncio, wan_notebook as wan\n"
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "from traitlets.config import Config\n"
        "shell = InteractiveShell.instance(config=Config({'HistoryManager': {'enabled': False}}))\n"
        "async def main(): return wan.run(asyncio.sleep(0, 'ran'))\n"
        "shell.run_line_magic('load_ext', 'wan_notebook')\n"
        "print(asyncio.run(main()))\n"
        "shell.run_line_magic('unload_ext', 'wan_notebook')\n"
    )
    child = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    ran, sentence = child.stdout.splitlines()
    assert ran == "ran"
    assert "The patch of asyncio that wan.run needed stays" in sentence
