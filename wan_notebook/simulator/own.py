"""Serves a state folder as a process of its own, and keeps its address there."""

import json
import os
import socket
from collections.abc import Callable
from pathlib import Path

from wan_notebook.catalog import SettingError, text
from wan_notebook.simulator.clock import SystemClock
from wan_notebook.simulator.making.workshop import in_process
from wan_notebook.simulator.process import ADDRESS_FILE, Running, earlier_port
from wan_notebook.simulator.server import HOST, House, Server, base_url
from wan_notebook.simulator.settings import Settings


def serve(folder: Path, settings: Settings, port: int, ready: Callable[[Running], None]) -> None:
    """Serve until stopped by a signal or unused for long.

    Args:
        folder: state folder.
        settings: how it behaves.
        port: port to listen on; 0 takes the folder's earlier one, so that old links keep working, else a
            free one.
        ready: called when it answers.

    Raises:
        FolderInUseError: another process serves the folder.
        SettingError: the folder cannot be used, or the port is taken.
    """
    if port and not _free(port):
        raise SettingError(text("simulator.start.port", port=port))
    house = House(folder, settings, SystemClock(), in_process)
    earlier = earlier_port(folder)
    chosen = port or (earlier if earlier and _free(earlier) else 0)

    def announce(opened: int) -> None:
        _write_address(folder, opened, house.door.instance)
        ready(Running(base_url(opened), os.getpid(), settings))

    Server(house, chosen, announce, settings.idle_minutes * 60).run()


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _write_address(folder: Path, port: int, instance: str) -> None:
    """Write it whole or not at all."""
    part = folder / f".{ADDRESS_FILE}.part"
    part.write_text(json.dumps({"port": port, "pid": os.getpid(), "instance": instance}))
    part.replace(folder / ADDRESS_FILE)
