"""What `make soak` tries with submits whose answer is lost, at a fortieth; and that it would notice."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.soak.submits import DONE, SUBMITS, UNDONE, check_counters, check_rows, patient_submits
from wan_notebook.records import Record, Store
from wan_notebook.simulator import Disturbance
from wan_notebook.simulator.faults import KINDS
from wan_notebook.simulator.store import Task
from wan_notebook.simulator.timeline import Facts

ONE_FOX, TWO_FOXES = "a fox", "two foxes"
SHARE = 40
"""Of the full size; each of the ways to lose an answer is tried thirteen times."""

Row = Callable[..., Record]


def test_no_lost_answer_makes_a_task_twice(tmp_path: Path) -> None:
    """Each task made is somebody's, and nobody says that nothing was made where it was."""
    figures = patient_submits(tmp_path, SUBMITS // SHARE)
    made = figures.pop("tasks made")
    assert figures.total() == SUBMITS // SHARE
    assert 0 < made < figures.total()


def test_every_way_to_lose_an_answer_is_tried() -> None:
    """All that can befall a create call, but a clear refusal, a delay, and a refusal that is a lie."""
    tried = {Disturbance.read(f"create:{way}").what for way in UNDONE + DONE}
    able = {name for name, kind in KINDS.items() if "create" in kind.endpoints}
    assert able - tried == {"429-after", "refused", "drip"}


@pytest.fixture
def row(tmp_path: Path) -> Iterator[Row]:
    """Return what writes a row and gives it back."""
    store = Store.open(tmp_path)

    def write(seed: int, prompt: str = ONE_FOX, **more: Any) -> Record:
        fixed: dict[str, Any] = {"model": "m", "mode": "t2v", "simulated": True, "body": {}}
        task_id = more.pop("task_id", None)  # given after, for two rows may have one here
        added, _ = store.add(click_id=f"{seed}", seed=seed, prompt=prompt, **{**fixed, **more})
        return store.update(added.row, task_id=task_id)

    yield write
    store.close()


def made(task_id: str, seed: int, prompt: str = ONE_FOX) -> Task:
    """Return a task as the simulator keeps it."""
    values = {"seed": seed, "prompt": prompt}
    facts = Facts(created=0, queue=0, run=1)
    return Task(task_id=task_id, account="", model="m", values=values, facts=facts, error=None, video=None)


def adopted(task_id: str, by: str = "time") -> dict[str, Any]:
    """Return the columns of a row that took in a task."""
    return {"status": "PENDING", "task_id": task_id, "settled_by": by}


def noticed(rows: Sequence[Record], tasks: Sequence[Task]) -> str:
    """Return what the comparison says is wrong."""
    with pytest.raises(AssertionError) as wrong:
        check_rows(rows, tasks, len(rows))
    return str(wrong.value)


def test_what_is_right_passes(row: Row) -> None:
    """Adopted, a question, not created, and twins that were told apart by order."""
    rows = [
        row(0, **adopted("t-0")),
        row(1, status="UNCONFIRMED", remark="Is it this?"),
        row(2, status="NOT_CREATED"),
        row(3, TWO_FOXES, **adopted("t-4", by="order")),
        row(4, TWO_FOXES, status="NOT_CREATED"),
    ]
    check_rows(rows, [made("t-0", 0), made("t-1", 1), made("t-4", 4, TWO_FOXES)], len(rows))


def test_a_task_made_twice_is_noticed(row: Row) -> None:
    """One click, two tasks."""
    assert "made twice: [0]" in noticed([row(0, **adopted("t-0"))], [made("t-0", 0), made("t-1", 0)])


def test_a_task_had_twice_is_noticed(row: Row) -> None:
    """Two rows that took in the same one."""
    rows = [row(0, **adopted("t-0")), row(1, **adopted("t-0"))]
    assert "two rows have one task" in noticed(rows, [made("t-0", 0)])


@pytest.mark.parametrize("status", ["NOT_CREATED", "REFUSED"])
def test_a_forgotten_task_is_noticed(row: Row, status: str) -> None:
    """It was made, is in nobody's row, and its row says that it was not."""
    assert "nobody has task t-0" in noticed([row(0, status=status)], [made("t-0", 0)])


@pytest.mark.parametrize(("status", "said"), [("SUBMITTING", "SUBMITTING"), ("UNCONFIRMED", "no question")])
def test_a_row_that_goes_on_is_noticed(row: Row, status: str, said: str) -> None:
    """It was to be settled, or to ask."""
    assert said in noticed([row(0, status=status)], [])


def test_a_wrong_task_is_noticed(row: Row) -> None:
    """One that was never made, and one of another prompt."""
    rows = [row(0, **adopted("t-9"))]
    assert "never made t-9" in noticed(rows, [])
    assert ONE_FOX in noticed(rows, [made("t-9", 0, TWO_FOXES)])


@pytest.mark.parametrize(("by", "wrong"), [("prompt", True), ("time", True), ("order", False)])
def test_another_twins_task_is_noticed_unless_it_is_said(row: Row, by: str, wrong: bool) -> None:  # noqa: FBT001 - a column
    """Only those paired by order may have each other's."""
    rows = [row(0, **adopted("t-1", by=by)), row(1, **adopted("t-0", by=by))]
    tasks = [made("t-0", 0), made("t-1", 1)]
    if wrong:
        assert noticed(rows, tasks)
    else:
        check_rows(rows, tasks, len(rows))


def test_a_call_that_went_well_is_noticed() -> None:
    """Every call was to be lost, and every task made is to be in the file."""
    tasks = [made("t-0", 0)]
    lost = Counter({"create": 1, "create.cut": 1, "create.accepted": 1})
    check_counters(lost, tasks)
    for counters, kept in ((lost, []), (lost + Counter(["create"]), tasks)):
        with pytest.raises(AssertionError):
            check_counters(counters, kept)
