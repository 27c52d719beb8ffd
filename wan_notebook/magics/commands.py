"""The table of what `%wan` can do. A new command is a new row here, and a sentence for its help."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from wan_notebook import public, tasks
from wan_notebook.catalog import MODELS, REGIONS, IntegerField, Model, cost_of, find_model, price_list, text
from wan_notebook.magics.options import OWN, PROMPT, options, spelled
from wan_notebook.magics.plain import Plain

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, kw_only=True)
class Command:
    """One command of `%wan`.

    Attributes:
        run: does it, and returns what the cell shows.
        argument: the words it can be followed by, for completion; None when nothing may follow.
    """

    run: Callable[..., Any]
    argument: Callable[[], Iterable[str]] | None = None


def run(line: str) -> Any:
    """Do what a line of `%wan` asks for; nothing at all asks for help.

    Raises:
        UsageError: there is no such command, or too many words follow it.
    """
    name, *words = line.split() or ["help"]
    command = COMMANDS.get(name)
    if command is None:
        raise UsageError(text("magics.command_error.unknown", name=repr(name), known=", ".join(COMMANDS)))
    if len(words) > (command.argument is not None):
        raise UsageError(text("magics.command_error.stray", name=name, word=repr(words[-1])))
    return command.run(*words)


def models() -> "pd.DataFrame":
    """Return what can be made where, a row for each price: model, region, resolution."""
    import pandas as pd  # noqa: PLC0415 - heavy, and only this command needs it

    return pd.DataFrame([row for model in MODELS.values() for row in _rows(model)])


def cancel(task_id: str | None = None) -> Plain:
    """Ask the service to stop a task, and say what became of it.

    Raises:
        UsageError: no task is named.
        WanError: there is no such task, or the service was not reached.
    """
    if task_id is None:
        raise UsageError(text("magics.command_error.cancel"))
    return Plain(public.task(task_id).cancel())


def waiting() -> list[str]:
    """Return the ids of the tasks under way."""
    try:
        under_way = [task for task in tasks.current().tasks() if not task.done]
    except tasks.NotConnectedError:
        return []
    return [task.id for task in under_way if task.id]


def explain(model: str | None = None) -> Plain:
    """Return the commands with the options of each model by name; of one model, its options in full.

    Raises:
        UnknownModelError: the catalogue has no such model.
    """
    return Plain("\n".join(_overview() if model is None else _details(find_model(model))))


def _rows(model: Model) -> list[dict[str, object]]:
    """Return a model's rows; an unknown price is None, never 0."""
    duration, prices = model.field("duration"), price_list()
    bounds = f"{duration.minimum}-{duration.maximum}" if isinstance(duration, IntegerField) else None
    costs = {
        (region.id, resolution): cost_of(model.id, region.id, resolution, 1)
        for region in REGIONS.values()
        if region.scope in model.scopes
        for resolution in model.pixels
    }
    return [
        {
            "id": model.id,
            "mode": model.mode,
            "region": region,
            "seconds": bounds,
            "resolution": resolution,
            "price_per_second": None if cost is None else float(cost),
            "currency": prices.currency,
            "price_date": prices.date,
        }
        for (region, resolution), cost in costs.items()
    ]


def _overview() -> list[str]:
    commands = [_entry(f"%wan {name}", text(f"magics.command.{name}")) for name in COMMANDS]
    own = [_entry(f"  {spelled(name)}", text(f"magics.own.{name}")) for name in OWN]
    known = [
        _entry(f"  {model.id}", " ".join(spelled(name) for name in options(model) if name not in OWN))
        for model in MODELS.values()
    ]
    return [
        text("magics.help.title"),
        text("magics.help.braces"),
        *own,
        text("magics.help.models"),
        *known,
        "",
        *commands,
    ]


def _details(model: Model) -> list[str]:
    """Return a model's options with limits, defaults and help texts, from the catalogue."""
    lines = [text("magics.help.model", model=model.id)]
    for field in model.fields:
        if field.name == PROMPT:
            continue
        limits = field.limits()
        words = {**limits, "options": " | ".join(limits.get("options", ()))}
        value = text(f"magics.value.{field.kind}", option=spelled(f"no_{field.name}"), **words)
        default = "" if field.default is None else text("magics.help.default", value=field.default)
        lines += [f"  {spelled(field.name)} {value}{default}", f"      {field.help}"]
    return lines


def _entry(left: str, right: str) -> str:
    return f"{left:<18} {right}"


COMMANDS = {
    "log": Command(run=public.log),
    "cost": Command(run=public.totals),
    "models": Command(run=models),
    "cancel": Command(run=cancel, argument=waiting),
    "help": Command(run=explain, argument=MODELS.keys),
}
"""Every command by name, in the order of the help."""
