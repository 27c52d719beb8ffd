"""Arms made of every combination of values, named by what differs."""

from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from wan_notebook import grid
from wan_notebook.catalog import SettingError
from wan_notebook.experiments.planning.checks import LONGEST_NAME

LISTS = st.lists(st.one_of(st.integers(), st.text(max_size=30), st.booleans()), min_size=1, max_size=3)


def test_names_are_short_and_tell_what_differs() -> None:
    """Long values by number; a parameter with one value is in no name."""
    prompts = ["A fox in a forest at night", "A robot in a forest at night"]
    assert grid(prompt=prompts, resolution=["720P", "1080P"], duration=[5]) == {
        f"{resolution} · prompt {number}": {"prompt": prompt, "resolution": resolution, "duration": 5}
        for number, prompt in enumerate(prompts, 1)
        for resolution in ("720P", "1080P")
    }
    assert list(grid(duration=[2, 5])) == ["duration 2", "duration 5"]
    assert list(grid(prompt_extend=[True, False])) == ["prompt_extend on", "prompt_extend off"]


@given(st.dictionaries(st.sampled_from(["prompt", "size", "seed"]), LISTS, min_size=1))
@example({"prompt": [0, -(10**31)], "size": [0, -(10**31)]})
def test_every_combination_has_a_name_of_its_own(values: dict[str, list[Any]]) -> None:
    """And each name can be that of an arm; or the call is refused."""
    try:
        arms = grid(**values)
    except SettingError:
        return
    count = 1
    for listed in values.values():
        count *= len(listed)
    assert len(arms) == count
    assert all(0 < len(name) <= LONGEST_NAME and name.isprintable() and name == name.strip() for name in arms)
    assert len({repr(arm) for arm in arms.values()}) == count


@pytest.mark.parametrize(
    "values",
    [{"prompt": "A fox"}, {"prompt": 3}, {"prompt": []}, {"prompt": ["a", "a"]}, {"prompt": ["a"]}, {}],
)
def test_what_makes_no_arms_is_refused(values: dict[str, Any]) -> None:
    """No list, no values, one twice, or one arm only."""
    with pytest.raises(SettingError):
        grid(**values)


def test_thirteen_arms_are_refused() -> None:
    """The sentence says how many there are."""
    with pytest.raises(SettingError, match="13 arms"):
        grid(duration=range(2, 15))
