"""Statements of Python code, also of code whose indentation was lost, or that stands among other text."""

import ast
import re
import warnings
from collections.abc import Iterator

TOKEN = re.compile(
    r"""
    (?P<text>
        \"{3} (?: \\. | [^\\] )*? \"{3} | '{3} (?: \\. | [^\\] )*? '{3}
      | \" (?: \\. | [^"\\\n] )* \" | ' (?: \\. | [^'\\\n] )* '
    )
    | (?P<comment> \# [^\n]* )
    | (?P<open> [(\[{] ) | (?P<close> [)\]}] )
    | (?P<joined> \\ \r? \n )
    | (?P<end> \n )
    """,
    re.VERBOSE | re.DOTALL,
)

LINES = 300
"""Lines of the longest statement looked for among other text, where a lone bracket is no beginning of one."""


def statements(written: str) -> Iterator[ast.stmt]:
    """Yield the statements of code in order; what is no code is passed over.

    The documents' pages lost the indentation of their samples, so code that Python cannot read as a whole is
    read statement by statement; then the head of a loop or function is one of its own, with an empty body.
    """
    whole = _parsed(written)
    yield from _one_by_one(written) if whole is None else whole


def _one_by_one(written: str) -> Iterator[ast.stmt]:
    at = 0
    while at < len(written):
        end = _end(written, at)
        found = None if end is None else _readable(written[at:end].strip())
        if found is None or end is None:
            at = _next_line(written, at)
            continue
        yield from found
        at = end


def _readable(line: str) -> list[ast.stmt] | None:
    return _parsed(f"{line} pass") if line.endswith(":") else _parsed(line)


def _end(written: str, start: int) -> int | None:
    """Return where the statement that begins at a place ends; None when its brackets do not close."""
    depth = lines = 0
    for token in TOKEN.finditer(written, start):
        depth += (token.lastgroup == "open") - (token.lastgroup == "close")
        lines += token.lastgroup == "end"
        if token.lastgroup == "end" and depth <= 0:
            return token.end()
        if lines > LINES:
            return None
    return None if depth > 0 else len(written)


def _next_line(written: str, at: int) -> int:
    end = written.find("\n", at)
    return len(written) if end < 0 else end + 1


def _parsed(written: str) -> list[ast.stmt] | None:
    """Return the statements of code, None when Python cannot read it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an odd escape in somebody's text is no concern of ours
        try:
            return ast.parse(written).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None
