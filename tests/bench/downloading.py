"""One side of the row `download` in a process of its own: `ours` or `bare`, and who serves them both."""

import asyncio
import json
import socket
import sys
import time
from pathlib import Path

import httpx

from tests.bench.download import MEGABYTE, SIZE, answer
from tests.bench.memory import peak
from wan_notebook.service import Part, publish, receive


async def bare(url: str, target: Path) -> None:
    """Fetch with nothing but the HTTP library."""
    async with httpx.AsyncClient(trust_env=False) as http, http.stream("GET", url) as response:
        with target.open("xb") as file:
            async for piece in response.aiter_bytes():
                file.write(piece)


async def ours(url: str, target: Path) -> None:
    """Fetch as the product does."""
    part = Part(target.with_suffix(".part"), target)
    await receive(url, part)
    await publish(part)


def main() -> None:
    """Write megabytes per second, and megabytes of memory more than before."""
    side, url = sys.argv[1:3]
    if side == "serve":
        answer(socket.socket(fileno=int(url)))
    target = Path(sys.argv[3])
    peak()
    before, begun = peak(), time.perf_counter()
    asyncio.run({"ours": ours, "bare": bare}[side](url, target))
    seconds = time.perf_counter() - begun
    sys.stdout.write(json.dumps((SIZE / MEGABYTE / seconds, peak() - before)))


if __name__ == "__main__":
    main()
