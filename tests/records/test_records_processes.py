"""Several threads and several processes on one file."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.records.rows import Add
from wan_notebook.records import Store

VALUES = '{"status": "QUEUED", "model": "m", "mode": "t2v", "simulated": True, "body": {}}'

ADD_ROWS = f"""
import sys
from wan_notebook.records import Store
sys.stdin.readline()
store = Store.open(sys.argv[1])
new = [store.add(click_id=f"shared-{{number}}", **{VALUES})[1] for number in range(100)]
own = [store.add(click_id=f"{{sys.argv[2]}}-{{number}}", **{VALUES})[1] for number in range(100)]
print(sum(new), sum(own))
store.close()
"""

OPEN_FRESH = """
import sys
from wan_notebook.records import Store
sys.stdin.readline()
for number in range(25):
    store = Store.open(f"{sys.argv[1]}/{number}")
    print(store.journal)
    store.close()
"""


def _together(script: str, folder: Path, processes: int) -> list[str]:
    """Run a script in several processes that wait for one word to begin, and return what each printed."""
    children = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(folder), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(processes)
    ]
    for child in children:
        assert child.stdin is not None
        child.stdin.write("\n")
        child.stdin.flush()
    printed = [child.communicate(timeout=120)[0] for child in children]
    assert [child.returncode for child in children] == [0] * processes
    return printed


def test_two_processes_lose_and_double_no_row(home: Path) -> None:
    """Each keeps its own rows, and of the clicks both ask for each makes one."""
    counts = [tuple(map(int, line.split())) for line in _together(ADD_ROWS, home, 2)]
    assert sum(shared for shared, _ in counts) == 100
    assert [own for _, own in counts] == [100, 100]
    store = Store.open(home)
    rows = store.select()
    assert len(rows) == len({row.click_id for row in rows}) == 300
    store.close()


def test_processes_that_open_a_fresh_file_at_once_all_succeed(home: Path) -> None:
    """One makes the tables and sets the journal, the others find them."""
    printed = _together(OPEN_FRESH, home, 3)
    assert [line.split() for line in printed] == [["wal"] * 25] * 3


def test_threads_share_a_store(store: Store, add: Add) -> None:
    """Cell thread and engine thread write and read through one."""

    def work(number: int) -> int:
        added = add(click_id=f"click {number}")
        return store.update(added.row, seed=number).row

    with ThreadPoolExecutor(8) as pool:
        rows = list(pool.map(work, range(200)))
    assert sorted(rows) == list(range(1, 201))
    assert {store.get(row).seed for row in rows} == set(range(200))
