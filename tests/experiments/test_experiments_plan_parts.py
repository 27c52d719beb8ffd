"""What a plan makes of its parts: blocks, cells, requests, JSON, and what differs from another."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.experiments.places import FOX, a_plan
from wan_notebook.catalog import SettingError
from wan_notebook.experiments.planning.filling import filled, named
from wan_notebook.experiments.planning.plan import Plan
from wan_notebook.experiments.running.cells import cell_key, click_id
from wan_notebook.experiments.running.order import in_turn

WORD = st.from_regex(r"[^\W\d]\w{0,5}", fullmatch=True)
PIECE = st.one_of(st.text(max_size=8), WORD.map(lambda name: f"{{{name}}}"))


def test_every_arm_runs_in_every_block() -> None:
    """A block is a case with a seed; its label is the words of the case."""
    plan = a_plan()
    assert [block.name for block in plan.blocks] == [
        "a fox · seed 1",
        "a fox · seed 2",
        "a robot · seed 1",
        "a robot · seed 2",
    ]
    assert len(set(plan.cells)) == len(plan.cells) == 8
    assert a_plan(cases=(), arms={"A": {"prompt": "x"}, "B": {"prompt": "y"}}).blocks[0].name == "seed 1"


def test_labels_of_cases_are_unique() -> None:
    """Also where words read the same, or are none."""
    cases = [{"who": "a", "at": "b"}, {"who": "a, b"}, {"who": "", "at": ""}]
    assert [block.case for block in a_plan(cases=cases, seeds=[1]).blocks] == ["a, b", "a, b (2)", "#3"]


def test_an_arm_goes_over_the_base_and_may_change_the_model() -> None:
    """None takes a value out; prompts are rewritten only where that is asked for."""
    arms: dict[str, Any] = {
        "A": {"prompt": "{who}", "duration": 5},
        "B": {"prompt": "{who}", "model": "wan2.6-t2v", "resolution": None, "prompt_extend": True},
    }
    plan = a_plan(arms=arms)
    first, second = (plan.request(cell) for cell in plan.cells[:2])
    assert (first.model.id, first.values) == (
        "wan2.7-t2v",
        {"prompt": "a fox", "duration": 5, "resolution": "720P", "prompt_extend": False, "seed": 1},
    )
    assert (second.model.id, second.values) == (
        "wan2.6-t2v",
        {"prompt": "a fox", "duration": 2, "prompt_extend": True, "seed": 1},
    )


@given(st.lists(PIECE), st.dictionaries(WORD, st.text(max_size=10)))
def test_only_known_names_are_filled_and_each_once(pieces: list[str], words: dict[str, str]) -> None:
    """Other braces stay; a word that looks like a name is not filled again."""
    template = "".join(pieces)
    marked = filled(template, dict.fromkeys(words, "\0"))
    assert marked.count("\0") == sum(name in words for name in named(template)) + template.count("\0")
    assert filled(template, {}) == template
    if not any(name in words for name in named(template)):
        assert filled(template, words) == template


def test_names_are_filled_in_lists_and_addresses() -> None:
    """A case may name a picture."""
    value = {"media": [{"url": "{who}.png", "type": "first_frame"}], "n": 3}
    assert filled(value, {"who": "fox"}) == {"media": [{"url": "fox.png", "type": "first_frame"}], "n": 3}
    assert filled("{a}{b} {} {0}", {"a": "{b}", "b": "x"}) == "{b}x {} {0}"


def test_a_plan_is_kept_as_json(tmp_path: Path) -> None:
    """Paths, tuples and numpy's numbers become plain values; what comes back is equal."""
    np = pytest.importorskip("numpy")
    arms = {"A": {"prompt": "狐狸", "media": ({"url": tmp_path / "a.png"},)}, "B": {"duration": np.int64(3)}}
    plan = a_plan(arms=arms, seeds=np.array([1, 2]), cases=[{"who": 3}])
    again = Plan.of_json(plan.as_json())
    assert again == plan
    assert plan.arms["A"]["media"] == [{"url": str(tmp_path / "a.png")}]
    assert plan.differences(again) == []


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("name", 3),
        ("arms", [1]),
        ("arms", {"A": "prompt"}),
        ("arms", {1: {}}),
        ("arms", {"A": {1: 2}}),
        ("arms", {"A": {"prompt": object()}}),
        ("base", {"duration": float("nan")}),
        ("base", 5),
        ("base", "abc"),
        ("base", {1: 2}),
        ("seeds", []),
        ("seeds", 5),
        ("seeds", "12"),
        ("seeds", [1.0]),
        ("seeds", [True]),
        ("cases", "fox"),
        ("cases", {"who": "fox"}),
        ("cases", ["fox"]),
        ("cases", [{"who": ["a"]}]),
        ("voters", 0),
        ("voters", "two"),
    ],
)
def test_a_part_of_another_kind_is_refused(part: str, value: object) -> None:
    """At once and in one sentence, for nothing else could be told of it."""
    with pytest.raises(SettingError, match=r"\.$"):
        a_plan(**{part: value})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"model": "wan2.6-t2v"}, ["model: was 'wan2.7-t2v', is now 'wan2.6-t2v'."]),
        ({"voters": 2}, ["voters: was 1, is now 2."]),
        ({"base": {"duration": 2}}, ["base, resolution: was '720P', is now not given."]),
        ({"seeds": [2, 3]}, ["seeds 3: new, it was not there.", "seeds 1: gone, it was there."]),
        ({"cases": FOX["cases"][:1]}, ["cases {'who': 'a robot'}: gone, it was there."]),
        ({"seeds": [2, 1]}, []),
    ],
)
def test_differences_are_told_one_by_one(changes: dict[str, Any], said: list[str]) -> None:
    """What was, what is now; the order of seeds is none."""
    assert a_plan(**changes).differences(a_plan()) == said


def test_long_texts_are_told_where_they_differ() -> None:
    """One letter in the middle of two long prompts is seen."""
    words = "a fox walks through the forest at night, " * 5
    plans = [a_plan(arms={"A": {"prompt": words + mark + words}, "B": {}}) for mark in ("snow ", "rain ")]
    (said,) = plans[0].differences(plans[1])
    assert said == (
        "arm \"A\", prompt: was '…t at night, rain a fox walks…', is now '…t at night, snow a fox walks…'."
    )


def test_arms_that_come_and_go_and_files_that_change() -> None:
    """Each is one sentence."""
    here = a_plan(arms={"A": {}, "B": {}}).pinned({"fox.png": "1", "new.png": "2"})
    there = a_plan(arms={"A": {}, "C": {}}).pinned({"fox.png": "0"})
    assert here.differences(there) == [
        'arm "C": gone, it was there.',
        'arm "B": new, it was not there.',
        "fox.png: the file holds something else than when it was run.",
    ]


@given(st.integers(2, 12), st.integers(1, 8), st.text(max_size=8))
def test_the_order_is_random_block_by_block_and_follows_from_the_id(arms: int, blocks: int, uid: str) -> None:
    """Every cell once; an arm is never sent twice before another in a block."""
    plan = a_plan(arms={f"{number}": {} for number in range(arms)}, seeds=range(blocks), cases=())
    order = in_turn(plan, uid)
    assert order == in_turn(plan, uid)
    assert sorted(order, key=plan.cells.index) == list(plan.cells)
    for start in range(0, len(order), arms):
        assert len({cell.block for cell in order[start : start + arms]}) == 1


def test_arms_stand_first_equally_often() -> None:
    """No arm has the better hour."""
    plan = a_plan(seeds=range(400), cases=())
    first = [in_turn(plan, "one")[start].arm for start in range(0, 800, 2)]
    assert 160 < first.count("plain") < 240


def test_click_ids_tell_cells_apart() -> None:
    """Of one experiment and of two; names with dots or quotes mix nothing up."""
    arms: dict[str, dict[str, Any]] = {"a.1": {}, 'a".1': {}, "a": {}}
    plan = a_plan(arms=arms)
    assert len({cell_key(cell) for cell in plan.cells}) == len(plan.cells)
    assert len({click_id(uid, plan.cells[0], number) for uid in "ab" for number in (1, 2)}) == 4
