"""What an experiment takes: videos, seconds, money, time; unknown prices stay unknown."""

from decimal import Decimal
from typing import Any

import pytest

from tests.experiments.places import a_plan
from wan_notebook.catalog import Request, SettingError
from wan_notebook.experiments.planning.costing import Costing, Sum, costing, size
from wan_notebook.tasks import Expectation


def expected(request: Request) -> Expectation:
    """Expect 100 s, of a long video 200 s."""
    return Expectation(200.0 if request.value("duration") == 5 else 100.0, "told")


def whole(region: str | None = "beijing", *, simulated: bool = False, **changes: Any) -> Costing:
    """Return what all of a plan takes."""
    plan = a_plan(**changes)
    return costing(plan, plan.cells, region=region, simulated=simulated, expect=expected)


def test_the_sums_of_all_cells() -> None:
    """8 videos of 2 s at 0.60 a second, five at once: two rounds."""
    found = whole()
    assert (found.videos, found.seconds, found.unpriced, found.took) == (8, Decimal(16), 0, 200.0)
    assert found.sums == (Sum(low=Decimal("9.6"), high=Decimal("9.6"), currency="CNY"),)
    assert repr(found) == "8 videos, 16 s billed: 9.60 CNY. About 3:20 min, with 5 at once (told)."


def test_an_unknown_price_is_told_and_never_counted_as_nothing() -> None:
    """At an address of the user's own nothing has a price."""
    found = whole(None)
    assert (found.sums, found.unpriced) == ((), 8)
    assert "8 videos whose price is not known" in repr(found)


def test_models_have_places_of_their_own() -> None:
    """Two models run beside each other; the one that takes longest decides."""
    arms = {
        "A": {"prompt": "x"},
        "B": {"prompt": "x", "model": "wan2.6-t2v", "duration": 5, "resolution": None},
    }
    found = whole(arms=arms, cases=(), seeds=range(5))
    assert (found.took, found.at_once) == (200.0, 10)


def test_play_money_is_called_so() -> None:
    """Whoever reads the sum must not be afraid of it."""
    assert "play money" in repr(whole(simulated=True))


def test_nothing_missing() -> None:
    """No cell, no sum."""
    plan = a_plan()
    found = costing(plan, (), region="beijing", simulated=False, expect=expected)
    assert repr(found) == "No video is missing."


def test_the_size_for_a_target() -> None:
    """What 60 %, 75 % and the target need, in blocks, videos and money; and whether this plan has it."""
    plan = a_plan()
    found = size(plan, whole(), 0.9)
    assert sorted(found.needed) == [0.6, 0.75, 0.9]
    clear = found.needed[0.75]
    assert 26 <= clear.blocks <= 34
    assert 185 <= found.needed[0.6].blocks <= 210
    assert clear.videos == 2 * clear.blocks
    assert clear.sums[0].high == Decimal("2.4") * clear.blocks
    assert not found.enough
    assert "too few for 90 %" in repr(found)
    assert "each of the" not in repr(found)


def test_more_arms_need_more_blocks() -> None:
    """For each pair is tested more strictly; a plan that has them says so."""
    arms = {name: {"prompt": name} for name in "ABC"}
    plan = a_plan(arms=arms, cases=(), seeds=range(60))
    found = size(plan, whole(arms=arms, cases=(), seeds=range(60)), 0.75)
    assert found.pairs == 3
    assert found.needed[0.75].blocks > size(a_plan(), whole(), 0.75).needed[0.75].blocks
    assert found.enough
    assert "each of the 3 pairs" in repr(found)


@pytest.mark.parametrize("target", [0.5, 1.0, 2, "0.75", None, [0.6]])
def test_a_target_that_is_none_is_refused(target: Any) -> None:
    """Between one half and one."""
    with pytest.raises(SettingError):
        size(a_plan(), whole(), target)
