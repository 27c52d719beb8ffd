"""A run of an experiment: what `exp.run()` returns. It can be started, waited for, stopped, and looked at."""

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future, wait
from dataclasses import replace
from decimal import Decimal
from typing import Any

from wan_notebook.catalog import SettingError, WanError, amount, text
from wan_notebook.experiments.planning.costing import Costing, costing
from wan_notebook.experiments.planning.keeping import kept_plan, refuse_changed
from wan_notebook.experiments.planning.pinning import checksums
from wan_notebook.experiments.planning.plan import Plan
from wan_notebook.experiments.running.cells import CellState, Stage, states
from wan_notebook.experiments.running.progress import Progress
from wan_notebook.experiments.running.pump import Pump, Terms, look
from wan_notebook.records import Experiments
from wan_notebook.tasks import Studio

WAIT_SECONDS = 30 * 60.0
"""How long waiting lasts at least by default, as for a task."""
PATIENCE = 3
"""It lasts so many times as long as the run is expected to take, if that is longer."""
GLANCE_SECONDS = 0.2
"""Pause between looks for an interrupt (jupyter.md, "Waiting in a cell")."""

Listener = Callable[[Progress], None]

_active: dict[tuple[Studio, str], "Run"] = {}
"""The run at work for each experiment: a second one in a kernel takes the place of the first."""


class Run:
    """One run of an experiment.

    `await run` works in any event loop, `run.wait()` in plain code. Interrupting either only ends the wait.

    Args:
        plan: what is run; it must be without problems.
        studio: where.
        terms: on what terms.

    Attributes:
        remarks: what to know before this is paid for, such as prompts that the service is to rewrite.

    Raises:
        PlanChangedError: another plan was run under this name.
        SettingError: what was run under this name cost the other kind of money, or a file cannot be read.
    """

    def __init__(self, plan: Plan, studio: Studio, terms: Terms) -> None:
        self.plan = plan.pinned(checksums(plan))
        self.studio = studio
        self.terms = terms
        self.remarks = tuple(str(notice) for notice in plan.notices())
        self._lock = threading.Lock()
        self._listeners: list[Listener] = []
        self._pump: Pump | None = None
        self._work: Future[None] | None = None
        self._shown: Any = None
        self._progress = look(self.plan, self._uid(), studio, terms)
        self._check_money()
        to_send = [state.cell for state in self.cells if terms.sends(state)]
        self.costing: Costing = costing(
            self.plan,
            to_send,
            region=studio.connection.region,
            simulated=studio.connection.simulated,
            expect=studio.expect,
        )

    @property
    def progress(self) -> Progress:
        """How far it is, as last looked at."""
        return self._progress

    @property
    def cells(self) -> list[CellState]:
        """Where each cell stands, in the order of the plan."""
        return list(self._progress.states.values())

    @property
    def failed(self) -> list[CellState]:
        """The cells that ended without a video."""
        return self._progress.failed

    @property
    def needed(self) -> bool:
        """Whether there is anything to do: cells to send, or some under way."""
        under_way = {Stage.WAITING, Stage.RUNNING, Stage.SAVING, Stage.ASKED}
        return bool(self.costing.videos) or any(one.stage in under_way for one in self.cells)

    @property
    def question(self) -> str:
        """What is asked before anything is sent: what it takes, and under which budget."""
        words = text("experiments.run.question", costing=repr(self.costing))
        cap = self.terms.budget
        if cap is not None:
            words += text("experiments.run.capped", amount=amount(cap.amount), currency=cap.currency)
        return "\n".join([words, *self._short(), *self.remarks])

    def _short(self) -> list[str]:
        """Return a sentence for each budget that has less left than all of it may cost."""
        asked = {one.currency: one.high for one in self.costing.sums}
        cap = self.terms.budget
        return [
            text(
                "experiments.run.short",
                budget=str(one.budget),
                left=amount(max(one.left, Decimal(0))),
                currency=one.budget.currency,
            )
            for one in self.studio.left(experiment=self.plan.name, within=[cap] if cap else [])
            if asked.get(one.budget.currency, Decimal(0)) > one.left
        ]

    @property
    def started(self) -> bool:
        """Whether it was started."""
        return self._work is not None

    @property
    def done(self) -> bool:
        """Whether it was started, and nothing more happens."""
        return self._work is not None and self._work.done()

    def start(self) -> "Run":
        """Keep the plan and begin to send; once, however often it is called, from any thread.

        Raises:
            PlanChangedError: another plan was run under this name meanwhile; nothing was sent.
            RecordsError: the plan could not be kept; nothing was sent.
        """
        with self._lock:
            if self._work is None:
                kept = Experiments(self.studio.store).keep(self.plan.name, self.plan.as_json())
                refuse_changed(self.plan, kept)
                self._replace(kept.uid)
                self._pump = Pump(self.plan, kept.uid, self.studio, self.terms, self._tell)
                self._work = self.studio.background(self._worked(self._pump))
        return self

    def stop(self) -> str:
        """Send nothing more, take back what was not sent yet, and return in one sentence what became of it.

        What was sent goes on at the service and is billed there.
        """
        self.retire()
        said = taken_back(self.plan, self.studio, self._uid())
        if self._pump is not None:
            self._pump.wake()
        return said

    def retire(self) -> None:
        """Send nothing more; what waits or runs goes on."""
        if self._pump is not None:
            self._pump.stop()

    def watch(self, listener: Listener) -> None:
        """Call `listener(progress)` after each change, from the engine's thread, and at the end."""
        with self._lock:
            self._listeners.append(listener)

    def wait(self, timeout: float | None = None) -> "Run":
        """Block until nothing more happens or `timeout` seconds are over; either way return the run itself.

        Args:
            timeout: seconds; by default half an hour, or three times what the run is expected to take.

        Raises:
            SettingError: it was not started.
            KeyboardInterrupt: interrupted; the run goes on.
        """
        if self._work is None:
            raise SettingError(text("experiments.run.not_started"))
        end = time.monotonic() + (self._patience if timeout is None else timeout)
        try:
            while not wait([self._work], max(min(GLANCE_SECONDS, end - time.monotonic()), 0)).done:
                if time.monotonic() >= end:
                    break
        except KeyboardInterrupt:
            raise KeyboardInterrupt(text("experiments.run.interrupted")) from None
        return self

    def __await__(self) -> Generator[Any, None, "Run"]:
        return self._wait_in_loop().__await__()

    async def _wait_in_loop(self) -> "Run":
        """Wait; one that is not started shows its button first."""
        if self._work is None:
            self._ipython_display_()
        try:
            end = time.monotonic() + self._patience
            while not self.done and time.monotonic() < end:  # noqa: ASYNC110 - an event has one loop only
                await asyncio.sleep(GLANCE_SECONDS)
        except (KeyboardInterrupt, asyncio.CancelledError) as stopped:
            stopped.args = (text("experiments.run.interrupted"),)
            raise
        return self

    @property
    def _patience(self) -> float:
        return max(WAIT_SECONDS, PATIENCE * self.costing.took)

    async def _worked(self, pump: Pump) -> None:
        """Work; the outermost boundary of the engine, where errors reach the user."""
        try:
            await pump.run()
        except WanError as error:
            self._tell(replace(self._progress, trouble=str(error), started=True, ended=True))
        except Exception as error:  # noqa: BLE001 - nothing above would show it
            reason = text("experiments.run.internal", reason=f"{type(error).__name__}: {error}")
            self._tell(replace(self._progress, trouble=reason, started=True, ended=True))
        finally:
            self._leave()

    def _tell(self, progress: Progress) -> None:
        self._progress = progress
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(progress)

    def _check_money(self) -> None:
        """Refuse to mix the simulator's videos with paid ones: they cannot be compared."""
        simulated = self.studio.connection.simulated
        if any(one.record is not None and one.record.simulated != simulated for one in self.cells):
            key = "real" if simulated else "simulated"
            raise SettingError(text(f"experiments.error.{key}", name=self.plan.name))

    def _replace(self, uid: str) -> None:
        """Take the place of an earlier run of the same experiment in this kernel."""
        earlier = _active.get((self.studio, uid))
        if earlier is not None:
            earlier.retire()
        _active[self.studio, uid] = self

    def _leave(self) -> None:
        for key in [key for key, run in _active.items() if run is self]:
            del _active[key]

    def _uid(self) -> str | None:
        """Return the experiment's id, None before its first run."""
        kept = kept_plan(self.studio.store, self.plan)
        return None if kept is None else kept.uid

    def _ipython_display_(self) -> None:
        from wan_notebook.experiments.running.showing import show  # noqa: PLC0415 - heavy; scripts need none

        self._shown = show(self, self._shown)

    def __repr__(self) -> str:
        said = self._progress.sentences()
        if not self.started and self.costing.videos:
            said += [text("experiments.run.offer", costing=repr(self.costing)), *self.remarks]
        return "\n".join(said)


def active(studio: Studio, uid: str | None) -> Run | None:
    """Return the run at work for an experiment in this kernel, None without one."""
    return _active.get((studio, uid or ""))


def taken_back(plan: Plan, studio: Studio, uid: str | None) -> str:
    """Take back what waits to be sent, and return in one sentence what became of it.

    Raises:
        RecordsError: the log cannot be read or written.
    """
    taken = 0
    for state in states(studio.store, plan, uid).values():
        if state.stage is Stage.WAITING and state.record is not None:
            taken += studio.withdraw(studio.handle(state.record))
    going = sum(state.stage is Stage.RUNNING for state in states(studio.store, plan, uid).values())
    return text("experiments.run.stopped", taken=taken, going=going)
