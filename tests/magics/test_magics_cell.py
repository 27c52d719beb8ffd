"""`%%wan`: tasks, waiting, dry runs, and the sentence for what cannot be done."""

import io
import signal
import sys
from pathlib import Path

import pytest
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from tests.magics.shells import MODEL, SMALL, Said, complaint
from wan_notebook import tasks
from wan_notebook.catalog import Status, language
from wan_notebook.simulator.server import InThread
from wan_notebook.tasks import Folders, Studio, Task


def test_a_cell_makes_a_task_and_shows_it(
    loaded: InteractiveShell, studio: tuple[Studio, InThread], shown: list[Task]
) -> None:
    """Its body is the prompt, its options the parameters; the task is its result, and in the variable."""
    result = loaded.run_cell(f"{SMALL} --seed 7 --no-watermark --name fox\n\n A fox\nin the snow \n")
    task = loaded.user_ns["fox"]
    assert result.result is task
    assert shown == [task]
    task.wait(20, progress=False)
    assert task.status is Status.SUCCEEDED
    wanted = {"duration": 2, "resolution": "720P", "seed": 7, "watermark": False}
    assert {name: task.request.value(name) for name in wanted} == wanted
    assert task.request.value("prompt") == "A fox\nin the snow"


def test_waiting_lasts_until_the_task_has_ended(
    loaded: InteractiveShell, studio: tuple[Studio, InThread], shown: list[Task], capsys: Said
) -> None:
    """In a terminal the waiting shows the progress; the task is not shown a second time."""
    result = loaded.run_cell(f"{SMALL} --wait --name fox\nA fox")
    assert result.success
    assert result.result is None
    assert shown == []
    assert loaded.user_ns["fox"].done
    assert "video in" in capsys.readouterr().err


class Interrupting(io.StringIO):
    """An stderr that presses Ctrl-C when something is first written to it: the progress of a wait."""

    def write(self, words: str) -> int:
        """Keep the words; the first time, interrupt."""
        first = not self.getvalue()
        written = super().write(words)
        if first:
            signal.raise_signal(signal.SIGINT)
        return written


def test_an_interrupted_wait_says_that_the_task_goes_on(
    loaded: InteractiveShell, standing: InThread, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    """One sentence, the cell failed, the handle already in its variable, the task untouched."""
    stream = Interrupting()
    monkeypatch.setattr(sys, "stderr", stream)
    result = loaded.run_cell(f"{SMALL} --wait --name fox\nA fox")
    assert isinstance(result.error_in_exec, UsageError)
    sentence = stream.getvalue().splitlines()[-1]
    assert sentence.startswith("UsageError: Only the waiting was stopped: task ")
    assert "Traceback" not in capsys.readouterr().out
    assert not loaded.user_ns["fox"].done


def test_a_dry_run_sends_nothing_and_tells_all(
    loaded: InteractiveShell, studio: tuple[Studio, InThread]
) -> None:
    """Body with the resulting prompt, place, price and problems; no call, no row, no variable."""
    service, simulator = studio
    loaded.run_cell("animal = 'red fox'")
    result = loaded.run_cell(f"{SMALL} --dry-run --wait --name fox\nA {{animal}}")
    words = repr(result.result).splitlines()
    assert words[0] == "Nothing was sent. This is what would be:"
    url = f"{simulator.base_url}/services/aigc/video-generation/video-synthesis"
    assert words[1] == f"POST {url} (the simulator: nothing is charged)"
    assert '    "prompt": "A red fox"' in words
    assert '    "watermark": false' in words
    assert words[-2] == "seed: drawn at random when it is sent."
    assert words[-1].startswith("Estimate: 1.20 CNY in region beijing, with prices of ")
    assert simulator.counters == {}
    assert "fox" not in loaded.user_ns
    assert service.tasks() == []


def test_a_dry_run_names_every_problem(loaded: InteractiveShell) -> None:
    """It needs no connection; what cannot be read gets the catalogue's own sentence."""
    result = loaded.run_cell(f"%%wan {MODEL} --duration 99 --seed x --dry-run\n ")
    words = repr(result.result).splitlines()
    assert words[1].startswith("No connection yet: ")
    assert words[-4:-1] == [
        "The price is not known for these settings.",
        "Problem: prompt is empty; it needs at least one character.",
        "Problem: duration is 99; it must be from 2 to 15.",
    ]
    assert words[-1].startswith("Problem: seed is 'x'; it must be a whole number from 0 to 2147483647;")


def test_a_dry_run_at_the_real_service_names_it(loaded: InteractiveShell, tmp_path: Path) -> None:
    """Address and region are told, and that it would be billed; nothing is sent there."""
    tasks.connect(region="singapore", api_key="sk-test", folders=Folders(home=tmp_path))
    words = repr(loaded.run_cell(f"{SMALL} --dry-run\nA fox").result).splitlines()
    assert words[1].startswith("POST https://dashscope-intl.aliyuncs.com/api/v1/services/aigc/")
    assert words[1].endswith("(region singapore: a finished video is billed)")
    assert "in region singapore" in words[-1]


def test_a_dry_run_tells_remarks_and_a_wrong_region(loaded: InteractiveShell, tmp_path: Path) -> None:
    """What can be sent but may surprise, and a region that does not have the model."""
    tasks.connect(region="frankfurt", workspace="ws", api_key="sk-test", folders=Folders(home=tmp_path))
    media = "--media reference_image=https://a.example/a.png"
    words = repr(loaded.run_cell(f"%%wan wan2.7-r2v {media} --dry-run\nImage 2 waves").result).splitlines()
    assert words[-2].startswith("Note: Image 2 is named in the prompt, but there is only 1 image")
    assert words[-1].startswith("Problem: wan2.7-r2v is not offered in the region frankfurt")


def test_a_dry_run_at_an_unknown_address_is_honest(loaded: InteractiveShell, tmp_path: Path) -> None:
    """Neither region nor price are made up."""
    tasks.connect(address="https://w.example/api/v1", api_key="sk-test", folders=Folders(home=tmp_path))
    words = repr(loaded.run_cell(f"{SMALL} --dry-run\nA fox").result).splitlines()
    assert words[1] == (
        "POST https://w.example/api/v1/services/aigc/video-generation/video-synthesis "
        "(an address of your own, region unknown: a finished video may be billed)"
    )
    assert words[-1] == "The price is not known: neither is the region of this address."


def test_a_prompt_may_be_left_out_where_the_model_needs_none(loaded: InteractiveShell) -> None:
    """A blank cell sends no empty prompt."""
    media = "--media first_frame=https://a.example/a.png"
    words = repr(loaded.run_cell(f"%%wan wan2.7-i2v {media} --dry-run\n ").result)
    assert "prompt" not in words.partition('"parameters"')[0]
    assert "Problem" not in words


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("%%wan\nx", "No model is named"),
        ("%%wan --duration 5\nx", "No model is named"),
        ("%%wan wan2.8-t2v\nx", "did you mean wan2.7-t2v?"),
        ("%%wan log\nx", "There is no model 'log'"),
        (f"%%wan {MODEL} --negative-prompt don't\nx", "A quotation mark has no partner"),
        (f"%%wan {MODEL} 720P\nx", "'720P' belongs to no option"),
        (f"%%wan {MODEL} --prompt fox\nx", "The prompt is no option"),
        (f"%%wan {MODEL} --dryrun\nx", "There is no option --dryrun; did you mean --dry-run?"),
        (f"%%wan {MODEL} --negativ-promt x\nx", "did you mean --negative-prompt?"),
        (f"%%wan {MODEL} --zzz 1\nx", "choose one of --resolution, --ratio, "),
        (f"%%wan {MODEL} --no-seed\nx", "There is no option --no-seed"),
        (f"%%wan {MODEL} --duration\nx", "--duration needs a value"),
        (f"%%wan {MODEL} --duration --seed 1\nx", "--duration needs a value"),
        (f"%%wan {MODEL} --watermark=yes\nx", "--watermark takes no value"),
        (f"%%wan {MODEL} --name class\nx", "'class' cannot be the name of a variable"),
        (f"%%wan {MODEL} --name 2x --dry-run\nx", "'2x' cannot be the name of a variable"),
        (f"%%wan {MODEL}", "the cell body is empty"),
        ("%wan cancel", "Name the task: %wan cancel ID"),
        ("%wan lgo", "There is no command 'lgo' of %wan; choose one of log, cost, budget, models, resume"),
        (f"%wan {MODEL}", "or write %%wan with a model"),
        ("%wan log today", "'today' is one word too many for %wan log"),
        ("%wan help wan2.8-t2v", "did you mean wan2.7-t2v?"),
        ("%wan help wan2.7-t2v more", "'more' is one word too many"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    loaded: InteractiveShell, cell: str, sentence: str, capsys: Said
) -> None:
    """On stderr, without a traceback, and the cell has failed; no connection is needed to hear it."""
    assert sentence in complaint(loaded, cell, capsys)


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        (f"%%wan {MODEL} --duration 5.5\nx", "duration is '5.5'; it must be a whole number from 2 to 15"),
        (f"%%wan {MODEL} --resolution 4K\nx", "resolution is '4K'; choose one of 720P, 1080P."),
        (f"%%wan {MODEL} --name fox\n ", "prompt is empty"),
    ],
)
def test_values_are_checked_by_the_catalogue(
    loaded: InteractiveShell, studio: tuple[Studio, InThread], cell: str, sentence: str, capsys: Said
) -> None:
    """Its own sentence, before anything is sent, logged or named."""
    assert sentence in complaint(loaded, cell, capsys)
    assert studio[0].tasks() == []
    assert studio[1].counters == {}
    assert "fox" not in loaded.user_ns


def test_without_a_connection_the_sentence_says_how_to_get_one(
    loaded: InteractiveShell, capsys: Said
) -> None:
    """Nothing is made, no variable either."""
    assert "call wan.demo()" in complaint(loaded, f"{SMALL} --name fox\nA fox", capsys)
    assert "fox" not in loaded.user_ns


def test_sentences_follow_the_language(loaded: InteractiveShell, capsys: Said) -> None:
    """Help and complaints come in Chinese after the switch."""
    language("zh")
    try:
        assert complaint(loaded, "%%wan\nx", capsys).startswith("没有指定模型")
        assert "提示词写在它下面各行" in repr(loaded.run_cell("%wan").result)
    finally:
        language("en")


def test_variables_are_the_users_own(loaded: InteractiveShell) -> None:
    """Options take them too; names that IPython put there are not meant."""
    loaded.run_cell("seconds = 4\nIn = ['kept']")
    cell = f"%%wan {MODEL} --duration {{seconds}} --dry-run\n{{exit}} {{get_ipython}} {{Out}} $seconds"
    words = repr(loaded.run_cell(cell).result)
    assert '"prompt": "{exit} {get_ipython} {Out} $seconds"' in words
    assert '"duration": 4' in words
