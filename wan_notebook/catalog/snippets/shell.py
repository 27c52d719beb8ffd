"""Words of a command line, as a POSIX shell reads them; continuation marks of other shells are understood."""

import re

ENDS = "\n;|&"
"""What ends a command, outside of quotes."""
CONTINUED = re.compile(r"[\\^`][ \t]*\r?\n")
"""A line that goes on: of sh, of cmd.exe, of PowerShell."""
BARE = re.compile(r"""(?:[^\s'"\\^`;|&$]|[\^`](?![ \t]*\r?\n)|\$(?!'))+""")
SINGLE = re.compile(r"'([^']*)'")
DOUBLE = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
ANSI = re.compile(r"\$'((?:[^'\\]|\\.)*)'", re.DOTALL)
ESCAPED = re.compile(r'\\(\r?\n|["\\$`])')
ANSI_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))", re.DOTALL
)
ANSI_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}
LAST = 0x10FFFF
"""The last character there is."""


def command(text: str, start: int) -> tuple[list[str], int] | None:
    """Return the words of the command that begins at a place, and where it ends.

    Returns:
        None when a quotation mark in it has no partner.
    """
    words: list[str] = []
    word: str | None = None
    at = start
    while at < len(text) and text[at] not in ENDS:
        if continued := CONTINUED.match(text, at):
            at = continued.end()
        elif text[at].isspace():
            words, word = _closed(words, word), None
            at += 1
        else:
            piece = _piece(text, at)
            if piece is None:
                return None
            word, at = (word or "") + piece[0], piece[1]
    return _closed(words, word), at


def _closed(words: list[str], word: str | None) -> list[str]:
    return words if word is None else [*words, word]


def _piece(text: str, at: int) -> tuple[str, int] | None:
    """Return the next piece of a word and its end; None for a quotation mark without a partner."""
    if found := SINGLE.match(text, at):
        return found[1], found.end()
    if found := DOUBLE.match(text, at):
        return ESCAPED.sub(_unescaped, found[1]), found.end()
    if found := ANSI.match(text, at):
        return ANSI_ESCAPE.sub(_ansi, found[1]), found.end()
    if found := BARE.match(text, at):
        return found[0], found.end()
    if text[at] == "\\":
        return text[at + 1 : at + 2], at + 2
    return None


def _unescaped(found: re.Match[str]) -> str:
    return "" if "\n" in found[1] else found[1]


def _ansi(found: re.Match[str]) -> str:
    for digits, base in zip(found.groups()[:4], (16, 16, 16, 8), strict=True):
        if digits:
            code = int(digits, base)
            return chr(code) if code <= LAST else found[0]
    return ANSI_LETTERS.get(found[5], found[5])


def single_quoted(word: str) -> str:
    """Return a word in single quotes, where a shell changes nothing."""
    return "'" + word.replace("'", "'\\''") + "'"
