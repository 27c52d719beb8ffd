"""Money is spent only after a yes: in a terminal by a question, elsewhere by ask=False."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import wan_notebook as wan
from tests.experiments.places import FOX, a_place
from wan_notebook import Experiment
from wan_notebook.catalog import SettingError
from wan_notebook.experiments.planning.errors import PlanChangedError, PlanError
from wan_notebook.experiments.running.agreeing import agreed
from wan_notebook.experiments.running.showing import Shown
from wan_notebook.records import Budget, Per
from wan_notebook.tasks import NotConnectedError, Studio, connecting

WAIT = 30.0


class Terminal(io.StringIO):
    """Somebody who types."""

    def isatty(self) -> bool:
        """Tell that somebody is there."""
        return True


@pytest.fixture
def studio(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """Give a studio that is the current one."""
    with a_place(tmp_path, monkeypatch) as place:
        current = place.studio()
        monkeypatch.setattr(connecting, "_current", [current])
        yield current


def an_experiment(**changes: Any) -> Experiment:
    """Return the fox's experiment."""
    values = {**FOX, **changes}
    return Experiment(values.pop("name"), **values)


@pytest.mark.parametrize(
    ("typed", "yes"),
    [("y\n", True), ("YES\n", True), ("是\n", True), ("n\n", False), ("\n", False), ("", False)],
)
def test_only_a_yes_is_a_yes(typed: str, yes: bool, capsys: pytest.CaptureFixture[str]) -> None:  # noqa: FBT001
    """Enter alone and the end of what is typed are none."""
    assert agreed("8 videos.", Terminal(typed)) is yes
    assert capsys.readouterr().err == "8 videos. Start? [y/N] "


def test_the_question_says_when_a_budget_has_too_little_left(studio: Studio) -> None:
    """This run's own and one of the log; where all fits nothing is said."""
    with pytest.raises(SettingError, match=r"Of the budget of 5\.00 CNY for an experiment only 5\.00 CNY"):
        an_experiment().run(budget=5)
    studio.budget(Budget.of(3, "CNY", "total"))
    with pytest.raises(SettingError, match=r"Of the budget of 3\.00 CNY in total only 3\.00 CNY"):
        an_experiment().run(budget=50)
    studio.no_budget(Per.TOTAL)
    with pytest.raises(SettingError) as asked:
        an_experiment().run(budget=50)
    assert "only" not in str(asked.value)


def test_where_nobody_is_the_sentence_names_the_way_out(studio: Studio) -> None:
    """As in a script run by a clock; nothing was kept or sent."""
    with pytest.raises(SettingError, match=r"8 videos.*ask=False"):
        an_experiment().run(budget=20)
    assert an_experiment().uid is None
    assert studio.store.select() == []


def test_a_terminal_is_asked(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """A no sends nothing, a yes starts."""
    monkeypatch.setattr("sys.stdin", Terminal("no\nyes\n"))
    refused = an_experiment().run(budget=20)
    assert not refused.started
    assert "Nothing was sent yet. Missing: 8 videos" in repr(refused)
    assert an_experiment().run(budget=20).wait(WAIT).done
    assert len(studio.store.select()) == 8


def test_an_experiment_says_what_it_takes_and_where_it_stands(studio: Studio) -> None:
    """Before the run, after it, and found again by its name."""
    made = an_experiment()
    assert repr(made) == "<wan experiment fox: 2 arms × 4 blocks = 8 videos>"
    assert made.estimate().videos == 8
    assert made.plan(0.8).target == 0.8
    assert repr(made.problems()) == repr(made.notices()) == "Nothing to say."
    made.run(ask=False).wait(WAIT)
    found = Experiment.open("fox")
    assert found.design.differences(made.design) == []
    assert found.uid == made.uid is not None
    assert {state.stage.value for state in found.states().values()} == {"done"}
    assert (
        found.stop()
        == "0 that waited were taken back and cost nothing; 0 run on at the service and are billed."
    )
    with pytest.raises(SettingError, match="there are: fox"):
        Experiment.open("fix")


def test_another_plan_is_refused_when_it_is_made(studio: Studio) -> None:
    """With the difference in words, and in each later call."""
    an_experiment().run(ask=False)
    with pytest.raises(PlanChangedError, match="seeds 2: gone"):
        an_experiment(seeds=[1])


def test_a_plan_with_problems_is_not_run(studio: Studio) -> None:
    """All of them are told at once."""
    wrong = an_experiment(arms={"A": {"prompt": "{it}"}, "B": {"duration": 1}})
    assert len(wrong.problems()) == 3
    for call in (wrong.run, wrong.estimate, wrong.plan):
        with pytest.raises(PlanError) as told:
            call()
        assert len(told.value.problems) == 3
    assert studio.store.select() == []


def test_files_are_part_of_the_plan(studio: Studio, tmp_path: Path) -> None:
    """A picture that was changed under its name is another plan; one that is gone is a problem."""
    from tests.files import picture  # noqa: PLC0415 - draws pictures, which starts threads

    file = picture(tmp_path, "girl.png", size=(480, 360))
    arms = {
        name: {"prompt": name, "media": [{"type": "first_frame", "url": str(file)}], "model": "wan2.7-i2v"}
        for name in "AB"
    }
    values: dict[str, Any] = {"arms": arms, "seeds": [1], "cases": ()}
    an_experiment(**values).run(ask=False).wait(WAIT)
    picture(tmp_path, "girl.png", size=(640, 480))
    with pytest.raises(PlanChangedError, match=r"girl\.png: the file holds something else"):
        an_experiment(**values).run(ask=False)
    file.unlink()
    with pytest.raises(PlanError):
        an_experiment(**values).run(ask=False)


def test_without_a_studio_the_plan_can_be_looked_at() -> None:
    """What depends on where it runs says what to do."""
    made = an_experiment(arms={"A": {"prompt": "{it}"}, "B": {"prompt": "{who}"}})
    assert [problem.arm for problem in made.problems()] == ["A"]
    with pytest.raises(NotConnectedError, match=r"wan\.demo"):
        an_experiment().estimate()


def test_remarks_stand_in_the_question(studio: Studio, tmp_path: Path) -> None:
    """Whoever lets the service rewrite the prompts is told before paying, and in card, run and report."""
    exp = an_experiment(base={**FOX["base"], "prompt_extend": True})
    with pytest.raises(SettingError, match="rewrites these prompts"):
        exp.run()
    run = exp.run(ask=False)
    assert "rewrites these prompts" in run.question
    assert "rewrites these prompts" in exp._repr_html_()
    assert "not known" not in exp._repr_html_()
    assert "rewrites these prompts" in exp.report(tmp_path / "r.html").path.read_text(encoding="utf-8")
    assert any("rewrites these prompts" in line for line in Shown(run).widget.totals["lines"])
    run.wait(WAIT)


@pytest.mark.parametrize("name", [None, 5, b"fox.zip"])
def test_what_names_no_file_is_refused_in_one_sentence(studio: Studio, name: Any) -> None:
    """By every call that reads or writes one."""
    exp = an_experiment()
    calls = (exp.report, exp.share, exp.export, exp.export_votes, Experiment.load)
    for call in (*calls, lambda place: wan.compare(place, place)):
        with pytest.raises(SettingError, match="name of a file or folder"):
            call(name)
