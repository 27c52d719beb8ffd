"""Every sentence the source asks for exists, every sentence that exists is asked for."""

import ast
import re
import string
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import wan_notebook
from wan_notebook.catalog import text

SOURCE = Path(wan_notebook.__file__).parent
SENTENCES = SOURCE / "catalog" / "texts" / "en"


def flattened(table: dict[str, Any], path: str) -> Iterator[tuple[str, str]]:
    """Yield every entry of a table as dotted key and sentence."""
    for name, entry in table.items():
        if isinstance(entry, dict):
            yield from flattened(entry, f"{path}.{name}")
        else:
            yield f"{path}.{name}", entry


@cache
def entries() -> dict[str, str]:
    """Return all sentences by key."""
    found: dict[str, str] = {}
    for file in SENTENCES.glob("*.toml"):
        found.update(flattened(tomllib.loads(file.read_text(encoding="utf-8")), file.stem))
    return found


@cache
def nodes() -> list[ast.AST]:
    """Return every node of every module of the package."""
    return [node for file in SOURCE.rglob("*.py") for node in ast.walk(ast.parse(file.read_text("utf-8")))]


@cache
def literals() -> set[str]:
    """Return every string, keyword and name of a class's own (an enumeration's member) the source spells."""
    strings = {node.value for node in nodes() if isinstance(node, ast.Constant)}
    names = {node.arg for node in nodes() if isinstance(node, ast.keyword)}
    steps = (step for node in nodes() if isinstance(node, ast.ClassDef) for step in node.body)
    targets = (target for step in steps if isinstance(step, ast.Assign) for target in step.targets)
    members = {target.id for target in targets if isinstance(target, ast.Name)}
    return {word for word in strings | names | members if isinstance(word, str)}


@cache
def calls() -> list[ast.Call]:
    """Return every call of `text`."""
    return [
        node
        for node in nodes()
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "text"
    ]


def keys(call: ast.Call) -> list[ast.expr]:
    """Return the first argument of a call, or both when it is one or the other."""
    key = call.args[0]
    return [key.body, key.orelse] if isinstance(key, ast.IfExp) else [key]


def pattern(key: ast.expr) -> re.Pattern[str]:
    """Return what an expression can stand for; a placeholder stands for one step of a key."""
    parts = key.values if isinstance(key, ast.JoinedStr) else [key]
    written = [re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"(\w+)" for part in parts]
    return re.compile("".join(written))


@cache
def patterns() -> dict[re.Pattern[str], ast.Call]:
    """Return every key or family of keys that is asked for, with a call that does."""
    return {pattern(key): call for call in calls() for key in keys(call)}


def placeholders(sentence: str) -> set[str]:
    """Return the names a sentence wants filled."""
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@cache
def composed() -> list[re.Pattern[str]]:
    """Return the words the source puts together, as patterns."""
    return [pattern(node) for node in nodes() if isinstance(node, ast.JoinedStr)]


def spelled(word: str) -> bool:
    """Tell whether the source spells out a word, or its pieces."""
    pieces = [match.groups() for known in composed() if (match := known.fullmatch(word))]
    return word in literals() or any(literals().issuperset(groups) for groups in pieces)


def asked_for(key: str) -> bool:
    """Tell whether some call can ask for this key, with every filled-in step a word the source spells out."""
    matches = [match for wanted in patterns() if (match := wanted.fullmatch(key))]
    return key in literals() or any(all(map(spelled, match.groups())) for match in matches)


def test_every_key_in_the_source_exists() -> None:
    """No call of `text` asks for a sentence that is not there."""
    unmet = [wanted for wanted in patterns() if not any(wanted.fullmatch(key) for key in entries())]
    assert [ast.unparse(patterns()[wanted]) for wanted in unmet] == []
    assert len(calls()) > 10


def test_every_sentence_is_used() -> None:
    """No sentence is left over from something that is gone."""
    assert [key for key in entries() if not asked_for(key)] == []


def test_every_placeholder_is_given() -> None:
    """A call that names its key gives each placeholder of the sentence a value."""
    for call in calls():
        named = {keyword.arg for keyword in call.keywords}
        plain = [str(key.value) for key in keys(call) if isinstance(key, ast.Constant) and None not in named]
        assert all(placeholders(entries()[key]) <= named for key in plain), ast.unparse(call)


def test_every_sentence_can_be_filled() -> None:
    """Braces are balanced, placeholders are plain names, and no sentence is empty."""
    for key, sentence in entries().items():
        assert sentence.strip(), key
        assert all(name.isidentifier() for name in placeholders(sentence)), key


def test_values_are_not_read_as_placeholders() -> None:
    """Braces in what a user typed stay as they are."""
    words = text("catalog.problem.type_text", field="prompt", value="{field} {0} {{x}}")
    assert words == "prompt is {field} {0} {{x}}; it must be text."


@pytest.mark.parametrize("key", ["catalog.problem.nothing", "catalog.nothing", "catalog.problem.range.more"])
def test_an_unknown_key_is_a_fault_of_ours(key: str) -> None:
    """A wrong key is found at once, not shown to a person."""
    with pytest.raises((KeyError, TypeError)):
        text(key)
