"""A task that is followed: what the service says out of order, or does not know, changes nothing wrongly."""

from pathlib import Path
from typing import Any

from tests.patient import KEY, House, a_house
from wan_notebook.catalog import Request, Status
from wan_notebook.service import ApiKey
from wan_notebook.simulator import Disturbance, Settings
from wan_notebook.tasks import Studio, Task, rows

FOX = Request("wan2.7-t2v", prompt="A fox in the rain", duration=2, resolution="720P", seed=7)


def resumed(house: House, studio: Studio, **row: Any) -> tuple[Task, list[tuple[Status, str]]]:
    """Carry a row of a dead kernel to its end; return its handle and what was told on the way."""
    values = {**rows.of_request(FOX, "beijing"), **rows.place(studio.connection, ApiKey(KEY).account)}
    studio.store.add(**values, click_id="one", submitted_at=house.clock.now(), owner="dead", **row)
    house.clock.longest = 0.0
    [task] = studio.resume()
    told: list[tuple[Status, str]] = []

    def look(changed: Task) -> None:
        told.append((changed.status, changed.trouble or ""))
        if "does not know" in told[-1][1] and len(told) < 5:
            house.clock.clock.move(hours=25)

    task.on_change(look)
    house.clock.longest = 1e9
    assert task.wait(60, progress=False).done
    return task, told


def test_an_id_the_service_does_not_know_is_asked_for_until_a_day_is_over(tmp_path: Path) -> None:
    """It may be a delay, or the wrong key: that is said; then it is gone."""
    with a_house(tmp_path) as house:
        task, told = resumed(house, house.studio(), status=Status.PENDING, task_id="long-gone")
        assert any("does not know task long-gone" in words for _, words in told)
        assert task.status is Status.EXPIRED


def test_a_task_never_goes_back(tmp_path: Path) -> None:
    """Another kernel saw it run; what says that it waits is old."""
    with a_house(tmp_path, Settings(queue_seconds=(20, 20), run_seconds=(5, 5))) as house:
        stranger = house.foreign(FOX)
        house.simulator.disturb(Disturbance("query", "503-before", times=1))
        task, told = resumed(house, house.studio(), status=Status.RUNNING, task_id=stranger)
        assert task.status is Status.SUCCEEDED
        assert {status for status, _ in told} == {Status.RUNNING, Status.SUCCEEDED}
        assert any("No news for the moment" in words for _, words in told)
        assert task.trouble is None
