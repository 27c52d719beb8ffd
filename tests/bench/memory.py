"""What memory a process of the bench has needed."""

from pathlib import Path

KILOBYTES = 1024
"""In a megabyte. `ru_maxrss` would not do: it begins with what the process that started this one had."""


def peak() -> float:
    """Return the most megabytes this process has had in memory since the last call; Linux tells."""
    own = Path("/proc/self")
    line = next(line for line in (own / "status").read_text().splitlines() if line.startswith("VmHWM"))
    (own / "clear_refs").write_text("5")  # forgets the most there was
    return int(line.split()[1]) / KILOBYTES
