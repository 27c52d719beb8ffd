"""Matches rows whose answer was lost with tasks of the list: pure rules.

A row and a task are linked when the task was made at the right time. What is linked, directly or through
others, is looked at together, and apart from everything else.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from wan_notebook.tasks.claims import Adopt, Ask, By, Decision, Found, Lost, NotCreated, Wait
from wan_notebook.tasks.likeness import likest, plain

BEFORE = timedelta(seconds=60)
AFTER = timedelta(minutes=10)
"""A task of a call was created between so long before its sending and so long after it."""
EMPTY = timedelta(minutes=10)
"""How long after that the list must still show nothing for the task not to have been made."""
KNOWN = timedelta(hours=24) - AFTER
"""How far back the list surely reaches: it covers 24 hours, and ends ahead of now, for clocks differ."""
_TIMELESS = datetime.min.replace(tzinfo=UTC)
"""Stands for the time of a task that tells none."""


def age(one: Found) -> tuple[datetime, str]:
    """Order tasks by when they were made; those that do not say come first."""
    return (one.created or _TIMELESS, one.task_id)


def groups(rows: Iterable[Lost], found: Iterable[Found]) -> list[tuple[list[Lost], list[Found]]]:
    """Return the rows and tasks of one model that have to be looked at together.

    A task that is linked to no row is left out.
    """
    by_time = sorted(rows, key=lambda row: (row.sent, row.row))
    sent = [row.sent for row in by_time]
    linked: list[tuple[int, int, list[Found]]] = []
    for one in sorted(found, key=age):
        first, last = _span(sent, one)
        theirs = [one]
        while first < last and linked and linked[-1][1] > first:
            earlier_first, earlier_last, earlier = linked.pop()
            first, last, theirs = min(first, earlier_first), max(last, earlier_last), earlier + theirs
        if first < last:
            linked.append((first, last, theirs))
    places = {place for first, last, _ in linked for place in range(first, last)}
    alone: list[tuple[list[Lost], list[Found]]] = [
        ([row], []) for place, row in enumerate(by_time) if place not in places
    ]
    return [*alone, *((by_time[first:last], theirs) for first, last, theirs in linked)]


def _span(sent: Sequence[datetime], one: Found) -> tuple[int, int]:
    """Return which rows, by their rising times, a task is linked to: the first, and the one past the last.

    One whose time is not told is linked to all, for the list was asked for their time.
    """
    if one.created is None:
        return 0, len(sent)
    return bisect_left(sent, one.created - AFTER), bisect_right(sent, one.created + BEFORE)


def linked(row: Lost, one: Found) -> bool:
    """Return whether a task was made when it would have been for the row."""
    return one.created is None or -BEFORE <= one.created - row.sent <= AFTER


class Group:
    """Rows and tasks that are linked.

    Args:
        rows: by time.
        found: by time.
        listed_at: when the list was last read whole, None when it could not be.
    """

    def __init__(self, rows: list[Lost], found: list[Found], listed_at: datetime | None) -> None:
        self._sending = any(row.sending for row in rows)
        self._rows = [row for row in rows if not row.sending]
        self._sent = [row.sent for row in self._rows]
        self._found = found
        self._listed_at = listed_at
        self._adopted: dict[int, Adopt] = {}
        self._prompts = {row.row: plain(row.prompt) for row in self._rows}
        self._asked = self._asked_with(self._rows)
        self._told = {one.task_id: self._prompt_of(one) for one in found if one.orig_prompt is not None}

    def decided(self) -> list[Decision]:
        """Return a decision for each row that is not being sent."""
        if self._listed_at is not None and not self._sending:
            self._by_prompt()
            self._by_time()
            self._by_order()
        left = self._left()[1]
        created = [age(one)[0] for one in left]
        timeless = bisect_right(created, _TIMELESS)
        decisions: list[Decision] = []
        for row in self._rows:
            first, last = bisect_left(created, row.sent - BEFORE), bisect_right(created, row.sent + AFTER)
            own = [one for one in (*left[:timeless], *left[first:last]) if self._may_be(row, one)]
            decisions.append(self._adopted.get(row.row) or self._undecided(row, own))
        return decisions

    def _may_be(self, row: Lost, one: Found) -> bool:
        """Return whether a task may be the row's: not one that tells exactly what another row asked for."""
        mark = None if one.orig_prompt is None else plain(one.orig_prompt)
        return mark not in self._asked or mark == self._prompts[row.row]

    def _prompt_of(self, one: Found) -> str | None:
        """Return which of the prompts of its rows a task was made with, None when it is none of them."""
        mark = plain(one.orig_prompt)
        if any(linked(row, one) for row in self._asked.get(mark, ())):
            return mark
        near = {self._prompts[row.row] for row in self._rows if linked(row, one)}
        return likest(near, one.orig_prompt)

    def _asked_with(self, rows: Iterable[Lost]) -> dict[str, list[Lost]]:
        """Return rows by their prompt."""
        asked: dict[str, list[Lost]] = defaultdict(list)
        for row in rows:
            asked[self._prompts[row.row]].append(row)
        return asked

    def _left(self) -> tuple[list[Lost], list[Found]]:
        """Return the rows without a task yet, and the tasks without a row."""
        taken = {adopt.task_id for adopt in self._adopted.values()}
        rows = [row for row in self._rows if row.row not in self._adopted]
        return rows, [one for one in self._found if one.task_id not in taken]

    def _adopt(self, row: Lost, one: Found, by: By) -> None:
        self._adopted[row.row] = Adopt(row=row.row, task_id=one.task_id, by=by)

    def _by_prompt(self) -> None:
        """Adopt where one row and one task have a prompt to themselves."""
        rows, found = self._left()
        made = self._made_with(found)
        for prompt, ours in self._asked_with(rows).items():
            theirs = made.get(prompt, [])
            if len(ours) == len(theirs) == 1 and linked(ours[0], theirs[0]):
                self._adopt(ours[0], theirs[0], "prompt")

    def _made_with(self, found: Iterable[Found]) -> dict[str | None, list[Found]]:
        """Return the tasks whose prompt is known by that of their rows, None for a prompt of others."""
        made: dict[str | None, list[Found]] = defaultdict(list)
        for one in found:
            if one.task_id in self._told:
                made[self._told[one.task_id]].append(one)
        return made

    def _by_time(self) -> None:
        """Adopt where one row and one task are left that nothing speaks against."""
        rows, found = self._left()
        made = self._made_with(found)
        for ours, theirs in groups(rows, [one for one in found if one.task_id not in self._told]):
            if len(ours) == len(theirs) == 1 and self._prompts[ours[0].row] not in made:
                self._adopt(ours[0], theirs[0], "time")

    def _by_order(self) -> None:
        """Pair rows of one prompt with tasks in the order of sending, for the service tells no seeds.

        Only once no task near them has more to tell. One that failed tells no prompt: it counts where all
        rows that are left have the same one, and those that tell theirs are not enough.
        """
        rows, found = self._left()
        telling = [one for one in found if one.tells_more]
        made, asked = self._made_with(found), self._asked_with(rows)
        silent = [one for one in found if len(asked) == 1 and one.task_id not in self._told]
        for prompt, ours in asked.items():
            if any(linked(row, one) for one in telling for row in ours):
                continue
            told = made.get(prompt, [])
            theirs = told if len(told) >= len(ours) else sorted([*told, *silent], key=age)
            ripe = all(map(self._ripe, ours))
            pairs = _paired(ours, theirs)
            if len(pairs) == len(theirs) and (len(pairs) == len(ours) or ripe):
                for row, one in pairs:
                    self._adopt(row, one, "order")

    def _undecided(self, row: Lost, own: list[Found]) -> Decision:
        """Return what holds of a row without a task; `own` are the tasks it is linked to, by time.

        One of them may yet turn out to be that of a later row, so there is no question before that is ripe.
        """
        follow = tuple(one.task_id for one in own if one.tells_more)
        if self._sending or follow or not self._ripe(self._last(row, own)):
            return Wait(row=row.row, follow=follow)
        if own or self._forgotten(row):
            return Ask(row=row.row, task_ids=tuple(one.task_id for one in own))
        return NotCreated(row=row.row)

    def _last(self, row: Lost, own: list[Found]) -> Lost:
        """Return the last of the rows that one of these tasks is linked to; the row itself without tasks."""
        if not own:
            return row
        if own[0].created is None:
            return self._rows[-1]
        return self._rows[bisect_right(self._sent, age(own[-1])[0] + BEFORE) - 1]

    def _ripe(self, row: Lost) -> bool:
        """Return whether the list would show by now whatever the row's call has made."""
        return self._listed_at is not None and self._listed_at - row.sent >= AFTER + EMPTY

    def _forgotten(self, row: Lost) -> bool:
        """Return whether the list would no longer show what the row's call has made."""
        return self._listed_at is not None and self._listed_at - row.sent > KNOWN - BEFORE


def _paired(rows: list[Lost], found: list[Found]) -> list[tuple[Lost, Found]]:
    """Return each task, in order, with the first row left that it is linked to."""
    left = list(rows)
    pairs = []
    for one in found:
        row = next((row for row in left if linked(row, one)), None)
        if row is not None:
            left.remove(row)
            pairs.append((row, one))
    return pairs
