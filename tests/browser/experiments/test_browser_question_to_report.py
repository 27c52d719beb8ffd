"""The notebook of prompt experiments as a reader works through it, with real videos, question to report."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.harness import NotebookPage, Server
from tests.simulators import stop_simulators

NOTEBOOK = Path(__file__).parents[3] / "notebooks" / "02_prompt_ab.ipynb"
MODES = {"2": "wipe", "3": "overlay", "4": "difference", "1": "side"}
BY_HAND = """
from wan_notebook.records import Votes
votes = Votes(exp.store).of(exp.uid)
score = {"left": 1.0, "right": 0.0, "tie": 0.5, "both_bad": 0.5}
golden = [score[v.choice] if v.left == "golden" else 1 - score[v.choice] for v in votes]
rows = exp.results().set_index("arm")
print(len(votes), sum(golden) / len(golden), rows.win_rate["golden"], rows.cost_total["golden"])
print([v.choice.value for v in votes], len(wan.log()), wan.log().groupby(["case", "seed"]).ngroups)
"""


@pytest.fixture(autouse=True)
def no_simulator_left(server: Server) -> Iterator[None]:
    """End the simulators that the test's kernels have started."""
    yield
    stop_simulators(server.root)


class Reader:
    """Works through the notebook cell by cell."""

    def __init__(self, notebook: NotebookPage) -> None:
        self.notebook = notebook
        self._cells = notebook.save().cells
        self._next = 0

    def up_to(self, words: str) -> Locator:
        """Run every cell up to the one that holds these words; return what that one shows."""
        while True:
            index, self._next = self._next, self._next + 1
            if self._cells[index].cell_type == "code":
                self.notebook.run_cell(index)
                assert "Error" not in self.notebook.output_text(index)
            if words in self._cells[index].source:
                return self.notebook.output(index)


def vote(page: Locator, keys: str) -> None:
    """Press a key for each pair as soon as both videos were seen."""
    for key in keys.split():
        expect(page.locator(".wan-vote-do-left")).to_have_attribute("aria-disabled", "false", timeout=20_000)
        asked = page.locator(".wan-vote-head").text_content()
        page.page.keyboard.press(key)
        expect(page.locator(".wan-vote-head")).not_to_have_text(asked or "")


def take_the_keys(page: Locator) -> None:
    """Click into a voter's page once it shows a pair."""
    expect(page).to_have_attribute("data-phase", "judging", timeout=20_000)
    page.locator(".wan-vote-head strong").click()


@pytest.mark.parametrize("application", ["lab"])
def test_from_a_question_to_a_report(open_notebook: OpenNotebook) -> None:
    """Twelve real videos, every mode, votes with undo and a reload half-way; results as counted by hand."""
    notebook = open_notebook(NOTEBOOK)
    reader = Reader(notebook)
    player = reader.up_to("exp.compare()")
    expect(player.locator("video")).to_have_count(2)
    player.locator(".wan-compare").focus()
    for key, mode in MODES.items():
        notebook.page.keyboard.press(key)
        notebook.screenshot(mode, player)
    page = reader.up_to("exp.vote(").locator(".wan-vote")
    take_the_keys(page)
    vote(page, "ArrowLeft ArrowDown ArrowLeft u")
    expect(page).to_contain_text("3 of 6")
    notebook.save()
    notebook.reload()
    take_the_keys(page)
    expect(page).to_contain_text("3 of 6")
    vote(page, "ArrowRight b ArrowLeft ArrowLeft")
    expect(page).to_have_attribute("data-phase", "ended")
    verdict = reader.up_to("exp.verdict()")
    expect(verdict).to_contain_text("ot enough")
    reader.up_to("exp.report(")
    told, pressed = notebook.execute(BY_HAND).strip().splitlines()
    count, by_hand, ours, spent = (float(word) for word in told.split())
    assert count == 6
    assert spent == pytest.approx(7.2)
    assert ours == pytest.approx(by_hand)
    assert pressed == "['left', 'tie', 'right', 'both_bad', 'left', 'left'] 12 6"
    assert (notebook.file.parent / "golden-light.html").stat().st_size > 20_000
    notebook.screenshot("verdict", verdict)
