"""What one task of five minutes sends between kernel and page, from the click to the card."""

from pathlib import Path

from tests.bench.example import VALUES
from tests.bench.figures import Figure
from tests.bench.kernel import Kernel, Message, running_kernel

FORM = """
from tests.bench.in_kernel import form_of_a_long_task
form = form_of_a_long_task(300)
form
"""
VIEW = "application/vnd.jupyter.widget-view+json"
QUIET = 1.0
"""Seconds without a message after which nothing more comes."""


def traffic(folder: Path) -> tuple[Figure, Figure]:
    """Click on Generate, and count messages and kilobytes.

    The click itself and everything the kernel publishes count, its "busy" and "idle" too. A page asks once
    for the time when it opens the form, which is before the click.
    """
    with running_kernel(folder) as kernel:
        shown = kernel.run(FORM)
        views = [message["content"]["data"][VIEW] for message in shown if _holds(message, VIEW)]
        messages = from_click_to_card(kernel, views[0]["model_id"])
        return Figure(len(messages)), Figure(sum(map(kernel.size, messages)) / 1000)


def from_click_to_card(kernel: Kernel, widget: str) -> list[Message]:
    """Return the messages of one task, that of the click first."""
    content = {"type": "generate", "click_id": "bench", "values": VALUES}
    click = kernel.send("comm_msg", {"comm_id": widget, "data": {"method": "custom", "content": content}})
    published = kernel.collect(lambda message: "wan-card-video" in _slot(message))
    return [click, *published, *kernel.late(QUIET)]


def _slot(message: Message) -> str:
    """Return the card a message puts into the slot, "" when it is another message."""
    return str(message["content"]["data"]["text/html"]) if _holds(message, "text/html") else ""


def _holds(message: Message, kind: str) -> bool:
    shows = message["msg_type"] in {"display_data", "update_display_data"}
    return shows and kind in message["content"]["data"]
