"""Someone who calls a simulator over HTTP."""

from dataclasses import dataclass
from typing import Any

import httpx

from wan_notebook.simulator import InThread, MovableClock

CREATE = "/services/aigc/video-generation/video-synthesis"
SMALL = {"resolution": "720P", "duration": 2, "seed": 7}


def headers(key: str) -> dict[str, str]:
    """Return the headers of a create call."""
    return {"Authorization": f"Bearer {key}", "X-DashScope-Async": "enable"}


@dataclass
class Caller:
    """One account's calls to a simulator.

    Attributes:
        simulator: who is called.
        clock: its clock.
        http: sends the calls, with key and async header.
    """

    simulator: InThread
    clock: MovableClock
    http: httpx.Client

    def create(self, prompt: str = "A fox", **parameters: Any) -> httpx.Response:
        """Send a create call for a short video."""
        body = {"model": "wan2.7-t2v", "input": {"prompt": prompt}, "parameters": {**SMALL, **parameters}}
        return self.http.post(CREATE, json=body)

    def task(self, prompt: str = "A fox", **parameters: Any) -> str:
        """Create a task and return its id."""
        answer = self.create(prompt, **parameters)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["output"]["task_id"])

    def output(self, task_id: str) -> dict[str, Any]:
        """Query a task and return the output."""
        answer = self.http.get(f"/tasks/{task_id}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["output"])

    def finished(self, **parameters: Any) -> dict[str, Any]:
        """Create a task, let it end, and return its output."""
        task_id = self.task(**parameters)
        assert self.simulator.wait_made()
        self.clock.move(60)
        return self.output(task_id)
