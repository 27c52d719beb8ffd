"""One finished task as HTML. Everything that came from outside is escaped."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from wan_notebook.catalog import Status, VideoState, amount, text
from wan_notebook.records import Record


@dataclass(frozen=True, kw_only=True)
class Card:
    """What a card shows.

    Attributes:
        record: the finished task.
        source: address of its video relative to the notebook, None when there is none to show.
        poster: a small JPEG shown until the video plays.
        notes: sentences on what differs from what was asked.
        remedy: what to change, when it failed.
        took: length of the whole wait in words, None when not known.
    """

    record: Record
    source: str | None = None
    poster: bytes | None = None
    notes: tuple[str, ...] = ()
    remedy: str | None = None
    took: str | None = None


def render(card: Card) -> str:
    """Return a card as HTML with classes only: without its style it still reads well."""
    good = card.record.status is Status.SUCCEEDED and card.record.video_state is VideoState.SAVED
    kind = "wan-card" if good else "wan-card wan-card-failed"
    return f'<div class="{kind}">{_video(card)}<div class="wan-card-text">{_words(card)}</div></div>'


def _video(card: Card) -> str:
    if card.source is None:
        return ""
    poster = ""
    if card.poster is not None:
        poster = f' poster="data:image/jpeg;base64,{base64.b64encode(card.poster).decode()}"'
    label = escape(text("cards.video", prompt=card.record.prompt or ""), quote=True)
    return (
        f'<video class="wan-card-video" controls playsinline preload="metadata" width="480"'
        f' src="{escape(card.source, quote=True)}" aria-label="{label}"{poster}></video>'
    )


def _words(card: Card) -> str:
    record = card.record
    prompt = f'<p class="wan-card-prompt" tabindex="0">{escape(record.prompt or "")}</p>'
    rows = "".join(
        f"<dt>{escape(label)}</dt><dd>{_mono(value) if mono else escape(value)}</dd>"
        for label, value, mono in _rows(card)
    )
    notes = "".join(f'<p class="wan-card-note">{escape(note)}</p>' for note in card.notes)
    return f"{_head(record)}{prompt}<dl>{rows}</dl>{notes}"


def _head(record: Record) -> str:
    badges = [f'<span class="wan-badge">{escape(record.model)}</span>']
    if record.simulated:
        badges.append(f'<span class="wan-badge wan-badge-simulated">{escape(text("cards.simulated"))}</span>')
    state = text(f"cards.status.{record.status}")
    if record.status is Status.SUCCEEDED and record.video_state is not VideoState.SAVED:
        state = text(f"cards.video_state.{record.video_state}")
    return f'<p class="wan-card-head"><strong>{escape(state)}</strong>{"".join(badges)}</p>'


def _mono(value: str) -> str:
    return f"<code>{escape(value)}</code>"


Row = tuple[str, str, bool]


def _rows(card: Card) -> Iterator[Row]:
    """Yield label, value and whether it is something to copy."""
    record = card.record
    facts = (
        ("reason", record.error_message, False),
        ("remedy", card.remedy, False),
        ("code", record.error_code, True),
        ("picture", _picture(record.facts), False),
        ("seed", None if record.seed is None else str(record.seed), True),
        ("cost", _cost(record), False),
        ("took", card.took, False),
        ("file", record.video, True),
        ("task", record.task_id, True),
        ("request", record.request_id if record.error_message else None, True),
    )
    yield from ((text(f"cards.label.{key}"), value, mono) for key, value, mono in facts if value)


def _picture(facts: dict[str, Any] | None) -> str | None:
    if facts is None:
        return None
    sound = text("cards.sound" if facts["audio_codec"] else "cards.silent")
    figures = {name: f"{facts[name]:g}" for name in ("width", "height", "fps", "seconds")}
    return text("cards.picture", **figures, sound=sound)


def _cost(record: Record) -> str:
    """Return what it cost in words: billed, free because it failed, or not known."""
    if record.status in {Status.FAILED, Status.REFUSED, Status.NOT_CREATED, Status.CANCELED}:
        return text("cards.cost.none")
    if record.cost is None:
        return text("cards.cost.unknown")
    key = "simulated" if record.simulated else "billed"
    billed = "" if record.billed_s is None else f"{record.billed_s:g}"
    return text(f"cards.cost.{key}", amount=amount(record.cost), currency=record.currency, seconds=billed)
