"""Registers the magics with IPython, and takes exactly them away again.

Errors are raised as IPython's own `UsageError`, the type itself: IPython writes it to stderr as one sentence
without a traceback, in notebooks, in the terminal and under nbclient, and the cell still counts as failed, so
that the cells queued behind it do not run. A class of ours, or one derived from it, would get a traceback.
"""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand
from IPython.display import display

from wan_notebook import public, tasks
from wan_notebook.catalog import Request, WanError, text
from wan_notebook.magics.commands import run
from wan_notebook.magics.completion import matcher
from wan_notebook.magics.options import PROMPT, filled, parsed, split
from wan_notebook.magics.plain import Plain
from wan_notebook.magics.preview import preview
from wan_notebook.magics.unfinished import unfinished
from wan_notebook.tasks import Task


@magics_class
class WanMagics(Magics):
    """`%%wan` and `%wan`."""

    def __init__(self, shell: InteractiveShell) -> None:
        # The shell is not handed on: the base class would list us among its configurables for good.
        super().__init__()
        self._user = shell

    @line_cell_magic
    @no_var_expand
    def wan(self, line: str, cell: str | None = None) -> Any:
        """Make a video of the prompt below (`%%wan`), or look something up (`%wan`).

            %%wan wan2.7-t2v --duration 5 --resolution 720P [--name x] [--dry-run] [--wait]
            A fox in the snow

        `{name}` in the prompt or in an option's value becomes the value of your variable `name`; every other
        brace stays. `%wan help` lists the commands, `%wan help wan2.7-t2v` the options of a model.
        """
        with _one_sentence():
            return run(line) if cell is None else self._make(line, cell)

    def _make(self, line: str, cell: str) -> Any:
        """Return what the cell shows: the task, or the preview of a dry run."""
        variables = self._variables()
        order = parsed([filled(word, variables) for word in split(line)])
        prompt = filled(cell.strip(), variables) or None
        request = Request(order.model.id, **order.values, **{PROMPT: prompt})
        if order.dry_run:
            return preview(request)
        task = public.generate(request, unpriced=order.unpriced)
        if order.name is not None:
            self._user.push({order.name: task})
        return _awaited(task) if order.wait else task

    def _variables(self) -> dict[str, Any]:
        """Return the user's variables, without those that IPython itself put there (`In`, `exit`, …)."""
        hidden = self._user.user_ns_hidden
        return {
            name: value
            for name, value in self._user.user_ns.items()
            if name not in hidden or hidden[name] is not value
        }


class Registration:
    """What we put into a shell, and what was there before."""

    def __init__(self, shell: InteractiveShell) -> None:
        self._shell = shell
        self._before = [(table, key, table.get(key)) for table, key in _places(shell)]
        shell.register_magics(WanMagics(shell))
        self._ours = [table[key] for table, key in _places(shell)]
        shell.Completer.custom_matchers.append(matcher)

    def withdraw(self) -> None:
        """Restore what was there, unless somebody else has taken the place since."""
        for (table, key, before), ours in zip(self._before, self._ours, strict=True):
            if table.get(key) is not ours:
                continue
            if before is None:
                del table[key]
            else:
                table[key] = before
        matchers = self._shell.Completer.custom_matchers
        if matcher in matchers:
            matchers.remove(matcher)


_registrations: dict[InteractiveShell, Registration] = {}


def load(shell: InteractiveShell) -> None:
    """Register `%%wan`, `%wan` and their completion, and offer to resume what is unfinished.

    A second time does nothing.
    """
    if shell in _registrations:
        return
    _registrations[shell] = Registration(shell)
    count = unfinished()
    if count:
        display(Plain(text("magics.load.unfinished", count=count)))


def unload(shell: InteractiveShell) -> None:
    """Take the magics and their completion away, and close every studio.

    No thread, socket or replaced object of ours is left; of a used `wan.run` the patch of asyncio is, which
    cannot be taken back, and that is said. Tasks under way go on at the service. A simulator is a process of
    its own and stops itself when it is no longer used.
    """
    registration = _registrations.pop(shell, None)
    if registration is not None:
        registration.withdraw()
    tasks.close_all()
    if tasks.patched():
        display(Plain(text("magics.unload.patched")))


def _places(shell: InteractiveShell) -> list[tuple[MutableMapping[str, Any], str]]:
    """Return every table of the shell that registering writes to, with the key."""
    manager = shell.magics_manager
    name = WanMagics.wan.__name__
    return [*((table, name) for table in manager.magics.values()), (manager.registry, WanMagics.__name__)]


def _awaited(task: Task) -> None:
    """Show a task, and return when it has ended. Elsewhere than in a notebook the waiting itself shows it.

    Raises:
        UsageError: interrupted; the sentence says that the task goes on.
    """
    if tasks.in_notebook():
        display(task)
    try:
        task.wait()
    except KeyboardInterrupt as stopped:
        raise UsageError(str(stopped)) from None


@contextmanager
def _one_sentence() -> Iterator[None]:
    try:
        yield
    except WanError as problem:
        raise UsageError(str(problem)) from None
