"""Ends the simulators that kernels of a test have started: they outlive their kernels on purpose."""

import os
import signal
from pathlib import Path

from wan_notebook.simulator.process import ADDRESS_FILE, join


def stop_simulators(root: Path) -> None:
    """End every simulator whose state folder lies below `root`."""
    for address in root.rglob(ADDRESS_FILE):
        running = join(address.parent)
        if running is not None:
            os.kill(running.pid, signal.SIGTERM)
