"""The grid of a full experiment, 12 arms in 20 blocks: when it is drawn, and how much is said about it."""

import time

from playwright.sync_api import expect

from tests.browser.harness import NotebookPage

FULL = """
import threading, time
from dataclasses import replace
from decimal import Decimal
from wan_notebook.experiments.running.cells import CellState, click_id
from wan_notebook.records import Experiments
from wan_notebook.tasks import current
from wan_notebook.tasks.rows import of_request

exp = wan.Experiment("full", base={"duration": 2, "resolution": "720P"}, seeds=range(20),
    arms={f"arm {number}": {"prompt": f"A fox in light {number}"} for number in range(12)})
store, plan = current().store, exp.design
uid = Experiments(store).keep("full", plan.as_json()).uid
film = wan.generate(plan.request(plan.cells[0])).wait().video
for number, cell in enumerate(plan.cells):
    store.add(**of_request(plan.request(cell).resolved(), "beijing"), simulated=True, status="SUCCEEDED",
        video_state="saved", video=film, cost=Decimal("1.2"), task_id=f"task-{number}", experiment="full",
        click_id=click_id(uid, cell, 1), arm=cell.arm, case=cell.block.case)
run = exp.run().wait()
"""
"""Makes the experiment in a kernel where `wan` is connected to a simulator: one video is in every cell."""
SHOW = "run"
"""A cell that shows its grid."""
DRAWN = """() => {
    const pictures = [...document.querySelectorAll('.wan-run-poster:not([hidden])')];
    return pictures.length === 240 && pictures.every(one => one.complete) && Date.now() / 1000;
}"""
"""False until all is drawn; then the seconds since 1970."""
WATCHED = """
window.arrived = [];
window.WebSocket = class extends WebSocket {
    constructor(...given) {
        super(...given);
        if (!this.url.includes('/channels')) return;
        this.addEventListener('message', ({data}) =>
            window.arrived.push([Date.now() / 1000, data.byteLength ?? data.length]));
    }
};
"""
"""Notes time and size of all that kernels say, not of what Lab hears of saved files; runs before the page."""
EMPTY = """
run = exp.run().wait()
whole = run.progress
none_yet = {cell: CellState(cell=cell) for cell in whole.states}
run._tell(replace(whole, states=none_yet, ended=False))
"""
"""Begins anew with a grid that has no video yet."""
LAST = "the last change"
FILL = f"""
def fill():
    states = dict(none_yet)
    for cell, state in whole.states.items():
        states[cell] = state
        run._tell(replace(whole, states=dict(states), ended=False))
        time.sleep(0.02)
    run._tell(replace(run.progress, trouble={LAST!r}, ended=True))
threading.Thread(target=fill).start()
"""
"""Has a video come into it every 20 ms."""


def messages_a_second(notebook: NotebookPage, cell: int) -> float:
    """Fill the empty grid in this cell's output, and return how many messages a second come meanwhile.

    All count that reach a page `WATCHED`: news of the cells, pictures, what the kernel says of its own state.
    """
    notebook.execute(FILL)
    begun, before = time.monotonic(), _arrived(notebook)
    expect(notebook.output(cell).locator(".wan-run-lines")).to_contain_text(LAST, timeout=30_000)
    return (_arrived(notebook) - before) / (time.monotonic() - begun)


def _arrived(notebook: NotebookPage) -> int:
    return int(notebook.page.evaluate("() => window.arrived.length"))
