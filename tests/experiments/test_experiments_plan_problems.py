"""Everything that is wrong with a plan is told before the first submit, each thing once."""

import time
from typing import Any

import pytest

from tests.experiments.places import a_plan
from wan_notebook.catalog import Request, region_problem
from wan_notebook.experiments.planning.checks import LONGEST_NAME, problems
from wan_notebook.experiments.planning.errors import PlanError

FINE = {"prompt": "{who}"}


def told(**changes: Any) -> list[tuple[str, str, tuple[str, ...]]]:
    """Return arm, field and cases of each problem of a plan."""
    return [(one.arm, one.field, one.cases) for one in a_plan(**changes).problems()]


def test_a_good_plan_has_none() -> None:
    """And no remarks."""
    assert a_plan().problems() == []
    assert a_plan().notices() == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * (LONGEST_NAME + 1)}, "name"),
        ({"name": "two\nlines"}, "name"),
        ({"name": " fox"}, "name"),
        ({"arms": {"A": FINE}}, "arms"),
        ({"arms": {f"{number}": FINE for number in range(13)}}, "arms"),
        ({"arms": {"": FINE, "B": FINE}}, "arms"),
        ({"seeds": [1, 2, 1]}, "seeds"),
        ({"cases": [{"who": "a"}, {"who": "a"}]}, "cases"),
        ({"cases": [{"who": "\ud800"}]}, "cases"),
        ({"base": {"seed": 3}}, "base"),
    ],
)
def test_a_problem_of_the_whole(changes: dict[str, Any], field: str) -> None:
    """Counts, names and doubles; each is told once."""
    assert [one for one in told(**changes) if not one[0]] == [("", field, ())]


def test_problems_of_arms_are_told_by_arm_and_field_all_at_once() -> None:
    """What is in all blocks is told once; what is in one case names it; a seed is told for itself."""
    arms = {
        "A": {"prompt": "{who} {where}", "duratoin": 3},
        "B": {"prompt": "{who}", "model": "wan9"},
        "C": {"prompt": "{who}", "seed": 3, "duration": 99},
    }
    cases = [{"who": "a fox", "where": "here"}, {"who": "a robot"}]
    assert told(arms=arms, cases=cases, seeds=[1, -1]) == [
        ("A", "duratoin", ()),
        ("A", "prompt", ("a robot",)),
        ("A", "seed", ()),
        ("B", "model", ()),
        ("C", "seed", ()),
        ("C", "duration", ()),
        ("C", "seed", ()),
    ]


def test_sentences_name_arm_and_cases() -> None:
    """So that they can be read alone, and together in one error."""
    found = a_plan(cases=[{"who": "a fox"}, {"it": "x"}], arms={"A": FINE, "B": {"prompt": "y"}}).problems()
    assert str(found[0]) == (
        'Arm "A": prompt: {who} would be sent as it stands, for no case says what it means; add it to every '
        "case, or write it without braces. (Only in: x.)"
    )
    assert str(PlanError(found)).count("\n- ") == len(found)


def test_a_connection_adds_its_own_rules() -> None:
    """Such as a model its region does not offer."""

    def check(request: Request) -> list[Any]:
        return [problem for problem in [region_problem(request.model, "frankfurt")] if problem]

    found = problems(a_plan(), check)
    assert [(one.arm, one.field) for one in found] == [("plain", "model"), ("light", "model")]


def test_remarks() -> None:
    """Prompts that are rewritten, names that change nothing, and what requests remark, each once."""
    arms = {name: {"prompt": f"{{who}} {name}", "prompt_extend": True} for name in "AB"}
    notices = a_plan(arms=arms, cases=[{"who": "a", "mood": "sad"}]).notices()
    assert [notice.field for notice in notices] == ["prompt_extend", "cases"]
    assert "in A, B" in notices[0].message


def test_arms_that_are_the_same_are_remarked() -> None:
    """Somebody who forgot to change one of them learns it before paying for both; others are not named."""
    arms = {"A": {"prompt": "{who}"}, "B": {"prompt": "{who}", "duration": 5}, "C": {"prompt": "{who}"}}
    (notice,) = a_plan(arms=arms).notices()
    assert (notice.field, '"A" and "C"' in notice.message) == ("arms", True)


def test_a_large_plan_is_checked_at_once() -> None:
    """12 arms and 194 blocks, in far less than a second."""
    plan = a_plan(
        arms={f"{number}": {"prompt": f"{{who}} {number}"} for number in range(12)}, seeds=range(97)
    )
    begun = time.process_time()
    assert plan.problems() == []
    assert time.process_time() - begun < 1
