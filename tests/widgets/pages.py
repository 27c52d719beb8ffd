"""What a page does with a form, without a page."""

from typing import Any

from wan_notebook.widgets import Form

R2V: dict[str, Any] = {
    "prompt": "Image 1 hands Image 2 to Video 1.",
    "media": [
        {"type": "reference_image", "url": "https://example.com/girl.png"},
        {"type": "reference_video", "url": "https://example.com/walk.mp4"},
        {"type": "reference_image", "url": "https://example.com/kite.png"},
    ],
    "resolution": "720P",
}
"""Values for wan2.7-r2v that have neither problems nor remarks."""


def ask(form: Form, kind: str, **message: Any) -> dict[str, Any]:
    """Ask what the page would ask, and return the one reply."""
    sent: list[dict[str, Any]] = []
    form.widget.send = lambda content, _buffers=None: sent.append(content)
    heading, values = form.widget.heading, form.widget.values
    shown = {"model": heading["model"], "values": dict(values), "shots": None}
    form.widget._handle_custom_msg({"type": kind, "id": "1", **shown, **message}, [])
    (reply,) = sent
    assert (reply["type"], reply["id"]) == ("reply", "1")
    return reply


def notices(form: Form) -> list[str]:
    """Return the remarks a form shows."""
    return [notice["message"] for notice in form.widget.check["notices"]]
