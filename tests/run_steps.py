"""Run steps of the Makefile, all of them, and end with one summary.

    python -m tests.run_steps lint,types,unit notebooks,browser then coverage

Each argument is a lane: its steps run one after the other, the lanes side by side, so that both processors of
a small machine are used. What stands behind "then" begins when all before it has ended. Exits with 1 if any
step failed. The output of a step is written in one piece when it ends.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

THEN = "then"


@dataclass(frozen=True)
class Result:
    """How one step ended, and how long it took."""

    step: str
    passed: bool
    seconds: float


Step = Callable[[str], bool]
Clock = Callable[[], float]


def make(step: str) -> bool:
    """Run one target of the Makefile, write its output, and tell whether it passed."""
    command = ["make", "--no-print-directory", step]
    ended = subprocess.run(
        command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    sys.stdout.write(f"\n===== {step} =====\n{ended.stdout.decode(errors='replace')}")
    sys.stdout.flush()
    return ended.returncode == 0


def run_lane(lane: str, passes: Step, clock: Clock) -> list[Result]:
    """Run the steps of one lane, also after one that failed."""
    results = []
    for step in lane.split(","):
        begun = clock()
        passed = passes(step)
        results.append(Result(step, passed, clock() - begun))
    return results


def run(lanes: Sequence[str], passes: Step, clock: Clock) -> list[Result]:
    """Run lanes side by side, then those behind "then"."""
    now = lanes[: lanes.index(THEN)] if THEN in lanes else lanes
    with ThreadPoolExecutor(len(now)) as pool:
        results = [one for lane in pool.map(lambda lane: run_lane(lane, passes, clock), now) for one in lane]
    later = lanes[len(now) + 1 :]
    return results + (run(later, passes, clock) if later else [])


def summary(results: list[Result], seconds: float) -> str:
    """Return a table of the results, with the whole time at its end."""
    failed = [result.step for result in results if not result.passed]
    verdict = f"FAILED: {', '.join(failed)}" if failed else "all passed"
    rows = [(result.step, "passed" if result.passed else "FAILED", result.seconds) for result in results]
    lines = [f"{step:<12}{word:<10}{seconds:>7.1f} s" for step, word, seconds in rows]
    return "\n".join(
        ["", f"{'step':<12}{'result':<10}{'time':>9}", *lines, f"{verdict} in {seconds:.0f} s", ""]
    )


def main() -> None:
    """Run the lanes named on the command line."""
    begun = time.monotonic()
    results = run(sys.argv[1:], make, time.monotonic)
    sys.stdout.write(summary(results, time.monotonic() - begun))
    sys.exit(not all(result.passed for result in results))


if __name__ == "__main__":
    main()
