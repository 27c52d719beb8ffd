"""The options of `%%wan`: made from the catalogue's fields, read from the line.

An option is a field's name behind two hyphens, its underscores written as hyphens or left. Values are read as
a shell would read them. One that cannot be read goes on as the text it is: the catalogue then says what is
wrong with it, in its own sentence.
"""

import difflib
import keyword
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from IPython.core.error import UsageError

from wan_notebook.catalog import (
    MODELS,
    VOICE,
    BooleanField,
    Field,
    IntegerField,
    MediaField,
    Model,
    UrlsField,
    find_model,
    text,
)

MARK = "--"
PROMPT = "prompt"
"""The field that is the cell's body."""
VOICED = ",voice="
"""What stands between the file of a media item and its voice."""
VARIABLE = re.compile(r"(?<!\{)\{([^\W\d]\w*)\}(?!\})")


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option.

    Attributes:
        sets: the field or setting it sets.
        alone: what it sets when it stands for itself (True, False); None for one that needs a value.
        words: the values to choose from, or what a value can begin with; none where anything can be written.
        read: makes the value of what was written.
        repeated: whether it may be given several times, each for one more entry of a list.
    """

    sets: str
    alone: bool | None = None
    words: tuple[str, ...] = ()
    read: Callable[[str], Any] = str
    repeated: bool = False


@dataclass(frozen=True, kw_only=True)
class Order:
    """What a line asks for.

    Attributes:
        model: the model.
        values: its parameters, the prompt left out.
        name: the variable that shall hold the task.
        dry_run: whether nothing shall be sent.
        wait: whether the cell shall last until the task ends.
        unpriced: whether it may be sent under a budget though its price is not known.
    """

    model: Model
    values: Mapping[str, Any]
    name: str | None = None
    dry_run: bool = False
    wait: bool = False
    unpriced: bool = False


def split(line: str) -> list[str]:
    """Return the words of a line, quotes read as in a shell.

    Raises:
        UsageError: a quotation mark has no partner.
    """
    try:
        return shlex.split(line)
    except ValueError:
        raise UsageError(text("magics.order.quote")) from None


def filled(written: str, variables: Mapping[str, object]) -> str:
    """Return the text with each `{name}` of a variable replaced by the variable's `str`.

    Every other brace stays: `{name}` without such a variable, `{}`, `{a b}`, JSON, and doubled `{{name}}`.
    """

    def value(found: re.Match[str]) -> str:
        return str(variables[found[1]]) if found[1] in variables else found[0]

    return VARIABLE.sub(value, written)


def spelled(name: str) -> str:
    """Return an option as it is written: "negative_prompt" as "--negative-prompt"."""
    return MARK + name.replace("_", "-")


def named(word: str) -> str:
    """Return the name an option was written for: "--negative-prompt" as "negative_prompt"."""
    return word.removeprefix(MARK).replace("-", "_")


def options(model: Model) -> dict[str, Option]:
    """Return the options for a model by name, those of its fields first."""
    fields = [field for field in model.fields if field.name != PROMPT]
    return {name: option for field in fields for name, option in _of_field(field).items()} | OWN


def parsed(words: list[str]) -> Order:
    """Return what the words of a line ask for.

    Raises:
        UsageError: they cannot be understood; the sentence says what to write.
        UnknownModelError: the catalogue has no such model.
    """
    if not words or words[0].startswith(MARK):
        raise UsageError(text("magics.order.model", known=", ".join(MODELS)))
    model = find_model(words[0])
    known, values, rest = options(model), dict[str, Any](), words[1:]
    while rest:
        written, equals, value = rest.pop(0).partition("=")
        option = _found(written, known)
        if option.alone is None:
            read = option.read(value if equals else _following(written, rest))
            values[option.sets] = [*values.get(option.sets, []), read] if option.repeated else read
        elif equals:
            raise UsageError(text("magics.order.no_value", option=written))
        else:
            values[option.sets] = option.alone
    settings = {name: values.pop(name) for name in OWN if name in values}
    return Order(model=model, values=values, **settings)


def _of_field(field: Field) -> dict[str, Option]:
    if isinstance(field, BooleanField):
        return {
            field.name: Option(sets=field.name, alone=True),
            f"no_{field.name}": Option(sets=field.name, alone=False),
        }
    if isinstance(field, MediaField):
        words = tuple(f"{one.name}=" for one in field.types)
        return {field.name: Option(sets=field.name, words=words, read=_item, repeated=True)}
    words = tuple(field.limits().get("options", ()))
    read = _whole if isinstance(field, IntegerField) else str
    repeated = isinstance(field, UrlsField)
    return {field.name: Option(sets=field.name, words=words, read=read, repeated=repeated)}


def _found(written: str, known: Mapping[str, Option]) -> Option:
    if not written.startswith(MARK):
        raise UsageError(text("magics.order.stray", word=repr(written)))
    if named(written) == PROMPT:
        raise UsageError(text("magics.order.prompt"))
    if named(written) in known:
        return known[named(written)]
    near = difflib.get_close_matches(named(written), known, n=1)
    if near:
        raise UsageError(text("magics.order.unknown_nearest", option=written, nearest=spelled(near[0])))
    raise UsageError(text("magics.order.unknown", option=written, known=", ".join(map(spelled, known))))


def _following(written: str, rest: list[str]) -> str:
    """Take the value behind an option."""
    if not rest or rest[0].startswith(MARK):
        raise UsageError(text("magics.order.no_word", option=written))
    return rest.pop(0)


def _whole(written: str) -> int | str:
    try:
        return int(written)
    except ValueError:
        return written


def _item(written: str) -> dict[str, str] | str:
    """Return the media item of `TYPE=FILE` or `TYPE=FILE,voice=FILE`."""
    kind, equals, file = written.partition("=")
    if not equals:
        return written
    url, voiced, voice = file.partition(VOICED)
    return {"type": kind, "url": url, **({VOICE: voice} if voiced else {})}


def _variable(written: str) -> str:
    if not written.isidentifier() or keyword.iskeyword(written):
        raise UsageError(text("magics.order.variable", name=repr(written)))
    return written


OWN = {
    "name": Option(sets="name", read=_variable),
    "dry_run": Option(sets="dry_run", alone=True),
    "wait": Option(sets="wait", alone=True),
    "unpriced": Option(sets="unpriced", alone=True),
}
"""Options that are no fields: what is done with the request."""
