"""`%wan`: log, sums, models and help."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from tests.magics.shells import MODEL, SMALL
from wan_notebook.catalog import MODELS, find_model
from wan_notebook.magics.commands import COMMANDS
from wan_notebook.magics.options import OWN, PROMPT, options, spelled
from wan_notebook.simulator.server import InThread
from wan_notebook.tasks import Studio


def test_log_and_cost_are_those_of_the_package(
    loaded: InteractiveShell, studio: tuple[Studio, InThread]
) -> None:
    """Both are DataFrames and can be kept in a variable."""
    loaded.run_cell(f"{SMALL} --wait\nA fox")
    loaded.run_cell("kept = %wan log\nspent = %wan cost")
    assert list(loaded.user_ns["kept"]["prompt"]) == ["A fox"]
    assert list(loaded.user_ns["spent"]["cost"]) == [1.2]


def test_models_are_listed_with_place_and_price(loaded: InteractiveShell) -> None:
    """A row for each price, with currency and date."""
    rows = loaded.run_line_magic("wan", "models")
    row = rows[(rows["id"] == MODEL) & (rows["region"] == "beijing") & (rows["resolution"] == "720P")].iloc[0]
    assert (row["mode"], row["seconds"], row["price_per_second"]) == ("t2v", "2-15", 0.6)
    assert (row["currency"], str(row["price_date"])) == ("CNY", "2026-05-28")
    assert set(rows["id"]) == set(MODELS)


@pytest.mark.parametrize("line", ["", "help"])
def test_help_lists_commands_and_options(loaded: InteractiveShell, line: str) -> None:
    """Alone or asked for: every command, every option of ours, every model's options by name."""
    words = repr(loaded.run_line_magic("wan", line))
    assert all(f"\n%wan {name} " in words for name in COMMANDS)
    assert all(f"\n  {spelled(name)} " in words for name in OWN)
    assert all(spelled(name) in words for name in options(find_model(MODEL)))
    assert "{name} becomes" in words


def test_help_on_a_model_shows_limits_defaults_and_texts(loaded: InteractiveShell) -> None:
    """All of it is the catalogue's."""
    words = repr(loaded.run_line_magic("wan", f"help {MODEL}")).splitlines()
    assert "  --duration 2-15 (default 5)" in words
    assert "  --resolution 720P | 1080P (default 1080P)" in words
    assert "  --watermark or --no-watermark (default False)" in words
    assert "  --negative-prompt TEXT, up to 500 characters" in words
    fields = [field for field in find_model(MODEL).fields if field.name != PROMPT]
    assert [line.strip() for line in words[2::2]] == [field.help for field in fields]
