"""Whether the prompt a task was made with is the one we asked for: pure rules.

The service may alter a prompt on the way (cut it, tidy blanks and signs), so what differs a little still
agrees; but prompts that are compared with each other differ by a word only. So a prompt that is the same
letter for letter always wins, and one that is merely alike counts only when no other of ours is nearly as
alike.
"""

import unicodedata
from collections.abc import Collection
from difflib import SequenceMatcher

ALIKE = 0.8
"""Share of letters in common, in order, from which a prompt may be ours (2 × common / both lengths)."""
CLEARLY = 0.1
"""How much more alike it must be than the next of ours."""


def plain(prompt: str | None) -> str:
    """Return a prompt without what does not count: case, blanks, and punctuation at its end."""
    folded = "".join(unicodedata.normalize("NFKC", prompt or "").casefold().split())
    end = len(folded)
    while end and unicodedata.category(folded[end - 1]).startswith("P"):
        end -= 1
    return folded[:end] or folded


def agrees(asked: str | None, told: str | None) -> bool:
    """Return whether the prompt the service tells may be the one asked for."""
    return likest([plain(asked)], told) is not None


def likest(asked: Collection[str], told: str | None) -> str | None:
    """Return which of our prompts, in their plain form, a task was made with; None when that is not clear."""
    mark = plain(told)
    if mark in asked:
        return mark
    ranked = sorted(((_share(one, mark), one) for one in asked), reverse=True)
    if not ranked or ranked[0][0] < ALIKE:
        return None
    if len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEARLY:
        return None
    return ranked[0][1]


def _share(one: str, other: str) -> float:
    """Return how much two texts have in common, from 0 to 1."""
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= ALIKE - CLEARLY else 0.0
