"""Takes calls, keeps the rules of the house, and says how tasks stand; no HTTP here."""

import random
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

from wan_notebook.catalog import IntegerField, Model, Status
from wan_notebook.simulator import answers
from wan_notebook.simulator.answers import Fault, RefusedError
from wan_notebook.simulator.clock import Clock
from wan_notebook.simulator.judging.rules import Order, read_order
from wan_notebook.simulator.ledger import Ledger
from wan_notebook.simulator.limits import Window
from wan_notebook.simulator.links import account_of, link_fault
from wan_notebook.simulator.settings import Settings
from wan_notebook.simulator.store import Task
from wan_notebook.simulator.timeline import Facts
from wan_notebook.simulator.uploads import Uploads
from wan_notebook.simulator.views import list_body, query_body, status_of, unknown_body

QUERIES_PER_SECOND = 20
"""Query, list and cancel together, per account (protocol.md 5; the narrower reading)."""
POLICIES_PER_SECOND = 100
"""Permissions to upload, per account and model (protocol.md 6)."""
FAULT_SECONDS = 0.1
"""After this long a task with a schema fault FAILS (protocol.md 4.2)."""
FAULT_CODE = "InvalidParameter"


class Desk:
    """The service without its HTTP.

    Args:
        settings: how it behaves.
        clock: tells the time.
        ledger: keeps the tasks.
        secret: signs links and hides keys.
        uploads: keeps files sent for tasks.
    """

    def __init__(
        self, settings: Settings, clock: Clock, ledger: Ledger, secret: bytes, uploads: Uploads
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._ledger = ledger
        self._secret = secret
        self.uploads = uploads
        self._creates: dict[tuple[str, str], Window] = {}
        self._queries: dict[str, Window] = defaultdict(lambda: Window(QUERIES_PER_SECOND))
        self._policies: dict[tuple[str, str], Window] = defaultdict(lambda: Window(POLICIES_PER_SECOND))

    def account(self, authorization: str) -> str:
        """Return whose key an Authorization header holds.

        Raises:
            RefusedError: no key, or one that is not accepted.
        """
        scheme, _, key = authorization.partition(" ")
        key = key.strip()
        if scheme.lower() != "bearer" or not key:
            raise RefusedError(answers.NO_KEY)
        if not key.startswith("sk-") or key in self._settings.bad_keys:
            raise RefusedError(answers.BAD_KEY)
        return account_of(key, self._secret)

    def create(
        self, account: str, path: str, raw: bytes, resolve_header: str | None = None
    ) -> dict[str, Any]:
        """Take in a create call.

        Args:
            account: who sends it.
            path: endpoint under the base URL.
            raw: its body.
            resolve_header: its header X-DashScope-OssResourceResolve.

        Raises:
            RefusedError: it is refused at once; no task was made.
        """
        order = read_order(raw, path, resolve_header)
        if order.fault and self._settings.faults == "call":
            raise RefusedError(Fault(400, FAULT_CODE, order.fault))
        now = self._clock.now()
        self._check_create_rate(account, order.model, now)
        task = self._task(account, order, now)
        self._ledger.add(task)
        output = {"task_status": Status.PENDING, "task_id": task.task_id}
        return {"output": output, "request_id": answers.request_id()}

    def query(self, account: str, task_id: str, origin: str) -> dict[str, Any]:
        """Say how a task stands; `origin` is the scheme and host of its link.

        Raises:
            RefusedError: too many queries.
        """
        now = self._counted_query(account)
        task = self._mine(account, task_id)
        if task is None:
            return unknown_body(task_id)
        span = self._ledger.span(task, now)
        if status_of(task, span, now) is Status.UNKNOWN:
            return unknown_body(task_id)
        return query_body(task, span, now, origin, self._secret)

    def listing(self, account: str, query: Mapping[str, str]) -> dict[str, Any]:
        """Return a page of the account's tasks, the newest first.

        Raises:
            RefusedError: too many queries, or a filter that cannot be read.
        """
        now = self._counted_query(account)
        spans = [(task, self._ledger.span(task, now)) for task in self._ledger.of(account)]
        return list_body(spans, query, now)

    def cancel(self, account: str, task_id: str) -> dict[str, Any]:
        """Cancel a task that is PENDING.

        Raises:
            RefusedError: too many queries, or the task is not PENDING.
        """
        now = self._counted_query(account)
        task = self._mine(account, task_id)
        if task is None or status_of(task, self._ledger.span(task, now), now) is not Status.PENDING:
            raise RefusedError(answers.NOT_PENDING)
        self._ledger.cancel(task, now)
        return {"request_id": answers.request_id()}

    def policy(self, account: str, query: Mapping[str, str], origin: str) -> dict[str, Any]:
        """Permit uploads for a model; `origin` is the scheme and host they go to.

        Raises:
            RefusedError: another action, no model, or too many calls.
        """
        if query.get("action") != "getPolicy":
            raise RefusedError(answers.BAD_FILTER)
        model = query.get("model", "")
        if not model:
            raise RefusedError(answers.NO_MODEL)
        now = self._clock.now()
        if self._settings.limits and not self._policies[account, model].admits(now):
            raise RefusedError(answers.TOO_FAST)
        return {
            "request_id": answers.request_id(),
            "data": self.uploads.policy(account, model, origin, now),
        }

    def video(self, task_id: str, query: Mapping[str, str]) -> Path:
        """Return the file a link leads to.

        Raises:
            RefusedError: the link is forged or expired, or the file is gone.
        """
        fault = link_fault(task_id, query, self._clock.now(), self._secret)
        if fault:
            raise RefusedError(fault)
        task = self._ledger.get(task_id)
        if task is None or task.video is None:
            raise RefusedError(answers.LINK_EMPTY)
        path = self._ledger.workshop.path(task.video)
        if not path.exists():
            raise RefusedError(answers.LINK_EMPTY)
        return path

    def _mine(self, account: str, task_id: str) -> Task | None:
        task = self._ledger.get(task_id)
        return task if task is not None and task.account == account else None

    def _counted_query(self, account: str) -> float:
        now = self._clock.now()
        if self._settings.limits and not self._queries[account].admits(now):
            raise RefusedError(answers.TOO_FAST)
        return now

    def _check_create_rate(self, account: str, model: Model, now: float) -> None:
        if not self._settings.limits:
            return
        window = self._creates.setdefault((account, model.id), Window(model.creates))
        crowded = self._settings.sixth == "refuse" and (
            self._ledger.unfinished(account, model.id, now) >= model.running
        )
        if crowded or not window.admits(now):
            raise RefusedError(answers.TOO_FAST)

    def _task(self, account: str, order: Order, now: float) -> Task:
        """Return the task for an order; what chance decides follows from its id."""
        task_id = str(uuid4())
        chance = random.Random(task_id)  # noqa: S311 - play, no secret
        queue, run = (
            chance.uniform(*span) for span in (self._settings.queue_seconds, self._settings.run_seconds)
        )
        fault = order.fault
        facts = Facts(
            created=now,
            queue=FAULT_SECONDS if fault else queue,
            run=run,
            limited=self._settings.limits,
            refused=fault is not None,
        )
        return Task(
            task_id=task_id,
            account=account,
            model=order.model.id,
            values={"seed": _drawn_seed(order.model, chance), **order.values},
            facts=facts,
            error=(FAULT_CODE, fault) if fault else None,
            video=None,
        )


def _drawn_seed(model: Model, chance: random.Random) -> int:
    """Return the seed of an order that gives none."""
    field = model.field("seed")
    return chance.randint(field.minimum, field.maximum) if isinstance(field, IntegerField) else 0
