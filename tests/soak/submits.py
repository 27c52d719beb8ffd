"""Submits whose answer is lost in every way: no task is made twice, none that was made is forgotten.

Each create call to the simulator goes wrong, in one of the ways a call can be lost. Each request has a seed
of its own, which only the simulator's file tells in the end: by it every task made is traced to its click.
"""

import contextlib
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.patient import a_house
from tests.soak.quick import Away, Fast, FastClock, away
from wan_notebook.catalog import MODELS, Request, Status, add_models, find_model
from wan_notebook.records import Record
from wan_notebook.service import ApiKey, Limits
from wan_notebook.simulator import Disturbance, Settings
from wan_notebook.simulator.store import Task as Made
from wan_notebook.tasks import Connection, Folders, Studio, Task

SUBMITS = 10_000
SPEED = 60.0
"""How much faster the clock runs, which makes the twenty minutes of settling as many seconds."""
BASE = "wan2.7-t2v"
MODEL = f"{BASE}-soak"
"""A snapshot of it that lets any number of tasks run at once, so that none has to wait in its place."""
SENDING_AT_ONCE = 40
OPEN_AT_ONCE = 1_000
"""Tasks that are sent and not yet settled; all of one model are looked at together."""
TWINS = 5
"""Each so many-th request has the prompt of the one before, so that prompts alone do not tell them apart."""
HASTY = Limits(read=0.05, total=2)
"""Real seconds: a silence is not borne for long; nothing else is sent meanwhile."""
LIMIT = 300.0
"""Real seconds any one task may take."""

UNDONE = (
    "reset-before",
    "silence-before",
    "429-before",
    "429-before=3",
    "500-before",
    "502-before",
    "503-before",
    "504-before",
)
"""Ways that make no task; only the two with 429 may be followed by another call."""
DONE = (
    "reset-after",
    "silence-after",
    "500-after",
    "502-after",
    "503-after",
    "504-after",
    "cut",
    "cut=0",
    "length=9",
    "bad-json",
    "no-id",
)
"""Ways that make a task whose id nobody hears."""
WITHOUT_TASK = {Status.UNCONFIRMED, Status.NOT_CREATED, Status.REFUSED}
"""Where a row without a task may stand in the end; the first is a question to the user."""
SENDING = {Status.QUEUED, Status.SUBMITTING}


def submits(folder: Path, scale: float) -> Iterator[str]:
    """Submit, compare, and yield a line of figures.

    Raises:
        AssertionError: a task was made twice or forgotten, or a row says what is not so.
    """
    count = round(SUBMITS * scale)
    figures = lost_submits(folder, count, SPEED)
    told = ", ".join(f"{number} {what}" for what, number in sorted(figures.items()))
    yield f"{count} submits, each answer lost in one of {len(UNDONE + DONE)} ways: 0 tasks twice ({told})"


def lost_submits(folder: Path, count: int, speed: float) -> Counter[str]:
    """Submit so many requests, let all be settled, and return how many rows ended how.

    Args:
        folder: for the records and the simulator.
        count: how many.
        speed: of the clock; a call and its task may be ten minutes of it apart.

    Raises:
        AssertionError: as `submits` tells.
    """
    fast = Fast(speed)
    with roomy(count), away(settings(), folder / "simulator", fast) as simulator:
        rows = carried(folder / "home", simulator, fast, count)
        counters = Counter(simulator.status()["counters"])
    return compared(rows, counters, simulator.tasks(), count)


def patient_submits(folder: Path, count: int) -> Counter[str]:
    """Do the same in one process, on a clock that jumps where it would wait.

    Raises:
        AssertionError: as `submits` tells.
    """
    with roomy(count), a_house(folder, settings()) as house:
        studio = house.studio()
        studio._client._create_limits = HASTY
        rows = settled(studio, count)
        counters = house.simulator.counters
    return compared(rows, counters, Away("", folder / ".sim").tasks(), count)


def compared(
    rows: Sequence[Record], counters: Counter[str], made: Sequence[Made], count: int
) -> Counter[str]:
    """Compare records and simulator, and return how many rows ended how.

    Raises:
        AssertionError: as `submits` tells.
    """
    check_counters(counters, made)
    check_rows(rows, made, count)
    return Counter(ended(row) for row in rows) + Counter({"tasks made": len(made)})


@contextlib.contextmanager
def roomy(running: int) -> Iterator[None]:
    """Have a model of which so many tasks may run at once."""
    add_models(replace(find_model(BASE), id=MODEL, base=BASE, running=running))
    try:
        yield
    finally:
        del MODELS[MODEL]


def settings() -> Settings:
    """Return a simulator that loses the answer of every create call, each way as often as the others."""
    ways = UNDONE + DONE
    # Of those that would hit a call the first does it: so each gets its share, and the last all that is left.
    lost = [
        Disturbance.read(f"create:{way}:{1 / (len(ways) - place):.9f}:seed{place}")
        for place, way in enumerate(ways)
    ]
    return Settings(
        limits=False,
        run_seconds=(30, 90),
        queue_seconds=(0, 5),
        idle_minutes=10_000,
        disturbances=(*lost, Disturbance("download", "expired")),
    )


def carried(home: Path, simulator: Away, fast: Fast, count: int) -> list[Record]:
    """Submit so many requests, wait until nothing more will happen to any, and return the rows.

    Raises:
        AssertionError: something still happened after a long time.
    """
    connection = Connection(base_url=simulator.base_url, region="beijing", simulated=True)
    studio = Studio(connection, ApiKey("sk-soak"), Folders(home), clock=FastClock(fast))
    studio._client._create_limits = HASTY
    try:
        return settled(studio, count)
    finally:
        studio.close()


def settled(studio: Studio, count: int) -> list[Record]:
    """Submit so many requests, wait until nothing more will happen to any, and return the rows.

    Raises:
        AssertionError: something still happened after a long time.
    """
    for task in _submitted(studio, count):
        assert task.wait(LIMIT, progress=False).done, task
    return studio.store.select()


def _submitted(studio: Studio, count: int) -> list[Task]:
    """Submit so many requests, a number of them at once."""
    sending, open_ = threading.Semaphore(SENDING_AT_ONCE), threading.Semaphore(OPEN_AT_ONCE)
    tasks = []
    for number in range(count):
        assert sending.acquire(timeout=LIMIT), "create calls hang"
        assert open_.acquire(timeout=LIMIT), "nothing is settled"
        task = studio.submit(request(number))
        _release_once(sending, task, lambda changed: changed.status not in SENDING)
        _release_once(open_, task, lambda changed: changed.done)
        tasks.append(task)
    return tasks


def _release_once(free: threading.Semaphore, task: Task, when: Callable[[Task], bool]) -> None:
    """Let another one go as soon as something is so of this one."""
    released = threading.Lock()  # taken for good by the change that releases

    def look(changed: Task) -> None:
        if when(changed) and released.acquire(blocking=False):
            free.release()

    task.on_change(look)
    look(task)


def request(number: int) -> Request:
    """Return a request of its own seed, and mostly of its own prompt."""
    twin = number > 0 and number % TWINS == 0
    prompt = f"A fox crosses frozen lake number {number - twin}"
    return Request(MODEL, prompt=prompt, resolution="720P", duration=2, seed=number)


def check_counters(counters: Counter[str], made: Sequence[Made]) -> None:
    """Compare what the simulator counted with the tasks in its file.

    Raises:
        AssertionError: they differ, or a call was not disturbed.
    """
    done = sum(counters[f"create.{_kind(way)}"] for way in set(map(_kind, DONE)))
    undone = sum(counters[f"create.{_kind(way)}"] for way in set(map(_kind, UNDONE)))
    assert counters["create.accepted"] == len(made), counters
    assert done == counters["create.accepted"] + counters["create.gone"], counters
    assert done + undone == counters["create"], counters


def _kind(way: str) -> str:
    return way.partition("=")[0]


def check_rows(rows: Sequence[Record], made: Sequence[Made], count: int) -> None:
    """Compare the records with the tasks made.

    Raises:
        AssertionError: a task was made twice or forgotten, or a row says what is not so.
    """
    by_seed = {task.values["seed"]: task for task in made}
    assert len(by_seed) == len(made), f"made twice: {_twice(task.values['seed'] for task in made)}"
    assert {row.seed for row in rows} == set(range(count))
    assert len(rows) == count
    adopted = {row.task_id: row for row in rows if row.task_id is not None}
    taken = [row.task_id for row in rows if row.task_id is not None]
    assert len(adopted) == len(taken), f"two rows have one task: {_twice(taken)}"
    by_id = {task.task_id: task for task in made}
    for task_id, row in adopted.items():
        check_adopted(row, by_id.get(task_id))
    for row in rows:
        own = by_seed.get(row.seed or 0)
        if own is not None and own.task_id not in adopted:
            assert row.status is Status.UNCONFIRMED, f"nobody has task {own.task_id} of {row}"
        if row.task_id is None:
            assert row.status in WITHOUT_TASK, row
            assert row.remark or row.status is not Status.UNCONFIRMED, f"no question: {row}"


def check_adopted(row: Record, task: Made | None) -> None:
    """Check that the task of a row is one its call can have made.

    Raises:
        AssertionError: it is another's, and the row does not say that its kind was told apart by order.
    """
    assert task is not None, f"the simulator has never made {row.task_id}"
    assert task.values["prompt"] == row.prompt, (row, task)
    assert task.values["seed"] == row.seed or row.settled_by == "order", (row, task)


def _twice(given: Iterable[Any]) -> list[Any]:
    return [one for one, times in Counter(given).items() if times > 1]


def ended(row: Record) -> str:
    """Return in a word how a row ended."""
    if row.task_id is not None:
        return f"adopted by {row.settled_by}" if row.settled_by else "answered"
    return {Status.NOT_CREATED: "not created", Status.REFUSED: "refused"}.get(row.status, "a question")
