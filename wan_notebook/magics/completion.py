"""Completion of `%%wan` and `%wan`: models, options and values from the catalogue, commands from their table.

It is a matcher of IPython's second matcher API. That one alone lets a matcher say which part of the line it
completes: the older hook cuts words at `:` and `=`, and nothing can be taken out of it again.
"""

import re
import shlex
from collections.abc import Iterable

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    completion_matcher,
)

from wan_notebook.catalog import MODELS
from wan_notebook.magics.commands import COMMANDS
from wan_notebook.magics.options import MARK, named, options, spelled

LINE = re.compile(r"\s*(?P<cell>%%wan|(?:[\w, ]+=\s*)?%wan)\s+(?P<words>.*)")
OPTION = re.compile(rf"{MARK}[^=]+")
FRAGMENT = re.compile(r"[^\s=]*$")


def _offered(context: CompletionContext) -> SimpleMatcherResult:
    """Offer what can follow in a line of ours; nothing else is offered then."""
    typed = LINE.fullmatch(context.text_until_cursor)
    if typed is None:
        return {"completions": []}
    fragment, offers = completed(typed["words"], cell=typed["cell"] == "%%wan")
    completions = [SimpleCompletion(offer, type="magic") for offer in offers]
    return {"completions": completions, "matched_fragment": fragment, "suppress": True, "ordered": True}


def completed(typed: str, *, cell: bool) -> tuple[str, list[str]]:
    """Return the part of a line that is being written, and what it can become.

    Args:
        typed: the line behind `%%wan` or `%wan`, up to the cursor.
        cell: whether it is `%%wan`.
    """
    found = FRAGMENT.search(typed)
    fragment = found[0] if found else ""
    before = typed.removesuffix(fragment)
    try:
        words = shlex.split(before.removesuffix("="))
    except ValueError:  # inside quotes
        return fragment, []
    if before.endswith("=") and (not words[-1:] or not OPTION.fullmatch(words[-1])):
        return fragment, []  # a file's name, behind the type of a media item
    offers = _of_cell(words) if cell else _of_line(words)
    return fragment, [offer for offer in offers if offer.startswith(fragment)]


matcher = completion_matcher(identifier="wan_notebook", priority=100, api_version=2)(_offered)
"""What IPython calls; the others need not be asked first, so it comes before them."""


def _of_cell(words: list[str]) -> Iterable[str]:
    """Return what can follow these words of `%%wan`: a model, a value, or an option not yet given."""
    if not words:
        return MODELS
    model = MODELS.get(words[0])
    if model is None:
        return ()
    known = options(model)
    last = known.get(named(words[-1])) if words[-1].startswith(MARK) else None
    if last is not None and last.alone is None:
        return last.words
    given = {known[named(word)].sets for word in words[1:] if named(word) in known}
    return [spelled(name) for name, option in known.items() if option.repeated or option.sets not in given]


def _of_line(words: list[str]) -> Iterable[str]:
    """Return what can follow these words of `%wan`: a command, or what the command can be followed by."""
    if not words:
        return COMMANDS
    command = COMMANDS.get(words[0])
    return () if len(words) > 1 or command is None or command.argument is None else command.argument()
