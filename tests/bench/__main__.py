"""Measure the package against the goals in `goals.toml`, and print one table.

    python -m tests.bench               every row
    python -m tests.bench import form   these rows

What falls short is named under the table and is no failure: a timing is no test. The exit code is 1 when a
row could not be measured.
"""

import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.goals import Goal, read_goals
from tests.bench.report import Outcome, load, machine, shortfalls, table
from tests.bench.rows import BENCHES, Bench

ROOT = Path(__file__).parents[2]
KEPT = ("CHROME", "CI", "LANG", "LC_ALL", "PATH", "TMPDIR")
"""What the measured processes may know of the person who measures: no key, no setting, no proxy."""


def main() -> None:
    """Measure the rows named on the command line, or all."""
    goals = read_goals()
    benches = chosen(sys.argv[1:])
    before = load()
    with tempfile.TemporaryDirectory(prefix="wan-bench-", ignore_cleanup_errors=True) as folder:
        enter(Path(folder))
        outcomes = [outcome for bench in benches for outcome in measured(bench, goals, Path(folder))]
    write(f"\n{machine()}\nload {before} before, {load()} after\n\n{table(outcomes)}\n")
    write("".join(f"\n{line}" for line in shortfalls(outcomes)) or "\nevery goal is met")
    write("\n")
    sys.exit(any(outcome.figure is None for outcome in outcomes))


def chosen(names: Sequence[str]) -> list[Bench]:
    """Return the measurements that fill these rows, all when none is named; end when one is not known."""
    known = [row for bench in BENCHES for row in bench.rows]
    strangers = set(names).difference(known)
    if strangers:
        sys.exit(f"No such row: {', '.join(sorted(strangers))}; the rows are {' '.join(known)}.")
    return [bench for bench in BENCHES if not names or set(names).intersection(bench.rows)]


def enter(folder: Path) -> None:
    """Work in a folder, with a clean environment that every process started here inherits."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    os.environ.clear()
    os.environ.update(kept, HOME=str(folder), PYTHONPATH=str(ROOT), JUPYTER_PREFER_ENV_PATH="1")
    os.chdir(folder)


def measured(bench: Bench, goals: dict[str, Goal], folder: Path) -> Iterator[Outcome]:
    """Measure, and yield how each row ended; what went wrong is said in its row, and the others go on."""
    own = folder / bench.rows[0]
    own.mkdir()
    write(f"{' '.join(bench.rows)} …\n")
    try:
        for row, figure in zip(bench.rows, bench.measure(own), strict=True):
            yield Outcome(row, goals[row], figure)
    except Exception as error:  # noqa: BLE001 - one row that fails must not take the others with it
        for row in bench.rows:
            yield Outcome(row, goals[row], None, f"{type(error).__name__}: {error}")


def write(words: str) -> None:
    """Show words at once."""
    sys.stdout.write(words)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
