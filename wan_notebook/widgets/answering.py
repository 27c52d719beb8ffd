"""How a widget answers its page: what a message brings, and errors as sentences."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from anywidget import AnyWidget

from wan_notebook.catalog import WanError, text
from wan_notebook.catalog.shots import Shot, Storyboard

Message = Mapping[str, Any]
Values = dict[str, Any]
Answer = tuple[dict[str, Any], list[bytes]]
"""A reply to a page, and the bytes that go with it."""
Ask = Callable[[Message, Sequence[Any]], Answer]
"""Answers a question of the page, which may bring bytes with it."""


def reply(widget: AnyWidget, asks: Mapping[str, Ask], message: Message, buffers: Sequence[Any]) -> None:
    """Answer a question of a widget's page, if it is one of these; the reply bears the question's id."""
    ask = asks.get(str(message.get("type", "")))
    if ask is not None:
        answer, pieces = ask(message, buffers or [])
        widget.send({"type": "reply", "id": message["id"], **answer}, pieces)


def current(message: Message) -> Values:
    """Return the values a message brings, with shots in it that are not yet in the prompt written there."""
    values: Values = dict(message["values"])
    if message.get("shots") is None:
        return values
    told = message["shots"]
    shots = [Shot(float(one["start"]), float(one["end"]), str(one["text"])) for one in told["shots"]]
    return {**values, "prompt": Storyboard(str(told["intro"]), tuple(shots)).prompt()}


def guarded(act: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what an action brings; the outermost boundary of a callback: errors reach the user."""
    try:
        return act()
    except WanError as error:
        return {"error": str(error)}
    except Exception as error:  # noqa: BLE001 - a callback's traceback would vanish in a log
        return {"error": text("widgets.form.internal", reason=f"{type(error).__name__}: {error}")}


def silent(act: Callable[[Message], None]) -> Ask:
    """Return an action as an answer with nothing in it: what it does shows in the form."""

    def ask(message: Message, _buffers: Sequence[Any]) -> Answer:
        act(message)
        return {}, []

    return ask


def safe(ask: Ask) -> Ask:
    """Return a question whose errors become its answer."""

    def asked(message: Message, buffers: Sequence[Any]) -> Answer:
        pieces: list[bytes] = []

        def act() -> dict[str, Any]:
            answer, brought = ask(message, buffers)
            pieces.extend(brought)
            return answer

        return guarded(act), pieces

    return asked
