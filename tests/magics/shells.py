"""What the tests of the extension ask of an IPython shell."""

import threading
from typing import Any

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

MODEL = "wan2.7-t2v"
SMALL = f"%%wan {MODEL} --duration 2 --resolution 720P"
EXTENSION = "wan_notebook"
Said = pytest.CaptureFixture[str]


def state(shell: InteractiveShell) -> dict[str, Any]:
    """Return everything of a shell that an extension could leave something in."""
    manager, formatter = shell.magics_manager, shell.display_formatter
    assert formatter is not None
    assert shell.prefilter_manager is not None
    return {
        "magics": {kind: dict(table) for kind, table in manager.magics.items()},
        "lazy": dict(manager.lazy_magics),
        "registry": dict(manager.registry),
        "user magics": dict(vars(manager.user_magics)),
        "matchers": list(shell.Completer.custom_matchers),
        "hooks": dict(shell.hooks),
        "dispatchers": {name: repr(value) for name, value in shell.strdispatchers.items()},
        "events": {name: list(callbacks) for name, callbacks in shell.events.callbacks.items()},
        "transformers": [*shell.input_transformers_cleanup, *shell.input_transformers_post],
        "syntax": list(shell.ast_transformers),
        "configurables": list(shell.configurables),
        "handlers": dict(shell.prefilter_manager.handlers),
        "formatters": {name: dict(one.type_printers) for name, one in formatter.formatters.items()},
        "namespace": {name for name in shell.user_ns if not name.startswith("_")},
        "shell": set(vars(shell)) - {"_trait_values"},
    }


def engines() -> list[str]:
    """Return the names of our threads."""
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("wan-notebook")]


def complaint(shell: InteractiveShell, cell: str, said: Said) -> str:
    """Run a cell that must fail, and return the one sentence it leaves on stderr."""
    said.readouterr()
    result = shell.run_cell(cell)
    out, err = said.readouterr()
    assert isinstance(result.error_in_exec, UsageError)
    assert out == ""
    assert err.count("\n") == 1
    return err.removeprefix("UsageError: ").rstrip("\n")


def offered(shell: InteractiveShell, typed: str) -> list[str]:
    """Return the lines that completion makes of what was typed."""
    with provisionalcompleter():
        return [typed[: one.start] + one.text for one in shell.Completer.completions(typed, len(typed))]
