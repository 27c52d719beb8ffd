"""The verdict in words, and the cards that stay in a notebook."""

import sys
from pathlib import Path

import pytest

from tests.experiments.outcomes import BEGIN, Made, a_plan
from tests.experiments.pages import Page
from wan_notebook.catalog import language
from wan_notebook.experiments.experiment import Experiment
from wan_notebook.experiments.report import Verdict
from wan_notebook.experiments.statistics import Kind

THREE = {name: {"prompt": f"{name} fox"} for name in ("red", "blue", "green")}
FIVE = {name: {"prompt": f"{name} fox"} for name in "abcde"}
SEEDS = range(1, 13)


def said(made: Made) -> list[str]:
    """Return the sentences of the verdict, the one on the simulator left out."""
    *sentences, simulated = Verdict(made.outcome()).sentences
    assert "simulator" in simulated
    return sentences


def test_of_two_arms_the_pair_is_the_verdict(tmp_path: Path) -> None:
    """One sentence that names the winner, or why there is none."""
    made = Made(tmp_path).run()
    assert Verdict(made.outcome()).sentences == [
        "No votes yet, so nothing can be said; exp.vote() asks for them."
    ]
    made.vote_all("right")
    (sentence,) = said(made)
    assert sentence.startswith("“light” is better than “plain”: preferred in 100 %")
    verdict = Verdict(made.outcome())
    assert verdict.closed
    assert verdict.decision.pairs[0].kind is Kind.WINNER
    assert repr(verdict) == "\n".join(verdict.sentences)


def test_the_best_of_several_arms_is_named_first(tmp_path: Path) -> None:
    """Then each pair."""
    made = Made(tmp_path, a_plan(arms=THREE, cases=[], seeds=SEEDS)).run().vote_all("left")
    first, *pairs = said(made)
    assert first == "“red” is better than every other arm."
    assert len(pairs) == 3


def test_without_a_best_that_is_said(tmp_path: Path) -> None:
    """Open as long as a pair is; else there is none."""
    made = Made(tmp_path, a_plan(arms=THREE, cases=[], seeds=[1, 2])).run().vote_all("tie")
    assert said(made)[0] == "Not enough yet to say whether one arm is better than all others."
    assert Verdict(made.outcome()).closed
    seeds = range(1, 61)
    many = Made(tmp_path / "many", a_plan(arms=THREE, cases=[], seeds=seeds))
    many.cell(many.plan.cells[0])
    many.vote_all("tie")
    assert said(many)[0] == "No arm is better than all others."


def test_of_many_pairs_only_winners_are_told(tmp_path: Path) -> None:
    """The others are counted; a table has them all."""
    made = Made(tmp_path, a_plan(arms=FIVE, cases=[], seeds=SEEDS))
    made.cell(made.plan.cells[0])
    for seed in SEEDS:
        made.vote([("", seed, "a", "b", "left"), ("", seed, "c", "d", "tie")])
    _, winner, rest = said(made)
    assert winner.startswith("“a” is better than “b”")
    assert rest == "Of the other 9 pairs none has a winner."


def test_the_verdict_is_a_card_that_lasts(tmp_path: Path) -> None:
    """Plain HTML with what was typed as text; no script, no address, no id."""
    question = "<script>Which?</script>"
    made = Made(tmp_path).run().vote_all("right", question=question)
    page = Page(Verdict(made.outcome())._repr_html_())
    assert f"Verdict on “{question}”" in page.words
    assert "“light” is better" in page.words
    assert not page.named("script")
    assert page.addresses == []


def test_an_experiment_is_a_card(tmp_path: Path) -> None:
    """How far it is, what it cost, and what can be said."""
    made = Made(tmp_path)
    for cell in made.plan.cells[:5]:
        made.cell(cell)
    experiment = Experiment.kept(made.stored, made.store)
    words = Page(experiment._repr_html_()).words
    assert "2 arms × 6 blocks = 12 videos: 5 done, 7 not sent" in words
    assert "plain 3 3.60 CNY 6.0 s –" in words
    assert "No votes yet" in words
    made.vote_all("right")
    assert "light 2 2.40 CNY 6.0 s 100 % (" in Page(experiment._repr_html_()).words


def test_without_scipy_the_card_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what to install for the rest."""
    made = Made(tmp_path).run().vote_all("right")
    monkeypatch.setitem(sys.modules, "scipy.special", None)
    words = Page(Experiment.kept(made.stored, made.store)._repr_html_()).words
    assert "fox-light 2 arms × 6 blocks = 12 videos: 12 done" in words
    assert 'pip install "wan-notebook[stats]"' in words


def test_without_a_studio_the_card_says_so() -> None:
    """A cell that ends with an experiment never ends with an error."""
    experiment = Experiment("fox", arms={"a": {"prompt": "x"}, "b": {"prompt": "y"}})
    assert "wan.demo()" in Page(experiment._repr_html_()).words


@pytest.mark.parametrize(("spoken", "word"), [("en", "Verdict"), ("zh", "结论")])
def test_cards_speak_both_languages(tmp_path: Path, spoken: str, word: str) -> None:
    """As the rest does."""
    made = Made(tmp_path).run().vote_all("right", voted_at=BEGIN)
    try:
        language(spoken)
        assert word in Page(Verdict(made.outcome())._repr_html_()).words
    finally:
        language("en")
