"""Budgets from the click on: refused before anything is sent, given back, settled by what was used."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.patient import House, a_house
from wan_notebook.catalog import Request, Status
from wan_notebook.records import Budget, BudgetError, Per
from wan_notebook.service import ApiKey
from wan_notebook.simulator import Disturbance
from wan_notebook.tasks import Connection, Folders, Studio, Task, budgets_frame

FOX = Request("wan2.7-t2v", prompt="A fox in the rain", duration=2, resolution="720P", seed=7)
EACH = Decimal("1.2")
"""What one costs, in CNY."""


def ended(*tasks: Task) -> None:
    """Wait until nothing more happens to any."""
    for task in tasks:
        assert task.wait(60, progress=False).done, task


def capped(house: House, cap: str, per: Per = Per.TOTAL, **options: Any) -> Studio:
    """Open a studio under a budget."""
    studio = house.studio(**options)
    studio.budget(Budget(Decimal(cap), studio.currency, per))
    return studio


def sums(studio: Studio) -> tuple[Any, Any, Any]:
    """Return what is spent, reserved and left."""
    [left] = studio.left()
    return left.spent, left.reserved, left.left


def test_what_could_pass_the_budget_is_refused_before_it_is_sent(tmp_path: Path) -> None:
    """With the sums; nothing is written, and what fits exactly is made."""
    with a_house(tmp_path) as house:
        studio = capped(house, "2.4")
        tasks = [studio.submit(FOX.changed(seed=seed)) for seed in (1, 2)]
        assert sum(sums(studio)[:2]) == 2 * EACH
        with pytest.raises(BudgetError, match=r"2.40? CNY in total.*reserved") as refused:
            studio.submit(FOX)
        assert refused.value.asked == EACH
        assert refused.value.left.left == 0
        ended(*tasks)
        assert sums(studio) == (2 * EACH, 0, 0)
        with pytest.raises(BudgetError, match=r"2.40? are spent"):
            studio.submit(FOX)
        assert len(studio.store.select()) == house.simulator.counters["create"] == 2
        studio.no_budget(Per.TOTAL)
        assert studio.left() == []
        ended(studio.submit(FOX))


@pytest.mark.parametrize("way", ["create:refused", "create:reset-before"])
def test_what_was_not_made_is_given_back(tmp_path: Path, way: str) -> None:
    """A refusal at once, a lost call once the list has proved that it made nothing."""
    with a_house(tmp_path) as house:
        studio = capped(house, "1.2")
        house.simulator.disturb(Disturbance.read(f"{way}:next1"))
        task = studio.submit(FOX)
        ended(task)
        assert task.status in {Status.REFUSED, Status.NOT_CREATED}
        assert sums(studio) == (0, 0, EACH)
        ended(studio.submit(FOX))
        assert sums(studio) == (EACH, 0, 0)


def test_a_lost_answer_keeps_its_reserve(tmp_path: Path) -> None:
    """It may cost, as long as nobody knows; the user's word sets it free."""
    with a_house(tmp_path) as house:
        studio = capped(house, "1.2")
        house.lose("reset-before")
        house.simulator.disturb(Disturbance("list", "refused"))
        task = studio.submit(FOX)
        ended(task)
        assert sums(studio) == (0, EACH, 0)
        with pytest.raises(BudgetError):
            studio.submit(FOX)
        task.settle(None)
        assert sums(studio) == (0, 0, EACH)


def test_what_waits_is_reserved_until_it_is_canceled(tmp_path: Path) -> None:
    """A task in its place costs nothing yet, but will."""
    with a_house(tmp_path) as house:
        studio = capped(house, "10")
        house.clock.longest = 1.0
        tasks = [studio.submit(FOX.changed(seed=seed)) for seed in range(6)]
        assert sums(studio)[1] == 6 * EACH
        tasks[5].cancel()
        assert sums(studio)[1] == 5 * EACH
        house.clock.longest = 1e9
        ended(*tasks)
        assert sums(studio)[:2] == (5 * EACH, 0)


def test_a_task_costs_what_was_used(tmp_path: Path) -> None:
    """Not what it might have cost: a length the model chooses itself is billed as made."""
    with a_house(tmp_path) as house:
        studio = capped(house, "20")
        task = studio.submit(FOX.changed(duration=5))
        reserved = sums(studio)[1] + sums(studio)[0]
        assert reserved == task.record.estimate_high == Decimal(3)
        ended(task)
        assert task.cost is not None
        assert sums(studio) == (task.cost, 0, 20 - task.cost)


def test_an_unknown_price_needs_a_yes(tmp_path: Path) -> None:
    """In another currency, or at an address whose prices are not known; the table counts them."""
    with a_house(tmp_path) as house:
        studio = house.studio()
        studio.budget(Budget(Decimal(5), "USD"))
        with pytest.raises(BudgetError, match="say unpriced=True"):
            studio.submit(FOX)
        task = studio.submit(FOX, unpriced=True)
        ended(task)
        assert [left.unpriced for left in studio.left()] == [1]
        frame = budgets_frame(studio.left())
        assert frame.loc[0].to_dict() == {
            "per": "total",
            "currency": "USD",
            "cap": 5.0,
            "spent": 0.0,
            "reserved": 0.0,
            "left": 5.0,
            "unpriced": 1,
        }


def test_an_address_of_ones_own_has_no_prices(tmp_path: Path) -> None:
    """So under a budget nothing is sent there by itself."""
    with a_house(tmp_path) as house:
        place = Connection(base_url=house.simulator.base_url, region=None, simulated=False)
        studio = Studio(place, ApiKey("sk-test"), Folders(tmp_path / "own"), clock=house.clock)
        try:
            assert studio.currency == "CNY"
            studio.budget(Budget(Decimal(100), studio.currency))
            with pytest.raises(BudgetError, match="not known"):
                studio.submit(FOX)
        finally:
            studio.close()
        assert house.simulator.counters["create"] == 0


def test_two_studios_on_one_log_share_a_budget(tmp_path: Path) -> None:
    """Whichever asks first; a budget for a notebook is each one's own."""
    with a_house(tmp_path) as house:
        one = capped(house, "2.4", notebook="a.ipynb")
        other = house.studio(notebook="b.ipynb")
        tasks = [one.submit(FOX), other.submit(FOX)]
        for studio in (one, other):
            with pytest.raises(BudgetError, match="in total"):
                studio.submit(FOX)
        one.budget(Budget(Decimal("1.2"), "CNY", Per.NOTEBOOK))
        other.budget(Budget(Decimal(100), "CNY"))
        for studio in (one, other):
            with pytest.raises(BudgetError, match="for a notebook"):
                studio.submit(FOX)
        ended(*tasks)
        assert house.simulator.counters["create"] == 2


def test_the_same_click_asks_once(tmp_path: Path) -> None:
    """The second time it returns its task, though the budget has nothing left."""
    with a_house(tmp_path) as house:
        studio = capped(house, "1.2")
        task = studio.submit(FOX, click_id="one")
        assert studio.submit(FOX, click_id="one") is task
        ended(task)
        assert house.simulator.counters["create"] == 1
