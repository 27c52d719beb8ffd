"""The door to voting says in one sentence why there is no page; a page speaks the language."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.experiments.outcomes import Made
from wan_notebook.catalog import SettingError, language
from wan_notebook.catalog.texts import LANGUAGES
from wan_notebook.experiments.experiment import Experiment
from wan_notebook.experiments.planning.plan import Plan
from wan_notebook.experiments.voting.booth import Poll
from wan_notebook.experiments.voting.panel import VotePanel, booth
from wan_notebook.records import Experiments

POLL = Poll(voter="ann", question="Which looks better?", criteria=("motion",))


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    """Make the records of an experiment without videos."""
    found = Made(tmp_path / "home")
    yield found
    found.store.close()


def experiment(made: Made) -> Experiment:
    """Return the experiment of these records."""
    return Experiment.kept(made.stored, made.store)


def test_outside_a_notebook_there_is_no_page(made: Made) -> None:
    """A script has nowhere to show it."""
    made.run()
    with pytest.raises(SettingError, match="Voting needs a notebook"):
        experiment(made).vote()


def test_without_videos_there_is_nothing_to_vote_on(made: Made) -> None:
    """Two videos of one block are the least."""
    with pytest.raises(SettingError, match="nothing to vote on yet in “fox-light”"):
        booth(experiment(made), POLL)
    made.cell(made.plan.cells[0])
    with pytest.raises(SettingError, match="nothing to vote on yet"):
        booth(experiment(made), POLL)
    made.cell(made.plan.cells[1])
    assert booth(experiment(made), POLL).ballot().progress.total == 1


def test_before_the_first_run_it_says_so(made: Made) -> None:
    """The plan has no id yet that votes could bear."""

    class Fresh:
        design: Plan = made.plan
        store = made.store
        uid = None

    with pytest.raises(SettingError, match="was not run yet"):
        booth(Fresh(), POLL)
    assert Experiments(made.store).find("fox-light") == made.stored


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"voter": ""}, "'' is not a voter's name"),
        ({"voter": "x" * 61}, "1 to 60 printable"),
        ({"voter": "a\nb"}, "is not a voter's name"),
        ({"voter": None}, "None is not a voter's name"),
        ({"question": " "}, "' ' is not a question"),
        ({"criteria": "motion"}, "'motion' is not a list of criteria"),
        ({"criteria": ["motion", "motion "]}, "is not a list of criteria"),
        ({"criteria": ["motion", 7]}, "is not a list of criteria"),
        ({"criteria": 7}, "7 is not a list of criteria"),
        ({"criteria": [""]}, "is not a list of criteria"),
        ({"reveal": "now"}, "reveal='now' is not known"),
        ({"reveal": ["end"]}, "is not known"),
    ],
)
def test_what_cannot_be_asked_is_said(made: Made, arguments: dict[str, Any], said: str) -> None:
    """Before anything is shown."""
    with pytest.raises(SettingError, match=said):
        experiment(made).vote(**arguments)


def test_a_panel_tells_how_far_its_voter_is(made: Made) -> None:
    """And nothing of arms."""
    made.run()
    panel = VotePanel(booth(experiment(made), POLL), POLL)
    assert repr(panel) == "Votes of ann: 0 of 6 pairs done."
    assert (panel.widget.question, panel.widget.criteria) == (POLL.question, ["motion"])


@pytest.fixture
def english() -> Iterator[None]:
    """Go back to English afterwards."""
    yield
    language("en")


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_the_page_speaks_the_language(made: Made, english: None, spoken: str) -> None:
    """Every key has its sentence, and the sentences differ."""
    made.run()
    language(spoken)
    words = VotePanel(booth(experiment(made), POLL), POLL).widget.words
    assert words["undo"] == {"en": "Undo", "zh": "撤销"}[spoken]
    assert words["progress"].count("{") == 2
