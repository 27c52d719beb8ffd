"""Which listed task belongs to a create call whose answer was lost: pure rules, no calls.

A create call has no key by which its task could be found, so time tells, and later the prompt. What is given
here must have been read in this order, or a task whose id is just being written down looks like nobody's:
first the list, then the records.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from wan_notebook.catalog import FINAL
from wan_notebook.tasks.claims import Adopt, Ask, By, Decision, Found, Lost, NotCreated, Wait
from wan_notebook.tasks.likeness import agrees
from wan_notebook.tasks.matching import Group, groups

__all__ = ["Adopt", "Ask", "By", "Decision", "Found", "Lost", "NotCreated", "Wait", "review", "settle"]


def settle(
    rows: Iterable[Lost], found: Iterable[Found], *, known: Collection[str], listed_at: datetime | None
) -> list[Decision]:
    """Return what is known of each row, in the order of their numbers; rows still being sent are left out.

    Call it again with every new reading of the list and every prompt that has become known. Never do two
    rows get one task.

    Args:
        rows: the rows in question, and those still being sent.
        found: the tasks of all pages of the list, with the prompts known so far.
        known: all ids in the records.
        listed_at: when the list was last read whole; None when it could not be.
    """
    theirs: dict[str, list[Found]] = defaultdict(list)
    for one in _merged(one for one in found if one.task_id not in known):
        theirs[one.model].append(one)
    ours: dict[str, list[Lost]] = defaultdict(list)
    for row in rows:
        ours[row.model].append(row)
    decisions = [
        decision
        for model, lost in ours.items()
        for group in groups(lost, theirs[model])
        for decision in Group(*group, listed_at).decided()
    ]
    return sorted(decisions, key=lambda decision: decision.row)


def review(row: Lost, found: Found) -> Adopt | Ask:
    """Return whether a row that got its task by time keeps it, now that the task has ended."""
    if found.orig_prompt is None:
        return Adopt(row=row.row, task_id=found.task_id, by="time")
    if agrees(row.prompt, found.orig_prompt):
        return Adopt(row=row.row, task_id=found.task_id, by="prompt")
    return Ask(row=row.row, task_ids=(found.task_id,))


def _merged(found: Iterable[Found]) -> Iterable[Found]:
    """Return each task once: of several readings, in whatever order they came, the one that tells most."""
    best: dict[str, Found] = {}
    for one in found:
        if one.task_id not in best or _telling(one) > _telling(best[one.task_id]):
            best[one.task_id] = one
    return best.values()


def _telling(one: Found) -> tuple[bool, bool, bool, bool, str]:
    """Order readings of one task by what they tell."""
    return (one.orig_prompt is not None, one.asked, one.status in FINAL, one.created is not None, repr(one))
