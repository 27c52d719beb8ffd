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


def test_models_show_sound_and_what_is_not_known(loaded: InteractiveShell) -> None:
    """Silent flash has rows of its own; a region without a price says None; a length besides is told."""
    rows = (
        loaded.run_line_magic("wan", "models").set_index(["id", "region", "resolution", "sound"]).sort_index()
    )
    flash = rows.loc[("wan2.6-r2v-flash", "beijing", "720P")]
    assert flash["price_per_second"].to_dict() == {True: 0.3, False: 0.15}
    assert rows.loc[("wan2.7-t2v", "beijing", "720P")].index.tolist() == [True]
    tokyo = rows.loc[("wan2.7-t2v", "tokyo", "720P", True)]
    assert tokyo[["price_per_second", "lowest_price", "currency", "price_date"]].isna().all()
    assert rows.loc[("wan2.7-videoedit", "beijing", "720P", True), "seconds"] == "0, 2-10"
    assert set(rows.loc["wan2.6-r2v"].index.get_level_values("region")) == {
        "beijing",
        "singapore",
        "virginia",
        "frankfurt",
    }


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


@pytest.mark.parametrize("model", MODELS)
def test_help_explains_every_model(loaded: InteractiveShell, model: str) -> None:
    """Each option with what can be written behind it; media by type."""
    words = repr(loaded.run_line_magic("wan", f"help {model}"))
    fields = [field for field in find_model(model).fields if field.name != PROMPT]
    assert all(f"\n  {spelled(field.name)} " in words for field in fields)
    assert "{" not in words.replace("{name}", "")


def test_help_on_media_names_types_and_limits(loaded: InteractiveShell) -> None:
    """What a value looks like, and what each file may be."""
    words = repr(loaded.run_line_magic("wan", "help wan2.7-videoedit"))
    assert (
        "--media TYPE=FILE or TYPE=FILE,voice=FILE; repeat it for each file; a type is one of video, "
        in words
    )
    assert "\n      video: The video that is changed" in words
    assert "--duration 0 or 2-10 (default 0)" in words
    urls = repr(loaded.run_line_magic("wan", "help wan2.6-r2v"))
    assert "--reference-urls URL or path; repeat it for each file, up to 5" in urls
