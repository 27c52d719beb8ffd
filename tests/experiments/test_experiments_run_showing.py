"""What the grid shows of a run, and how seldom it says so."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.experiments.places import Place, a_place, a_run
from wan_notebook.cards.grid import GridCard, GridCell, render_grid
from wan_notebook.experiments.running import showing
from wan_notebook.experiments.running.cells import Stage
from wan_notebook.experiments.running.run import Run
from wan_notebook.experiments.running.showing import Shown
from wan_notebook.tasks import Studio

WAIT = 30.0
ARMS = {"<i>plain</i>": {"prompt": "{who} in a forest"}, "light": {"prompt": "{who} & golden light"}}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Give a simulator."""
    monkeypatch.setattr(showing, "GAP", 0.05)
    with a_place(tmp_path, monkeypatch) as place:
        yield place


@pytest.fixture
def studio(place: Place) -> Studio:
    """Give a studio on it."""
    return place.studio()


def shown(run: Run) -> Shown:
    """Show a run without a page."""
    view = Shown(run)
    view.refresh()
    return view


def ask(view: Shown, kind: str, **message: Any) -> tuple[dict[str, Any], list[Any]]:
    """Ask what the page would ask, and return the reply and its bytes."""
    sent: list[tuple[dict[str, Any], list[Any]]] = []
    view.widget.send = lambda content, buffers=None: sent.append((content, buffers))
    view.widget._handle_custom_msg({"type": kind, "id": "1", **message}, [])
    (reply,) = sent
    assert (reply[0]["type"], reply[0]["id"]) == ("reply", "1")
    return reply


def test_an_offer_is_started_once_by_the_page(studio: Studio) -> None:
    """The sum stands beside the button; after the start there is no offer any more."""
    run = a_run(studio, 20)
    view = shown(run)
    assert "8 videos, 16 s billed: 9.60 CNY" in view.widget.offer
    assert "At most 20.00 CNY in all." in view.widget.offer
    assert not run.started
    assert ask(view, "start")[0].keys() == ask(view, "start")[0].keys() == {"type", "id"}
    run.wait(WAIT)
    assert view.widget.offer == ""
    assert len(studio.store.select()) == 8


def test_cells_pictures_and_videos(studio: Studio) -> None:
    """State, cost and picture of each cell; bytes come as answers, never as traits."""
    run = a_run(studio, arms=ARMS).start()
    view = shown(run)
    run.wait(WAIT)
    assert view.widget.cells == [["done", "1.20 CNY", True, ""]] * 8
    assert view.widget.totals["counts"] == {"done": 8}
    assert (view.widget.going, view.widget.failed) == (False, [])
    assert [arm["name"] for arm in view.widget.arms] == list(ARMS)
    assert view.widget.blocks[0] == "a fox · seed 1"
    reply, pictures = ask(view, "posters", cells=[0, 3, 99])
    assert reply["cells"] == [0, 3]
    assert all(picture.startswith(b"\xff\xd8") for picture in pictures)
    _, (film,) = ask(view, "video", cell=3)
    video = run.cells[3].video
    assert video is not None
    assert film == video.read_bytes()
    video.unlink()
    assert str(video) in ask(view, "video", cell=3)[0]["error"]
    assert len(json.dumps(view.widget.get_state(), default=repr)) < 60_000


def test_failed_cells_are_named_with_their_reasons(place: Place, studio: Studio) -> None:
    """In the list below the grid, and in the cell."""
    place.making.failing = 1
    run = a_run(studio).start()
    view = shown(run)
    run.wait(WAIT)
    (failed,) = view.widget.failed
    number = [state.stage.value for state in run.cells].index("failed")
    assert failed["name"] == f"{run.cells[number].cell.arm} · {run.cells[number].cell.block.name}"
    assert failed["reason"] == view.widget.cells[number][3] != ""


def test_stop_says_what_became_of_it(place: Place, studio: Studio) -> None:
    """By the button too."""
    place.house.clock.longest = 0.5
    run = a_run(studio).start()
    view = shown(run)
    while run.progress.counts[Stage.RUNNING] != 5:
        time.sleep(0.01)
    assert view.widget.going
    assert ask(view, "stop")[0]["said"].startswith("3 that waited were taken back")


def test_a_fault_is_an_answer(studio: Studio) -> None:
    """A plan another kernel has run meanwhile; a number there is not."""
    late = shown(a_run(studio, seeds=[1]))
    a_run(studio).start().wait(WAIT)
    assert "another plan" in ask(late, "start")[0]["error"]
    assert "error" in ask(late, "video", cell=77)[0]


def test_many_changes_are_few_messages_and_the_last_is_among_them(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two hundred changes in a second: one message each GAP; what is shown in the end is the end."""
    monkeypatch.setattr(showing, "GAP", 0.6)
    run = a_run(studio)
    view = shown(run)
    times: list[float] = []
    change = view.widget.change

    def noted(**traits: Any) -> None:
        times.append(time.monotonic())
        change(**traits)

    monkeypatch.setattr(view.widget, "change", noted)
    begun = time.monotonic()
    for number in range(200):
        run._tell(replace(run.progress, trouble=f"change {number}", started=True))
        time.sleep(0.005)
    run._tell(replace(run.progress, trouble="the end", ended=True))
    assert view.widget.totals["lines"][-1] == "the end"
    assert len(times) <= (time.monotonic() - begun) / 0.6 + 2


class Table(HTMLParser):
    """Reads a table as text, and what it refers to."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what is referred to."""
        self.tags.add(tag)
        self.links += [value for name, value in attrs if name in {"href", "src"} and value is not None]

    def handle_data(self, data: str) -> None:
        """Note text."""
        self.words.append(data)


def test_the_table_that_lasts(studio: Studio) -> None:
    """Plain HTML with pictures and links to the files; names are text."""
    run = a_run(studio, arms=ARMS).start()
    view = shown(run)
    run.wait(WAIT)
    table = Table()
    table.feed(view.widget.slot_html)
    assert "<i>plain</i>" in table.words
    assert not table.tags & {"i", "script", "video"}
    pictures = [link for link in table.links if link.startswith("data:image/jpeg;base64,")]
    assert len(pictures) == 8
    assert all(link.endswith(".mp4") for link in table.links if link not in pictures)
    assert "8 videos: 8 done." in view.widget._slot_text


def test_a_table_without_videos() -> None:
    """States and costs alone; addresses are escaped."""
    cell = GridCell(state="failed", cost="", source='x"y.mp4', good=False)
    card = GridCard(title="A & B", sentences=["<said>"], corner="Block", arms=["A"], rows=[("b", [cell])])
    html = render_grid(card)
    assert 'href="x&quot;y.mp4"' in html
    assert "<said>" not in html
    assert "wan-grid-bad" in html
