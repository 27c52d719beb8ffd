"""How fast a large video is fetched into its file, and how much memory that takes.

A process of its own sends the video without touching a disk, and another receives it: ours as the product
does, with all its checks and the bytes flushed to the disk, or the bare HTTP library writing into a file.
"""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.bench.figures import Figure, in_turn, medians

MEGABYTE = 10**6
SIZE = 200 * MEGABYTE
TIMES = 5


def downloads(folder: Path) -> tuple[Figure, Figure]:
    """Return megabytes per second of both sides, and megabytes of memory by which ours grew."""
    with serving() as url:

        def fetched(side: str) -> tuple[float, float]:
            target = folder / "video.mp4"
            command = [sys.executable, "-m", "tests.bench.downloading", side, url, str(target)]
            done = subprocess.run(command, capture_output=True, check=True, text=True)
            assert target.stat().st_size == SIZE
            target.unlink()
            speed, memory = json.loads(done.stdout)
            return speed, memory

        pairs = in_turn(lambda: fetched("ours"), lambda: fetched("bare"), TIMES)
    speed = medians([(ours[0], bare[0]) for ours, bare in pairs])
    return speed, Figure(median(ours[1] for ours, _ in pairs))


@contextmanager
def serving() -> Iterator[str]:
    """Send the video to whoever asks, from a process of its own, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        command = [sys.executable, "-m", "tests.bench.downloading", "serve", str(listening.fileno())]
        server = subprocess.Popen(command, pass_fds=[listening.fileno()])
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/video.mp4"
        finally:
            server.terminate()
            server.wait()


def answer(listening: socket.socket) -> None:
    """Answer each call with the video, one after the other, for ever."""
    zeros = os.memfd_create("video")
    os.ftruncate(zeros, SIZE)
    head = f'HTTP/1.1 200 OK\r\nContent-Length: {SIZE}\r\nETag: "v"\r\nConnection: close\r\n\r\n'
    while True:
        calling, _ = listening.accept()
        with calling:
            calling.recv(65_536)
            calling.sendall(head.encode())
            offset = 0
            while offset < SIZE:
                offset += os.sendfile(calling.fileno(), zeros, offset, SIZE - offset)
