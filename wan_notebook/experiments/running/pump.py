"""Sends the cells of an experiment as places and budgets allow, and follows them to their ends.

The task log is the truth: each round reads it, takes up what an ended kernel left, sends what may be sent,
and tells how far all is. Rounds run in the thread that carries tasks.
"""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from wan_notebook.catalog import Status, VideoState, WanError, find_model
from wan_notebook.experiments.planning.scheme import Cell, Scheme
from wan_notebook.experiments.running.cells import CellState, Stage, click_id, states
from wan_notebook.experiments.running.order import in_turn
from wan_notebook.experiments.running.progress import Progress
from wan_notebook.records import Budget, BudgetError, Left
from wan_notebook.tasks import Part, Studio, Task, candidates

GAP = 0.5
"""Seconds between two rounds at least."""
LOOK = 2.0
"""Seconds after which it looks even if nothing has happened here: other kernels may have done something."""
AHEAD = 2
"""Sent or waiting are at most so many times what the service runs at once: what is not needed yet stays
unsent, so that it holds no budget and there is little to take back."""
UNDER_WAY = frozenset({Stage.WAITING, Stage.RUNNING, Stage.SAVING, Stage.ASKED})
"""Stages a cell leaves by itself, or may."""
PLACED = frozenset({Stage.WAITING, Stage.RUNNING})
"""Stages that take a place at the service, or wait for one."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """On what terms cells are sent.

    Attributes:
        budget: the most the experiment may cost, those already paid included; None for no cap of its own.
        retry: whether failed cells are sent again.
        unpriced: whether cells without a known price are sent under a budget.
    """

    budget: Budget | None = None
    retry: bool = False
    unpriced: bool = False

    @property
    def within(self) -> tuple[Budget, ...]:
        """Its budgets."""
        return () if self.budget is None else (self.budget,)

    def sends(self, state: CellState) -> bool:
        """Return whether a cell is to be sent that stands there."""
        return state.stage is Stage.MISSING or (self.retry and state.stage is Stage.FAILED)


def look(scheme: Scheme, uid: str | None, studio: Studio, terms: Terms) -> Progress:
    """Return how far an experiment is, without doing anything.

    Raises:
        RecordsError: the log cannot be read.
    """
    store, simulated = studio.store, studio.connection.simulated
    left = studio.left(experiment=scheme.name, within=terms.within)
    return Progress(
        states=states(store, scheme, uid),
        spent=tuple(store.sums(experiment=scheme.name, simulated=simulated)) if uid else (),
        left=_own(left, terms.budget),
    )


def _own(left: Iterable[Left], budget: Budget | None) -> Left | None:
    """Return how far a run's own budget is used; it comes behind those of the log."""
    return None if budget is None else list(left)[-1]


class Pump:
    """One run at work.

    Each cell is sent once at most, however it ends: what fails at once is not tried for ever.

    Args:
        scheme: the plan.
        uid: id of the experiment.
        studio: where it runs.
        terms: on what terms.
        tell: hears how far it is, after each round, from the thread that carries tasks.
    """

    def __init__(
        self, scheme: Scheme, uid: str, studio: Studio, terms: Terms, tell: Callable[[Progress], None]
    ) -> None:
        self._scheme = scheme
        self._uid = uid
        self._studio = studio
        self._terms = terms
        self._tell = tell
        self._lock = threading.Lock()
        self._stopped = False
        begun = states(studio.store, scheme, uid)
        self._unsent = {
            cell: begun[cell].attempts for cell in in_turn(scheme, uid) if terms.sends(begun[cell])
        }
        self._sent: set[Cell] = set()
        self._tasks: dict[int, Task] = {}
        self._held: BudgetError | None = None
        self._trouble: str | None = None
        self._looked = -LOOK
        self._loop: asyncio.AbstractEventLoop | None = None
        self._news = asyncio.Event()

    async def run(self) -> None:
        """Work until nothing is under way and nothing more may be sent."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._news.clear()
            progress, going = self._round()
            self._tell(progress)
            if not going:
                return
            try:
                await asyncio.wait_for(self._news.wait(), LOOK)
            except TimeoutError:
                continue
            await asyncio.sleep(GAP)

    def stop(self) -> None:
        """Send nothing more; returns when nothing is being sent."""
        with self._lock:
            self._stopped = True
        self.wake()

    def wake(self) -> None:
        """Have it look anew; from any thread."""
        loop, news = self._loop, self._news
        if loop is not None:
            with suppress(RuntimeError):  # the studio was just closed, and its loop with it
                loop.call_soon_threadsafe(news.set)

    def _round(self) -> tuple[Progress, bool]:
        """Do what there is to do; return how far all is, and whether something is under way."""
        now = look(self._scheme, self._uid, self._studio, self._terms)
        if self._take_up(now.states.values()) or self._send(now.states):
            now = look(self._scheme, self._uid, self._studio, self._terms)
        going = any(self._goes_on(state) for state in now.states.values())
        told = replace(now, held=self._held, trouble=self._trouble, started=True, ended=not going)
        return told, going

    def _take_up(self, found: Iterable[CellState]) -> bool:
        """Follow what is under way here, and take up what an ended kernel left; now and then only."""
        now = time.monotonic()
        if now < self._looked + LOOK:
            return False
        first, self._looked = self._looked == -LOOK, now
        stages = UNDER_WAY | ({Stage.DONE} if first else set())  # a video may have been removed since
        left = [one.record for one in found if one.record is not None and one.stage in stages]
        fresh = [record for record in left if record.row not in self._tasks]
        tasks = self._studio.take_up(fresh)
        for task in [*tasks, *(self._studio.handle(record) for record in fresh)]:
            self._follow(task)
        return bool(tasks)

    def _send(self, now: Mapping[Cell, CellState]) -> bool:
        """Send what places and budgets allow; return whether anything has changed."""
        self._held = None
        self._add_settled(now)
        busy = Counter(one.record.model for one in now.values() if one.record and one.stage in PLACED)
        sent = False
        for cell, attempts in list(self._unsent.items()):
            model = find_model(self._scheme.model_of(cell.arm))
            if not self._terms.sends(now[cell]) or now[cell].attempts > attempts:
                del self._unsent[cell]  # another kernel has sent it
            elif busy[model.id] < AHEAD * model.running:
                if not self._submit(cell, attempts + 1):
                    break
                del self._unsent[cell]
                self._sent.add(cell)
                busy[model.id] += 1
                sent = True  # by another kernel just now, perhaps
        return sent

    def _add_settled(self, now: Mapping[Cell, CellState]) -> None:
        """Have those cells sent, too, whose call by an ended kernel turned out to have made nothing."""
        for cell, state in now.items():
            settled = state.record is not None and state.record.status is Status.NOT_CREATED
            if settled and cell not in self._sent and not self._trouble:
                self._unsent.setdefault(cell, state.attempts)

    def _submit(self, cell: Cell, attempt: int) -> bool:
        """Send one cell; return False when no more may be sent for now."""
        part = Part(experiment=self._scheme.name, arm=cell.arm, case=cell.block.case)
        with self._lock:
            if self._stopped:
                self._unsent.clear()
                return False
            try:
                task = self._studio.submit(
                    self._scheme.request(cell),
                    click_id=click_id(self._uid, cell, attempt),
                    part=part,
                    within=self._terms.within,
                    unpriced=self._terms.unpriced,
                )
            except BudgetError as error:
                self._held = error
                return False
            except WanError as error:  # such as a full disk, or a file that is gone
                self._trouble = str(error)
                self._unsent.clear()
                return False
        self._follow(task)
        return True

    def _follow(self, task: Task) -> None:
        """Hear of a task from now on, if it is carried here."""
        if not task.done and task.row not in self._tasks:
            self._tasks[task.row] = task
            task.on_change(lambda _task: self.wake())

    def _goes_on(self, state: CellState) -> bool:
        """Return whether something still happens to a cell, here or in another open kernel."""
        record = state.record
        if record is None or state.stage not in UNDER_WAY:
            return False
        task = self._tasks.get(record.row)
        if task is not None:
            return not task.done
        given_up = record.video_state is VideoState.FAILED or candidates(record) is not None
        return self._studio.carries(record) and not given_up
