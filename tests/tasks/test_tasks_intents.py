"""Whatever happens in whatever order: one id for a click, ends are ends, money adds up, the log is true."""

import tempfile
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from tests.builders import REQUEST, START
from tests.tasks.test_tasks_lifecycle import answer
from wan_notebook.catalog import FINAL, Status
from wan_notebook.records import Budget, BudgetError, Owner, Record, Store
from wan_notebook.service import (
    AnswerLostError,
    Created,
    Facts,
    ServiceFaultError,
    ThrottledError,
    UnreachableError,
)
from wan_notebook.tasks import Connection, lifecycle
from wan_notebook.tasks.claims import Adopt, Ask, Found, NotCreated
from wan_notebook.tasks.claims import Lost as LostRow
from wan_notebook.tasks.rows import of_request, place
from wan_notebook.tasks.settling import settle

MODEL, PROMPT = REQUEST.model.id, REQUEST.value("prompt")
EACH = Decimal("1.2")
CAP = 5 * EACH
PLACES = 3
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made there
"""Where a commit need not wait for a disk, if there is such a place."""
REFUSALS = (ThrottledError(Facts(status=429), "throttled"), UnreachableError(Facts(), "unreachable"))
LOSSES = (AnswerLostError(Facts(), "lost_create"), ServiceFaultError(Facts(status=500), "fault"))
WORDS = st.sampled_from(["PENDING", "RUNNING", "SUCCEEDED", "FAILED", "CANCELED", "UNKNOWN"])
USAGE = {"duration": 2, "input_video_duration": 0, "output_video_duration": 2, "SR": 720, "video_count": 1}


class Intents(RuleBasedStateMachine):
    """Clicks, kernels and a service, as one log sees them.

    `known` is what the handles of all kernels hold; `made` are the service's tasks by the row they were made
    for, and the time.
    """

    clicks = Bundle("clicks")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None)
        self.now = START
        self.store = Store.open(Path(self.folder.name), clock=lambda: self.now)
        self.store.set_budget(Budget(CAP, "CNY"))
        self.owner = Owner.open(self.store)
        self.known: dict[int, Record] = {}
        self.made: dict[int, tuple[str, datetime]] = {}
        self.ids: dict[str, str] = {}

    def teardown(self) -> None:
        """Leave nothing behind."""
        self.owner.close()
        self.store.close()
        self.folder.cleanup()

    def in_state(self, *states: Status) -> list[Record]:
        """Return the rows in these states."""
        return [record for record in self.known.values() if record.status in states]

    def write(self, record: Record, changes: dict[str, Any]) -> None:
        """Change a row as its carrier does."""
        self.known[record.row] = self.store.update(record.row, **changes)

    def make(self, record: Record) -> str:
        """Have the service make a task for a call; no row may ever have two."""
        assert record.row not in self.made
        self.made[record.row] = (f"t-{record.row}", self.now)
        return self.made[record.row][0]

    def click_once(self, click: str) -> None:
        """Submit; the same click always has the same row."""
        place_of = place(Connection(base_url="http://s.test", region="beijing", simulated=True), "me")
        values = {
            **of_request(REQUEST, "beijing"),
            **place_of,
            "created_at": self.now,
            "owner": self.owner.id,
        }
        before = self.store.find_click(click)
        [left] = self.store.left(simulated=True)
        if before is None and left.left < EACH:
            with pytest.raises(BudgetError):
                self.store.add(**values, click_id=click, status=Status.QUEUED)
            return
        record, new = self.store.add(**values, click_id=click, status=Status.QUEUED)
        assert new is (before is None)
        assert before in (None, record)
        self.known[record.row] = record

    @rule(target=clicks, number=st.integers(0, 9))
    def click(self, number: int) -> str:
        """Click somewhere for the first time, or not."""
        self.click_once(f"click {number}")
        return f"click {number}"

    @rule(click=clicks)
    def click_again(self, click: str) -> None:
        """Click where somebody has clicked: no second task."""
        count = len(self.known)
        refused = self.store.find_click(click) is None
        self.click_once(click)
        assert len(self.known) == count + (refused and self.store.find_click(click) is not None)

    @rule(seconds=st.sampled_from([1, 30, 300, 1300]))
    def wait(self, seconds: int) -> None:
        """Let time pass."""
        self.now += timedelta(seconds=seconds)

    @rule(data=st.data())
    @precondition(lambda self: self.in_state(Status.QUEUED))
    def send(self, data: st.DataObject) -> None:
        """Send one that waits; the call ends in one of all ways, or its kernel dies."""
        record = data.draw(st.sampled_from(self.in_state(Status.QUEUED)))
        if not self.store.take_place(record.row, PLACES, self.now, self.owner.id):
            assert len(self.in_state(Status.QUEUED, *_SENT)) > PLACES or record.owner != self.owner.id
            return
        record = self.known[record.row] = self.store.get(record.row)
        end = data.draw(st.sampled_from(["told", "lost", "lost before", "refused", "again", "dies"]))
        if end == "told":
            task_id = self.make(record)
            self.write(record, lifecycle.created(Created.model_validate({"output": {"task_id": task_id}})))
        elif end == "again":
            self.write(record, lifecycle.waiting())
        elif end == "refused":
            self.write(record, lifecycle.not_created(data.draw(st.sampled_from(REFUSALS)), self.now))
        else:
            if end == "lost" or data.draw(st.booleans()):
                self.make(record)
            if end != "dies":
                self.write(record, lifecycle.not_created(data.draw(st.sampled_from(LOSSES)), self.now))

    @rule()
    def restart(self) -> None:
        """Kill the kernel; the next one claims what it left."""
        self.owner.close()
        self.owner = Owner.open(self.store)
        for record in self.store.claim(list(self.known), self.owner.id):
            self.known[record.row] = record
            if record.status is Status.SUBMITTING:
                self.write(record, lifecycle.lost())

    @rule()
    def look(self) -> None:
        """Read the service's list, and settle what it tells."""
        asked = [
            LostRow(row=one.row, model=one.model, sent=one.submitted_at or START, prompt=PROMPT, sending=on)
            for one, on in self.store.in_question("http://s.test", "me")
        ]
        told: dict[str, Any] = {"model": MODEL, "status": Status.SUCCEEDED, "orig_prompt": PROMPT}
        found = [Found(task_id=name, created=at, **told) for name, at in self.made.values()]
        known = self.store.rows_of([one.task_id for one in found])
        for decision in settle(asked, found, known=known, listed_at=self.now):
            if isinstance(decision, Adopt):
                changes = lifecycle.adopted(decision.task_id, decision.by, None)
            elif isinstance(decision, NotCreated):
                changes = lifecycle.never_created(self.now)
            elif isinstance(decision, Ask):
                changes = lifecycle.asked(decision.row, decision.task_ids)
            else:
                continue
            fresh = self.store.change_from(decision.row, Status.UNCONFIRMED, **changes)
            if fresh is not None:
                self.known[decision.row] = fresh

    @rule(data=st.data(), word=WORDS)
    @precondition(lambda self: self.in_state(Status.PENDING, Status.RUNNING, *FINAL))
    def query(self, data: st.DataObject, word: str) -> None:
        """Hear anything of a task, in any order, also after its end."""
        record = data.draw(st.sampled_from(self.in_state(Status.PENDING, Status.RUNNING, *FINAL)))
        told = answer(word, orig_prompt=PROMPT, usage=USAGE if word == "SUCCEEDED" else None)
        changes = {} if record.status in FINAL else lifecycle.answered(record, told, self.now)
        if record.status in FINAL and word != "UNKNOWN":
            assert lifecycle.answered(record, told, self.now) == {}
        if changes:
            self.write(record, changes)

    @rule(data=st.data())
    @precondition(lambda self: self.known)
    def cancel(self, data: st.DataObject) -> None:
        """Take back what was not sent; anything else stays as it is."""
        row = data.draw(st.sampled_from(sorted(self.known)))
        fresh = self.store.change_from(row, Status.QUEUED, **lifecycle.withdrawn(self.now))
        assert (fresh is not None) is (self.known[row].status is Status.QUEUED)
        if fresh is not None:
            self.known[row] = fresh

    @rule(data=st.data())
    @precondition(lambda self: self.in_state(Status.UNCONFIRMED))
    def say(self, data: st.DataObject) -> None:
        """Settle a lost row by hand, with any id, or none; one that is another row's is refused."""
        record = data.draw(st.sampled_from(self.in_state(Status.UNCONFIRMED)))
        task_id = data.draw(st.sampled_from([None, *(name for name, _ in self.made.values())]))
        taken = bool(task_id and self.store.rows_of([task_id]))
        said = lifecycle.adopted(task_id, "user", None) if task_id else lifecycle.never_created(self.now)
        fresh = self.store.change_from(record.row, Status.UNCONFIRMED, **said)
        assert (fresh is None) is taken
        if fresh is not None:
            self.known[record.row] = fresh

    @invariant()
    def the_log_is_what_handles_hold(self) -> None:
        """Each row as it was last told, and no other."""
        assert {record.row: record for record in self.store.select()} == self.known

    @invariant()
    def one_id_for_an_intent(self) -> None:
        """A click has one row, a row one task, and no two rows the same."""
        records = self.store.select()
        assert len({record.click_id for record in records}) == len(records)
        ids = [record.task_id for record in records if record.task_id]
        assert len(set(ids)) == len(ids)
        for record in records:
            if record.task_id:
                assert self.ids.setdefault(record.click_id, record.task_id) == record.task_id
            assert record.task_id or record.status not in {Status.PENDING, Status.RUNNING, Status.SUCCEEDED}

    @invariant()
    def money_adds_up(self) -> None:
        """Nothing is negative, and all that may be spent together stays within the budget."""
        [left] = self.store.left(simulated=True)
        assert min(left.spent, left.reserved, left.left) >= 0
        assert left.spent + left.reserved + left.left == CAP
        assert all((record.cost or 0) >= 0 for record in self.known.values())


_SENT = (Status.SUBMITTING, Status.UNCONFIRMED, Status.PENDING, Status.RUNNING)

TestIntents = Intents.TestCase
TestIntents.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
