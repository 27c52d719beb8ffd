"""The table of what `%wan` can do. A new command is a new row here, and a sentence for its help."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from IPython.core.error import UsageError

from wan_notebook import public, tasks
from wan_notebook.catalog import (
    MODELS,
    Field,
    IntegerField,
    MediaField,
    Model,
    Region,
    find_model,
    offering,
    quote,
    text,
)
from wan_notebook.magics.options import OWN, PROMPT, options, spelled
from wan_notebook.magics.plain import Plain

if TYPE_CHECKING:
    import pandas as pd

    from wan_notebook.tasks import Task


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


def adopt(task_id: str | None = None) -> "Task":
    """Take a task of the account into the log that was made elsewhere, and return it.

    Raises:
        UsageError: no task is named.
        WanError: the service does not list it, or was not reached.
    """
    if task_id is None:
        raise UsageError(text("magics.command_error.adopt"))
    return public.adopt(task_id)


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
    sounds = (True, False) if model.field("audio") else (True,)
    return [
        _row(model, region, resolution, sound)
        for region in offering(model)
        for resolution in model.pixels
        for sound in sounds
    ]


def _row(model: Model, region: Region, resolution: str, sound: bool) -> dict[str, object]:  # noqa: FBT001 - one of the columns
    price = quote(model.id, region.id, resolution, sound=sound)
    return {
        "id": model.id,
        "mode": model.mode,
        "region": region.id,
        "seconds": _seconds(model),
        "resolution": resolution,
        "sound": sound,
        "price_per_second": None if price is None else float(price.high),
        "lowest_price": None if price is None else float(price.low),
        "currency": None if price is None else price.currency,
        "price_date": None if price is None else price.date,
    }


def _seconds(model: Model) -> str | None:
    """Return the lengths a model makes, None when its entry does not tell."""
    duration = model.field("duration")
    if not isinstance(duration, IntegerField):
        return None
    besides = "" if duration.besides is None else f"{duration.besides}, "
    return f"{besides}{duration.minimum}-{duration.maximum}"


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
        default = "" if field.default is None else text("magics.help.default", value=field.default)
        lines += [f"  {spelled(field.name)} {_value(field)}{default}", f"      {field.help}"]
        types = field.types if isinstance(field, MediaField) else ()
        lines += [f"      {one.name}: {one.help}" for one in types]
    return lines


def _value(field: Field) -> str:
    """Return what can be written behind a field's option."""
    limits = field.limits()
    kind = "integer_besides" if limits.get("besides") is not None else field.kind
    words = {**limits, "options": " | ".join(limits.get("options", ()))}
    words["types"] = ", ".join(one.name for one in field.types) if isinstance(field, MediaField) else ""
    return text(f"magics.value.{kind}", option=spelled(f"no_{field.name}"), **words)


def _entry(left: str, right: str) -> str:
    return f"{left:<24} {right}"


COMMANDS = {
    "log": Command(run=public.log),
    "cost": Command(run=public.totals),
    "budget": Command(run=public.budget, argument=tuple),
    "models": Command(run=models),
    "resume": Command(run=public.resume),
    "cancel": Command(run=cancel, argument=waiting),
    "remote": Command(run=public.remote_tasks),
    "adopt": Command(run=adopt, argument=tuple),
    "help": Command(run=explain, argument=MODELS.keys),
}
"""Every command by name, in the order of the help."""
