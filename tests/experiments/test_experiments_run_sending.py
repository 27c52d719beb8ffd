"""A run sends each missing cell once, whatever happens to kernels, answers and budgets."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.experiments.places import Place, a_place, a_plan, a_run, stages
from wan_notebook.catalog import SettingError, Status
from wan_notebook.experiments.planning.errors import PlanChangedError
from wan_notebook.experiments.running.cells import Stage, click_id, states
from wan_notebook.experiments.running.order import in_turn
from wan_notebook.experiments.running.run import Run
from wan_notebook.records import Budget, Experiments, Per
from wan_notebook.simulator import Disturbance
from wan_notebook.tasks import Part, Studio

WAIT = 30.0


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """Give a simulator."""
    with a_place(tmp_path, monkeypatch) as place:
        yield place


@pytest.fixture
def studio(place: Place) -> Studio:
    """Give a studio on it."""
    return place.studio()


def finished(run: Run) -> Run:
    """Start a run and wait for its end."""
    run.start().wait(WAIT)
    assert run.done, run
    return run


def until(true: Callable[[], object]) -> None:
    """Wait until something is so."""
    for _ in range(3000):
        if true():
            return
        threading.Event().wait(0.01)
    pytest.fail("it did not come about")


def test_every_cell_is_made_once_in_the_order_of_the_id(studio: Studio) -> None:
    """Rows bear experiment, arm, case and seed; blocks stay together."""
    run = finished(a_run(studio))
    rows = studio.store.select(experiment="fox")
    uid = Experiments(studio.store).find("fox").uid  # type: ignore[union-attr]
    asked = [(row.arm, row.case, row.seed) for row in rows]
    assert asked == [(cell.arm, cell.block.case, cell.block.seed) for cell in in_turn(run.plan, uid)]
    assert stages(run) == {"done": 8}
    assert {row.prompt_extend for row in rows} == {False}
    assert all(state.video is not None and state.video.is_file() for state in run.cells)
    assert repr(run) == "8 videos: 8 done.\nSpent: 9.60 CNY (simulated)."


def test_started_again_it_sends_nothing(studio: Studio) -> None:
    """Neither the same run nor a new one, from any number of threads."""
    run = a_run(studio)
    threads = [threading.Thread(target=run.start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    run.wait(WAIT)
    again = finished(a_run(studio))
    assert len(studio.store.select()) == 8
    assert again.costing.videos == 0
    assert stages(again) == {"done": 8}


def test_two_runs_at_once_share_the_cells(place: Place, studio: Studio) -> None:
    """Two kernels on one log: 8 rows, and both see all of them end."""
    other = place.studio()
    runs = [a_run(studio), a_run(other)]
    for run in runs:
        run.start()
    for run in runs:
        run.wait(WAIT)
        assert stages(run) == {"done": 8}
    assert len(studio.store.select()) == 8


def test_a_budget_holds_the_rest_back_and_a_larger_one_lets_it_go(studio: Studio) -> None:
    """What is paid counts; the sum is said; whole blocks come first."""
    run = finished(a_run(studio, 5))
    assert stages(run) == {"done": 4, "missing": 4}
    _, spent, held = repr(run).splitlines()
    assert spent == "Spent: 4.80 CNY (simulated). Of the budget of 5.00 CNY: 0.00 reserved, 0.20 left."
    assert held == (
        "4 are not sent: the next may cost 1.20, and 0.20 is left of the budget of 5.00 CNY for an "
        "experiment. Call run() again with a larger one to go on."
    )
    done = Counter(one.cell.block for one in run.cells if one.stage is Stage.DONE)
    assert set(done.values()) == {2}
    assert a_run(studio, 100).costing.videos == 4
    assert stages(finished(a_run(studio, 100))) == {"done": 8}


def test_a_budget_of_the_log_is_not_mended_by_a_larger_one_of_the_run(studio: Studio) -> None:
    """Which of the two holds the rest back is told by its remedy; other money is no unknown price."""
    studio.budget(Budget.of(5, "CNY", Per.TOTAL))
    run = finished(a_run(studio, 100))
    assert stages(run) == {"done": 4, "missing": 4}
    assert repr(run).endswith("5.00 CNY in total. Raise that one with wan.budget(), and call run() again.")
    studio.budget(Budget.of(5, "USD", Per.TOTAL))
    assert "the next has no known price in USD" in repr(finished(a_run(studio, 100)))


def test_sums_that_become_free_let_more_through(place: Place, studio: Studio) -> None:
    """Failed tasks cost nothing: with three of them a budget for five videos makes eight cells end."""
    place.making.failing = 3
    run = finished(a_run(studio, 6))
    assert stages(run) == {"done": 5, "failed": 3}


def test_failed_cells_are_sent_again_only_when_told(place: Place, studio: Studio) -> None:
    """They are listed with their reasons; the second attempt has a row of its own."""
    place.making.failing = 2
    run = finished(a_run(studio))
    assert stages(run) == {"done": 6, "failed": 2}
    assert "2 failed: run.failed lists them" in repr(run)
    assert len(run.failed) == 2
    assert stages(finished(a_run(studio))) == {"done": 6, "failed": 2}
    again = finished(a_run(studio, retry=True))
    assert stages(again) == {"done": 8}
    assert sorted(one.attempts for one in again.cells) == [1] * 6 + [2] * 2
    assert len(studio.store.select()) == 10


def test_what_was_never_made_is_missing_and_not_tried_for_ever(place: Place, studio: Studio) -> None:
    """Calls that never arrive end the run; the next run sends those cells again, and nothing twice."""
    place.house.simulator.disturb(Disturbance.read("query:refused"))
    run = finished(a_run(studio))
    assert stages(run) == {"missing": 8}
    assert {row.status for row in studio.store.select()} == {Status.NOT_CREATED}
    assert 'made nothing: The service said "Access denied"' in repr(run)
    assert len(studio.store.select()) == 8
    place.house.simulator.calm()
    assert stages(finished(a_run(studio))) == {"done": 8}
    assert place.made == 8


def test_videos_that_could_not_be_saved_are_told_and_fetched_by_the_next_run(
    place: Place, studio: Studio
) -> None:
    """With what kept them, and at no cost."""
    folder = studio.videos.path
    folder.rename(folder.with_name("away"))
    folder.touch()
    run = finished(a_run(studio))
    assert stages(run) == {"saving": 8}
    assert "8 were made and are paid, but their videos are not fetched; call run() again" in repr(run)
    assert "What kept them: Videos cannot be written to" in repr(run)
    folder.unlink()
    assert stages(finished(a_run(studio))) == {"done": 8}
    assert place.made == 8


def test_a_lost_answer_is_never_sent_again(place: Place, studio: Studio) -> None:
    """Also not by a later run that sends failed cells again; the tasks are found and saved."""
    place.house.lose("reset-after", "reset-after")
    finished(a_run(studio))
    finished(a_run(studio, retry=True))
    rows = studio.store.select()
    prompts = Counter((row.prompt, row.seed) for row in rows)
    assert set(prompts.values()) == {1}
    assert place.made == len(rows) == 8


def test_rows_a_dead_kernel_left_are_taken_up(place: Place, studio: Studio) -> None:
    """Those that waited are sent, those that ran are followed; the rest is sent, and nothing twice."""
    run = a_run(studio).start()
    until(lambda: stages(run).get("running"))
    studio.close()
    run = finished(a_run(place.studio()))
    assert stages(run) == {"done": 8}
    assert place.made == 8


def test_stop_takes_back_what_was_not_sent(place: Place, studio: Studio) -> None:
    """What waits costs nothing and is missing again; a later run sends it."""
    place.house.clock.longest = 0.5  # nothing ends meanwhile
    run = a_run(studio).start()
    until(lambda: stages(run) == {"running": 5, "waiting": 3})
    said = run.stop()
    assert said == ("3 that waited were taken back and cost nothing; 5 run on at the service and are billed.")
    place.house.clock.longest = float("inf")
    run.wait(WAIT)
    assert stages(run) == {"done": 5, "missing": 3}
    assert "3 are not sent; call run() again to send them." in repr(run)
    assert stages(finished(a_run(studio))) == {"done": 8}
    canceled = [row for row in studio.store.select() if row.status is Status.CANCELED]
    assert len(canceled) == 3


def test_a_new_run_takes_the_place_of_one_at_work(place: Place, studio: Studio) -> None:
    """So that what is stopped there is not sent here."""
    place.house.clock.longest = 0.5
    first = a_run(studio, 100).start()
    until(lambda: stages(first).get("running") == 5)
    second = a_run(studio, 100).start()
    second.stop()
    place.house.clock.longest = float("inf")
    for run in (first, second):
        run.wait(WAIT)
        assert run.done
    assert len([row for row in studio.store.select() if row.status is Status.CANCELED]) == 3
    assert len(studio.store.select()) == 8


def test_interrupting_the_wait_leaves_the_run(studio: Studio) -> None:
    """Awaiting with a limit ends the wait only, and says so."""
    run = a_run(studio).start()

    async def impatient() -> None:
        waiting = asyncio.ensure_future(asyncio.wait_for(run, 60))
        await asyncio.sleep(0)
        waiting.cancel()
        await waiting

    with pytest.raises(asyncio.CancelledError):
        asyncio.run(impatient())
    assert asyncio.run(_awaited(run)) is run
    assert stages(run) == {"done": 8}


async def _awaited(run: Run) -> Run:
    return await run


def test_waiting_for_a_run_that_was_not_started_says_so(studio: Studio) -> None:
    """It would wait for ever."""
    with pytest.raises(SettingError, match="not started"):
        a_run(studio).wait()


def test_another_plan_under_the_name_is_refused(studio: Studio) -> None:
    """When the run is made, and when another kernel was quicker between that and the start."""
    late = a_run(studio, seeds=[1, 3])
    finished(a_run(studio))
    with pytest.raises(PlanChangedError, match="seeds 3: new"):
        late.start()
    with pytest.raises(PlanChangedError, match="plain"):
        a_run(studio, arms={"plain": {"prompt": "x"}, "light": {"prompt": "{who}"}})
    assert len(studio.store.select()) == 8


def test_simulated_and_real_videos_are_not_mixed(studio: Studio) -> None:
    """Both kinds of money under one name would be one experiment on two kinds of video."""
    kept = Experiments(studio.store).keep("fox", a_plan().as_json())
    cell = a_plan().cells[0]
    real: dict[str, Any] = {"model": "m", "mode": "t2v", "simulated": False, "body": {}, "status": "FAILED"}
    studio.store.add(click_id=click_id(kept.uid, cell, 1), experiment="fox", **real)
    with pytest.raises(SettingError, match="real service"):
        a_run(studio)


def test_rows_of_others_are_no_cells(studio: Studio) -> None:
    """A row that names the experiment and bears another click id is none of it."""
    kept = Experiments(studio.store).keep("fox", a_plan().as_json())
    request = a_plan().request(a_plan().cells[0])
    studio.submit(request, click_id="by hand", part=Part(experiment="fox", arm="plain", case="a fox"))
    found = states(studio.store, a_plan(), kept.uid)
    assert {state.stage for state in found.values()} == {Stage.MISSING}


def test_a_closed_studio_ends_the_run(studio: Studio) -> None:
    """Who waits is woken."""
    run = a_run(studio).start()
    studio.close()
    assert run.wait(WAIT).done
