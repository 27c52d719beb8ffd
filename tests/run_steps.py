"""Run steps of the Makefile one after the other, all of them, and end with one summary.

python -m tests.run_steps lint types …      exits with 1 if any step failed
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Result:
    """How one step ended, and how long it took."""

    step: str
    passed: bool
    seconds: float


def make(step: str) -> bool:
    """Run one target of the Makefile, its output as it comes, and tell whether it passed."""
    return subprocess.run(["make", "--no-print-directory", step], check=False).returncode == 0  # noqa: S607 - the make that runs us


def run(steps: Iterable[str], passes: Callable[[str], bool], clock: Callable[[], float]) -> list[Result]:
    """Run every step, also after one that failed."""
    results = []
    for step in steps:
        begun = clock()
        passed = passes(step)
        results.append(Result(step, passed, clock() - begun))
    return results


def summary(results: list[Result]) -> str:
    """Return a table of the results, with the sum at its end."""
    failed = [result.step for result in results if not result.passed]
    verdict = f"FAILED: {', '.join(failed)}" if failed else "all passed"
    rows = [(result.step, "passed" if result.passed else "FAILED", result.seconds) for result in results]
    lines = [f"{step:<12}{word:<10}{seconds:>7.1f} s" for step, word, seconds in rows]
    total = sum(result.seconds for result in results)
    return "\n".join(
        ["", f"{'step':<12}{'result':<10}{'time':>9}", *lines, f"{verdict} in {total:.0f} s", ""]
    )


def main() -> None:
    """Run the steps named on the command line."""
    results = run(sys.argv[1:], make, time.monotonic)
    sys.stdout.write(summary(results))
    sys.exit(not all(result.passed for result in results))


if __name__ == "__main__":
    main()
