"""Try the promises at full size, part by part.

    python -m tests.soak                       every part
    python -m tests.soak records downloads     these parts
    python -m tests.soak --scale 0.05 records  a twentieth of it

Each thing tried prints one line of figures. A part that breaks ends there, with its reason, and the others go
on; then the exit code is 1.
"""

import os
import sys
import tempfile
import time
import traceback
from argparse import ArgumentParser
from pathlib import Path

from tests.soak.parts import PARTS, Part

ROOT = Path(__file__).parents[2]
KEPT = ("LANG", "LC_ALL", "PATH", "TMPDIR")
"""What the tried processes may know of the person who tries: no key, no setting, no proxy."""


def main() -> None:
    """Try the parts named on the command line, or all."""
    parser = ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("parts", nargs="*", metavar="part", help=f"one of {' '.join(PARTS)}; all without one")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size, 1 unless told")
    asked = parser.parse_args()
    if strangers := set(asked.parts).difference(PARTS):
        parser.error(f"no such part: {', '.join(sorted(strangers))}; the parts are {' '.join(PARTS)}")
    begun = time.monotonic()
    held = [tried(name, PARTS[name], asked.scale) for name in asked.parts or PARTS]
    write(f"{sum(held)} of {len(held)} parts held, {time.monotonic() - begun:.0f} s\n")
    sys.exit(not all(held))


def tried(name: str, part: Part, scale: float) -> bool:
    """Run a part in a folder of its own, tell what it found, and return whether it held."""
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="wan-soak-", ignore_cleanup_errors=True) as folder:
        enter(Path(folder))
        try:
            for line in part(Path(folder), scale):
                write(f"{name}: {line}, {time.monotonic() - begun:.1f} s\n")
                begun = time.monotonic()
        except Exception:  # noqa: BLE001 - one part that breaks must not take the others with it
            write(f"{name}: broken\n{traceback.format_exc()}")
            return False
        finally:
            os.chdir(ROOT)
    return True


def enter(folder: Path) -> None:
    """Work in a folder, with a clean environment that every process started here inherits."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    os.environ.clear()
    os.environ.update(kept, HOME=str(folder), PYTHONPATH=str(ROOT))
    os.chdir(folder)


def write(words: str) -> None:
    """Show words at once."""
    sys.stdout.write(words)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
