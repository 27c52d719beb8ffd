"""What a form shows of budgets, and what it refuses because of them."""

from pathlib import Path
from typing import Any

from tests.studio import a_studio
from wan_notebook.records import Budget
from wan_notebook.tasks import Studio
from wan_notebook.widgets import Form

FOX: dict[str, Any] = {"prompt": "A fox", "duration": 2, "resolution": "720P", "seed": 7}


def click(form: Form, click_id: str, **message: Any) -> dict[str, Any]:
    """Do what the page does on a click, and return the kernel's answer."""
    sent = {"type": "generate", "click_id": click_id, "values": dict(form.widget.values), **message}
    form.widget._handle_custom_msg(sent, [])
    answer: dict[str, Any] = form.widget.answered
    return answer


def finish(studio: Studio) -> None:
    """Wait until every task has ended."""
    for task in studio.tasks():
        task.wait(60)


def test_what_is_left_stands_beside_the_price_and_follows_the_tasks(tmp_path: Path) -> None:
    """Set, reserved by a click, spent at its end, changed, off: the form says so each time."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, **FOX)
        assert form.widget.budget == {"lines": [], "currencies": []}
        lines: list[str] = []
        form.widget.observe(lambda change: lines.extend(change["new"]["lines"]), "budget")
        studio.budget(Budget.of(5, "CNY", "day"))
        assert lines == ["Budget of 5.00 CNY a day: 5.00 left (0.00 spent, 0.00 reserved)."]
        click(form, "one")
        finish(studio)
        studio.budget(Budget.of(6, "CNY", "day"))
        studio.no_budget(Budget.of(6, "CNY", "day").per)
        assert form.widget.budget["lines"] == []
    assert lines[1:] == [
        "Budget of 5.00 CNY a day: 3.80 left (0.00 spent, 1.20 reserved).",
        "Budget of 5.00 CNY a day: 3.80 left (1.20 spent, 0.00 reserved).",
        "Budget of 6.00 CNY a day: 4.80 left (1.20 spent, 0.00 reserved).",
    ]


def test_a_click_that_could_pass_the_budget_is_refused_and_loses_nothing(tmp_path: Path) -> None:
    """The sentence with the sums answers the click; the fields stay; a cheaper one goes through."""
    with a_studio(tmp_path) as (studio, simulator):
        studio.budget(Budget.of("1.50", "CNY", "total"))
        form = Form("wan2.7-t2v", studio, **{**FOX, "duration": 5})
        values = dict(form.widget.values)
        answer = click(form, "one")
        assert "may cost up to 3.00 CNY and could pass the budget of 1.50 CNY in total" in answer["error"]
        assert "1.50 left" in answer["error"]
        assert (form.widget.values, studio.tasks()) == (values, [])
        assert simulator.counters["create"] == 0
        form.widget.values = {**values, "duration": 2}
        assert "error" not in click(form, "two")
        finish(studio)
        again = {"type": "again", "click_id": "three", "row": 1, "choice": "new_seed"}
        form.widget._handle_custom_msg(again, [])
        assert "could pass the budget" in form.widget.answered["error"]
        assert simulator.counters["create"] == 1


def test_an_unknown_price_under_a_budget_needs_a_yes(tmp_path: Path) -> None:
    """Refused without it, made with it, and then told beside the sums."""
    with a_studio(tmp_path) as (studio, _):
        studio.budget(Budget.of(50, "CNY", "total"))
        form = Form("wan2.7-t2v-2027-01-01", studio, **FOX)
        assert form.widget.check["currency"] is None
        assert form.widget.budget["currencies"] == ["CNY"]
        assert "is not known" in click(form, "one", unpriced=False)["error"]
        assert "error" not in click(form, "two", unpriced=True)
        assert "Besides 1 without a known price" in form.widget.budget["lines"][0]
        priced = Form("wan2.7-t2v", studio, **FOX)
    assert priced.widget.check["currency"] == "CNY"


def test_a_budget_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """Told in the box under the form, and what was shown stays."""
    with a_studio(tmp_path) as (studio, _):
        form = Form("wan2.7-t2v", studio, **FOX)
        with studio.store.writing() as connection:
            connection.exec_driver_sql("DROP TABLE budgets")
        form._spent()
        error = form.widget.error
    assert "no such table: budgets" in error


def test_a_folded_form_asks_for_no_sums(tmp_path: Path) -> None:
    """Only one that shows its price needs them; unfolding brings them."""
    with a_studio(tmp_path) as (studio, _):
        studio.budget(Budget.of(50, "CNY", "total"))
        form = Form("wan2.7-t2v", studio, unfolded=False, **FOX)
        form.add(studio.submit(form.request))
        assert form.widget.budget == {"lines": [], "currencies": []}
        change = {"type": "again", "click_id": "one", "row": 1, "choice": "change"}
        form.widget._handle_custom_msg(change, [])
        assert "48.80 left" in form.widget.budget["lines"][0]
