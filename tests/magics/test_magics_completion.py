"""Completion of both magics, through IPython's completer."""

import pytest
from IPython.core.interactiveshell import InteractiveShell

from tests.magics.shells import MODEL, offered
from wan_notebook.catalog import MODELS
from wan_notebook.magics.completion import completed

I2V_TYPES = ("first_frame", "last_frame", "first_clip", "driving_audio")


@pytest.mark.parametrize(
    ("typed", "lines"),
    [
        ("%%wan wan2", [f"%%wan {one}" for one in MODELS]),
        (f"%%wan {MODEL} --dur", [f"%%wan {MODEL} --duration"]),
        (f"%%wan {MODEL} --no", [f"%%wan {MODEL} --no-prompt-extend", f"%%wan {MODEL} --no-watermark"]),
        (f"%%wan {MODEL} --resolution ", [f"%%wan {MODEL} --resolution {one}" for one in ("720P", "1080P")]),
        (f"%%wan {MODEL} --ratio 16", [f"%%wan {MODEL} --ratio 16:9"]),
        (f"%%wan {MODEL} --ratio=9:", [f"%%wan {MODEL} --ratio=9:16"]),
        (f"%%wan {MODEL} --no-watermark --wa", [f"%%wan {MODEL} --no-watermark --wait"]),
        (f"%%wan {MODEL} --negative-prompt 'a b' --se", [f"%%wan {MODEL} --negative-prompt 'a b' --seed"]),
        ("%wan mo", ["%wan models"]),
        ("x = %wan co", ["x = %wan cost"]),
        ("if True:\n    %wan lo", ["if True:\n    %wan log"]),
        ("%wan help wan", [f"%wan help {one}" for one in MODELS]),
        ("%%wan wan2.7-i2v --media ", [f"%%wan wan2.7-i2v --media {one}=" for one in I2V_TYPES]),
        ("%%wan wan2.7-i2v --media=first_f", ["%%wan wan2.7-i2v --media=first_frame="]),
        (
            "%%wan wan2.7-i2v --media last_frame=a.png --med",
            ["%%wan wan2.7-i2v --media last_frame=a.png --media"],
        ),
    ],
)
def test_completion_offers_what_can_follow(loaded: InteractiveShell, typed: str, lines: list[str]) -> None:
    """Models, options and values of the catalogue, and commands; nothing of other matchers between them."""
    assert offered(loaded, typed) == lines


I2V, I2V_JOINED = "wan2.7-i2v --media first_frame=", "wan2.7-i2v --media=first_frame="


@pytest.mark.parametrize(
    "typed",
    [
        f"{MODEL} --seed ",
        "wan9 --",
        f"{MODEL} --negative-prompt 'a --",
        f"{MODEL} --zz",
        "--dur",
        I2V,
        f"{I2V}a.png,",
        I2V_JOINED,
    ],
)
def test_completion_does_not_guess(typed: str) -> None:
    """Numbers, unknown models, names of files and the inside of quotes are the user's."""
    assert completed(typed, cell=True)[1] == []


@pytest.mark.parametrize("typed", ["log ", "lgo ", f"help {MODEL} "])
def test_commands_are_not_followed_by_anything_else(typed: str) -> None:
    """Only what a command takes is offered."""
    assert completed(typed, cell=False)[1] == []


def test_other_lines_are_none_of_ours(loaded: InteractiveShell) -> None:
    """Python is completed as ever, and so are other magics that begin alike."""
    loaded.run_cell("wander = 1")
    assert offered(loaded, "wand") == ["wander"]
    assert "--duration" not in offered(loaded, f"%%wander {MODEL} ")
