"""Finds out what became of create calls whose answer was lost, by the service's list of tasks.

Makes no create call. Rows of other kernels count too, or two would take one task; each kernel writes its own.
"""

import asyncio
from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from wan_notebook.catalog import FINAL, Status, shortened, text
from wan_notebook.records import Record, Store
from wan_notebook.service import LONGEST_SPAN, ServiceClient, ServiceError, TaskRow, may_retry_query
from wan_notebook.tasks.carried import Report
from wan_notebook.tasks.claims import Adopt, Decision, Found, Lost, NotCreated, Wait
from wan_notebook.tasks.clock import Clock
from wan_notebook.tasks.lifecycle import adopted, asked, never_created
from wan_notebook.tasks.matching import AFTER, BEFORE
from wan_notebook.tasks.poller import Poller
from wan_notebook.tasks.settling import settle

FIRST_PAUSE = 5.0
LONGEST_PAUSE = 60.0
"""Seconds between two readings of the list; the pause doubles from one to the other."""


@dataclass(eq=False)
class _Case:
    """A row somebody waits to hear of."""

    record: Record
    report: Report
    ended: asyncio.Future[Record]


class Recovery:
    """Settles lost rows; its coroutines run on the engine's loop only. While there are none it does nothing.

    Args:
        client: asks for single tasks.
        poller: reads the list, and gives each call its turn.
        store: the records.
        clock: what time it is.
        place: address and account whose rows these are.
    """

    def __init__(
        self, client: ServiceClient, poller: Poller, store: Store, clock: Clock, place: tuple[str, str]
    ) -> None:
        self._client = client
        self._poller = poller
        self._store = store
        self._clock = clock
        self._place = place
        self._cases: dict[int, _Case] = {}
        self._told: dict[str, Found] = {}
        self._work: set[asyncio.Task[None]] = set()

    async def settled(self, record: Record, report: Report) -> Record:
        """Wait until it is known what a row's call has made, and return the record as it then is.

        It is UNCONFIRMED still when the list was refused, or only the user can tell.

        Raises:
            RecordsError: the records cannot be read or written.
        """
        ended: asyncio.Future[Record] = asyncio.get_running_loop().create_future()
        self._cases[record.row] = _Case(record, report, ended)
        report(record, text("tasks.settling.looking"))
        if all(work.done() for work in self._work):
            work = asyncio.create_task(self._serve())
            work.add_done_callback(self._failed)
            self._work.add(work)
        try:
            return await ended
        finally:
            del self._cases[record.row]
            if not self._cases:
                await self._rest()

    async def _rest(self) -> None:
        """End the work; a row that comes while it ends begins it anew."""
        works, self._work = self._work, set()
        self._told.clear()
        for work in works:
            work.cancel()
        await asyncio.wait(works)

    async def _serve(self) -> None:
        """Read the list again and again until every row is settled."""
        wait = FIRST_PAUSE
        while True:
            await self._look()
            await self._clock.sleep(wait)
            wait = min(wait * 2, LONGEST_PAUSE)

    def _failed(self, work: asyncio.Task[None]) -> None:
        """Tell everybody when the work itself has failed, which must not leave them waiting."""
        error = None if work.cancelled() else work.exception()
        if error is not None:
            for case in self._open():
                case.ended.set_exception(error)

    def _open(self) -> list[_Case]:
        return [case for case in self._cases.values() if not case.ended.done()]

    async def _look(self) -> None:
        """Read the list once, and do what follows from it."""
        begun = self._clock.now()
        try:
            listed, complete = await self._listed()
        except ServiceError as error:
            self._unread(error)
            return
        read_at = begun if complete else None
        decisions = self._decide(listed, read_at)
        if await self._ask_for(decisions, listed):
            decisions = self._decide(listed, read_at)
        by_row = {decision.row: decision for decision in decisions}
        for case in self._open():
            decision = by_row.get(case.record.row)
            if decision is None:  # its user has settled it meanwhile
                case.ended.set_result(self._store.get(case.record.row))
            else:
                self._do(case, decision, listed)

    def _rows(self) -> list[Lost]:
        rows = self._store.in_question(*self._place)
        return [
            Lost(
                row=record.row,
                model=record.model,
                sent=record.submitted_at or record.created_at,
                prompt=record.prompt,
                sending=sending,
            )
            for record, sending in rows
        ]

    async def _listed(self) -> tuple[dict[str, Found], bool]:
        """Return the tasks that may be a row's, by id, and whether the list was read whole."""
        spans: dict[str, list[datetime]] = {}
        for row in self._rows():
            spans.setdefault(row.model, []).append(row.sent)
        found: dict[str, Found] = {}
        complete = True
        now = self._clock.now()
        end = now + AFTER
        for model, sent in spans.items():
            first = min([now, *sent])  # a clock that was set back must not ask for a time to come
            start = max(first - BEFORE - timedelta(seconds=1), end - LONGEST_SPAN)
            async with aclosing(self._poller.pages(start, end, model)) as pages:
                async for page in pages:
                    complete = complete and not page.unread
                    found.update((row.task_id, self._found(row, model)) for row in page.rows)
        return found, complete

    def _found(self, row: TaskRow, model: str) -> Found:
        """Return a listed task, with what it told when it was asked for."""
        fresh = Found(task_id=row.task_id, model=model, created=row.created, status=row.status)
        told = self._told.get(row.task_id)
        return (
            fresh if told is None or not told.asked else replace(told, created=fresh.created or told.created)
        )

    def _decide(self, listed: dict[str, Found], read_at: datetime | None) -> list[Decision]:
        """Apply the rules; the records are read after the list, see `settling`."""
        return settle(self._rows(), listed.values(), known=self._store.rows_of(listed), listed_at=read_at)

    async def _ask_for(self, decisions: Iterable[Decision], listed: dict[str, Found]) -> bool:
        """Ask for tasks that have ended, whose prompts may tell whose they are; return whether any told."""
        follow = {name for one in decisions if isinstance(one, Wait) for name in one.follow}
        ended = [listed[name] for name in sorted(follow) if listed[name].status in {*FINAL, Status.UNKNOWN}]
        told = False
        for one in ended:
            try:
                answer = await self._poller.paced(lambda one=one: self._client.query(one.task_id))  # type: ignore[misc]
            except ServiceError:
                continue  # asked again with the next reading
            status = one.status if answer.status is Status.UNKNOWN else answer.status
            fresh = replace(one, status=status, orig_prompt=answer.orig_prompt, asked=status in FINAL)
            self._told[one.task_id] = listed[one.task_id] = fresh
            told = True
        return told

    def _do(self, case: _Case, decision: Decision, listed: dict[str, Found]) -> None:
        """Write what was decided, and let go of rows that need no more looking."""
        if isinstance(decision, Wait):
            case.report(case.record, text("tasks.settling.looking"))
            return
        if isinstance(decision, Adopt):
            one = listed[decision.task_id]
            changes = adopted(decision.task_id, decision.by, one.created or case.record.submitted_at)
        elif isinstance(decision, NotCreated):
            changes = never_created(self._clock.now())
        else:
            details = _details(case.record, [listed[name] for name in decision.task_ids])
            changes = asked(case.record.row, decision.task_ids, details)
        row, owner = case.record.row, case.record.owner
        fresh = self._store.change_from(row, Status.UNCONFIRMED, by=owner, **changes)
        if fresh is not None:  # else another kernel has just written: the next look tells
            case.ended.set_result(fresh)

    def _unread(self, error: ServiceError) -> None:
        """Tell that the list could not be read; one that is refused will not be read later either."""
        for case in self._open():
            if may_retry_query(error):
                case.report(case.record, text("tasks.trouble.query", reason=str(error)))
            else:
                row, owner = case.record.row, case.record.owner
                remark = text("tasks.settling.refused", reason=str(error), row=row)
                self._store.change_from(row, Status.UNCONFIRMED, by=owner, remark=remark)
                case.ended.set_result(self._store.get(row))


def _details(record: Record, found: Iterable[Found]) -> list[str]:
    """Return what is known of a row and of the tasks that may be its own, a sentence each."""
    sent = record.submitted_at or record.created_at
    own = text("tasks.settling.own", time=_time(sent), prompt=shortened(record.prompt or ""))
    return [own, *(text("tasks.settling.candidate", **_told(one)) for one in found)]


def _told(one: Found) -> dict[str, str]:
    prompt = text("tasks.settling.no_prompt") if one.orig_prompt is None else shortened(one.orig_prompt)
    made = text("tasks.settling.no_time") if one.created is None else _time(one.created)
    return {"task_id": one.task_id, "time": made, "status": str(one.status), "prompt": prompt}


def _time(moment: datetime) -> str:
    """Return a time of day as the user's clock shows it."""
    return moment.astimezone().strftime("%H:%M:%S")
