"""Voting as a person does it: by keyboard, over a reload and a killed kernel, blindly."""

import os
import signal
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Request, WebSocket, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.forest import DARK, LIGHT, NAME, TELLING, made_forest
from tests.browser.harness import NotebookPage
from wan_notebook.records import Experiments, Store, Vote, Votes

OPEN = f"""
import wan_notebook as wan
from pathlib import Path
from wan_notebook.experiments.experiment import Experiment
from wan_notebook.records import Experiments, Store
store = Store.open(Path.cwd())
exp = Experiment.kept(Experiments(store).find("{NAME}"), store)
"""
KEYS = {
    "ArrowLeft": "left",
    "ArrowRight": "right",
    "ArrowDown": "tie",
    "b": "both_bad",
    "s": "skip",
}


EDITOR = (b"complete_reply", b"inspect_reply")
"""What an editor is told of Python when somebody types into a cell; the voter's page has no part in it."""
AROUND = 300


class Wire:
    """Everything that passes between a page and its server, as bytes.

    Attributes:
        passed: addresses, posted data and frames.
    """

    def __init__(self, notebook: NotebookPage) -> None:
        self.passed: list[bytes] = []
        notebook.page.on("request", self._request)
        notebook.page.on("websocket", self._socket)

    def telling(self) -> dict[str, bytes]:
        """Return what has passed that tells of arms, prompts, models or files, with what stood around it."""
        found = {}
        for word, passed in product(TELLING, self.passed):
            place = passed.find(word.encode())
            if place >= 0:
                found[word] = passed[max(place - AROUND, 0) : place + AROUND]
        return found

    def _request(self, request: Request) -> None:
        self.passed.extend((request.url.encode(), request.post_data_buffer or b""))

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._frame)
        socket.on("framesent", self._frame)

    def _frame(self, payload: str | bytes) -> None:
        frame = payload.encode() if isinstance(payload, str) else payload
        if not any(reply in frame for reply in EDITOR):
            self.passed.append(frame)


@pytest.fixture
def forest(open_notebook: OpenNotebook) -> tuple[NotebookPage, Wire]:
    """Open a notebook beside an experiment with its videos; what passes is recorded from the first cell."""
    notebook = open_notebook(OPEN, "", problems=[r"WebSocket", "Comm promise"])
    made_forest(notebook.file.parent)
    wire = Wire(notebook)
    notebook.reload()
    notebook.wait_idle()
    return notebook, wire


def open_page(notebook: NotebookPage, call: str) -> Locator:
    """Show a voter's page in the second cell and give it the keys; return it."""
    notebook.run_cell(0)
    notebook.page.evaluate(
        """source => {
            const notebook = window.jupyterapp.shell.currentWidget.content;
            notebook.widgets[1].model.sharedModel.setSource(source);
        }""",
        call,
    )
    notebook.run_cell(1)
    return with_keys(notebook)


def with_keys(notebook: NotebookPage) -> Locator:
    """Click into the page of the second cell, once it shows a pair; return it."""
    root = notebook.output(1).locator(".wan-vote")
    expect(root).to_have_attribute("data-phase", "judging")
    root.locator(".wan-vote-head strong").click()
    return root


def press(notebook: NotebookPage, key: str) -> None:
    """Press a key once answers count."""
    root = notebook.output(1).locator(".wan-vote")
    expect(root.locator(".wan-vote-do-left")).to_have_attribute("aria-disabled", "false")
    asked = root.locator(".wan-vote-head").text_content()
    notebook.page.keyboard.press(key)
    expect(root.locator(".wan-vote-head")).not_to_have_text(asked or "")


def left_arm(notebook: NotebookPage) -> str:
    """Return whose video stands left, by its pixels."""
    shade = (
        notebook.output(1)
        .locator(".wan-vote-left video")
        .evaluate(
            """video => {
            const canvas = Object.assign(document.createElement('canvas'), {width: 8, height: 8});
            const context = canvas.getContext('2d');
            context.drawImage(video, 0, 0, 8, 8);
            return context.getImageData(0, 0, 1, 1).data[0];
        }""",
        )
    )
    return LIGHT if shade > 128 else DARK


def votes_of(notebook: NotebookPage, *, undone: bool = False) -> list[Vote]:
    """Return the votes in the records."""
    with closing(Store.open(notebook.file.parent)) as store:
        kept = Experiments(store).find(NAME)
        assert kept is not None
        return Votes(store).of(kept.uid, undone=undone)


def answer(notebook: NotebookPage, keys: str) -> list[tuple[str, str]]:
    """Press keys, one a pair; return whose video stood left each time, and what the key means."""
    given = []
    for key in keys.split():
        expect(notebook.output(1).locator(".wan-vote")).to_have_attribute("data-phase", "judging")
        given.append((left_arm(notebook), KEYS[key]))
        press(notebook, key)
    return given


def test_a_voter_sees_nothing_but_two_videos(forest: tuple[NotebookPage, Wire]) -> None:
    """By keyboard, with undo and a reload half-way: votes as pressed, not a word of arms before the end."""
    notebook, wire = forest
    root = open_page(notebook, "panel = exp.vote('ann')\npanel")
    assert "1 of 6" in (root.text_content() or "")
    given = answer(notebook, "ArrowLeft ArrowDown b")
    notebook.screenshot("fourth")
    press(notebook, "u")
    assert "3 of 6" in (root.text_content() or "")
    press(notebook, "ArrowRight")
    given[2] = (given[2][0], "right")
    (output,) = notebook.save().cells[1].outputs
    assert output.data["text/plain"].startswith("Voting needs a running kernel")
    notebook.reload()
    with_keys(notebook)
    assert "4 of 6" in (root.text_content() or "")
    given += answer(notebook, "s ArrowLeft ArrowRight")
    expect(root).to_have_attribute("data-phase", "ended")
    assert wire.telling() == {}
    assert not any(word in notebook.output(1).evaluate("node => node.outerHTML") for word in TELLING)
    notebook.page.keyboard.press("Backspace")
    expect(root).to_have_attribute("data-phase", "judging")
    given[5:] = answer(notebook, "b")
    expect(root).to_have_attribute("data-phase", "ended")
    votes = votes_of(notebook)
    assert [(vote.left, vote.choice) for vote in votes] == given
    assert len({(vote.case, vote.seed) for vote in votes}) == 6
    first = {(vote.case, vote.seed): vote for vote in reversed(votes_of(notebook, undone=True))}
    assert len(votes_of(notebook, undone=True)) == 8
    assert all(vote.watch_s > 0.7 for vote in first.values() if vote.choice != "skip")
    assert all(0 < (vote.voted_at - vote.shown_at).total_seconds() < 60 for vote in votes)
    assert wire.telling() == {}
    state = notebook.execute("print(panel.widget.get_state(), repr(panel), repr(panel.widget))")
    assert not any(word in state for word in (*TELLING, "Traceback"))
    notebook.page.keyboard.press("Enter")
    expect(root.locator("table")).to_contain_text(LIGHT)
    expect(root.locator(".wan-vote-do-undo")).to_be_hidden()
    assert wire.telling().keys() == {DARK, LIGHT}
    notebook.screenshot("revealed")
    notebook.execute("exp.export_votes('votes.csv'); exp.export_votes('votes.json')")
    assert (notebook.file.parent / "votes.csv").read_text("utf-8-sig").count(LIGHT) == 6
    for name in ("votes.csv", "votes.json"):
        assert "6" in notebook.execute(f"print(exp.import_votes({name!r}).known)")


@pytest.mark.parametrize("application", ["lab"])
def test_a_killed_kernel_loses_no_vote(forest: tuple[NotebookPage, Wire]) -> None:
    """What was stored counts, what was not is said, and the next kernel goes on there; nothing is doubled."""
    notebook, _ = forest
    root = open_page(notebook, "exp.vote('ann', criteria=['motion'])")
    for key in ("ArrowLeft", "ArrowDown", "ArrowRight"):
        press(notebook, key)
    expect(root.locator(".wan-vote-do-left")).to_have_attribute("aria-disabled", "false")
    os.kill(int(notebook.execute("import os; print(os.getpid())")), signal.SIGKILL)
    notebook.page.keyboard.press("b")
    expect(root).to_contain_text("is not stored yet", timeout=15_000)
    notebook.page.locator(".jp-Dialog button").click()
    notebook.screenshot("killed")
    assert len(votes_of(notebook)) == 3
    notebook.wait_idle()
    notebook.run_cell(0)
    notebook.run_cell(1)
    with_keys(notebook)
    assert "2 of 6" in (root.text_content() or "")
    for _ in range(9):
        press(notebook, "ArrowRight")
    expect(root).to_have_attribute("data-phase", "ended")
    votes = votes_of(notebook)
    assert len(votes) == len({(vote.case, vote.seed, vote.criterion) for vote in votes}) == 12


@pytest.mark.parametrize("application", ["lab"])
def test_each_must_be_seen_once(forest: tuple[NotebookPage, Wire]) -> None:
    """A key before the end says so; reveal="vote" names the arms after the answer; in Chinese, and dark."""
    notebook, _ = forest
    notebook.page.emulate_media(reduced_motion="reduce")  # nothing plays by itself
    notebook.execute("import wan_notebook as wan; wan.language('zh')")
    root = open_page(notebook, "exp.vote('王', reveal='vote', criteria=['光线'])")
    keyboard = notebook.page.keyboard
    expect(root.locator(".wan-vote-do-skip")).to_have_attribute("aria-disabled", "false")
    keyboard.press("ArrowLeft")
    expect(root.get_by_role("status")).to_contain_text("看到结尾")
    keyboard.press("?")
    notebook.screenshot("keys")
    keyboard.press("?")
    keyboard.press(" ")
    expect(root.locator(".wan-vote-do-left")).to_have_attribute("aria-disabled", "false")
    expect(root.get_by_role("status")).to_have_text("")
    press(notebook, "ArrowLeft")
    expect(root.locator(".wan-vote-do-left")).to_have_attribute("aria-disabled", "false")
    keyboard.press("ArrowLeft")
    expect(root).to_have_attribute("data-phase", "revealed")
    expect(root.locator(".wan-vote-left figcaption")).to_have_text(f"左{left_arm(notebook)}")
    notebook.theme("dark")
    notebook.screenshot("revealed-dark")
    keyboard.press("Enter")
    expect(root.locator(".wan-vote-left figcaption")).to_have_text("左")
    assert len(votes_of(notebook)) == 2


def test_files_are_told_apart(tmp_path: Path) -> None:
    """The made-up files do tell all, so that what is searched for could be found."""
    made = made_forest(tmp_path)
    told = b"".join(path.read_bytes() + path.name.encode() for path in (tmp_path / "wan_videos").iterdir())
    made.store.close()
    assert {word for word in TELLING if word.encode() in told} == set(TELLING)
