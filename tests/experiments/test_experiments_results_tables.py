"""The tables of results equal what is worked out by hand, and keep their types whatever there is."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from tests.experiments.outcomes import BEGIN, Made, a_plan
from wan_notebook.catalog import SettingError, Status, VideoState
from wan_notebook.experiments.results import ARMS, CELLS, PAIRS, VOTERS, VOTES, results

COLUMNS = {"arms": ARMS, "pairs": PAIRS, "cells": CELLS, "votes": VOTES, "voters": VOTERS}
HALVES = [
    ("a fox", 1, "plain", "light", "right"),  # light
    ("a fox", 2, "light", "plain", "left"),  # light
    ("a fox", 3, "plain", "light", "left"),  # plain
    ("a robot", 1, "light", "plain", "tie"),
    ("a robot", 2, "plain", "light", "both_bad"),
    ("a robot", 3, "light", "plain", "skip"),
]


def test_a_pair_equals_a_hand_calculation(tmp_path: Path) -> None:
    """Blocks of light: 1, (1 + 0)/2 of two voters, 0, half, half; a skip is no vote."""
    made = Made(tmp_path, a_plan(voters=2)).run().vote(HALVES)
    made.vote([("a fox", 2, "plain", "light", "left")], voter="bo")
    pair = results(made.outcome(), "pairs").iloc[0]
    assert (pair["first"], pair["second"]) == ("plain", "light")
    assert (pair["blocks"], pair["votes"]) == (5, 6)
    assert (pair["wins"], pair["losses"], pair["ties"], pair["both_bad"]) == (2, 2, 1, 1)
    assert pair["win_rate"] == pytest.approx((0 + 0.5 + 1 + 0.5 + 0.5) / 5)
    assert 0 <= pair["low"] < pair["win_rate"] < pair["high"] <= 1
    assert (pair["verdict"], pair["p_holm"]) == ("not_enough", 1.0)
    assert pd.isna(pair["winner"])


def test_arms_equal_a_hand_calculation(tmp_path: Path) -> None:
    """Means by block with t intervals; what failed costs nothing and counts as failed."""
    made = Made(tmp_path, a_plan(cases=[], arms={"a": {"prompt": "x"}, "b": {"prompt": "y"}}))
    cells = {(cell.arm, cell.block.seed): cell for cell in made.plan.cells}
    for seed in (1, 2, 3):
        made.cell(cells["a", seed], cost=Decimal(seed))
    made.cell(cells["b", 1], cost=Decimal(2))
    made.cell(cells["b", 2], status=Status.FAILED, video_state=VideoState.NONE, cost=None)
    made.vote([("", 1, "a", "b", "left")])
    table = results(made.outcome()).set_index("arm")
    first, second = table.loc["a"], table.loc["b"]
    assert (first["videos"], first["failed"], second["videos"], second["failed"]) == (3, 0, 1, 1)
    assert first["cost"] == pytest.approx(2.0)
    spread = 4.302652729911275 * 1 / 3**0.5  # Student's t for 2 degrees of freedom, standard deviation 1
    assert (first["cost_low"], first["cost_high"]) == pytest.approx((2 - spread, 2 + spread))
    assert (first["cost_total"], second["cost_total"]) == (6.0, 2.0)
    assert (first["currency"], first["seconds"]) == ("CNY", 6.0)
    assert (first["win_rate"], second["win_rate"]) == (1.0, 0.0)
    assert first["cost_per_preferred"] == pytest.approx(2.0)
    assert second.isna()["cost_per_preferred"]
    assert second["failed_share"] == 0.5
    assert (first["votes"], second["votes"]) == (1, 1)


def test_arms_rest_on_the_votes_the_verdict_rests_on(tmp_path: Path) -> None:
    """A second voter who was not planned turns neither; both stay in the table of the voters."""
    made = Made(tmp_path).run().vote_all("right").vote_all("left", voter="bo")
    arms = results(made.outcome()).set_index("arm")
    pair = results(made.outcome(), "pairs").iloc[0]
    assert (pair["winner"], pair["win_rate"]) == ("light", 0.0)
    assert (arms.loc["plain", "win_rate"], arms.loc["light", "win_rate"]) == (0.0, 1.0)
    assert arms.loc["light", "votes"] == pair["votes"] == 6
    assert list(results(made.outcome(), "voters")["votes"]) == [6, 6]


def test_first_and_last_vote_are_told_by_their_times(tmp_path: Path) -> None:
    """Votes of a file may be older than those that were there."""
    made = Made(tmp_path).run().vote([HALVES[0]])
    early = BEGIN + timedelta(minutes=30)
    made.vote([HALVES[1]], shown_at=early, voted_at=early)
    voter = results(made.outcome(), "voters").iloc[0]
    assert voter["first_vote"] == early < voter["last_vote"]


def test_cells_say_where_each_video_is(tmp_path: Path) -> None:
    """One row an arm and block, also for what was never sent; the newest attempt counts."""
    made = Made(tmp_path, a_plan(cases=[], seeds=[1]))
    plain, _ = made.plan.cells
    made.cell(plain, status=Status.FAILED, video_state=VideoState.NONE, cost=None, error_message="broke")
    made.cell(plain, attempt=2)
    sent, missing = results(made.outcome(), "cells").to_dict("records")
    assert (sent["arm"], sent["seed"], sent["status"], sent["attempts"]) == ("plain", 1, "SUCCEEDED", 2)
    assert Path(sent["video"]).is_file()
    assert (missing["arm"], missing["attempts"]) == ("light", 0)
    assert pd.isna(missing["status"])
    assert pd.isna(missing["cost"])


def test_votes_name_the_arm_preferred(tmp_path: Path) -> None:
    """Sides become arms; the second vote of a voter on one pair is listed and does not count."""
    made = Made(tmp_path).run().vote(HALVES)
    made.vote([("a fox", 1, "light", "plain", "right")])
    table = results(made.outcome(), "votes")
    assert list(table["preferred"].fillna("-")) == ["light", "light", "plain", "-", "-", "-", "plain"]
    assert list(table["counted"]) == [True] * 6 + [False]
    assert list(results(made.outcome(), "pairs")["votes"]) == [5]


def test_voters_are_compared(tmp_path: Path) -> None:
    """Two of three answers of ann are bo's, too, whichever side the arms stood on."""
    made = Made(tmp_path).run().vote(HALVES)
    same = [("a fox", 1, "light", "plain", "left"), ("a fox", 2, "plain", "light", "left")]
    made.vote([*same, ("a robot", 2, "plain", "light", "tie")], voter="bo", watch_s=8.0)
    ann, bo = results(made.outcome(), "voters").to_dict("records")
    assert (ann["voter"], ann["votes"], ann["ties"], ann["both_bad"], ann["skips"]) == ("ann", 5, 1, 1, 1)
    assert (ann["left_share"], bo["left_share"]) == (pytest.approx(2 / 3), 1.0)
    assert (ann["compared"], bo["compared"]) == (3, 3)
    assert ann["agreement"] == bo["agreement"] == pytest.approx(2 / 3)
    assert (ann["watch_s"], bo["watch_s"]) == (4.0, 8.0)


@pytest.mark.parametrize("of", COLUMNS)
def test_types_do_not_depend_on_what_there_is(tmp_path: Path, of: str) -> None:
    """An experiment without a video or vote has the same columns and dtypes as one with both."""
    empty, full = Made(tmp_path / "empty"), Made(tmp_path / "full").run().vote(HALVES)
    for made in (empty, full):
        table = results(made.outcome(), of)
        assert {name: str(dtype) for name, dtype in table.dtypes.items()} == dict(COLUMNS[of])


def test_the_answer_comes_first(tmp_path: Path) -> None:
    """A notebook shows the first columns of a wide table; the rest is a scroll away, or left out."""
    table = results(Made(tmp_path).run().vote(HALVES).outcome())
    assert list(table.columns[:5]) == ["arm", "votes", "win_rate", "win_rate_low", "win_rate_high"]


def test_an_outcome_is_one_line(tmp_path: Path) -> None:
    """However many records and votes it holds."""
    made = Made(tmp_path).run().vote(HALVES)
    assert repr(made.outcome()) == "<outcome of fox-light: 12 of 12 videos, 6 answers>"


def test_a_criterion_has_results_of_its_own(tmp_path: Path) -> None:
    """Votes on a criterion are not mixed with those on the question."""
    made = Made(tmp_path).run().vote_all("right").vote_all("left", criterion="motion")
    assert results(made.outcome(), "pairs").loc[0, "win_rate"] == 0.0
    assert results(made.outcome(criterion="motion"), "pairs").loc[0, "win_rate"] == 1.0
    assert made.outcome().criteria == ["motion"]


def test_of_several_questions_the_most_answered_counts(tmp_path: Path) -> None:
    """Another one can be asked for by its words."""
    made = Made(tmp_path).run().vote_all("right")
    made.vote([("a fox", 1, "plain", "light", "left")], question="Which is calmer?", voter="bo")
    assert made.outcome().question == "Which looks better?"
    assert results(made.outcome(question="Which is calmer?"), "pairs").loc[0, "wins"] == 1


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"criterion": "light"}, "The criterion 'light' was not voted on; voted on so far: 'motion'."),
        ({"question": "Why?"}, "The question 'Why?' was not asked; asked so far: 'Which looks better?'."),
    ],
)
def test_what_was_not_asked_is_said(tmp_path: Path, asked: dict[str, str], said: str) -> None:
    """The sentence names what was."""
    made = Made(tmp_path).run().vote_all("right").vote_all("left", criterion="motion")
    with pytest.raises(SettingError) as raised:
        made.outcome(**asked)
    assert str(raised.value) == said


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    """The sentence names those there are."""
    with pytest.raises(SettingError, match="'arm' of results; there are arms, pairs, cells, votes, voters"):
        results(Made(tmp_path).outcome(), "arm")


def test_money_of_two_currencies_is_not_added_up(tmp_path: Path) -> None:
    """Such a sum would mean nothing; it is not known."""
    made = Made(tmp_path, a_plan(cases=[]))
    for number, cell in enumerate(made.plan.cells):
        made.cell(cell, currency="CNY" if number < 3 else "USD")
    table = results(made.outcome())
    assert table["cost_total"].isna().all()
    assert table["currency"].isna().all()


def test_votes_on_what_the_plan_does_not_have_are_left_out(tmp_path: Path) -> None:
    """Such rows can only come from outside."""
    made = Made(tmp_path).run()
    made.vote([("a cat", 1, "plain", "light", "left"), ("a fox", 1, "plain", "dark", "left")])
    assert made.outcome().votes == []
