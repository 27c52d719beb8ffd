"""One connection: service client, records, engine and video folder."""

import uuid
from collections.abc import Callable, Coroutine, Iterable
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeVar

from wan_notebook.catalog import (
    Problem,
    Request,
    RequestError,
    SettingError,
    Status,
    WanError,
    region_problem,
    text,
)
from wan_notebook.records import Budget, Left, Owner, Per, Record, Store, Uploads
from wan_notebook.service import ApiKey, ServiceClient, TaskRow
from wan_notebook.tasks.canceling import cancel
from wan_notebook.tasks.carrier import Carrier
from wan_notebook.tasks.clock import Clock, SystemClock
from wan_notebook.tasks.connection import Connection
from wan_notebook.tasks.elsewhere import DAY, found, listed
from wan_notebook.tasks.experience import Experience
from wan_notebook.tasks.fetching import Fetcher
from wan_notebook.tasks.folders import Folders
from wan_notebook.tasks.introducing import introduced
from wan_notebook.tasks.lifecycle import adopted, never_created, withdrawn
from wan_notebook.tasks.mirror import Mirror
from wan_notebook.tasks.poller import Poller
from wan_notebook.tasks.recovery import Recovery
from wan_notebook.tasks.resuming import Resumed, Unfinished, taken, told, unsent
from wan_notebook.tasks.rows import Part, of_remote, of_request, place, tags_of
from wan_notebook.tasks.runner import Runner
from wan_notebook.tasks.schedule import Expectation
from wan_notebook.tasks.sending import Sender
from wan_notebook.tasks.spending import Spending, Watcher
from wan_notebook.tasks.task import Task
from wan_notebook.tasks.uploading import Uploader, settled
from wan_notebook.tasks.videos import VideoFolder

T = TypeVar("T")
Present = Callable[[Task, "Studio"], None]


class StudioClosedError(WanError):
    """A call on a studio that was closed; nothing was sent."""


class NoTaskError(WanError, KeyError):
    """An id the task log does not hold."""

    __str__ = Exception.__str__


class Studio:
    """Makes tasks and looks after them.

    Args:
        connection: where requests go.
        key: the API key.
        folders: where log and videos are.
        notebook: name of the notebook, for the log.
        present: shows a task in the notebook.
        clock: what time it is.
        mirror: address or folder that gets a copy of each video.
    """

    def __init__(
        self,
        connection: Connection,
        key: ApiKey,
        folders: Folders,
        *,
        notebook: str | None = None,
        present: Present | None = None,
        clock: Clock | None = None,
        mirror: str | None = None,
    ) -> None:
        copies = Mirror(mirror) if mirror else None
        self.connection = connection
        self.home = folders.own
        self.videos = VideoFolder(folders.saved)
        self.videos.make()
        log = folders.log
        self.store = Store.open(log.parent, name=log.name) if log else Store.open(self.home)
        self.notebook_folder = Path.cwd()
        self._account = key.account
        self._notebook = notebook
        self._present = present
        self._clock = clock or SystemClock()
        self._client = ServiceClient(connection.base_url, key)
        self._experience = Experience(
            store=self.store, simulated=connection.simulated, typical=connection.typical
        )
        self._poller = Poller(self._client, self._clock)
        self._spending = Spending(self.store, connection, notebook)
        self._carrier = self._made_carrier(Owner.open(self.store), copies)
        self._closed = False

    def _made_carrier(self, owner: Owner, mirror: Mirror | None) -> Carrier:
        client, store, clock = self._client, self.store, self._clock
        uploads = Uploads(store=store, base_url=self.connection.base_url, account=self._account)
        ours = (self.connection.base_url, self._account)
        runner = Runner(
            sender=Sender(client, Uploader(client, uploads, clock), store, clock, owner.id),
            recovery=Recovery(client, self._poller, store, clock, ours),
            poller=self._poller,
            fetcher=Fetcher(client, store, self.videos, clock, mirror),
            experience=self._experience,
            store=store,
            clock=clock,
        )
        return Carrier(runner, client, owner, clock, self, self._spending_changed)

    def submit(
        self,
        request: Request,
        *,
        click_id: str | None = None,
        tags: Iterable[str] = (),
        unpriced: bool = False,
        part: Part | None = None,
        within: Iterable[Budget] = (),
    ) -> Task:
        """Make one task of a request and return its handle at once.

        The same `click_id` again returns the task it already made: one click, one task.

        Args:
            request: what to make.
            click_id: unique id of the click or call that asks for it.
            tags: words of the user's for the log.
            unpriced: whether it may be sent though its price is unknown while a budget holds.
            part: of which experiment it is.
            within: budgets it must keep besides those of the log.

        Raises:
            RequestError: the request has problems; nothing was sent.
            BudgetError: it could cost more than a budget has left; nothing was sent.
            RecordsError: the task log cannot be written; nothing was sent.
            StudioClosedError: this studio was closed; nothing was sent.
        """
        self._check_open()
        problems = self.problems(request)
        if problems:
            raise RequestError(problems)
        record, new = self.store.add(
            **of_request(settled(request.resolved()), self.connection.region),
            **place(self.connection, self._account),
            click_id=click_id or uuid.uuid4().hex,
            status=Status.QUEUED,
            created_at=self._clock.now(),
            owner=self._carrier.owner,
            notebook=self._notebook,
            tags=tags_of(tags),
            unpriced=unpriced,
            within=within,
            **(part.columns() if part else {}),
        )
        if not new:
            return self.handle(record)
        task = self._carrier.followed(record)
        self._spending_changed()
        return task

    def problems(self, request: Request) -> list[Problem]:
        """Return everything that would keep a request from being sent here, the region included."""
        elsewhere = region_problem(request.model, self.connection.region)
        return [*([elsewhere] if elsewhere else []), *request.problems()]

    def expect(self, request: Request) -> Expectation:
        """Return how long a request is likely to take, from the log's own history where it has one."""
        return self._experience.expectation(request)

    def task(self, task_id: str) -> Task:
        """Return the handle of a logged task; one still under way is followed again.

        Unless another open kernel follows it.

        Raises:
            NoTaskError: the log has no such id.
            StudioClosedError: this studio was closed.
        """
        self._check_open()
        record = self.store.find(task_id)
        if record is None:
            raise NoTaskError(text("tasks.studio.no_task", home=self.home, task_id=task_id))
        if self._ours(record) and record.task_id is not None and self._carrier.needs(record):
            claimed = self._carrier.claimed([record])
            if claimed:
                return self._carrier.followed(claimed[0])
        task = self.handle(record)
        if task.done:  # another kernel may have brought it further
            task.change(record, None)
        return task

    def resume(self, *, submit: bool = False) -> Resumed:
        """Carry on what was under way here when a kernel ended, and fetch videos that are not saved.

        Tasks another open kernel carries are left to it.

        Args:
            submit: whether tasks that still waited to be sent are sent; without it there is no create call.

        Raises:
            RecordsError: the log cannot be read or written.
            StudioClosedError: this studio was closed.
        """
        self._check_open()
        left = Unfinished.of(self.store, self._carrier, self._ours, self._clock.now())
        waiting = [] if submit else unsent(left.free)
        mine, others = taken(self._carrier, [one for one in left.free if one not in waiting])
        said = told(mine, len(waiting), others, left.away, self._clock.now())
        return Resumed([self._carrier.followed(record) for record in mine], said)

    def take_up(self, records: Iterable[Record]) -> list[Task]:
        """Carry tasks on that an ended kernel left, those that were never sent included; return the handles.

        Tasks another open kernel carries, of another account, or with nothing left to do are passed over.

        Raises:
            RecordsError: the log cannot be read or written.
            StudioClosedError: this studio was closed.
        """
        self._check_open()
        left = [one for one in records if self.carries(one) and self._carrier.handle(one).done]
        mine, _ = taken(self._carrier, left)
        return [self._carrier.followed(record) for record in mine]

    def carries(self, record: Record) -> bool:
        """Return whether something is left to do for a task, and this connection could do it."""
        return self._ours(record) and self._carrier.needs(record)

    def background(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        """Start a piece of work in the thread that carries tasks; it is cancelled when the studio is closed.

        Raises:
            StudioClosedError: this studio was closed; nothing was started.
        """
        if self._closed:
            work.close()
        self._check_open()
        return self._carrier.start(work)

    def budget(self, budget: Budget) -> None:
        """Put a budget in force for all who share this log; it replaces one of the same span.

        Raises:
            RecordsError: the log cannot be written.
        """
        self.store.set_budget(budget)
        self._spending_changed()

    def no_budget(self, per: Per) -> None:
        """Put the budget of a span out of force.

        Raises:
            RecordsError: the log cannot be written.
        """
        self.store.drop_budget(per)
        self._spending_changed()

    @property
    def currency(self) -> str:
        """The currency of the prices that hold here; CNY where none are known."""
        return self._spending.currency

    def left(self, *, experiment: str | None = None, within: Iterable[Budget] = ()) -> list[Left]:
        """Return how far each budget is used that holds for tasks sent from here.

        Args:
            experiment: name of the experiment they belong to.
            within: budgets besides those of the log.

        Raises:
            RecordsError: the log cannot be read.
        """
        return self._spending.left(experiment, within)

    def on_spending(self, watcher: Watcher) -> None:
        """Call `watcher()` when a task was made or has ended here, or a budget was set."""
        self._spending.watch(watcher)

    def _spending_changed(self) -> None:
        if not self._closed:
            self._spending.changed()

    def remote(self, since: timedelta = DAY) -> list[TaskRow]:
        """Return the account's tasks as the service lists them, those of other programs too, newest first.

        Args:
            since: how long ago they were made at most; the service knows 24 hours.

        Raises:
            ServiceError: the list could not be had.
            StudioClosedError: this studio was closed.
        """
        self._check_open()
        return self._carrier.call(listed(self._poller, self._clock.now(), since))

    def adopt(self, task_id: str, *, tags: Iterable[str] = ()) -> Task:
        """Take a task of this account into the log that was made elsewhere, and follow it.

        Raises:
            NoTaskError: the service does not list it.
            ServiceError: the service could not be asked.
            StudioClosedError: this studio was closed.
        """
        self._check_open()
        if self.store.find(task_id) is not None:
            return self.task(task_id)
        told_of = self._carrier.call(found(self._client, self._poller, self._clock.now(), task_id))
        if told_of is None:
            raise NoTaskError(text("tasks.studio.not_listed", task_id=task_id))
        record, new = self.store.add(
            **of_remote(*told_of, tags),
            **place(self.connection, self._account),
            click_id=f"adopted {task_id}",
            owner=self._carrier.owner,
            notebook=self._notebook,
        )
        return self._carrier.followed(record) if new else self.task(task_id)

    def settle(self, task: Task, task_id: str | None) -> None:
        """Take the user's word for which task a lost answer has made; None is: none.

        Raises:
            SettingError: the task's answer is not lost, or the id is another row's.
            StudioClosedError: this studio was closed.
        """
        self._check_open()
        now = self._clock.now()
        changes = adopted(task_id, "user", None) if task_id else never_created(now)
        fresh = self.store.change_from(task.row, Status.UNCONFIRMED, **changes)
        if fresh is None:
            key = "taken" if task_id else "no_question"
            raise SettingError(text(f"tasks.settling.{key}", row=task.row, task_id=task_id))
        task.change(fresh, None)
        if task_id and self._carrier.claimed([fresh]):
            self._carrier.followed(fresh)
        self._carrier.decided(task)
        self._spending_changed()

    def cancel(self, task: Task) -> str:
        """Stop a task if that is possible, and return in one sentence what became of it.

        One that still waits to be sent is taken back for nothing, and files being sent for it go no further;
        for others the service is asked.

        Raises:
            ServiceError: the service was not reached.
            StudioClosedError: this studio was closed.
        """
        if self.withdraw(task):
            return text("tasks.cancel.withdrawn", row=task.row)
        return self._carrier.call(cancel(self._client, self._poller, self.store.get(task.row)))

    def withdraw(self, task: Task) -> bool:
        """Take a task back that was not sent yet, for nothing; return whether it still could be.

        Raises:
            RecordsError: the log cannot be written.
            StudioClosedError: this studio was closed.
        """
        self._check_open()
        free = self.store.change_from(task.row, Status.QUEUED, **withdrawn(self._clock.now()))
        if free is not None:
            task.change(free, None)
            self._carrier.decided(task)
        return free is not None

    def handle(self, record: Record) -> Task:
        """Return the one handle of a record."""
        return self._carrier.handle(record)

    def tasks(self) -> list[Task]:
        """Return the handles made so far."""
        return self._carrier.handles()

    def video_path(self, record: Record) -> Path | None:
        """Return where the record's video lies, None without one."""
        return self.store.path(record)

    def present(self, task: Task) -> None:
        """Show a task in the notebook."""
        if self._present is not None:
            self._present(task, self)

    @property
    def busy(self) -> bool:
        """Whether a task is being carried."""
        return any(not task.done for task in self.tasks())

    def close(self) -> None:
        """Stop looking after tasks (they go on at the service), and let go of thread, sockets and files."""
        self._closed = True
        self._carrier.stop()
        self.store.close()

    def __repr__(self) -> str:
        if self._closed:
            return text("tasks.studio.closed")
        today = self._spending.today(self._clock.now())
        return introduced(self.connection, self.store, self.videos.path, self.notebook_folder, today)

    def _check_open(self) -> None:
        """A form or handle of a closed studio must not bring its engine back to life."""
        if self._closed:
            raise StudioClosedError(text("tasks.studio.closed"))

    def _ours(self, record: Record) -> bool:
        """Whether this connection can ask for a task: same address, same account."""
        return (record.base_url, record.account) == (self.connection.base_url, self._account)
