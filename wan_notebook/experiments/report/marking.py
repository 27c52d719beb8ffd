"""Words of one text that another does not have, marked."""

import re
from difflib import SequenceMatcher

from wan_notebook.experiments.report.elements import Markup, element, joined

PIECES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+|\s+|.", re.DOTALL)
"""Words, runs of blanks, single signs, and single characters of scripts that put no blanks between words."""


def marked(mine: str, others: list[str]) -> Markup:
    """Return a text with the pieces marked that are not in its place in each of the others."""
    pieces = PIECES.findall(mine)
    same = [True] * len(pieces)
    for other in dict.fromkeys(others):
        blocks = SequenceMatcher(None, pieces, PIECES.findall(other), autojunk=False).get_matching_blocks()
        found = {place for block in blocks for place in range(block.a, block.a + block.size)}
        same = [still and place in found for place, still in enumerate(same)]
    return joined(_runs(pieces, same))


def _runs(pieces: list[str], same: list[bool]) -> list[Markup | str]:
    """Return the pieces, those side by side that are marked alike as one."""
    runs: list[Markup | str] = []
    begin = 0
    for end in range(1, len(pieces) + 1):
        if end == len(pieces) or same[end] != same[begin]:
            run = "".join(pieces[begin:end])
            runs.append(run if same[begin] or not run.strip() else element("mark", run, class_="differs"))
            begin = end
    return runs
