"""Cards and slot: plain HTML that says everything and runs nothing."""

from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_record
from wan_notebook.cards import Card, render, slot
from wan_notebook.catalog import Status, VideoState

FACTS = {
    "width": 1280,
    "height": 720,
    "fps": 30.0,
    "seconds": 2.0,
    "video_codec": "h264",
    "audio_codec": "aac",
}


class Reader(HTMLParser):
    """Collects the tags and the text of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag and what it carries."""
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.text += data


def read(html: str) -> Reader:
    """Return what a browser would find in this HTML."""
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


def test_a_finished_card_shows_video_and_figures() -> None:
    """Everything a person asks first is on the card."""
    card = Card(record=a_record(facts=FACTS), source="wan_videos/fox.mp4", poster=b"jpeg", took="6 s")
    found = read(render(card))
    assert ("src", "wan_videos/fox.mp4") in found.attributes
    assert ("poster", "data:image/jpeg;base64,anBlZw==") in found.attributes
    for words in ("1280 × 720", "30 pictures/s", "with sound", "A fox in the rain", "7", "1.20 CNY", "6 s"):
        assert words in found.text
    assert "nothing is charged" in found.text


def test_a_failed_card_says_why_and_that_it_costs_nothing() -> None:
    """Reason, code, request id, "not billed", what to change."""
    record = a_record(
        status=Status.FAILED,
        video_state=VideoState.NONE,
        video=None,
        cost=None,
        error_code="DataInspectionFailed",
        error_message="Input may contain inappropriate content.",
        request_id="req-77",
    )
    found = read(render(Card(record=record, remedy="Change the prompt.")))
    for words in ("DataInspectionFailed", "inappropriate", "req-77", "not billed", "Change the prompt."):
        assert words in found.text
    assert "video" not in found.tags


def test_a_real_task_is_not_marked_simulated() -> None:
    """Real money is named as such."""
    found = read(render(Card(record=a_record(simulated=False, facts=FACTS), source="v.mp4")))
    assert "simulated" not in found.text
    assert "1.20 CNY for 2 s, by the price list" in found.text


def test_an_unknown_cost_is_said_to_be_unknown() -> None:
    """No price is never shown as 0."""
    assert "not known" in read(render(Card(record=a_record(cost=None), source="v.mp4"))).text


@pytest.mark.parametrize("cost", ["0.0005", "3", "1234.5"])
def test_costs_are_readable(cost: str) -> None:
    """Small sums keep their digits, others have two decimals."""
    shown = {"0.0005": "0.0005", "3": "3.00", "1234.5": "1234.50"}[cost]
    assert f"{shown} CNY" in read(render(Card(record=a_record(cost=Decimal(cost)), source="v"))).text


@given(words=st.text(), source=st.text(min_size=1))
def test_text_from_outside_never_becomes_html(words: str, source: str) -> None:
    """Whatever prompt, message, name or note holds, the tags are the card's own."""
    record = a_record(prompt=words, error_message=words, error_code=words, video=words, request_id=words)
    found = read(render(Card(record=record, source=source, notes=(words,), remedy=words)))
    assert set(found.tags) <= {"div", "video", "p", "strong", "span", "dl", "dt", "dd", "code"}
    assert not [name for name, _ in found.attributes if name.startswith("on")]


def test_the_slot_carries_its_mark_and_style() -> None:
    """The script finds it by its mark; the style hides the dead widget of a reopened notebook."""
    html = slot('id"1', ["<p>card</p>"])
    assert 'data-wan-slot="id&quot;1"' in html
    assert "<p>card</p>" in html
    assert ".jp-OutputArea:has(.wan-slot) .jupyter-widgets:not(:has(*))" in html
