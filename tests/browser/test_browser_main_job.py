"""The main job as a person does it: a prompt in a form, a video in the cell, a row in the log."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.harness import NotebookPage, Server
from tests.simulators import stop_simulators

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
DEMO = "import wan_notebook as wan\nwan.demo(run_seconds=({low}, {high}))"
FORM = 'form = wan.form("wan2.7-t2v", duration=2, resolution="720P")\nform'
SLEEP = "import time; print('begun'); time.sleep(5)"
PROMPT = "一只狐狸 🦊 <script>document.title = 'pwned'</script> & \"quotes\""
GROWTH = 60_000
"""Bytes by which a notebook may grow for one video."""


@pytest.fixture(autouse=True)
def no_simulator_left(server: Server) -> Iterator[None]:
    """End the simulators that the test's kernels have started."""
    yield
    stop_simulators(server.root)


def demo(low: float = 0, high: float = 1) -> str:
    """Return a cell that connects to a simulator whose tasks run this long."""
    return DEMO.format(low=low, high=high)


def generate(notebook: NotebookPage) -> Locator:
    """Return the form's button."""
    return notebook.page.locator(".wan-generate")


def fill_prompt(notebook: NotebookPage, words: str = PROMPT) -> None:
    """Type a prompt and wait until the kernel has checked it."""
    notebook.page.get_by_label("Prompt", exact=True).fill(words)
    expect(notebook.page.locator(".wan-preview")).to_contain_text(words[:4])


def video_plays(notebook: NotebookPage, cell: int) -> dict[str, float]:
    """Play the video of a cell, seek in it, and return what the browser says of it."""
    video = notebook.output(cell).locator("video").first
    video.wait_for()
    facts: dict[str, float] = video.evaluate(
        """async video => {
            video.muted = true;
            await video.play();
            video.pause();
            const sought = new Promise(done => video.addEventListener('seeked', done, {once: true}));
            video.currentTime = 1.5;
            await sought;
            const {readyState, videoWidth, videoHeight, currentTime, duration} = video;
            return {readyState, videoWidth, videoHeight, currentTime, duration};
        }""",
    )
    return facts


def assert_plays(notebook: NotebookPage, cell: int) -> None:
    """Check that a cell's video is a playable one of two seconds in 720P."""
    facts = video_plays(notebook, cell)
    assert facts["readyState"] >= 3
    assert (facts["videoWidth"], facts["videoHeight"]) == (1280, 720)
    assert facts["currentTime"] == pytest.approx(1.5, abs=0.05)
    assert facts["duration"] == pytest.approx(2, abs=0.1)


def logged(notebook: NotebookPage, expression: str) -> str:
    """Return an expression over the log, printed."""
    return notebook.execute(f"log = wan.log(); print({expression})").strip()


def test_one_double_click_while_a_cell_sleeps_is_one_video(open_notebook: OpenNotebook) -> None:
    """A double click on a busy kernel: one task, one video that plays, the prompt shown as text."""
    notebook = open_notebook(demo(), FORM, SLEEP)
    notebook.run_cell(0)
    notebook.run_cell(1)
    fill_prompt(notebook)
    before = len(notebook.save_bytes())
    notebook.run_cell(2, wait=False)
    notebook.wait_output(2, "begun")
    generate(notebook).dblclick()
    expect(generate(notebook)).to_be_disabled()
    notebook.screenshot("waiting")
    notebook.output(1).locator("video").wait_for()
    assert_plays(notebook, 1)
    card = notebook.output(1).locator(".wan-card")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("<script>")
    expect(generate(notebook)).to_be_enabled()
    assert logged(notebook, "len(log), log.prompt[0]") == f"1 {PROMPT}"
    assert notebook.page.evaluate("() => document.title") != "pwned"
    assert len(notebook.save_bytes()) - before <= GROWTH
    for theme in ("light", "dark"):
        notebook.theme(theme)
        card.scroll_into_view_if_needed()
        notebook.screenshot(f"card-{theme}")


@pytest.mark.parametrize("application", ["lab"])
def test_the_bar_moves_while_a_cell_is_busy(open_notebook: OpenNotebook) -> None:
    """Clock and bar run in the browser, whatever the kernel does; the bar never says it is done."""
    notebook = open_notebook(demo(8, 8), FORM, SLEEP)
    notebook.run_cell(0)
    notebook.run_cell(1)
    fill_prompt(notebook)
    generate(notebook).click()
    bar = notebook.output(1).get_by_role("progressbar")
    bar.wait_for()
    notebook.run_cell(2, wait=False)
    notebook.wait_output(2, "begun")
    first = int(bar.get_attribute("aria-valuenow") or 0)
    notebook.page.wait_for_function(
        "first => Number(document.querySelector('.wan-bar').getAttribute('aria-valuenow')) > first + 5",
        arg=first,
    )
    notebook.screenshot("running-light")
    notebook.theme("dark")
    notebook.screenshot("running-dark")
    assert first < int(bar.get_attribute("aria-valuenow") or 0) < 100
    assert notebook.cell(2).locator(".jp-InputPrompt").text_content() == "[*]:"
    expect(notebook.output(1).locator(".wan-progress")).to_contain_text("typically 8 s")
    assert_plays(notebook, 1)
    expect(bar).to_have_count(0)


def test_a_reload_while_a_task_runs_loses_nothing(open_notebook: OpenNotebook) -> None:
    """The page is loaded again, the kernel lives: progress is there, and the video arrives and is saved."""
    notebook = open_notebook(demo(6, 6), FORM)
    notebook.run_cell(0)
    notebook.run_cell(1)
    fill_prompt(notebook)
    generate(notebook).click()
    notebook.output(1).get_by_role("progressbar").wait_for()
    notebook.save()
    notebook.reload()
    notebook.output(1).get_by_role("progressbar").wait_for()
    notebook.output(1).locator("video").wait_for()
    assert_plays(notebook, 1)
    assert "wan-card" in "".join(notebook.save().cells[1].outputs[1].data["text/html"])
    assert logged(notebook, "len(log)") == "1"


def test_after_a_restart_the_video_plays_without_running_anything(open_notebook: OpenNotebook) -> None:
    """Saved, kernel restarted, page loaded: no dead widget, the video plays; the log is still there."""
    notebook = open_notebook(demo(), FORM, problems=["widget model not found"])
    notebook.run_cell(0)
    notebook.run_cell(1)
    fill_prompt(notebook)
    generate(notebook).click()
    notebook.output(1).locator("video").wait_for()
    notebook.save()
    notebook.restart_kernel()
    notebook.reload()
    assert_plays(notebook, 1)
    expect(notebook.page.get_by_text("Loading widget...")).to_have_count(0, timeout=30_000)
    expect(notebook.page.get_by_text("Error displaying widget")).not_to_be_visible()
    notebook.screenshot("restarted")
    assert notebook.execute("import wan_notebook as wan; print(len(wan.log()))") == "1\n"


@pytest.mark.parametrize("application", ["lab"])
def test_several_tasks_of_one_form_run_at_once(open_notebook: OpenNotebook) -> None:
    """The button is free again soon after a click; each click has its progress, then its card."""
    notebook = open_notebook(demo(3, 3), FORM)
    notebook.run_cell(0)
    notebook.run_cell(1)
    fill_prompt(notebook)
    for _ in range(2):
        expect(generate(notebook)).to_be_enabled()
        generate(notebook).click()
        expect(generate(notebook)).to_be_disabled()
    expect(notebook.output(1).get_by_role("progressbar")).to_have_count(2)
    notebook.screenshot("two-running")
    expect(notebook.output(1).locator("video")).to_have_count(2, timeout=30_000)
    assert logged(notebook, "log.seed.nunique()") == "2"


@pytest.mark.parametrize("application", ["lab"])
def test_problems_show_under_their_field(open_notebook: OpenNotebook) -> None:
    """As one types; a click on a bad request says it in the box, and nothing is lost or sent."""
    notebook = open_notebook(demo(), FORM)
    notebook.run_cell(0)
    notebook.run_cell(1)
    notebook.page.get_by_label("Seconds").fill("16")
    expect(notebook.output(1).locator(".wan-field-duration .wan-problem")).to_contain_text("from 2 to 15")
    expect(generate(notebook)).to_contain_text("Generate · price unknown")
    generate(notebook).click()
    expect(notebook.output(1).locator(".wan-error")).to_contain_text("prompt is empty")
    expect(notebook.output(1).locator(".wan-field-prompt .wan-problem")).to_be_visible()
    notebook.screenshot("problems")
    notebook.page.get_by_label("Seconds").fill("3")
    expect(generate(notebook)).to_contain_text("Generate · 1.80 CNY")
    assert logged(notebook, "len(log)") == "0"


@pytest.mark.parametrize("application", ["lab"])
def test_a_task_of_code_shows_itself(open_notebook: OpenNotebook) -> None:
    """A task at the end of a cell shows its progress there, then its card, and is interruptible."""
    made = 'task = wan.generate("wan2.7-t2v", prompt="A fox", duration=2, resolution="720P", seed=7)\ntask'
    notebook = open_notebook(demo(4, 4), made, "print('waiting')\nawait task")
    notebook.run_cell(0)
    notebook.run_cell(1)
    notebook.output(1).get_by_role("progressbar").wait_for()
    notebook.run_cell(2, wait=False)
    notebook.wait_output(2, "waiting")
    notebook.interrupt_kernel()
    notebook.wait_output(2, "goes on at the service")
    assert_plays(notebook, 1)
    assert logged(notebook, "log.status[0], log.seed[0]") == "SUCCEEDED 7"


@pytest.mark.parametrize(
    ("application", "name"), [("lab", "01_quickstart"), ("notebook", "01_quickstart.zh")]
)
def test_the_quickstart_runs_to_its_end(open_notebook: OpenNotebook, name: str) -> None:
    """The notebook a newcomer opens, in both languages: every cell runs; the pictures are for looking at."""
    notebook = open_notebook(NOTEBOOKS / f"{name}.ipynb")
    cells = notebook.save().cells
    for index, cell in enumerate(cells):
        if cell.cell_type == "code":
            notebook.run_cell(index)
            assert "Error" not in notebook.output_text(index)
    shown = next(index for index, cell in enumerate(cells) if "wan.generate" in cell.source)
    notebook.output(shown).locator("video").wait_for()
    notebook.output(shown).scroll_into_view_if_needed()
    notebook.screenshot("quickstart")
    assert logged(notebook, "len(log), log.simulated.all()") == "1 True"


def test_the_panel_connects_and_forgets_the_key(open_notebook: OpenNotebook) -> None:
    """From the panel to a form: checked, connected in one line, and the key is nowhere in the notebook."""
    key = "sk-canary-0123456789"
    notebook = open_notebook("import wan_notebook as wan\nwan.connect()", 'wan.form("wan2.7-t2v")')
    notebook.run_cell(0)
    panel = notebook.output(0)
    notebook.screenshot("empty")
    panel.get_by_label("API key").fill("sk- bad")
    panel.get_by_role("button", name="Check, free of charge").click()
    expect(panel.locator(".wan-said-bad")).to_contain_text("holds a space")
    base_url = notebook.execute("print(wan.demo().connection.base_url)").strip()
    panel.get_by_text("Another address").click()
    panel.get_by_label("Base URL").fill(base_url)
    panel.get_by_label("API key").fill(key)
    panel.get_by_role("button", name="Check, free of charge").click()
    expect(panel.locator(".wan-said-good")).to_contain_text("Nothing was charged")
    notebook.screenshot("checked")
    panel.get_by_label("API key").press("Enter")
    expect(panel.locator(".wan-said-connected")).to_contain_text("Spent today: nothing")
    expect(panel.get_by_label("API key")).to_have_value("")
    expect(panel.get_by_label("API key")).not_to_be_visible()
    notebook.run_cell(1)
    notebook.output(1).locator(".wan-generate").wait_for()
    notebook.theme("dark")
    notebook.screenshot("connected-dark")
    assert key.encode() not in notebook.save_bytes()


@pytest.mark.parametrize("application", ["lab"])
def test_a_magic_makes_a_video_of_its_cell(open_notebook: OpenNotebook) -> None:
    """The extension: a cell's text is the prompt, the task is kept, its buttons repeat it."""
    load = "%load_ext wan_notebook\n" + demo(1, 2) + ";"
    magic = "%%wan wan2.7-t2v --duration 2 --resolution 720P --seed 7 --name fox\nA fox in the {weather}"
    notebook = open_notebook(load + "\nweather = 'rain'", magic, "fox.status, fox.request.value('prompt')")
    for index in range(2):
        notebook.run_cell(index)
    assert_plays(notebook, 1)
    notebook.run_cell(2)
    assert "A fox in the rain" in notebook.output_text(2)
    notebook.output(1).get_by_role("button", name="Same, new seed · 1.20 CNY").dblclick()
    expect(notebook.output(1).locator("video")).to_have_count(2, timeout=30_000)
    notebook.output(1).get_by_role("button", name="Change and rerun").first.click()
    expect(notebook.page.get_by_label("Prompt", exact=True)).to_have_value("A fox in the rain")
    notebook.screenshot("again")
    assert logged(notebook, "len(log), log.seed[0]") == "2 7"
