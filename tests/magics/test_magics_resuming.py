"""`%wan resume`, `budget`, `remote` and `adopt`, and what loading says of unfinished tasks."""

from pathlib import Path
from typing import Any

import pytest
from IPython.core.interactiveshell import InteractiveShell

import wan_notebook
from tests.magics.shells import EXTENSION, MODEL, SMALL, Said, complaint
from wan_notebook import tasks
from wan_notebook.catalog import Request, Status, language
from wan_notebook.catalog.texts import LANGUAGES
from wan_notebook.service import ApiKey
from wan_notebook.simulator.server import InThread
from wan_notebook.tasks import Folders, Studio, rows

FOX = Request(MODEL, prompt="A fox", duration=2, resolution="720P", seed=7)
OFFER = {
    "en": "Unfinished tasks in the log: 1. After wan.connect() or wan.demo(), wan.resume() carries them on;",
    "zh": "任务日志中有 1 个任务尚未完成。",
}


def left_behind(folder: Path, simulator: InThread) -> None:
    """Leave a task under way in the records of a folder, as a kernel that ends does."""
    studio = tasks.connect(address=simulator.base_url, api_key="sk-test", folders=Folders(home=folder))
    studio.submit(FOX)
    tasks.close_all()


@pytest.mark.parametrize("code", LANGUAGES)
def test_loading_offers_to_resume_in_one_line(
    shell: InteractiveShell,
    standing: InThread,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Said,
    code: str,
) -> None:
    """Told once, in the user's language; not where somebody here follows them."""
    left_behind(tmp_path, standing)
    monkeypatch.setenv("WAN_NOTEBOOK_HOME", str(tmp_path))
    before = set(tmp_path.iterdir())
    capsys.readouterr()
    spoken = language()
    language(code)
    try:
        shell.run_line_magic("load_ext", EXTENSION)
        wan_notebook.load_ipython_extension(shell)
    finally:
        language(spoken)
    said = capsys.readouterr().out
    assert said.startswith(OFFER[code])
    assert said.count("\n") == 1
    assert set(tmp_path.iterdir()) == before


def test_loading_is_silent_where_the_tasks_are_followed(
    shell: InteractiveShell, standing: InThread, tmp_path: Path, capsys: Said
) -> None:
    """A connected kernel knows its own."""
    studio = tasks.connect(address=standing.base_url, api_key="sk-test", folders=Folders(home=tmp_path))
    studio.submit(FOX)
    capsys.readouterr()
    shell.run_line_magic("load_ext", EXTENSION)
    assert capsys.readouterr().out == ""


def test_resume_carries_on_and_says_what(
    loaded: InteractiveShell, studio: tuple[Studio, InThread], tmp_path: Path
) -> None:
    """What is unfinished is followed; then nothing is."""
    assert repr(loaded.run_line_magic("wan", "resume")) == "Nothing is unfinished."
    other = Studio(studio[0].connection, ApiKey("sk-test"), Folders(tmp_path), clock=studio[0]._clock)
    row = other.store.add(**_queued(other), owner=other._carrier.owner)[0].row
    other.close()
    assert "never sent" in repr(loaded.run_line_magic("wan", "resume"))
    assert studio[0].store.get(row).status is Status.QUEUED


def test_a_budget_is_set_and_told(
    loaded: InteractiveShell, studio: tuple[Studio, InThread], capsys: Said
) -> None:
    """With a sum the cap in total; without, what is left; a task beyond it is one sentence."""
    assert loaded.run_line_magic("wan", "budget").empty
    table = loaded.run_line_magic("wan", "budget 0.50")
    assert table[["per", "currency", "cap", "left"]].to_numpy().tolist() == [["total", "CNY", 0.5, 0.5]]
    assert "could pass the budget of 0.50 CNY in total" in complaint(loaded, f"{SMALL}\nA fox", capsys)
    assert "must be a sum" in complaint(loaded, "%wan budget much", capsys)
    assert studio[1].counters["create"] == 0


def test_a_model_without_a_price_needs_its_option(
    loaded: InteractiveShell, studio: tuple[Studio, InThread], capsys: Said
) -> None:
    """`--unpriced` is the yes."""
    loaded.run_line_magic("wan", "budget 50")
    cell = f"%%wan {MODEL}-2027-01-01 --duration 2 --wait --name fox {{}}\nA fox"
    assert "is not known" in complaint(loaded, cell.format(""), capsys)
    assert loaded.run_cell(cell.format("--unpriced")).success
    assert studio[1].counters["create"] == 1


def test_the_accounts_tasks_are_listed_and_taken_in(
    loaded: InteractiveShell, studio: tuple[Studio, InThread], tmp_path: Path, capsys: Said
) -> None:
    """One that another program made shows without a row, and has one after."""
    other = Studio(
        studio[0].connection, ApiKey("sk-test"), Folders(tmp_path / "other"), clock=studio[0]._clock
    )
    made = other.submit(FOX).wait(60)
    other.close()
    listed = loaded.run_line_magic("wan", "remote")
    assert listed["task_id"].tolist() == [made.id]
    assert listed["row"].isna().all()
    task = loaded.run_line_magic("wan", f"adopt {made.id}").wait(60)
    assert (task.status, task.request.value("prompt")) == (Status.SUCCEEDED, "A fox")
    assert loaded.run_line_magic("wan", "remote")["row"].tolist() == [task.row]
    assert "%wan adopt ID" in complaint(loaded, "%wan adopt", capsys)
    assert "lists no task nowhere" in complaint(loaded, "%wan adopt nowhere", capsys)
    assert studio[1].counters["create"] == 1


def _queued(studio: Studio) -> dict[str, Any]:
    """Return the columns of a row that was never sent."""
    return {
        **rows.of_request(FOX, "beijing"),
        **rows.place(studio.connection, ApiKey("sk-test").account),
        "click_id": "left",
        "status": Status.QUEUED,
    }
