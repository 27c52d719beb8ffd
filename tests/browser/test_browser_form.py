"""The form as a person uses it: other models, remarks that are mended, a storyboard, examples."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenNotebook
from tests.browser.harness import NotebookPage, Server
from tests.simulators import stop_simulators

DEMO = "import wan_notebook as wan\nwan.demo(run_seconds=(0, 1))"
COUNTED = """
heard = []
form.widget.on_msg(lambda _widget, message, _buffers: heard.append(message["type"]))
"""
SLEEP = "import time; print('begun'); time.sleep(3)"
OTHER_HOSTS = r"aliyuncs\.com"
"""Examples name the documents' files; the page may ask for them and gets nothing."""


@pytest.fixture(autouse=True)
def no_simulator_left(server: Server) -> Iterator[None]:
    """End the simulators that the test's kernels have started."""
    yield
    stop_simulators(server.root)


def a_form(open_notebook: OpenNotebook, call: str, *cells: str) -> tuple[NotebookPage, Locator]:
    """Open a notebook that shows a form; return it and the form's cell."""
    notebook = open_notebook(DEMO, f"form = {call}\n{COUNTED}\nform", *cells, problems=[OTHER_HOSTS])
    for index in range(2):
        notebook.run_cell(index)
    form = notebook.output(1)
    form.locator(".wan-generate").wait_for()
    return notebook, form


def prompt_of(form: Locator) -> Locator:
    """Return the box of the prompt."""
    return form.get_by_label("Prompt", exact=True)


def choose(form: Locator, model: str) -> None:
    """Choose another model."""
    form.get_by_label("Model", exact=True).select_option(model)


@pytest.mark.parametrize("application", ["lab"])
def test_another_model_redraws_the_form_and_keeps_what_fits(open_notebook: OpenNotebook) -> None:
    """Also what was typed a moment before, also while a cell keeps the kernel busy."""
    notebook, form = a_form(open_notebook, "wan.form()", SLEEP)
    prompt_of(form).fill("A fox")
    choose(form, "wan2.7-i2v")
    form.locator(".wan-field-media").wait_for()
    expect(prompt_of(form)).to_have_value("A fox")
    expect(form.get_by_label("Shape")).to_have_count(0)
    notebook.run_cell(2, wait=False)
    notebook.wait_output(2, "begun")
    prompt_of(form).fill("A bear")
    choose(form, "wan2.6-t2v")
    form.locator(".wan-field-size").wait_for()
    expect(form.get_by_role("button", name="Generate · 5.00 CNY")).to_be_enabled()
    expect(prompt_of(form)).to_have_value("A bear")
    assert (
        notebook.execute("print(form.request.model.id, form.request.value('prompt'))")
        == "wan2.6-t2v A bear\n"
    )
    form.get_by_role("button", name="Move to wan2.7-t2v").click()
    expect(form.locator(".wan-changed")).to_contain_text("Moved to wan2.7-t2v")
    form.get_by_role("button", name="Undo").click()
    form.locator(".wan-field-size").wait_for()
    choose(form, "")
    form.get_by_label("Id of a model").fill("wan2.7-t2v-2027-01-01")
    notebook.page.keyboard.press("Enter")
    expect(form.locator(".wan-remark")).to_contain_text("the rules of wan2.7-t2v are used")
    notebook.screenshot("snapshot")


@pytest.mark.parametrize("application", ["lab"])
def test_a_remark_is_mended_and_typing_is_told_once(open_notebook: OpenNotebook) -> None:
    """Twenty keys are one message; the mend is written into the box that has the cursor."""
    notebook, form = a_form(open_notebook, "wan.form('wan2.7-r2v')")
    form.get_by_text("Examples").click()
    form.locator(".wan-chips button").first.click()
    expect(form.locator(".wan-changed")).to_contain_text("Filled in")
    notebook.execute("heard.clear()")
    prompt_of(form).fill("")
    prompt_of(form).press_sequentially("Image 9 dances alone", delay=5)
    remark = form.locator(".wan-field-prompt .wan-remark").first
    expect(remark).to_contain_text("Image 9 is named in the prompt")
    assert notebook.execute("print(heard.count('typed'))") in {"1\n", "2\n"}
    notebook.screenshot("remark")
    remark.get_by_role("button", name="Mend").click()
    expect(prompt_of(form)).not_to_have_value("Image 9 dances alone")
    expect(prompt_of(form)).to_be_focused()
    notebook.theme("dark")
    notebook.screenshot("mended-dark")


def test_keys_belong_to_the_form(open_notebook: OpenNotebook) -> None:
    """Letters and arrows choose a model, Enter opens the examples; no cell is moved, edited or deleted."""
    notebook, form = a_form(open_notebook, "wan.form()")
    keyboard = notebook.page.keyboard
    form.get_by_label("Model", exact=True).focus()
    keyboard.press("ArrowDown")
    form.locator(".wan-field-media").wait_for()
    form.get_by_text("Examples").focus()
    keyboard.press("Enter")
    keyboard.press("Tab")
    expect(form.locator(".wan-chips button").first).to_be_focused()
    keyboard.press("Enter")
    expect(form.locator(".wan-changed")).to_contain_text("Filled in")
    form.get_by_label("Resolution").focus()
    keyboard.type("7dd")
    expect(form.get_by_label("Resolution")).to_have_value("720P")
    keyboard.press("Control+s")
    expect(notebook.page.locator(".jp-Notebook .jp-Cell")).to_have_count(2)
    notebook.page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")


@pytest.mark.parametrize("application", ["lab"])
def test_a_storyboard_is_the_prompt_and_the_prompt_the_storyboard(open_notebook: OpenNotebook) -> None:
    """Shots added, typed, moved by keys and by hand; the click sends them as they stand."""
    notebook, form = a_form(open_notebook, "wan.form(duration=6, resolution='720P')")
    keyboard = notebook.page.keyboard
    prompt_of(form).fill("A fox wakes.")
    form.get_by_text("Storyboard").click()
    form.get_by_role("button", name="Tell the prompt in shots").click()
    form.get_by_role("button", name="Add a shot").click()
    keyboard.type("It runs.")
    end = form.get_by_role("slider", name="End of shot 1")
    end.focus()
    keyboard.press("ArrowLeft")
    keyboard.press("ArrowLeft")
    expect(prompt_of(form)).to_have_value("Shot 1 [0-2s]: A fox wakes.\nShot 2 [2-6s]: It runs.")
    line, handle = form.locator(".wan-shots-line").bounding_box(), end.bounding_box()
    assert line is not None
    assert handle is not None
    notebook.page.mouse.move(handle["x"] + handle["width"] / 2, handle["y"] + 10)
    notebook.page.mouse.down()
    notebook.page.mouse.move(line["x"] + line["width"] / 2, handle["y"] + 10, steps=4)
    notebook.page.mouse.up()
    expect(prompt_of(form)).to_have_value("Shot 1 [0-3s]: A fox wakes.\nShot 2 [3-6s]: It runs.")
    prompt_of(form).fill("第1个镜头[0-3秒]：狐狸醒来。第2个镜头[3-5秒]：它在跑。")
    expect(form.locator(".wan-shots-total")).to_have_text("5 of 6 s")
    expect(form.get_by_label("What is seen and heard in shot 2")).to_have_value("它在跑。")
    notebook.screenshot("storyboard")
    form.locator(".wan-field-duration").get_by_role("button", name="Mend").click()
    expect(form.get_by_label("Seconds")).to_have_value("5")
    form.get_by_label("What is seen and heard in shot 2").fill("它跳。")
    form.locator(".wan-generate").click()
    form.locator("video").wait_for()
    sent = notebook.execute("print(repr(wan.log().prompt[0]))")
    assert sent == "'第1个镜头[0-3秒]：狐狸醒来。\\n第2个镜头[3-5秒]：它跳。'\n"
