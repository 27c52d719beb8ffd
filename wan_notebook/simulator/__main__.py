"""The simulator's own process: orders come as JSON on standard input, "ready" goes to standard output."""

import json
import logging
import os
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

from wan_notebook.catalog import SettingError
from wan_notebook.simulator.own import serve
from wan_notebook.simulator.process import Running
from wan_notebook.simulator.settings import Settings

LOG_FILE = "simulator.log"
LOG_BYTES = 500_000


def main() -> int:
    """Serve until stopped, unused for long, or refused; return the exit code."""
    orders = json.load(sys.stdin)
    folder, settings = Path(orders["folder"]), Settings.from_json(orders["settings"])
    with _leave_streams() as starter:
        _log_to(folder / LOG_FILE)

        def ready(running: Running) -> None:
            json.dump({"base_url": running.base_url, "pid": running.pid}, starter)
            starter.close()

        try:
            serve(folder, settings, 0, ready)
        except SettingError as problem:
            json.dump({"error": str(problem), "kind": type(problem).__name__}, starter)
            return 1
    return 0


def _leave_streams() -> TextIO:
    """Turn the standard streams to nowhere; return the old output.

    The starter waits until that is closed everywhere, so no child of this process may get it.
    """
    starter = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    return starter


def _log_to(path: Path) -> None:
    """Keep a log of bounded size, and in it what would end this process; made when there is a first line."""
    log = RotatingFileHandler(path, maxBytes=LOG_BYTES, backupCount=1, encoding="utf-8", delay=True)
    log.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logging.basicConfig(handlers=[log], level=logging.INFO)
    sys.excepthook = _log_end


def _log_end(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("the simulator ended", exc_info=(kind, error, trace))


if __name__ == "__main__":
    sys.exit(main())
