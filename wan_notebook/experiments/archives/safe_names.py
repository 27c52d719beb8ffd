"""Names of files and folders out of what people typed, that are names in every file system."""

import re

LETTERS = 60
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names Windows keeps for devices."""


def safe_name(typed: str, *, otherwise: str) -> str:
    """Return a name that says what was typed, in any language's letters.

    Args:
        typed: what people typed.
        otherwise: the name when nothing of that can be in one.
    """
    name = re.sub(r"[^\w]+", "-", typed).strip("-_")[:LETTERS].strip("-_")
    return otherwise if not name or RESERVED.fullmatch(name) else name


def ascii_name(typed: str, *, otherwise: str) -> str:
    """Return the same in the letters of a web address."""
    return safe_name(typed.encode("ascii", "ignore").decode(), otherwise=otherwise)
